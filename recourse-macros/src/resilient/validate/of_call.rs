//! The options whose expressions each call evaluates anew: `deadline`, `priority`, and `timeout` with an argument; and the name of the attempt.

use super::super::of_call::{Deadline, Priority};
use super::values::Reader;
use crate::diagnostics::list;
use crate::options;
use crate::value::Value;
use recourse_policy::text::did_you_mean;
use syn::{Expr, Ident};

impl<'a> Reader<'a, '_> {
    /// Reads `deadline`: an expression, or `"ignore"`.
    pub(super) fn deadline(&mut self) -> Option<Deadline<'a>> {
        let (option, _) = self.option(options::DEADLINE)?;
        if let Some(text) = option.value.text() {
            if text.value() == options::IGNORE {
                return Some(Deadline::Ignored);
            }
            let message = match options::read(options::TIMEOUT, &text.value()) {
                Ok(()) => format!(
                    "a time for the whole call is its `timeout`: `timeout = \"{}\"`; `deadline` takes an expression that each call \
                     evaluates, such as an argument, or `\"ignore\"`",
                    text.value()
                ),
                Err(_) => format!(
                    "`deadline` knows no `{}`; write `deadline = \"ignore\"` for calls that the deadline around them does not concern, or \
                     an expression without quotes",
                    text.value()
                ),
            };
            self.errors.add(text, message);
            return None;
        }
        if option.value.path().is_some_and(|path| path.path.is_ident(options::IGNORE)) {
            self.errors.add(&option.value, "text is written in quotes: `deadline = \"ignore\"`");
            return None;
        }
        self.given(options::DEADLINE, |value| value.expression().filter(|value| is_computed(value))).map(Deadline::At)
    }

    /// Reads a `timeout` that each call evaluates: an argument, or an expression other than the path of a constant.
    pub(super) fn timeout_of_call(&mut self, arguments: &[Ident]) -> Option<&'a Expr> {
        let (option, _) = self.option(options::TIMEOUT)?;
        let is_argument = |word: &Ident| arguments.iter().any(|argument| argument == word);
        match option.value.path() {
            Some(path) => path.path.get_ident().filter(|word| is_argument(word)).and(option.value.expression()),
            // A duration that is spelled out belongs into the text, which is checked.
            None => option.value.expression().filter(|value| is_computed(value) && !option.value.is_duration()),
        }
    }

    /// Reads `priority`: one of its words, or an expression.
    pub(super) fn priority(&mut self, arguments: &[Ident]) -> Option<Priority<'a>> {
        let (option, _) = self.option(options::PRIORITY)?;
        let words = options::PRIORITIES.map(|(word, _)| word);
        if let Some(text) = option.value.text() {
            let written = text.value();
            let found = options::PRIORITIES.iter().find(|(word, _)| *word == written);
            if found.is_none() {
                let instead = match did_you_mean(&written, &words) {
                    Some(word) => format!("did you mean `priority = \"{word}\"`?"),
                    None => format!("the priorities are {}", list(words.into_iter())),
                };
                self.errors.add(text, format!("`priority` knows no `{written}`; {instead}"));
            }
            return found.map(|(_, variant)| Priority::Written(variant));
        }
        let word = option.value.path().and_then(|path| path.path.get_ident()).map(ToString::to_string);
        let is_argument = |word: &str| arguments.iter().any(|argument| argument == word);
        if let Some(word) = word.filter(|word| words.contains(&word.as_str()) && !is_argument(word)) {
            self.errors.add(&option.value, format!("text is written in quotes: `priority = \"{word}\"`"));
            return None;
        }
        self.given(options::PRIORITY, |value| value.expression().filter(|value| is_computed(value))).map(Priority::At)
    }

    /// Reads `attempt`: a name.
    pub(super) fn attempt_name(&mut self) -> Option<&'a Ident> {
        self.given(options::ATTEMPT, |value: &'a Value| {
            let path = value.path().filter(|path| path.qself.is_none() && path.attrs.is_empty())?;
            path.path.get_ident().filter(|word| *word != "self")
        })
    }
}

/// Returns true for an expression that can be a value of some type: no literal, no closure, no range.
fn is_computed(expression: &Expr) -> bool {
    match expression {
        Expr::Group(group) => is_computed(&group.expr),
        Expr::Unary(signed) => is_computed(&signed.expr),
        Expr::Lit(_)
        | Expr::Closure(_)
        | Expr::Range(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Assign(_)
        | Expr::Infer(_) => false,
        _ => true,
    }
}
