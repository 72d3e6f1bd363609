//! Single values of a document: counts, durations, factors, flags and words.

use super::kind::FaultKind;
use super::reading::{Reading, split};
use super::tree::{Node, Value};
use crate::{DurationText, Factor, bounds, bounds::Rule, quote::Quoted, text, text::did_you_mean};
use std::time::Duration;

const DURATION: &str = "a duration: a number and a unit, such as `500ms`";

impl Reading {
    /// Reads a whole number. Bounds are left to the policy, which clamps.
    pub(super) fn count(&mut self, node: &Node<'_>, rule: &'static Rule<u32>) -> Option<u32> {
        let field = rule.about.field;
        self.place(field, node);
        let allowed = format!("a whole number from {} to {}", rule.min, rule.max);
        let number = match &node.value {
            Value::Whole(number) => number,
            Value::Number(number) => {
                let shown = Quoted(number).to_string();
                let (says, instead) =
                    (format!("{shown} is not {allowed}"), format!("write such as `{}`", example(rule)));
                self.find(FaultKind::Number, node.span.clone(), field, (shown, &allowed), says, instead);
                return None;
            }
            Value::Text { text, .. } if text.parse::<u32>().is_ok() => {
                let instead = format!("write {text} without quotes");
                self.wrong_type(node, field, &allowed, instead);
                return None;
            }
            _ => {
                self.wrong_type(node, field, &allowed, format!("write such as `{}`", example(rule)));
                return None;
            }
        };
        let count = number.parse().ok();
        if count.is_none() {
            let shown = Quoted(number).to_string();
            let (reason, instead) = split(rule.about.reason);
            let says = format!("{shown} is out of bounds: {reason}");
            self.find(FaultKind::Number, node.span.clone(), field, (shown, &allowed), says, instead);
        }
        count
    }

    /// Reads a duration. Bounds are left to the policy, which clamps.
    pub(super) fn duration(&mut self, node: &Node<'_>, rule: &'static Rule<Duration>) -> Option<Duration> {
        let field = rule.about.field;
        self.place(field, node);
        let allowed = format!("a duration from {} to {}", DurationText(rule.min), DurationText(rule.max));
        match &node.value {
            Value::Text { text, .. } => match text::duration(text) {
                // In code a timeout of zero is a deadline that is over. Nobody writes one.
                Ok(Duration::ZERO) if field == bounds::TIMEOUT.about.field => {
                    let (reason, instead) = split(rule.about.reason);
                    let says = format!("{} is out of bounds: {reason}", node.shown());
                    self.find(FaultKind::Number, node.span.clone(), field, (node.shown(), &allowed), says, instead);
                    None
                }
                Ok(time) => Some(time),
                Err(fault) => {
                    let message = fault.message().trim_start_matches("duration: ");
                    let (says, instead) = split(message);
                    self.find(
                        FaultKind::Text,
                        node.part(&fault.range()),
                        field,
                        (node.shown(), &allowed),
                        says,
                        instead,
                    );
                    None
                }
            },
            Value::Whole(number) if number.bytes().all(|byte| byte.is_ascii_digit()) && number.len() < 10 => {
                let instead = format!("did you mean \"{number}ms\" or \"{number}s\"?");
                self.wrong_type(node, field, DURATION, instead);
                None
            }
            _ => {
                self.wrong_type(node, field, DURATION, "write a number and a unit in quotes, such as \"500ms\"");
                None
            }
        }
    }

    /// Reads the growth factor: a number with at most three decimals.
    pub(super) fn factor(&mut self, node: &Node<'_>) -> Option<Factor> {
        const ALLOWED: &str = "a number from 1 to 10 with at most three decimals";
        let field = bounds::FACTOR.about.field;
        self.place(field, node);
        let (Value::Whole(number) | Value::Number(number)) = &node.value else {
            self.wrong_type(node, field, ALLOWED, "write such as `1.5`");
            return None;
        };
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let decimals = if decimals.len() > 3 { decimals.trim_end_matches('0') } else { decimals };
        let factor = format!("{whole}{decimals:0<3}").parse().ok();
        let is_exact = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(thousandths) = factor.filter(|_| digits(whole) && is_exact) {
            return Some(Factor::from_thousandths(thousandths));
        }
        let shown = node.shown();
        let says = format!("{shown} is not {ALLOWED}");
        self.find(FaultKind::Number, node.span.clone(), field, (shown, ALLOWED), says, "write such as `1.5`");
        None
    }

    /// Reads `true` or `false`.
    pub(super) fn flag(&mut self, node: &Node<'_>, field: &'static str) -> Option<bool> {
        match &node.value {
            Value::Flag(flag) => Some(*flag),
            Value::Text { text, .. } if text == "true" || text == "false" => {
                let instead = format!("write {text} without quotes");
                self.wrong_type(node, field, "true or false", instead);
                None
            }
            _ => {
                self.wrong_type(node, field, "true or false", "write `true` or `false`");
                None
            }
        }
    }

    /// Reads one of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node<'_>,
        field: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let allowed = format!("one of {}", names.join(", "));
        let Value::Text { text, .. } = &node.value else {
            self.wrong_type(node, field, &allowed, "write one of them in quotes");
            return None;
        };
        let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let instead = match did_you_mean(text, &names) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => format!("allowed are {}", names.join(", ")),
            };
            let says = format!("unknown word {}", node.shown());
            self.find(FaultKind::Text, node.span.clone(), field, (node.shown(), &allowed), says, instead);
        }
        found
    }
}

/// Returns a number that is allowed, and makes sense, for a message.
fn example(rule: &Rule<u32>) -> u32 {
    rule.min.max(3).min(rule.max)
}
