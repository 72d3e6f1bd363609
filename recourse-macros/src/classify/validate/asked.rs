//! One word: is it a class where it stands, and is what stands behind it what the class takes?

use super::super::ast::Word;
use super::super::parse::read;
use super::super::vocabulary::{
    AFTER, AFTER_IN_PARENTHESES, CRATE, DEFAULT, IGNORE, INHERIT, NON_RETRYABLE, Place, RETRYABLE, SUCCESS, unknown,
};
use super::after::retryable;
use crate::diagnostics::Errors;
use crate::value::Value;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use std::time::Duration;
use syn::Expr;

/// A class, before it is known whether the fields can give it.
pub(super) struct Asked {
    /// Where it is said.
    pub(super) place: TokenStream,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// It is said here.
    Own(Own),
    /// A field says it: the one of this name, or the one that is meant without a name.
    Inherit(Option<Ident>),
}

pub(super) enum Own {
    Retryable,
    RetryableAt(Duration),
    RetryableAfter(Expr),
    NonRetryable,
    Ignore,
    Success,
}

impl Kind {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Own(Own::Retryable | Own::RetryableAt(_) | Own::RetryableAfter(_)) => RETRYABLE,
            Self::Own(Own::NonRetryable) => NON_RETRYABLE,
            Self::Own(Own::Ignore) => IGNORE,
            Self::Own(Own::Success) => SUCCESS,
            Self::Inherit(_) => INHERIT,
        }
    }
}

const TO_INHERIT: &str =
    "`inherit` alone asks the only field, or the one that is the source; `inherit(cause)` names one";

/// The class that a word asks for. `None`: it is no class, and that was reported.
pub(super) fn class(word: &Word, place: Place, errors: &mut Errors) -> Option<Asked> {
    let name = &word.name;
    let kind = match name.to_string().as_str() {
        RETRYABLE => Kind::Own(retryable(word, errors)?),
        NON_RETRYABLE => Kind::Own(alone(word, Own::NonRetryable, errors)?),
        IGNORE => Kind::Own(alone(word, Own::Ignore, errors)?),
        SUCCESS => Kind::Own(alone(word, Own::Success, errors)?),
        INHERIT => inherit(word, errors)?,
        AFTER => {
            errors.add(name, AFTER_IN_PARENTHESES);
            return None;
        }
        DEFAULT => {
            errors.add(name, no_default(place));
            return None;
        }
        CRATE if place == Place::Variant => {
            errors.add(name, "`crate` goes above the enum: `#[classify(crate = path)]`");
            return None;
        }
        unknown_word => {
            errors.add(name, unknown(unknown_word, place));
            return None;
        }
    };
    Some(Asked { place: name.to_token_stream(), kind })
}

fn no_default(place: Place) -> &'static str {
    match place {
        Place::Struct => {
            "a struct has one class, and no variants that could be without; write the class alone: `#[classify(retryable)]`"
        }
        Place::Enum | Place::Variant | Place::Default => {
            "`default` goes above the enum: `#[classify(default = non_retryable)]`; a variant's own class is the word alone"
        }
    }
}

/// `default = class`.
pub(super) fn default(word: &Word, errors: &mut Errors) -> Option<Asked> {
    let name = &word.name;
    let due = "`default` takes a class: `default = non_retryable`";
    let written = match &word.value {
        Value::Given(_) | Value::Unreadable(_) => word.value.to_token_stream(),
        Value::List(list) => {
            errors.add(quote!(#name #list), format!("the class stands behind an `=`; {due}"));
            return None;
        }
        Value::Nothing | Value::Forgotten => {
            errors.add(name, format!("the class is missing; {due}"));
            return None;
        }
    };
    let words = read(written.clone(), Place::Default, errors);
    let asked = words.words.first().and_then(|word| class(word, Place::Default, errors))?;
    if let Kind::Inherit(Some(field)) = &asked.kind {
        let message = format!(
            "each variant has fields of its own, so `default` cannot name one; write `default = inherit`, and \
             `#[classify(inherit({field}))]` above the variants with more than one field"
        );
        errors.add(field, message);
        return None;
    }
    (!words.is_faulty).then_some(asked)
}

/// A class that takes nothing.
fn alone(word: &Word, class: Own, errors: &mut Errors) -> Option<Own> {
    let (name, value) = (&word.name, &word.value);
    if value.is_flag() {
        return Some(class);
    }
    let takes_nothing = format!("`{name}` takes nothing: write just the word, `{name}`");
    let (place, message) = match value {
        Value::List(list) if names_after(list) => (
            quote!(#name #list),
            format!("only what is retried is waited for, so `after` belongs to `retryable`; {takes_nothing}"),
        ),
        Value::List(list) => (quote!(#name #list), takes_nothing),
        Value::Given(_) | Value::Unreadable(_) => (value.to_token_stream(), takes_nothing),
        Value::Nothing | Value::Forgotten => (name.to_token_stream(), takes_nothing),
    };
    errors.add(place, message);
    None
}

fn names_after(list: &TokenStream) -> bool {
    inside(list).into_iter().next().is_some_and(|first| matches!(first, TokenTree::Ident(word) if word == AFTER))
}

fn inherit(word: &Word, errors: &mut Errors) -> Option<Kind> {
    let name = &word.name;
    let (place, message) = match &word.value {
        Value::Nothing => return Some(Kind::Inherit(None)),
        Value::List(list) => match syn::parse2::<Ident>(inside(list)) {
            Ok(field) => return Some(Kind::Inherit(Some(field))),
            Err(_) => match syn::parse2::<syn::LitInt>(inside(list)) {
                Ok(index) => (
                    index.to_token_stream(),
                    format!("the fields of a tuple are called `_0`, `_1` and so on: `inherit(_{index})`"),
                ),
                Err(_) => (quote!(#name #list), TO_INHERIT.to_owned()),
            },
        },
        Value::Forgotten => (name.to_token_stream(), TO_INHERIT.to_owned()),
        value @ (Value::Given(_) | Value::Unreadable(_)) => (value.to_token_stream(), TO_INHERIT.to_owned()),
    };
    errors.add(place, message);
    None
}

/// What stands in the parentheses.
pub(super) fn inside(list: &TokenStream) -> TokenStream {
    match list.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    }
}
