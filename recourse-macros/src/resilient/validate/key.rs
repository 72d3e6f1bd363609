//! A key with arguments: are they arguments of the function?

use super::super::model::Key;
use crate::diagnostics::{Errors, list};
use recourse_policy::text::did_you_mean;
use syn::{FnArg, Pat, PatIdent, Signature};

pub(super) fn check(signature: &Signature, key: Option<&Key<'_>>, errors: &mut Errors) {
    let Some(Key { written, template: Some(template) }) = key else { return };
    let known: Vec<String> = signature.inputs.iter().filter_map(name_of).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let function = &signature.ident;
    for name in template.names() {
        let argument = name.split('.').next().unwrap_or(name);
        if known.contains(&argument) {
            continue;
        }
        let instead = match did_you_mean(argument, &known) {
            Some(near) => format!("did you mean `{{{near}}}`?"),
            None if known.is_empty() => format!("`{function}` has none; write a key without braces"),
            None => format!("those of `{function}` are {}", list(known.iter().copied())),
        };
        let says = if argument == "self" { "there is no `self`" } else { "there is no argument of that name" };
        errors.add(written, format!("key: `{{{name}}}`: {says} here; {instead}"));
    }
}

/// The name under which a parameter can be seen before the body begins: patterns are taken apart inside of it.
fn name_of(parameter: &FnArg) -> Option<String> {
    match parameter {
        FnArg::Receiver(_) => Some("self".to_owned()),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(PatIdent { ident, subpat: None, .. }) => Some(ident.to_string()),
            _ => None,
        },
    }
}
