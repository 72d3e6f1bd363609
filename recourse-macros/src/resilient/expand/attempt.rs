//! One run of the user's body, as a future.
//!
//! | the body of | becomes |
//! |---|---|
//! | an `async fn` | `async move { RETURN_HINT; PATTERNS; CAPTURES; { BODY } }` |
//! | `-> impl Future` or `-> BoxFuture`, all of it `async move { B }` or `Box::pin(async move { B })` | `async move { RETURN_HINT; PATTERNS; { B } }` |
//! | the same, with anything else in it | `(move \|\| -> RETURNS { PATTERNS; { BODY } })()`, with the hint in its last `async move`, if it ends with one |
//!
//! # Design notes
//!
//! The return hint is `if let Some(x) = None::<RETURNS> { return x; }`, which is never taken. Inside an `async` block, rustc does
//! not know the type that the function returns; the hint tells it, so that the body's last expression and every `return` are
//! coerced as in a plain function. Of the forms that do this, it is the one that no lint calls unreachable code. When the types
//! differ, rustc shows the hint as the reason for what it expected, so the hint has the span of the return type.
//!
//! What stands in front of the `async` block is inside of the attempt, as what the block polls is: the call is entered while it runs.
//!
//! A function that returns a future is recognised by its return type; its body is not parsed. What it does before its `async`
//! block is part of the attempt, and is repeated with it.

use super::super::arguments;
use super::super::model::{Form, Model, Shape};
use super::super::patterns::{self, PassBy};
use super::names::Names;
use super::rename;
use crate::spans::{ident_at, quote_internal, user_span};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// Returns the statement that makes an attempt, if it takes one, and the expression that is handed to the call.
///
/// `patterns` are the statements that take arguments apart. `self_name` is the name under which the body gets `self`, if it is another.
pub(super) fn attempt(
    model: &Model<'_>,
    patterns: &TokenStream,
    self_name: Option<&str>,
) -> (TokenStream, TokenStream) {
    let statements = model.body.statements.clone();
    let body = match self_name {
        Some(name) => rename::renamed(statements, name),
        None => statements,
    };
    let hint = return_hint(model);
    let whole = |body: &TokenStream, span: Span| {
        let (braces, captured) = (braces(body, span), captured(model, body));
        quote_internal!(async move { #hint #patterns #captured #braces })
    };
    let Form::Future { boxed, returns } = model.form else {
        return (TokenStream::new(), whole(&body, model.body.span));
    };
    let made = match Tail::of(&body) {
        // The usual body, for which the attempt is that of an `async fn`, without a closure.
        Some(tail) if tail.is_all() => return (TokenStream::new(), whole(&tail.block.stream(), tail.block.span())),
        Some(tail) => tail.with(&hint),
        None => body,
    };
    let Names { attempt: name, call, entered, .. } = Names::new();
    let braces = braces(&made, model.body.span);
    // Without a return type, two `return Box::pin(..)` of different blocks would have different types. Its lifetimes are
    // inferred: those of the signature last for the whole function, longer than one attempt may borrow.
    let returns = boxed.then(|| anonymous(returns.to_token_stream())).map(|returns| quote!(-> #returns));
    let block = quote_internal!({ #patterns #braces });
    let statement = quote_internal! {
        #[allow(unknown_lints, clippy::redundant_closure_call)]
        let #name = {
            let #entered = #call.enter();
            (move || #returns #block)()
        };
    };
    (statement, name.to_token_stream())
}

/// Returns statements that name whole arguments, so that the block captures them whole, as a plain `async fn` does.
///
/// A block would capture only the fields that its body names; rustc then reports that an assigned field is never read, and what is
/// not named is dropped later than the rest. An argument that the body does not name is not named here either: `unused_variables`
/// has to fire.
fn captured(model: &Model<'_>, body: &TokenStream) -> TokenStream {
    // A function that returns a future wrote the block itself, which captures what the author wanted.
    let Form::Async = model.form else { return TokenStream::new() };
    let signature = &model.function.signature;
    let is_lent = matches!(&model.shape, Shape::Repeat { arguments, .. } if arguments.reborrowed_self.is_some());
    let owned_self = signature.receiver().filter(|receiver| arguments::is_owned(receiver) && !is_lent);
    let owned_self = owned_self.map(|receiver| receiver.self_token.to_token_stream());
    let owned = patterns::bound(signature).into_iter().filter(|binding| matches!(binding.pass, PassBy::Clone(_)));
    let names = owned_self.into_iter().chain(owned.map(|binding| binding.name.to_token_stream()));
    let captured = model.runtime.captured();
    names.filter(|name| names_field(body, &name.to_string())).map(|name| quote_internal!(#captured(&#name);)).collect()
}

/// Returns true if a body has `name.`, a field or a method of an argument.
fn names_field(body: &TokenStream, name: &str) -> bool {
    let (mut before_name, mut after_name) = (true, false);
    for token in body.clone() {
        match &token {
            TokenTree::Group(group) if names_field(&group.stream(), name) => return true,
            TokenTree::Punct(dot) if after_name && dot.as_char() == '.' => return true,
            _ => {}
        }
        after_name = before_name && matches!(&token, TokenTree::Ident(word) if word == name);
        before_name = !matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '.');
    }
    false
}

/// Returns the type with `'_` for each of its lifetimes but `'static`.
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

pub(super) fn return_hint(model: &Model<'_>) -> TokenStream {
    let returns = &model.classifier.returns;
    let span = user_span(returns.span());
    let hint = ident_at(&Names::new().return_hint, span);
    quote_spanned! {span=>
        if let ::core::option::Option::Some(#hint) = ::core::option::Option::None::<#returns> {
            return #hint;
        }
    }
}

/// Puts the user's braces around the user's tokens, so that rustc reports a wrong last expression there.
///
/// The span of the braces decides which edition's rules the block follows: up to 2021, temporaries of the last expression are
/// dropped after the locals, since 2024 before them. So the braces keep the user's span. Only a block without any statement,
/// which has no locals, is marked as written by a macro; `unused_braces` would warn about it otherwise.
///
/// Of statements under `#[cfg]`, and of macro calls, nothing may be left when rustc looks for unused braces. An empty item, which
/// stays, comes before them.
fn braces(body: &TokenStream, user: Span) -> Group {
    let has = |mark: char| {
        body.clone().into_iter().any(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark))
    };
    let has_statements = has(';');
    let may_vanish = has_statements && (has('#') || has('!'));
    let kept = may_vanish.then(|| {
        quote_internal!(
            const _: () = ();
        )
    });
    let mut braces = Group::new(Delimiter::Brace, quote!(#kept #body));
    braces.set_span(if has_statements { user } else { user_span(user) });
    braces
}

/// A body that ends with `async move { .. }`, or with `Box::pin(async move { .. })`.
struct Tail {
    before: Vec<TokenTree>,
    /// The parentheses of `Box::pin`; its path is the end of `before`.
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
        // rustfmt puts a comma after an argument that has a line of its own.
        if matches!(argument.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
            argument.pop();
        }
        let (words, block) = async_move(&mut argument)?;
        (is_pin && argument.is_empty()).then_some(Self { before, parentheses: Some(parentheses), words, block })
    }

    /// Returns true when the body is nothing but the future.
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

    /// Returns the body with the hint in its last block.
    fn with(self, hint: &TokenStream) -> TokenStream {
        let Self { before, parentheses, words: [asynchronous, moving], block } = self;
        // The user's statements stay in a block of their own, in which their items come first (`clippy::items_after_statements`).
        let inner = braces(&block.stream(), block.span());
        let mut hinted = Group::new(Delimiter::Brace, quote!(#hint #inner));
        hinted.set_span(block.span());
        let future = quote!(#asynchronous #moving #hinted);
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

/// Returns true if an attribute that is a macro may be below, such as `#[instrument]`, which looks for a last expression that is an
/// `async` block and not for a `return`.
fn has_attributes_below(model: &Model<'_>) -> bool {
    const BUILT_IN: [&str; 12] = [
        "allow",
        "cfg",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "forbid",
        "inline",
        "must_use",
        "track_caller",
        "warn",
    ];
    let mut attributes = model.function.attributes.iter();
    attributes.any(|attribute| !BUILT_IN.iter().any(|name| attribute.path().is_ident(name)))
}

/// Returns the statements as the body of a function of the user's form: as they are, in `async move { .. }`, or in that and a box.
///
/// The braces of the block have the span of the body's. An attribute below writes code around the block: `#[instrument(err)]`
/// resolves the names of its own variables where these braces do, in the user's scope.
pub(super) fn returned(model: &Model<'_>, statements: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, statements);
    block.set_span(model.body.span);
    let returns = (!has_attributes_below(model)).then(|| quote_internal!(return));
    match model.form {
        Form::Async => block.stream(),
        Form::Future { boxed: false, .. } => quote_internal!(#returns async move #block),
        Form::Future { boxed: true, .. } => quote_internal!(#returns ::std::boxed::Box::pin(async move #block)),
    }
}
