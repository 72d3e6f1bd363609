//! The words of `#[classify(..)]`, and which of them go wrong under another name.

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

/// What a variant can be.
pub(crate) const CLASSES: [&str; 5] = [RETRYABLE, NON_RETRYABLE, IGNORE, SUCCESS, INHERIT];

/// Where a word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Variant,
    /// Behind `default =`.
    Default,
}

/// What others call it, and how it is written here.
const ELSEWHERE: &[(&[&str], &str)] = &[
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

/// The answer to `after` where it has no effect.
pub(crate) const AFTER_IN_PARENTHESES: &str =
    "`after` stands in the parentheses of `retryable`: `retryable(after = ..)`";

/// The answer to a class where there is one.
pub(crate) fn second_class(first: &impl std::fmt::Display) -> String {
    format!("there is a class already, `{first}`; keep one of them")
}

/// The answer to a word that is none.
pub(crate) fn unknown(word: &str, place: Place) -> String {
    let snake = snake_case(word);
    let elsewhere = ELSEWHERE.iter().find(|(words, _)| words.contains(&snake.as_str())).map(|(_, class)| *class);
    let others: &[&str] = if place == Place::Default { &[AFTER] } else { &[AFTER, DEFAULT, CRATE] };
    let near = elsewhere.or_else(|| did_you_mean(&snake, &[&CLASSES, others].concat()));
    match near {
        Some(near) => format!("unknown class `{word}`; did you mean `{}`?", in_place(near, place)),
        None if place == Place::Enum => {
            format!(
                "unknown word `{word}`; above an enum stand `default = non_retryable`, or another class, and `crate = path`"
            )
        }
        None => format!("unknown class `{word}`; the classes are {}", list(CLASSES)),
    }
}

/// A word, written as it has to be where it stands.
fn in_place(word: &str, place: Place) -> String {
    match word {
        AFTER => "retryable(after = ..)".to_owned(),
        CRATE => "crate = path".to_owned(),
        DEFAULT => "default = non_retryable".to_owned(),
        class if place == Place::Enum => format!("default = {class}"),
        class => class.to_owned(),
    }
}
