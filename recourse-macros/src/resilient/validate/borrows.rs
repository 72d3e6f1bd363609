//! A result that borrows from what is lent to one attempt after the other.
//!
//! It would be held by an attempt that failed, as far as the borrow checker can see, so that the next one could not have it; and
//! what rustc says of that names code that nobody wrote.

use super::Repeats;
use super::function::{exclusive_borrow, form};
use crate::diagnostics::Errors;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{FnArg, ReceiverKind, Signature};

pub(super) fn kept_by_the_result(signature: &Signature, why: Repeats, errors: &mut Errors) {
    let Some(returned) = form(signature).1 else { return };
    let borrowed = lifetimes(returned.to_token_stream());
    let holder = signature.inputs.iter().find_map(|parameter| {
        let what = exclusive_borrow(parameter)?;
        let by_name = lifetime_of(parameter).is_some_and(|name| borrowed.contains(&Some(name)));
        (by_name || borrowed.contains(&None) && elides(signature, parameter)).then_some(what)
    });
    let Some(holder) = holder else { return };
    let remedy = match why {
        Repeats::Hedge | Repeats::Idempotent => return,
        Repeats::Retry => "remove `retry`",
        Repeats::Policy => "write the parts of `policy` here, without `retry`",
        Repeats::Unnamed => "name what is wanted without `retry`, as in `#[resilient(timeout = \"2s\")]`",
        Repeats::Fallback => "remove `fallback`",
    };
    let second = if why == Repeats::Fallback { "the fallback" } else { "a second attempt" };
    let message = format!(
        "the result borrows from {holder}, which then cannot be lent to {second}; return an owned value, or {remedy}; if it borrows \
         from elsewhere, name that lifetime, as in `&'static str`"
    );
    errors.add(returned, message);
}

/// The lifetimes that a type borrows for; `None` is an elided one.
fn lifetimes(ty: TokenStream) -> Vec<Option<String>> {
    let tokens: Vec<TokenTree> = ty.into_iter().collect();
    let mut found = Vec::new();
    let mut before: Option<&TokenTree> = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '&' => {
                let named = matches!(tokens.get(at + 1), Some(TokenTree::Punct(quote)) if quote.as_char() == '\'');
                if !named {
                    found.push(None);
                }
            }
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                    found.push((name != "_").then(|| name.to_string()));
                }
            }
            // `Fn(&T)` and `fn(&T)` borrow when they are called.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis && matches!(before, Some(TokenTree::Ident(_))) => {}
            TokenTree::Group(group) => found.extend(lifetimes(group.stream())),
            _ => {}
        }
        before = Some(token);
    }
    found
}

/// The lifetime that is written on a parameter.
fn lifetime_of(parameter: &FnArg) -> Option<String> {
    let written = match parameter {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, lifetime, _) => lifetime.to_token_stream(),
            ReceiverKind::Typed(_, ty) => ty.to_token_stream(),
            _ => return None,
        },
        FnArg::Typed(typed) => typed.ty.to_token_stream(),
    };
    lifetimes(written).into_iter().flatten().next()
}

/// True where an elided lifetime of the result is that of this parameter: it is the receiver, or there is none by reference.
fn elides(signature: &Signature, parameter: &FnArg) -> bool {
    match (signature.receiver(), parameter) {
        (Some(receiver), FnArg::Typed(_)) => {
            !matches!(receiver.kind, ReceiverKind::Reference(..)) && lifetimes(receiver.to_token_stream()).is_empty()
        }
        _ => true,
    }
}
