//! The function: can it be guarded, and can its body run more than once?

use super::super::arguments::is_exclusive_reference;
use super::super::model::Form;
use super::super::returned::{self, Future};
use super::Repeats;
use crate::diagnostics::Errors;
use crate::function::{Body, Function};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, FnArg, Ident, Meta, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Type};

/// `idempotent` is the word, where it is written.
pub(super) fn check(function: &Function, repeats: Option<Repeats>, idempotent: Option<&Ident>, errors: &mut Errors) {
    let signature = &function.signature;
    for attribute in function.attributes.iter().filter(|attribute| is_called(attribute, "resilient")) {
        errors.add(attribute, "`#[resilient]` is written twice; put all options into one");
    }
    if let Body::Missing(_) = function.body {
        let name = &signature.ident;
        errors.add(name, format!("`{name}` has no body to guard; write `#[resilient]` on the method in each `impl`"));
        return;
    }
    if let Some(constness) = signature.constness {
        errors.add(constness, "a `const fn` cannot be awaited, so it cannot be guarded; write an `async fn`");
    } else {
        match form(signature) {
            (_, Some(outcome)) if signature.asyncness.is_some() || future_of(signature).is_some() => {
                is_a_result(signature, outcome, errors);
            }
            (Form::Async, None) if signature.asyncness.is_some() => {
                let name = &signature.ident;
                errors.add(name, format!("{}; write `-> Result<(), Error>`", must(name)));
            }
            _ => {
                let (tokens, message) = not_async(function);
                errors.add(tokens, message);
            }
        }
    }
    if repeats == Some(Repeats::Hedge) {
        exclusive_borrows(signature, errors);
    }
    if let Some(word) = idempotent {
        vouched_exclusive_borrows(signature, word, errors);
    }
}

/// What kind of function it is, and the type of its outcome, where one is written.
pub(super) fn form(signature: &Signature) -> (Form<'_>, Option<&Type>) {
    match (&signature.output, future_of(signature)) {
        (ReturnType::Type(_, returns), Some(Future { output, boxed })) => (Form::Future { boxed, returns }, output),
        (ReturnType::Type(_, returns), None) => (Form::Async, Some(returns)),
        (ReturnType::Default, _) => (Form::Async, None),
    }
}

/// The future that is returned, where the function is not `async`.
fn future_of(signature: &Signature) -> Option<Future<'_>> {
    match &signature.output {
        ReturnType::Type(_, ty) if signature.asyncness.is_none() => returned::future(ty),
        _ => None,
    }
}

/// `#[by_ref]` lends an owned argument to each attempt.
pub(super) fn lent(function: &Function, runs_once: bool, errors: &mut Errors) {
    for (at, (index, attribute)) in function.lent.iter().enumerate() {
        let Some(parameter) = function.signature.inputs.get(*index) else { continue };
        let FnArg::Typed(typed) = parameter else {
            errors.add(attribute, "`#[by_ref]` stands on an argument; take the receiver by `&self` instead");
            continue;
        };
        if !matches!(attribute.meta, Meta::Path(_)) {
            errors.add(attribute, "`#[by_ref]` takes no value: write just the word, `#[by_ref]`");
        } else if function.lent.iter().take(at).any(|(earlier, _)| earlier == index) {
            errors.add(attribute, "`#[by_ref]` is written twice; keep one of them");
        } else if matches!(super::super::arguments::plain(&typed.ty), Type::Reference(_)) {
            errors.add(attribute, "`#[by_ref]` lends what is owned, and this is a reference already; leave it out");
        } else if let Pat::Ident(PatIdent { mutability: Some(_), ident, .. }) = &*typed.pat {
            let message = format!(
                "`#[by_ref]` lends `{ident}` to each attempt, so no attempt can change it; leave out `mut`, or `#[by_ref]`, \
                 and each gets a clone of its own"
            );
            errors.add(attribute, message);
        } else if runs_once {
            errors.add(
                attribute,
                "`#[by_ref]` saves the clone that each attempt gets, and there is only one attempt here; leave it out",
            );
        }
    }
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

/// Where and why it is no `async fn`, as far as can be seen.
fn not_async(function: &Function) -> (TokenStream, String) {
    let Signature { ident: name, fn_token, .. } = &function.signature;
    let is_test = function.attributes.iter().any(|attribute| is_called(attribute, "test"));
    if is_test || name == "main" {
        let message = format!(
            "`{name}` is not `async` here: an attribute above, such as `#[tokio::{}]`, has already made it synchronous; \
             write `#[resilient]` above that attribute, or on an `async fn` that `{name}` calls",
            if is_test { "test" } else { "main" }
        );
        return (name.to_token_stream(), message);
    }
    let message = match future_of(&function.signature) {
        Some(_) => format!(
            "what the future of `{name}` gives has to be seen here; write `-> impl Future<Output = Result<T, Error>>`, or \
             `async fn {name}(..) -> Result<T, Error>`"
        ),
        None => format!("`#[resilient]` stands on an `async fn`, or on a function that returns a future; write `async fn {name}`"),
    };
    (fn_token.to_token_stream(), message)
}

fn must(name: &Ident) -> String {
    format!("`{name}` must return a `Result`, so that its failures can be seen")
}

/// Refuses what is no `Result` by its syntax. Never an unknown name: it may be an alias.
fn is_a_result(signature: &Signature, outcome: &Type, errors: &mut Errors) {
    if let Some(instead) = returned::instead_of(outcome) {
        let instead = if signature.asyncness.is_some() { instead } else { instead.replace("-> ", "Output = ") };
        errors.add(outcome, format!("{}; write `{instead}`", must(&signature.ident)));
    }
}

/// An attempt that borrows mutably cannot run beside another.
fn exclusive_borrows(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.inputs {
        let Some(what) = exclusive_borrow(parameter) else { continue };
        let message = format!(
            "{what} is a mutable borrow, and `hedge` runs two attempts at the same time; {SHARE_IT}remove `hedge`"
        );
        errors.add(parameter, message);
    }
}

/// What a fallback cannot be given.
pub(super) fn lent_to_fallback(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.inputs {
        if let (FnArg::Typed(typed), true) = (parameter, has_cfg(parameter)) {
            let message = "`fallback` gets all arguments, and this one is not always there; write two functions, each with \
                           the `#[cfg]` on it";
            errors.add(typed, message);
        }
    }
}

fn has_cfg(parameter: &FnArg) -> bool {
    let FnArg::Typed(typed) = parameter else { return false };
    let attributes = typed.attrs.iter();
    let mut conditions = attributes.filter(|attribute| attribute.path().is_ident("cfg") || is_conditional(attribute));
    conditions.next().is_some()
}

/// `#[cfg_attr(.., cfg(..))]`
fn is_conditional(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut words = list.tokens.clone().into_iter();
    list.path.is_ident("cfg_attr") && words.any(|word| matches!(word, TokenTree::Ident(word) if word == "cfg"))
}

/// The word is at fault: the author vouches for what the borrow rules out. What else repeats comes second, and is not told.
fn vouched_exclusive_borrows(signature: &Signature, word: &Ident, errors: &mut Errors) {
    for what in signature.inputs.iter().filter_map(exclusive_borrow) {
        let message = format!(
            "`idempotent` lets two attempts run at the same time, and {what} is a mutable borrow; {SHARE_IT}remove \
             `idempotent`"
        );
        errors.add(word, message);
    }
}

const SHARE_IT: &str = "take it by `&` with interior mutability (a `Mutex`, an atomic), or ";

/// The parameter in words, where it is a mutable borrow by its syntax.
fn exclusive_borrow(parameter: &FnArg) -> Option<String> {
    match parameter {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, _, Some(_)) => Some("`&mut self`".to_owned()),
            ReceiverKind::Typed(_, ty) if is_exclusive_reference(ty) => {
                Some(format!("`self: {}`", returned::spelled(ty)))
            }
            _ => None,
        },
        FnArg::Typed(typed) if is_exclusive_reference(&typed.ty) => match &*typed.pat {
            Pat::Ident(name) => Some(format!("argument `{}`", name.ident)),
            _ => Some("this argument".to_owned()),
        },
        FnArg::Typed(_) => None,
    }
}
