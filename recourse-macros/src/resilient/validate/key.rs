//! A key with arguments: does the function have them?
//!
//! Only the first word of a name, `shard` in `{shard.region}`, can be checked here. Whether the argument has the field, and can be
//! displayed, is for rustc to find out.

use super::super::model::{Key, member};
use super::super::patterns;
use crate::diagnostics::{Errors, list};
use recourse_policy::text::did_you_mean;
use syn::ext::IdentExt as _;
use syn::{FnArg, LitStr, Pat, PatIdent, PatType, Signature};

/// `has_fallback` says that the arguments have to stay whole.
pub(super) fn check(signature: &Signature, key: Option<&Key<'_>>, has_fallback: bool, errors: &mut Errors) {
    let Some(Key { written, template: Some(template) }) = key else { return };
    let receiver = signature.receiver().map(|_| "self".to_owned());
    let bound = patterns::bound(signature).into_iter().map(|binding| binding.name.unraw().to_string());
    let known: Vec<String> = receiver.into_iter().chain(bound).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let function = &signature.ident;
    for name in template.names() {
        let argument = name.split('.').next().unwrap_or(name);
        if known.contains(&argument) {
            fields(name, written, errors);
            if has_fallback && is_part(signature, argument) {
                let message = format!(
                    "key: `{{{name}}}`: `fallback` gets whole arguments, so the one that `{argument}` is a part of is taken \
                     apart by each attempt, after the key; give it a name of its own, as in `order: Order`, and write \
                     `{{order.{argument}}}`"
                );
                errors.add(written, message);
            }
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

/// Returns true if the name is bound by a pattern from which the whole argument cannot be made again.
fn is_part(signature: &Signature, name: &str) -> bool {
    let is_plain = |typed: &PatType| matches!(&*typed.pat, Pat::Ident(PatIdent { by_ref: None, subpat: None, .. }));
    signature.inputs.iter().any(|parameter| {
        let FnArg::Typed(typed) = parameter else { return false };
        !is_plain(typed) && patterns::whole(typed).is_none() && patterns::binds(typed, name)
    })
}
