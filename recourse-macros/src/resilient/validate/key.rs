//! A key with arguments: does the function have them?
//!
//! Only the first word of a name, `shard` in `{shard.region}`, can be checked here. Whether the argument has the field, and can be
//! displayed, is for rustc to find out.

use super::super::model::{Key, member};
use crate::diagnostics::{Errors, list};
use recourse_policy::text::did_you_mean;
use syn::ext::IdentExt as _;
use syn::{FnArg, LitStr, Pat, PatIdent, Signature};

pub(super) fn check(signature: &Signature, key: Option<&Key<'_>>, errors: &mut Errors) {
    let Some(Key { written, template: Some(template) }) = key else { return };
    let known: Vec<String> = signature.inputs.iter().filter_map(name_of).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let function = &signature.ident;
    for name in template.names() {
        let argument = name.split('.').next().unwrap_or(name);
        if known.contains(&argument) {
            fields(name, written, errors);
            continue;
        }
        // A likely spelling mistake, or else everything that could have been meant.
        let instead = match did_you_mean(argument, &known) {
            Some(near) => format!("did you mean `{{{near}}}`?"),
            None if known.is_empty() => format!("`{function}` has none; write a key without braces"),
            None => format!("those of `{function}` are {}", list(known.iter().copied())),
        };
        let says = if argument == "self" { "there is no `self`" } else { "there is no argument of that name" };
        errors.add(written, format!("key: `{{{name}}}`: {says} here; {instead}"));
    }
}

/// Reports words that look like a field, but can never be one, such as `self` after the first dot.
fn fields(name: &str, written: &LitStr, errors: &mut Errors) {
    for word in name.split('.').skip(1) {
        if member(word, written.span()).is_none() {
            errors.add(written, format!("key: `{{{name}}}`: there can be no field `{word}`"));
        }
    }
}

/// Returns the name of a parameter, without `r#`, if it has one before the body begins. Patterns are matched inside of the body.
fn name_of(parameter: &FnArg) -> Option<String> {
    match parameter {
        FnArg::Receiver(_) => Some("self".to_owned()),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(PatIdent { by_ref: None, ident, subpat: None, .. }) => Some(ident.unraw().to_string()),
            _ => None,
        },
    }
}
