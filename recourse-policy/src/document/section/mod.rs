//! The sections of a policy in a document: each one a text, as in the attribute, or a table of fields.

mod at_least;
mod budget;
mod circuit;
mod concurrency;
mod hedge;
mod rate;
mod retry;

pub(super) use self::{
    at_least::at_least, budget::budget, circuit::circuit, concurrency::concurrency, hedge::hedge, rate::rate,
    retry::retry,
};
#[cfg(feature = "documents")]
pub(super) use self::{
    budget::FIELDS as BUDGET_FIELDS,
    circuit::FIELDS as CIRCUIT_FIELDS,
    concurrency::FIELDS as CONCURRENCY_FIELDS,
    hedge::FIELDS as HEDGE_FIELDS,
    rate::FIELDS as RATE_FIELDS,
    retry::{BACKOFFS, FIELDS as RETRY_FIELDS, JITTERS},
};

use super::kind::FaultKind;
use super::reading::{Reading, split};
use super::tree::{Node, Value};
use crate::text::Text;
use std::ops::Range;

/// A name of something that is registered, and its place.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "documents"), expect(dead_code, reason = "serde has no places"))]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    pub(super) field: &'static str,
}

/// A section, or the name of a registered thing that takes its place.
#[derive(Clone, Debug)]
pub(super) enum Named<T> {
    Policy(T),
    Name(Name),
}

/// Reads a section that is written as text.
fn text<T: Text>(node: &Node<'_>, text: &str, allowed: &str, reading: &mut Reading) -> Option<T> {
    let read = T::read(text);
    for fault in &read.faults {
        let span = node.part(&fault.range());
        if fault.is_bound() {
            reading.place_of_bound(T::SECTION, fault.message(), span);
        } else {
            let message = fault.message().strip_prefix(T::SECTION).and_then(|message| message.strip_prefix(": "));
            let (says, instead) = split(message.unwrap_or(fault.message()));
            let value = text.get(fault.range()).filter(|part| !part.is_empty()).unwrap_or(text);
            let value = (crate::quote::Quoted(value).to_string(), allowed);
            reading.find(FaultKind::Text, span, T::SECTION, value, says, instead);
        }
    }
    read.value
}

/// Returns a value that may be left out; `None` if the value could not be read.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether reading failed, the inner one whether there is a value"
)]
fn optional<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        Some(read) => Some(Some(read?)),
        None => Some(None),
    }
}

/// Returns true for a text that can be the name of something that is registered, and no text of a section.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Reads a name.
pub(super) fn name(node: &Node<'_>, field: &'static str, reading: &mut Reading) -> Option<Name> {
    const ALLOWED: &str = "the name of something that is registered";
    match &node.value {
        Value::Text { text, .. } if is_name(text) => {
            Some(Name { text: text.to_string(), span: node.span.clone(), field })
        }
        Value::Text { .. } => {
            let says = format!("{} is no name", node.shown());
            let instead = "write letters, digits, `_`, `-` and dots, a letter first";
            reading.find(FaultKind::Text, node.span.clone(), field, (node.shown(), ALLOWED), says, instead);
            None
        }
        _ => {
            reading.wrong_type(node, field, ALLOWED, "write the name in quotes");
            None
        }
    }
}
