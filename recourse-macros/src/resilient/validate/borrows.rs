//! Mutable borrows that more than one attempt would need.
//!
//! | the body | a `&mut` parameter |
//! |---|---|
//! | may run twice at the same time | is refused |
//! | may be repeated | serves one attempt after the other, and is refused if the result borrows from it |
//! | runs once | is allowed |
//!
//! # Design notes
//!
//! rustc would refuse the second case as well: as far as the borrow checker knows, a failed attempt still holds what its result
//! borrows from. But its message is about generated code, so the case is found here, by the lifetimes in the signature.

use super::super::references::{holds_exclusive_reference, is_exclusive_reference};
use super::super::returned;
use super::repeats::Repeats;
use crate::diagnostics::Errors;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{FnArg, Ident, Pat, PatType, ReceiverKind, Signature};

const SHARE_IT: &str = "take it by `&` with interior mutability (a `Mutex`, an atomic), or ";

/// Reports the borrows of a function with a body. `idempotent` is the word in the attribute, if it is written.
pub(super) fn check(signature: &Signature, repeats: Option<Repeats>, idempotent: Option<&Ident>, errors: &mut Errors) {
    match repeats {
        Some(Repeats::Hedge) => beside_hedge(signature, errors),
        // `idempotent` is reported below, and one mistake is one error.
        Some(why) if idempotent.is_none() => kept_by_result(signature, why, errors),
        _ => {}
    }
    if repeats.is_some() {
        hidden_in_containers(signature, errors);
    }
    if let Some(word) = idempotent {
        beside_idempotent(signature, word, errors);
    }
}

/// Reports every mutable borrow, at the parameter.
fn beside_hedge(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.inputs {
        let Some(what) = exclusive_borrow(parameter) else { continue };
        let message = format!(
            "{what} is a mutable borrow, and `hedge` runs two attempts at the same time; {SHARE_IT}remove `hedge`"
        );
        errors.add(parameter, message);
    }
}

/// Reports every mutable borrow, at the word `idempotent`, which promises what the borrow rules out.
fn beside_idempotent(signature: &Signature, word: &Ident, errors: &mut Errors) {
    for what in signature.inputs.iter().filter_map(exclusive_borrow) {
        let message = format!(
            "`idempotent` lets a policy hedge, which runs two attempts at the same time, and {what} is a mutable borrow; \
             {SHARE_IT}remove `idempotent`"
        );
        errors.add(word, message);
    }
}

/// Reports `Option<&mut T>` and the like, which are values by their syntax, but can never be cloned.
fn hidden_in_containers(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.inputs {
        let FnArg::Typed(typed) = parameter else { continue };
        if holds_exclusive_reference(&typed.ty) {
            let message = format!(
                "{} holds a mutable borrow, so there cannot be one for each attempt; write the `&mut` on the outside, as in \
                 `&mut {}`: then it is lent to one attempt after the other",
                argument(typed),
                returned::spelled(&typed.ty).replacen("&mut ", "", 1)
            );
            errors.add(parameter, message);
        }
    }
}

/// Reports a result that borrows from a mutably borrowed parameter.
fn kept_by_result(signature: &Signature, why: Repeats, errors: &mut Errors) {
    let Some(returned) = returned::form(signature).1 else { return };
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

/// Returns the lifetimes that a type borrows for; an elided one is `None`.
fn lifetimes(ty: TokenStream) -> Vec<Option<String>> {
    let tokens: Vec<TokenTree> = ty.into_iter().collect();
    let mut found = Vec::new();
    let mut before: Option<&TokenTree> = None;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '&' => {
                let named = matches!(tokens.get(index + 1), Some(TokenTree::Punct(quote)) if quote.as_char() == '\'');
                if !named {
                    found.push(None);
                }
            }
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                if let Some(TokenTree::Ident(name)) = tokens.get(index + 1) {
                    found.push((name != "_").then(|| name.to_string()));
                }
            }
            // `Fn(&T)` and `fn(&T)` borrow only while they are called.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis && matches!(before, Some(TokenTree::Ident(_))) => {}
            TokenTree::Group(group) => found.extend(lifetimes(group.stream())),
            _ => {}
        }
        before = Some(token);
    }
    found
}

/// Returns the lifetime that is written on a parameter.
pub(super) fn lifetime_of(parameter: &FnArg) -> Option<String> {
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

/// Returns true if an elided lifetime of the result is that of this parameter: the receiver's, or any when no receiver borrows.
fn elides(signature: &Signature, parameter: &FnArg) -> bool {
    match (signature.receiver(), parameter) {
        (Some(receiver), FnArg::Typed(_)) => {
            !matches!(receiver.kind, ReceiverKind::Reference(..)) && lifetimes(receiver.to_token_stream()).is_empty()
        }
        _ => true,
    }
}

/// Describes the parameter, if it is a mutable borrow by its syntax.
pub(super) fn exclusive_borrow(parameter: &FnArg) -> Option<String> {
    match parameter {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, _, Some(_)) => Some("`&mut self`".to_owned()),
            ReceiverKind::Typed(_, ty) if is_exclusive_reference(ty) => {
                Some(format!("`self: {}`", returned::spelled(ty)))
            }
            _ => None,
        },
        FnArg::Typed(typed) => is_exclusive_reference(&typed.ty).then(|| argument(typed)),
    }
}

fn argument(typed: &PatType) -> String {
    match &*typed.pat {
        Pat::Ident(name) => format!("argument `{}`", name.ident),
        _ => "this argument".to_owned(),
    }
}
