//! The words of `#[classify(..)]`, the names that others give them, and the messages for wrong words.

use crate::diagnostics::list;
use crate::options::{self, snake_case};
use recourse_policy::text::did_you_mean;

pub(crate) const RETRYABLE: &str = "retryable";
pub(crate) const NON_RETRYABLE: &str = "non_retryable";
pub(crate) const IGNORE: &str = "ignore";
pub(crate) const SUCCESS: &str = "success";
pub(crate) const INHERIT: &str = "inherit";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const AFTER: &str = "after";
pub(crate) use options::CRATE;

/// The classes that a variant can have.
pub(crate) const CLASSES: [&str; 5] = [RETRYABLE, NON_RETRYABLE, IGNORE, SUCCESS, INHERIT];

/// The position of a word, which decides what it can mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Enum,
    Struct,
    Variant,
    /// After `default =`.
    Default,
}

/// Names from other libraries, and what is written here instead.
const SYNONYMS: &[(&[&str], &str)] = &[
    (&["retry", "transient", "temporary", "unavailable", "again"], RETRYABLE),
    (
        &["permanent", "fatal", "terminal", "fail", "failure", "no_retry", "not_retryable", "unretryable", "never"],
        NON_RETRYABLE,
    ),
    (&["skip", "neutral"], IGNORE),
    (&["ok", "healthy"], SUCCESS),
    (&["transparent", "source", "from", "delegate", "forward", "nested"], INHERIT),
    (&["retry_after", "delay", "wait", "backoff"], AFTER),
];

/// The message for `after` outside of `retryable(..)`.
pub(crate) const AFTER_IN_PARENTHESES: &str = "`after` goes in the parentheses of `retryable`: `retryable(after = ..)`";

/// Returns the message for a second class.
pub(crate) fn second_class(first: &impl std::fmt::Display) -> String {
    format!("there is a class already, `{first}`; keep one of them")
}

/// Returns the message for an unknown word.
pub(crate) fn unknown(word: &str, position: Position) -> String {
    let snake = snake_case(word);
    let synonym = SYNONYMS.iter().find(|(words, _)| words.contains(&snake.as_str())).map(|(_, class)| *class);
    let others: &[&str] = if position == Position::Default { &[AFTER] } else { &[AFTER, DEFAULT, CRATE] };
    let near = synonym.or_else(|| did_you_mean(&snake, &[&CLASSES, others].concat()));
    match near {
        Some(near) => format!("unknown class `{word}`; did you mean `{}`?", corrected(near, position)),
        None if position == Position::Enum => {
            format!(
                "unknown word `{word}`; above an enum, write `default = non_retryable`, or another class, or `crate = path`"
            )
        }
        None => format!("unknown class `{word}`; the classes are {}", list(CLASSES)),
    }
}

/// Returns a word as it is written in this position.
fn corrected(word: &str, position: Position) -> String {
    match word {
        AFTER => "retryable(after = ..)".to_owned(),
        CRATE => "crate = path".to_owned(),
        DEFAULT => "default = non_retryable".to_owned(),
        class if position == Position::Enum => format!("default = {class}"),
        class => class.to_owned(),
    }
}
