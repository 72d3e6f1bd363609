//! The function: can it be guarded, and do the attributes of its parameters make sense?

use super::super::arguments::is_owned;
use super::super::model::{Form, Sections};
use super::super::patterns;
use super::super::references::plain;
use super::super::returned;
use crate::diagnostics::Errors;
use crate::function::{Body, Function, is_conditional_by_ref};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, ExprClosure, ExprPath, FnArg, Ident, Meta, Pat, ReturnType, Signature, Type};

/// Reports a function that is not async, has no body, or does not return a `Result`.
pub(super) fn check(function: &Function, errors: &mut Errors) {
    let signature = &function.signature;
    for attribute in function.attributes.iter().filter(|attribute| is_called(attribute, "resilient")) {
        errors.add(attribute, "`#[resilient]` is written twice; put all options into one");
    }
    // The header of a method without a body is the business of its implementations.
    if let Body::Missing(_) = function.body {
        let name = &signature.ident;
        errors.add(name, format!("`{name}` has no body to guard; write `#[resilient]` on the method in each `impl`"));
        return;
    }
    if let Some(constness) = signature.constness {
        errors.add(constness, "a `const fn` cannot be awaited, so it cannot be guarded; write an `async fn`");
        return;
    }
    match returned::form(signature) {
        (_, Some(outcome)) if signature.asyncness.is_some() || returned::returns_future(signature) => {
            is_a_result(signature, outcome, errors);
        }
        (Form::Async, None) if signature.asyncness.is_some() => {
            let name = &signature.ident;
            errors.add(name, format!("{}; write `-> Result<(), Error>`", must_return_result(name)));
        }
        _ => {
            let (tokens, message) = not_async(function);
            errors.add(tokens, message);
        }
    }
}

/// Reports every `#[by_ref]` that cannot be, or has no effect.
///
/// The attribute changes the type that the body sees, from `T` to `&T`, so it is refused if it saves no clone.
pub(super) fn by_ref(function: &Function, runs_once: bool, errors: &mut Errors) {
    for (nth, (index, attribute)) in function.by_ref.iter().enumerate() {
        let Some(parameter) = function.signature.inputs.get(*index) else { continue };
        if is_conditional_by_ref(attribute) {
            errors.add(
                attribute,
                "`#[by_ref]` is read before `cfg_attr` is applied, so it cannot depend on a `cfg`; write `#[by_ref]` alone, or two \
                 functions, one under each `#[cfg]`",
            );
            continue;
        }
        let FnArg::Typed(typed) = parameter else {
            by_ref_receiver(parameter, attribute, runs_once, errors);
            continue;
        };
        if !matches!(attribute.meta, Meta::Path(_)) {
            errors.add(attribute, "`#[by_ref]` takes no value: write just the word, `#[by_ref]`");
        } else if function.by_ref.iter().take(nth).any(|(earlier, _)| earlier == index) {
            errors.add(attribute, "`#[by_ref]` is written twice; keep one of them");
        } else if matches!(plain(&typed.ty), Type::Reference(_)) {
            errors.add(attribute, "`#[by_ref]` lends what is owned, and this is a reference already; leave it out");
        } else if let Some(ident) = patterns::changes(typed) {
            let message = format!(
                "`#[by_ref]` lends `{ident}` to each attempt, so no attempt can change it; leave out `mut`, or `#[by_ref]`, \
                 and each gets a clone of its own"
            );
            errors.add(attribute, message);
        } else if runs_once {
            errors.add(attribute, ONE_ATTEMPT);
        }
    }
}

const ONE_ATTEMPT: &str =
    "`#[by_ref]` saves the clone that each attempt gets, and there is only one attempt here; leave it out";

/// Reports a `#[by_ref]` on a receiver that is not an owned one, which can be lent as `&Self`.
fn by_ref_receiver(parameter: &FnArg, attribute: &Attribute, runs_once: bool, errors: &mut Errors) {
    let FnArg::Receiver(receiver) = parameter else { return };
    if !is_owned(receiver) {
        errors.add(attribute, "`#[by_ref]` lends what is owned, and this is a reference already; leave it out");
    } else if !matches!(attribute.meta, Meta::Path(_)) {
        errors.add(attribute, "`#[by_ref]` takes no value: write just the word, `#[by_ref]`");
    } else if receiver.mutability.is_some() {
        let message = "`#[by_ref]` lends `self` to each attempt, so no attempt can change it; leave out `mut`, or `#[by_ref]`, and \
                       each gets a clone of its own";
        errors.add(attribute, message);
    } else if runs_once {
        errors.add(attribute, ONE_ATTEMPT);
    }
}

/// Reports parameters under `#[cfg(..)]`, which a fallback cannot be given: the macro does not know whether they are there.
pub(super) fn conditional_parameters(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.inputs {
        if let (FnArg::Typed(typed), true) = (parameter, has_cfg(parameter)) {
            let message = "`fallback` gets all arguments, and this one is not always there; write two functions, one \
                           under each `#[cfg]`, each with a fallback of its own";
            errors.add(typed, message);
        }
    }
}

/// Reports the path of a constant that is the name of an argument: policies are evaluated once, before any call.
pub(super) fn constants_of_the_program(signature: &Signature, sections: &Sections<'_>, errors: &mut Errors) {
    let bound = patterns::bound(signature);
    for path in sections.paths() {
        let Some(name) = path.path.get_ident().filter(|name| bound.iter().any(|binding| binding.name == **name)) else {
            continue;
        };
        let message = format!(
            "`{name}` is an argument of `{}`, and a policy is evaluated once for the whole program, before any call; write text or a \
             `const` here; a limit of a single call is its `timeout` or its `deadline`, which may be an argument",
            signature.ident
        );
        errors.add(path, message);
    }
}

/// Reports the name of an attempt that is the name of an argument, which the body could not see any more.
pub(super) fn attempt_name(signature: &Signature, name: Option<&Ident>, errors: &mut Errors) {
    let Some(name) = name else { return };
    if patterns::bound(signature).iter().any(|binding| binding.name == *name) {
        let message = format!(
            "`{name}` is an argument of `{}`, and `attempt = {name}` would hide it from the body; give the attempt another name",
            signature.ident
        );
        errors.add(name, message);
    }
}

/// Reports a fallback of a method that is named by a single word, which is almost always meant to be another method. rustc would not find
/// it, and advise `self.cached`.
pub(super) fn fallback_path(signature: &Signature, path: &ExprPath, errors: &mut Errors) {
    let Some(word) = path.path.get_ident().filter(|_| signature.receiver().is_some()) else { return };
    if patterns::bound(signature).iter().any(|binding| binding.name == *word) {
        return;
    }
    let message = format!(
        "in a method, `fallback` says where it is found: write `fallback = Self::{word}` for a method, and `self::{word}` for a function of the \
         module"
    );
    errors.add(path, message);
}

/// Reports a fallback whose closure has not as many parameters as it gets arguments.
pub(super) fn fallback_closure(signature: &Signature, closure: &ExprClosure, errors: &mut Errors) {
    let count = signature.inputs.len() + 1;
    if closure.inputs.len() == count {
        return;
    }
    let name = |(index, parameter): (usize, &FnArg)| match parameter {
        FnArg::Receiver(_) => "this".to_owned(),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => name.ident.to_string(),
            _ => format!("argument{index}"),
        },
    };
    let names: Vec<String> = signature.inputs.iter().enumerate().map(name).chain(["error".to_owned()]).collect();
    let message = format!(
        "`fallback` gets the arguments of `{}`, and the error after them: `|{}| ..`; for a constant, write `fallback = Ok(..)`",
        signature.ident,
        names.join(", ")
    );
    errors.add(closure, message);
}

fn has_cfg(parameter: &FnArg) -> bool {
    let FnArg::Typed(typed) = parameter else { return false };
    let attributes = typed.attrs.iter();
    let mut conditions = attributes.filter(|attribute| attribute.path().is_ident("cfg") || is_conditional(attribute));
    conditions.next().is_some()
}

/// Returns true for `#[cfg_attr(.., cfg(..))]`.
fn is_conditional(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut words = list.tokens.clone().into_iter();
    list.path.is_ident("cfg_attr") && words.any(|word| matches!(word, TokenTree::Ident(word) if word == "cfg"))
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

/// Returns the tokens to blame for a function that is not async, and the likely cause.
fn not_async(function: &Function) -> (TokenStream, String) {
    let Signature { ident: name, fn_token, output, .. } = &function.signature;
    // The most misleading case first: the source says `async`, and another attribute has taken it away.
    let is_test = function.attributes.iter().any(|attribute| is_called(attribute, "test"));
    if is_test || name == "main" {
        let message = format!(
            "`{name}` is not `async` here: an attribute above, such as `#[tokio::{}]`, has already made it synchronous; \
             write `#[resilient]` above that attribute, or on an `async fn` that `{name}` calls",
            if is_test { "test" } else { "main" }
        );
        return (name.to_token_stream(), message);
    }
    if let ReturnType::Type(_, ty) = output {
        if returned::returns_future(&function.signature) {
            let message = format!(
                "the return type of `{name}` does not say what its future returns; write `-> impl Future<Output = Result<T, Error>>`, \
                 or `async fn {name}(..) -> Result<T, Error>`"
            );
            return (ty.to_token_stream(), message);
        }
        if let Some(result) = returned::inner_result(ty) {
            let (shown, result) = (returned::spelled(ty), returned::spelled(result));
            let message = format!(
                "`#[resilient]` cannot see that `{shown}` is a future; write `async fn {name}(..) -> {result}`, or `-> impl \
                 Future<Output = {result}>`"
            );
            return (ty.to_token_stream(), message);
        }
    }
    if let ReturnType::Type(_, ty) = output {
        if returned::is_stream(ty) {
            let message = format!(
                "a stream is no single call: opening it can be guarded, its items cannot; write `async fn {name}(..) -> Result<{}, \
                 Error>`, or guard an `async fn` that fetches one item",
                returned::spelled(ty)
            );
            return (ty.to_token_stream(), message);
        }
    }
    let message = format!(
        "`#[resilient]` goes on an `async fn`, or on a function that returns a future; write `async fn {name}`; if it blocks, call it \
         inside, as in `tokio::task::spawn_blocking(move || {name}(..)).await`"
    );
    (fn_token.to_token_stream(), message)
}

fn must_return_result(name: &Ident) -> String {
    format!("`{name}` must return a `Result`: a timeout or an open circuit is reported as an error")
}

/// Reports a type that is not a `Result` by its syntax. An unknown name may be an alias, and passes.
fn is_a_result(signature: &Signature, outcome: &Type, errors: &mut Errors) {
    if let Some(instead) = returned::instead_of(outcome) {
        let instead = if signature.asyncness.is_some() { instead } else { instead.replace("-> ", "Output = ") };
        errors.add(outcome, format!("{}; write `{instead}`", must_return_result(&signature.ident)));
    }
}
