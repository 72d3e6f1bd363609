//! One run of the body, as a future.
//!
//! | body of | an attempt |
//! |---|---|
//! | an `async fn` | `async move { EDGE; PATTERNS; { BODY } }` |
//! | `-> impl Future`, `-> BoxFuture`: all of it `async move { B }`, or `Box::pin(async move { B })` | `async move { EDGE; PATTERNS; { B } }` |
//! | the same, and more than that | `(move \|\| -> RETURNS { PATTERNS; { BODY } })()`, with the edge in its last `async move`, where there is one |
//!
//! The edge is an `if` that is never taken. It is the one form that gives the body the expected type of its tail and of every
//! `return` in it, without code that any lint calls unreachable. Where the types differ, rustc shows it as the place that says what
//! was expected; so it is shown at the return type.

use super::super::model::{Form, Model};
use super::names::{Names, moved};
use super::rename;
use crate::paths::{here, place};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// `let attempt = ..;`, where that takes a statement, and what is handed to the call. `patterns` are taken apart in front of the body;
/// `lends_self`: the body knows `self` under another name.
pub(super) fn attempt(model: &Model<'_>, patterns: &TokenStream, lends_self: bool) -> (TokenStream, TokenStream) {
    let body = if lends_self { rename::renamed(model.body.statements.clone()) } else { model.body.statements.clone() };
    let edge = edge(model);
    let whole = |body: &TokenStream, span: Span| {
        let braces = braces(body, span);
        ours!(async move { #edge #patterns #braces })
    };
    let Form::Future { boxed, returns } = model.form else {
        return (TokenStream::new(), whole(&body, model.body.span));
    };
    let made = match Tail::of(&body) {
        Some(tail) if tail.is_all() => return (TokenStream::new(), whole(&tail.block.stream(), tail.block.span())),
        Some(tail) => tail.with(&edge),
        None => body,
    };
    let name = Names::new().attempt;
    let braces = braces(&made, model.body.span);
    // Of two boxes, the second is coerced to the type of the first only where that is written. Its lifetimes are those of the
    // function, for which nothing can be lent to more than one attempt.
    let returns = boxed.then(|| anonymous(returns.to_token_stream())).map(|returns| quote!(-> #returns));
    let block = ours!({ #patterns #braces });
    let statement = ours! {
        #[allow(unknown_lints, clippy::redundant_closure_call)]
        let #name = (move || #returns #block)();
    };
    (statement, name.to_token_stream())
}

/// The type with `'_` for its lifetimes.
fn anonymous(ty: TokenStream) -> TokenStream {
    let mut after_quote = false;
    let tokens = ty.into_iter().map(|token| {
        let token = match token {
            TokenTree::Ident(name) if after_quote && name != "static" => TokenTree::Ident(Ident::new("_", name.span())),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), anonymous(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        };
        after_quote = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '\'');
        token
    });
    tokens.collect()
}

fn edge(model: &Model<'_>) -> TokenStream {
    let returns = &model.judge.returns;
    let at = place(returns.span());
    let edge = moved(&Names::new().edge, at);
    quote_spanned! {at=>
        if let ::core::option::Option::Some(#edge) = ::core::option::Option::None::<#returns> {
            return #edge;
        }
    }
}

/// The user's braces around the user's tokens, so that a wrong tail is reported there.
///
/// With their own span, the body follows the edition of the user's crate, which decides when temporaries of the tail are
/// dropped: after the locals up to 2021, before them since. Without any statement there are no locals; then the braces are
/// seen as a macro's, or `unused_braces` would fire.
fn braces(body: &TokenStream, user: Span) -> Group {
    let has_statements =
        body.clone().into_iter().any(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'));
    let mut braces = Group::new(Delimiter::Brace, body.clone());
    braces.set_span(if has_statements { user } else { place(user) });
    braces
}

/// A body that ends with `async move { .. }`, or with `Box::pin(async move { .. })`.
struct Tail {
    before: Vec<TokenTree>,
    /// The parentheses of `Box::pin`, whose path stands before.
    parentheses: Option<Group>,
    words: [Ident; 2],
    block: Group,
}

impl Tail {
    fn of(body: &TokenStream) -> Option<Self> {
        let mut before: Vec<TokenTree> = body.clone().into_iter().collect();
        let parentheses = match before.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some(group.clone()),
            _ => None,
        };
        let Some(parentheses) = parentheses else {
            let (words, block) = async_move(&mut before)?;
            return Some(Self { before, parentheses: None, words, block });
        };
        before.pop();
        let is_pin = matches!(
            before.as_slice(),
            [.., TokenTree::Ident(ty), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Ident(pin)] if ty == "Box" && pin == "pin"
        );
        let mut argument: Vec<TokenTree> = parentheses.stream().into_iter().collect();
        argument.pop_if(|last| matches!(last, TokenTree::Punct(comma) if comma.as_char() == ','));
        let (words, block) = async_move(&mut argument)?;
        (is_pin && argument.is_empty()).then_some(Self { before, parentheses: Some(parentheses), words, block })
    }

    /// There is nothing else in the body.
    fn is_all(&self) -> bool {
        let is_path = |token: &TokenTree| match token {
            TokenTree::Ident(word) => word != "return",
            TokenTree::Punct(mark) => mark.as_char() == ':',
            _ => false,
        };
        match self.parentheses {
            Some(_) => self.before.iter().all(is_path),
            None => self.before.is_empty(),
        }
    }

    /// The body with the edge in its block.
    fn with(self, edge: &TokenStream) -> TokenStream {
        let Self { before, parentheses, words: [asynchronous, moving], block } = self;
        // In braces of its own: items of the user's come first in their block.
        let inner = braces(&block.stream(), block.span());
        let mut edged = Group::new(Delimiter::Brace, quote!(#edge #inner));
        edged.set_span(block.span());
        let future = quote!(#asynchronous #moving #edged);
        let future = match parentheses {
            None => future,
            Some(parentheses) => {
                let mut argument = Group::new(Delimiter::Parenthesis, future);
                argument.set_span(parentheses.span());
                argument.into_token_stream()
            }
        };
        before.into_iter().chain(future).collect()
    }
}

/// Takes `async move { .. }` off the end.
fn async_move(tokens: &mut Vec<TokenTree>) -> Option<([Ident; 2], Group)> {
    let [.., TokenTree::Ident(first), TokenTree::Ident(second), TokenTree::Group(block)] = tokens.as_slice() else {
        return None;
    };
    if first != "async" || second != "move" || block.delimiter() != Delimiter::Brace {
        return None;
    }
    let taken = ([first.clone(), second.clone()], block.clone());
    tokens.truncate(tokens.len() - 3);
    Some(taken)
}

/// `async move { .. }`, or that in a box: what a function returns that returns a future.
pub(super) fn returned(model: &Model<'_>, statements: &TokenStream) -> TokenStream {
    match model.form {
        Form::Async => statements.clone(),
        Form::Future { boxed: false, .. } => ours!(async move { #statements }),
        Form::Future { boxed: true, .. } => {
            let pin = quote_spanned!(here()=> ::std::boxed::Box::pin);
            ours!(#pin(async move { #statements }))
        }
    }
}
