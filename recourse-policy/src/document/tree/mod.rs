//! The tree of a document, the same for TOML, for JSON and for serde: values with their places in the text.
//!
//! Numbers stay as they are written. So `1e3`, `1.0` and 2^64 are told apart from counts, and no value passes through a float.

#[cfg(feature = "documents")]
mod json;
mod serde;
#[cfg(feature = "documents")]
mod toml;

#[cfg(feature = "documents")]
pub(super) use self::{json::read as read_json, toml::read as read_toml};

use crate::quote::Quoted;
use std::{borrow::Cow, ops::Range};

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) span: Range<usize>,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Null,
    Flag(bool),
    /// A whole number: digits, with a minus before them if it is negative.
    Whole(Cow<'a, str>),
    /// Any other number, as it is written.
    Number(Cow<'a, str>),
    Text {
        text: Cow<'a, str>,
        /// The byte at which the text begins, if the document has it without escapes.
        start: Option<usize>,
    },
    #[cfg(feature = "documents")]
    Date,
    Array,
    Table(Vec<Member<'a>>),
}

/// A name and its value.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) span: Range<usize>,
    pub(super) node: Node<'a>,
}

/// What is wrong with a text that is no tree.
#[cfg(feature = "documents")]
#[derive(Debug)]
pub(super) struct TreeFault {
    pub(super) kind: TreeFaultKind,
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

#[cfg(feature = "documents")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TreeFaultKind {
    Syntax,
    Duplicate,
    TooDeep,
}

impl Node<'_> {
    /// Returns the value as messages show it.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Value::Null => "`null`".to_owned(),
            Value::Flag(flag) => format!("`{flag}`"),
            Value::Whole(number) | Value::Number(number) => Quoted(number).to_string(),
            Value::Text { text, .. } => Quoted(text).to_string(),
            #[cfg(feature = "documents")]
            Value::Date => "a date".to_owned(),
            Value::Array => "an array".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }

    /// Returns the place of a part of the text that the value is, as well as it can be told.
    pub(super) fn part(&self, range: &Range<usize>) -> Range<usize> {
        match &self.value {
            Value::Text { start: Some(start), .. } => start + range.start..start + range.end,
            _ => self.span.clone(),
        }
    }
}
