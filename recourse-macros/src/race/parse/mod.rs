//! Tokens -> [`Ast`]. Asks only whether the input can be read.
//!
//! The input is first split into options and branches. One that cannot be read is reported, and does not stop the others.

mod options;
mod parts;

use self::options::{OPTIONS, option, time};
use self::parts::{done, parts, split};
use super::ast::{Ast, Branch, OverIterator, has_question};
use crate::diagnostics::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Lit, Pat, Token, token};

pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Ast {
    let mut ast = Ast { options: Vec::new(), branches: Vec::new(), over: None };
    let (head, body) = split(input);
    let over_an_iterator = matches!(body.clone().into_iter().next(), Some(TokenTree::Ident(first)) if first == "for");
    for part in head.map(parts).into_iter().flatten() {
        match option.parse2(part) {
            Ok(option) => ast.options.push(option),
            Err(fault) => errors.push(fault),
        }
    }
    // Not split into parts: `for` has no commas to split at, and those in its expressions are its own.
    if over_an_iterator {
        match over.parse2(body) {
            Ok(over) => ast.over = Some(over),
            Err(fault) => errors.push(fault),
        }
        return ast;
    }
    for part in parts(body) {
        match branch.parse2(part) {
            Ok(branch) => ast.branches.push(branch),
            Err(fault) => errors.push(fault),
        }
    }
    ast
}

/// Reads `for PATTERN in ITEMS => MAKE`.
fn over(input: ParseStream<'_>) -> syn::Result<OverIterator> {
    let written: TokenStream = input.fork().parse()?;
    let shape =
        |_| syn::Error::new_spanned(&written, "a race over an iterator is written `for a in addrs => connect(a)`");
    let word = input.parse::<Token![for]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input).map_err(shape)?;
    input.parse::<Token![in]>().map_err(shape)?;
    let items = input.parse().map_err(shape)?;
    input.parse::<Token![=>]>().map_err(shape)?;
    let make: Expr = input.parse().map_err(shape)?;
    input.parse::<Option<Token![,]>>()?;
    done(input, "race over an iterator")?;
    let make = make.into_token_stream();
    if has_question(&make) {
        let message = "a `?` or `.await` here has no future to be part of: write `async move { .. }` around it";
        return Err(syn::Error::new_spanned(make, message));
    }
    Ok(OverIterator { word, pattern, items, make })
}

/// Reads `[name =] EXPR [after DUR] [if EXPR] [=> MAP]`.
fn branch(input: ParseStream<'_>) -> syn::Result<Branch> {
    if input.is_empty() {
        return Err(syn::Error::new(input.span(), "a branch is missing between two commas"));
    }
    let whole: TokenStream = input.fork().parse()?;
    let named =
        input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
    let name = if named { Some(input.call(Ident::parse_any)?) } else { None };
    if named {
        input.parse::<Token![=]>()?;
    }
    // Before the expression is read: `250ms` is one too, with an unknown suffix.
    if name.as_ref().is_some_and(|name| is_option(name, input)) {
        input.parse::<TokenStream>()?;
        let message =
            "options come before the branches, with a `;` after the last one: `race!(stagger = 250ms; a(), b())`";
        return Err(syn::Error::new_spanned(whole, message));
    }
    if input.is_empty() {
        return Err(syn::Error::new_spanned(name, "a branch needs a future: `name = future`"));
    }
    let expression: Expr = input.parse()?;
    // A habit from other code; as a branch it would race the output, which is no future.
    if let Expr::Await(wait) = &expression {
        input.parse::<TokenStream>()?;
        let message = "a branch is a future, which the race awaits itself: leave this `.await` out";
        return Err(syn::Error::new_spanned(quote_await(wait), message));
    }
    let expression = expression.into_token_stream();
    let (mut after, mut condition, mut map) = (None, None, None);
    // `after` is not a keyword, so it is looked up by its text.
    if input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "after" {
        input.parse::<Ident>()?;
        after = Some(time(input)?);
    }
    if input.peek(Token![if]) {
        input.parse::<Token![if]>()?;
        condition = Some(input.parse()?);
    }
    if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        map = Some(input.parse()?);
    }
    done(input, "branch")?;
    Ok(Branch { name, expression, after, condition, map })
}

fn quote_await(wait: &syn::ExprAwait) -> TokenStream {
    let (dot, word) = (&wait.dot_token, &wait.await_token);
    quote!(#dot #word)
}

/// Returns true for an option among the branches, which its value gives away: a duration is not a future.
fn is_option(name: &Ident, value: ParseStream<'_>) -> bool {
    // Anything else may be a branch that happens to be called like an option.
    let exp = value.fork().parse::<Ident>().is_ok_and(|word| word == "exp" || word == "lose");
    OPTIONS.contains(&name.to_string().as_str()) && (value.peek(Lit) || value.peek(token::Bracket) || exp)
}
