//! `retryable(after = ..)`: when the next attempt may start.
//!
//! Text is read here. An expression is only told apart from text: its type is for rustc to check.

use super::super::ast::Word;
use super::super::parse::{parenthesized, read};
use super::super::vocabulary::{AFTER, CLASSES, Position};
use crate::diagnostics::Errors;
use crate::value::Value;
use proc_macro2::TokenTree;
use quote::{ToTokens as _, quote};
use recourse_policy::{DurationText, limits, text};
use std::time::Duration;
use syn::{Expr, ExprLit, Lit};

const AFTER_TAKES: &str = "`after` takes a `Duration`, an `Option<Duration>`, a reference to one of them, or text: \
                           `after = retry_after`, `after = \"5s\"`";

/// The time in `retryable(after = ..)`.
pub(super) enum After {
    Text(Duration),
    Expression(Expr),
}

/// Reads `retryable`, alone or with a time. Returns `None` after an error.
#[allow(clippy::option_option)]
pub(super) fn retryable(word: &Word, errors: &mut Errors) -> Option<Option<After>> {
    let name = &word.name;
    let list = match &word.value {
        Value::Nothing => return Some(None),
        Value::List(list) => list,
        value => {
            let tokens = if let Value::Forgotten = value { name.to_token_stream() } else { value.to_token_stream() };
            errors.add(tokens, "`retryable` is written alone, or with a time in parentheses: `retryable(after = ..)`");
            return None;
        }
    };
    let inside = parenthesized(list);
    let begins_word = inside.clone().into_iter().next().is_some_and(|first| matches!(first, TokenTree::Ident(_)));
    if !begins_word {
        errors.add(quote!(#name #list), "in its parentheses `retryable` takes `after`: `retryable(after = ..)`");
        return None;
    }
    let words = read(inside, Position::Variant, errors);
    let mut after = None;
    let mut is_faulty = words.is_faulty;
    for (index, word) in words.words.iter().enumerate() {
        if word.name != AFTER {
            errors.add(&word.name, no_after(word));
            is_faulty = true;
        } else if index > 0 {
            errors.add(&word.name, "`after` is given twice; keep one of them");
            is_faulty = true;
        } else {
            after = self::after(word, errors);
        }
    }
    if is_faulty { None } else { after.map(Some) }
}

/// Returns the message for anything but `after`.
fn no_after(word: &Word) -> String {
    let name = word.name.to_string();
    if CLASSES.contains(&name.as_str()) {
        return "a class cannot be inside another; keep one of them".to_owned();
    }
    if word.value.is_flag() {
        return format!("in its parentheses `retryable` takes `after`: `retryable(after = {name})`");
    }
    format!("`retryable` takes `after`, not `{name}`: `retryable(after = ..)`")
}

fn after(word: &Word, errors: &mut Errors) -> Option<After> {
    let name = &word.name;
    let expression = match &word.value {
        Value::Given(expression) => expression,
        Value::Nothing | Value::Forgotten => {
            errors.add(name, format!("`after` needs a value; {AFTER_TAKES}"));
            return None;
        }
        Value::List(list) => {
            errors.add(quote!(#name #list), format!("the time is written after an `=`; {AFTER_TAKES}"));
            return None;
        }
        Value::Unreadable(written) => {
            errors.add(written, AFTER_TAKES);
            return None;
        }
    };
    if let Some(literal) = word.value.text() {
        return match duration(&literal.value()) {
            Ok(duration) => Some(After::Text(duration)),
            Err(message) => {
                errors.add(literal, message);
                None
            }
        };
    }
    if let Expr::Lit(ExprLit { lit, .. }) = expression {
        errors.add(lit, no_duration(lit));
        return None;
    }
    Some(After::Expression(expression.clone()))
}

/// Reads a duration, and refuses those without effect.
fn duration(text: &str) -> Result<Duration, String> {
    let duration = text::duration(text).map_err(|fault| fault.message().to_owned())?;
    let longest = DurationText(limits::MAX_PUSHBACK);
    if duration.is_zero() {
        return Err("zero says nothing about when to come back; leave `after` out".to_owned());
    }
    if duration > limits::MAX_PUSHBACK {
        return Err(format!("no call waits longer than {longest} for a retry; write `after = \"{longest}\"`"));
    }
    Ok(duration)
}

fn no_duration(literal: &Lit) -> String {
    let (digits, suffix) = match literal {
        Lit::Int(number) => (number.base10_digits(), number.suffix()),
        Lit::Float(number) => (number.base10_digits(), number.suffix()),
        _ => return AFTER_TAKES.to_owned(),
    };
    if suffix.is_empty() {
        format!("a duration is text and has a unit: `after = \"{digits}s\"`, or `after = \"{digits}ms\"`")
    } else {
        format!("a duration is text and is written in quotes: `after = \"{digits}{suffix}\"`")
    }
}
