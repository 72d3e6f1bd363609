//! What a future that is returned as `impl Future + use<..>` has to keep.
//!
//! | a reference parameter | is kept by the future |
//! |---|---|
//! | `&mut T`, and the body may be repeated | always: it is lent to each attempt |
//! | any other | if the body names it, also in front of its `async` block |
//!
//! # Design notes
//!
//! A plain function may use an argument before it makes its future, and leave the argument out of `use<..>`. What stands there is part of the
//! attempt, and attempts run inside the future. rustc says so as well (E0700), but with a hidden type that is generated code.

use super::super::model::Form;
use super::super::references::reference;
use super::super::returned;
use super::borrows::{exclusive_borrow, lifetime_of};
use crate::diagnostics::Errors;
use crate::function::Body;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{CapturedParam, FnArg, Pat, PreciseCapture, ReceiverKind, Signature, Type, TypeParamBound};

/// Reports a `use<..>` that leaves out a borrow which the attempts need. `repeats` says that the body may be repeated.
pub(super) fn check(signature: &Signature, body: &Body, repeats: bool, errors: &mut Errors) {
    let (Form::Future { boxed: false, returns: Type::ImplTrait(opaque) }, Body::Braces(braces)) =
        (returned::form(signature).0, body)
    else {
        return;
    };
    let capture = opaque.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::PreciseCapture(capture) => Some(capture),
        _ => None,
    });
    let Some(capture) = capture else { return };
    for parameter in &signature.inputs {
        let Some(name) = reference_name(parameter) else { continue };
        let is_lent = repeats && exclusive_borrow(parameter).is_some();
        let lifetime = lifetime_of(parameter).unwrap_or_else(|| "_".to_owned());
        let is_captured = lifetime == "static" || captured(capture).any(|name| name == format!("'{lifetime}"));
        if is_captured || !(is_lent || names(braces.stream(), &name)) {
            continue;
        }
        let listed: Vec<String> = captured(capture).collect();
        // An elided lifetime of the result is that of the receiver, or of the only reference there is.
        let references = signature.inputs.iter().filter(|parameter| reference_name(parameter).is_some()).count();
        let is_named = lifetime != "_";
        let has_short_form = is_named || matches!(parameter, FnArg::Receiver(_)) || references == 1;
        let (how, lifetime) =
            if has_short_form { ("write", lifetime) } else { ("name its lifetime, and write", "a".to_owned()) };
        let all: Vec<String> = std::iter::once(format!("'{lifetime}")).chain(listed.iter().cloned()).collect();
        let message = format!(
            "every attempt borrows `{name}`, and `use<{}>` says that the future does not; {how} `use<{}>`, or an `async fn`",
            listed.join(", "),
            all.join(", ")
        );
        errors.add(capture, message);
    }
}

/// Returns what is listed: `'a`, `T`.
fn captured(capture: &PreciseCapture) -> impl Iterator<Item = String> + '_ {
    capture.params.iter().map(|parameter| match parameter {
        CapturedParam::Lifetime(lifetime) => lifetime.to_string(),
        other => other.to_token_stream().to_string(),
    })
}

/// Returns the name of a parameter that is a reference by its syntax.
fn reference_name(parameter: &FnArg) -> Option<String> {
    match parameter {
        FnArg::Receiver(receiver) => {
            let is_reference = match &receiver.kind {
                ReceiverKind::Reference(..) => true,
                ReceiverKind::Typed(_, ty) => reference(ty).is_some(),
                _ => false,
            };
            is_reference.then(|| "self".to_owned())
        }
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) if reference(&typed.ty).is_some() => Some(name.ident.to_string()),
            _ => None,
        },
    }
}

/// Returns true if the tokens have the name.
fn names(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => names(group.stream(), name),
        _ => false,
    })
}
