//! One word: is it a class where it is written, and does the class take the value after it?

use super::super::ast::Word;
use super::super::parse::{parenthesized, read};
use super::super::vocabulary::{
    AFTER, AFTER_IN_PARENTHESES, CRATE, DEFAULT, IGNORE, INHERIT, NON_RETRYABLE, Position, RETRYABLE, SUCCESS, unknown,
};
use super::after::{self, After};
use crate::diagnostics::Errors;
use crate::value::Value;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

/// A class as it was written, before the fields of the variant are looked at.
pub(super) struct WrittenClass {
    /// The word, for error messages.
    pub(super) tokens: TokenStream,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// A class that does not depend on a field's class.
    Stated(Stated),
    /// The class of a field: of this name, or found by the rules for `inherit` alone.
    Inherit(Option<Ident>),
}

pub(super) enum Stated {
    Retryable(Option<After>),
    NonRetryable,
    Ignore,
    Success,
}

impl Kind {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Stated(Stated::Retryable(_)) => RETRYABLE,
            Self::Stated(Stated::NonRetryable) => NON_RETRYABLE,
            Self::Stated(Stated::Ignore) => IGNORE,
            Self::Stated(Stated::Success) => SUCCESS,
            Self::Inherit(_) => INHERIT,
        }
    }
}

const TO_INHERIT: &str =
    "`inherit` alone means the only field, or the one that is the source; `inherit(cause)` names one";

/// Returns the class that a word names, or `None` if it names none, which was reported.
pub(super) fn class(word: &Word, position: Position, errors: &mut Errors) -> Option<WrittenClass> {
    let name = &word.name;
    let kind = match name.to_string().as_str() {
        RETRYABLE => Kind::Stated(Stated::Retryable(after::retryable(word, errors)?)),
        NON_RETRYABLE => Kind::Stated(alone(word, Stated::NonRetryable, errors)?),
        IGNORE => Kind::Stated(alone(word, Stated::Ignore, errors)?),
        SUCCESS => Kind::Stated(alone(word, Stated::Success, errors)?),
        INHERIT => inherit(word, errors)?,
        AFTER => {
            errors.add(name, AFTER_IN_PARENTHESES);
            return None;
        }
        DEFAULT => {
            errors.add(name, no_default(position));
            return None;
        }
        CRATE if position == Position::Variant => {
            errors.add(name, "`crate` goes above the enum: `#[classify(crate = path)]`");
            return None;
        }
        unknown_word => {
            errors.add(name, unknown(unknown_word, position));
            return None;
        }
    };
    Some(WrittenClass { tokens: name.to_token_stream(), kind })
}

fn no_default(position: Position) -> &'static str {
    match position {
        Position::Struct => {
            "a struct has one class, and no variants that could be without; write the class alone: `#[classify(retryable)]`"
        }
        Position::Enum | Position::Variant | Position::Default => {
            "`default` goes above the enum: `#[classify(default = non_retryable)]`; a variant's own class is the word alone"
        }
    }
}

/// Reads `default = class`.
pub(super) fn default(word: &Word, errors: &mut Errors) -> Option<WrittenClass> {
    let name = &word.name;
    let expected = "`default` takes a class: `default = non_retryable`";
    let written = match &word.value {
        Value::Given(_) | Value::Unreadable(_) => word.value.to_token_stream(),
        Value::List(list) => {
            errors.add(quote!(#name #list), format!("the class is written after an `=`; {expected}"));
            return None;
        }
        Value::Nothing | Value::Forgotten => {
            errors.add(name, format!("the class is missing; {expected}"));
            return None;
        }
    };
    let words = read(written.clone(), Position::Default, errors);
    let class = words.words.first().and_then(|word| class(word, Position::Default, errors))?;
    if let Kind::Inherit(Some(field)) = &class.kind {
        let message = format!(
            "each variant has fields of its own, so `default` cannot name one; write `default = inherit`, and \
             `#[classify(inherit({field}))]` above the variants with more than one field"
        );
        errors.add(field, message);
        return None;
    }
    (!words.is_faulty).then_some(class)
}

/// Reads a class that takes no value.
fn alone(word: &Word, class: Stated, errors: &mut Errors) -> Option<Stated> {
    let (name, value) = (&word.name, &word.value);
    if value.is_flag() {
        return Some(class);
    }
    let takes_nothing = format!("`{name}` takes nothing: write just the word, `{name}`");
    let (tokens, message) = match value {
        Value::List(list) if names_after(list) => (
            quote!(#name #list),
            format!("only what is retried is waited for, so `after` belongs to `retryable`; {takes_nothing}"),
        ),
        Value::List(list) => (quote!(#name #list), takes_nothing),
        Value::Given(_) | Value::Unreadable(_) => (value.to_token_stream(), takes_nothing),
        Value::Nothing | Value::Forgotten => (name.to_token_stream(), takes_nothing),
    };
    errors.add(tokens, message);
    None
}

fn names_after(list: &TokenStream) -> bool {
    parenthesized(list).into_iter().next().is_some_and(|first| matches!(first, TokenTree::Ident(word) if word == AFTER))
}

/// Reads `inherit`, alone or with the name of a field.
fn inherit(word: &Word, errors: &mut Errors) -> Option<Kind> {
    let name = &word.name;
    let (tokens, message) = match &word.value {
        Value::Nothing => return Some(Kind::Inherit(None)),
        Value::List(list) => match syn::parse2::<Ident>(parenthesized(list)) {
            Ok(field) => return Some(Kind::Inherit(Some(field))),
            Err(_) => match syn::parse2::<syn::LitInt>(parenthesized(list)) {
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
    errors.add(tokens, message);
    None
}
