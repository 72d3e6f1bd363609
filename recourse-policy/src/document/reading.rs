//! What reading a document finds, and the place of each value, so that a bound that clamps it later can be told there.

use super::kind::FaultKind;
use super::tree::{Member, Node, Value};
use crate::{
    Change, Conflict, limits,
    quote::{Quoted, harmless},
    text::did_you_mean,
};
use std::{fmt, ops::Range, sync::Arc};

/// A fault or a report, with its place as bytes.
#[derive(Debug)]
#[cfg_attr(not(feature = "documents"), expect(dead_code, reason = "serde has no places, and errors are messages"))]
pub(super) struct Finding {
    pub(super) kind: FaultKind,
    pub(super) span: Range<usize>,
    pub(super) key: Arc<str>,
    pub(super) field: String,
    pub(super) value: String,
    pub(super) message: String,
    pub(super) allowed: String,
    pub(super) instead: String,
}

/// The place of a value of the entry that is being read.
#[derive(Debug)]
struct Place {
    field: &'static str,
    /// The message about the value, if it is part of a text.
    reason: Option<String>,
    span: Range<usize>,
    value: String,
}

/// The state of reading one document.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// At most [`limits::DOCUMENT_FAULTS`] that refuse the document, and as many that do not.
    pub(super) findings: Vec<Finding>,
    /// The number of findings that refuse the document, and of the others.
    pub(super) refusing: usize,
    pub(super) reports: usize,
    /// The key or pattern of the entry that is being read.
    pub(super) key: Arc<str>,
    /// True if the document names a newer schema: unknown fields are ignored then, and reported.
    pub(super) newer: bool,
    places: Vec<Place>,
}

impl Reading {
    /// Adds a finding. `says` is what is wrong, `instead` what to write; both stand in the message, with a semicolon between them.
    pub(super) fn find(
        &mut self,
        kind: FaultKind,
        span: Range<usize>,
        field: &str,
        (value, allowed): (String, &str),
        says: impl fmt::Display,
        instead: impl Into<String>,
    ) {
        let count = if kind.refuses() { &mut self.refusing } else { &mut self.reports };
        *count += 1;
        // A hostile document has as many faults as bytes.
        if *count > limits::DOCUMENT_FAULTS {
            return;
        }
        let instead = instead.into();
        let colon = if field.is_empty() { "" } else { ": " };
        let semicolon = if instead.is_empty() { "" } else { "; " };
        let message = harmless(format!("{field}{colon}{says}{semicolon}{instead}"));
        let (key, field, allowed, instead) =
            (self.key.clone(), field.to_owned(), allowed.to_owned(), harmless(instead));
        self.findings.push(Finding { kind, span, key, field, value, message, allowed, instead });
    }

    /// Adds the fault that a value has another type than its field.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, field: &str, allowed: &str, instead: impl Into<String>) {
        self.no(node, field, allowed, allowed, instead);
    }

    /// Adds the fault that a value is not `noun`, which is shorter than all that is allowed.
    pub(super) fn no(&mut self, node: &Node<'_>, field: &str, noun: &str, allowed: &str, instead: impl Into<String>) {
        let shown = node.shown();
        let says = format!("{shown} is not {noun}");
        let instead = match node.value {
            Value::Null if !field.is_empty() => "leave the field out if nothing is meant".to_owned(),
            _ => instead.into(),
        };
        self.find(FaultKind::WrongType, node.span.clone(), field, (shown, allowed), says, instead);
    }

    /// Adds the fault, or the report, that there is no such field.
    pub(super) fn unknown(&mut self, member: &Member<'_>, within: &str, allowed: &[&str]) {
        let name = Quoted(&member.name).to_string();
        let field = if within.is_empty() { member.name.to_string() } else { format!("{within}.{}", member.name) };
        // A name from outside may be long, and full of what disturbs a terminal.
        let field: String = field.chars().take(80).flat_map(char::escape_debug).collect();
        let list = allowed.join(", ");
        if self.newer {
            let says = format!("{name} is ignored, since the document names a newer schema than this program knows");
            let span = member.span.clone();
            return self.find(FaultKind::Ignored, span, &field, (name, &list), says, "update the program to use it");
        }
        let instead = match did_you_mean(&member.name, allowed).or_else(|| synonym(&member.name, allowed)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("allowed are {list}"),
        };
        let says = format!("there is no field {name}");
        self.find(FaultKind::UnknownField, member.span.clone(), &field, (name, &list), says, instead);
    }

    /// Notes the place of a field.
    pub(super) fn place(&mut self, field: &'static str, node: &Node<'_>) {
        self.places.push(Place { field, reason: None, span: node.span.clone(), value: node.shown() });
    }

    /// Notes the place of a value in a text that is out of bounds.
    pub(super) fn place_of_bound(&mut self, field: &'static str, reason: &str, span: Range<usize>) {
        self.places.push(Place { field, reason: Some(reason.to_owned()), span, value: String::new() });
    }

    /// Forgets the places of the entry before.
    #[cfg(feature = "documents")]
    pub(super) fn begin(&mut self, key: Arc<str>) {
        self.key = key;
        self.places.clear();
    }

    /// Reports what the bounds changed in the entry that was read last.
    pub(super) fn clamped(&mut self, changes: &[Change]) {
        for change in changes {
            let span = self.place_of(change.field, &change.reason);
            let (reason, instead) = split(&change.reason);
            let says = format!("{} became {}: {reason}", change.from, change.to);
            let value = (change.from.clone(), reason.as_str());
            self.find(FaultKind::Clamped, span, change.field, value, says, instead);
        }
    }

    /// Reports what can never happen in the entry that was read last.
    pub(super) fn conflicts(&mut self, conflicts: &[Conflict]) {
        for conflict in conflicts {
            let (field, _) = conflict.keys;
            let place = self.places.iter().find(|place| place.field == field);
            let (span, value) = place.map_or((0..0, String::new()), |place| (place.span.clone(), place.value.clone()));
            let (says, instead) = split(conflict.message.split_once(": ").map_or("", |(_, says)| says));
            self.find(FaultKind::Conflict, span, field, (value, ""), says, instead);
        }
    }

    /// Returns the place of a field, of the part of a text that has it, or of the nearest table around it.
    fn place_of(&self, field: &str, reason: &str) -> Range<usize> {
        let exact = |field: &str| self.places.iter().find(|place| place.field == field && place.reason.is_none());
        // Of the parts of a text, the message tells which one is meant.
        let part = || self.places.iter().find(|place| place.reason.as_ref().is_some_and(|told| told.ends_with(reason)));
        let around = || {
            std::iter::successors(field.rsplit_once('.'), |(around, _)| around.rsplit_once('.'))
                .find_map(|(around, _)| exact(around))
        };
        exact(field).or_else(part).or_else(around).map_or(0..0, |place| place.span.clone())
    }
}

/// Splits a message into what is wrong and what to write instead.
pub(super) fn split(message: &str) -> (String, String) {
    match message.rsplit_once("; ") {
        Some((says, instead)) => (says.to_owned(), instead.to_owned()),
        None => (message.to_owned(), String::new()),
    }
}

/// Names that other libraries use for a field.
const SYNONYMS: [(&str, &str); 19] = [
    ("attempts", "max_attempts"),
    ("retries", "max_attempts"),
    ("max_retries", "max_attempts"),
    ("base_delay", "initial"),
    ("initial_delay", "initial"),
    ("initial_backoff", "initial"),
    ("min_delay", "initial"),
    ("max_delay", "max"),
    ("max_backoff", "max"),
    ("multiplier", "factor"),
    ("threshold", "failures"),
    ("failure_threshold", "failures"),
    ("failure_rate", "percent"),
    ("reset_timeout", "cooldown"),
    ("wait", "cooldown"),
    ("half_open", "probes"),
    ("deadline", "timeout"),
    ("circuit_breaker", "circuit"),
    ("breaker", "circuit"),
];

fn synonym<'a>(name: &str, allowed: &[&'a str]) -> Option<&'a str> {
    // `maxAttempts` and `MaxAttempts` are the field, too.
    let mut snake = String::new();
    for letter in name.chars().take(64) {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    let snake = snake.replace('-', "_");
    let meant = SYNONYMS.iter().find(|(other, _)| *other == snake).map(|(_, field)| *field);
    allowed.iter().copied().find(|field| *field == snake || Some(*field) == meant)
}
