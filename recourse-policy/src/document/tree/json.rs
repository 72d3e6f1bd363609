//! The tree of a JSON document.
//!
//! # Design notes
//!
//! No well-kept parser gives the places of JSON values. The crate `serde_json` does, in a way: its `RawValue` borrows a value from the text, so the
//! place of the value is the distance of the two addresses. Each level of a document is read once more for it; documents have about four.

use super::{Member, Node, TreeFault, TreeFaultKind, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::HashSet, fmt, ops::Range};

/// Reads a document. The tree has what could be read in spite of the faults.
pub(in crate::document) fn read(text: &str, max_depth: usize) -> (Node<'_>, Vec<TreeFault>) {
    let mut tree = Tree { text, max_depth, faults: Vec::new() };
    let root = match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => tree.node(raw, 1),
        Err(error) => {
            let at = byte_of(text, error.line(), error.column());
            tree.fault(TreeFaultKind::Syntax, at..at, message(&error));
            Node { span: 0..text.len(), value: Value::Null }
        }
    };
    (root, tree.faults)
}

/// Returns the message without its place, which is told in another way.
fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Returns the byte of a line and a column as `serde_json` counts them: both from 1, columns in bytes.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

struct Tree<'a> {
    text: &'a str,
    max_depth: usize,
    faults: Vec<TreeFault>,
}

impl<'a> Tree<'a> {
    fn fault(&mut self, kind: TreeFaultKind, span: Range<usize>, message: String) {
        self.faults.push(TreeFault { kind, span, message });
    }

    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Node<'a> {
        let (span, written) = (self.span(raw), raw.get());
        let value = match written.as_bytes().first() {
            Some(b'{') if depth > self.max_depth => {
                let message = format!("objects are nested deeper than {} levels", self.max_depth);
                self.fault(TreeFaultKind::TooDeep, span.clone(), message);
                Value::Null
            }
            Some(b'{') => self.object(written, depth),
            Some(b'[') => Value::Array,
            Some(b'"') => {
                let (text, start) = self.text(raw);
                Value::Text { text, start }
            }
            Some(b't') => Value::Flag(true),
            Some(b'f') => Value::Flag(false),
            Some(b'n') | None => Value::Null,
            Some(_) if written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
                Value::Whole(written.into())
            }
            Some(_) => Value::Number(written.into()),
        };
        Node { span, value }
    }

    fn object(&mut self, written: &'a str, depth: usize) -> Value<'a> {
        // The text was checked as a whole, so an object in it can be read.
        let pairs = serde_json::from_str::<Pairs<'a>>(written).map_or(Vec::new(), |pairs| pairs.0);
        let mut names = HashSet::with_capacity(pairs.len());
        let mut members = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let (span, text) = (self.span(name), self.text(name).0);
            if !names.insert(text.clone()) {
                self.fault(TreeFaultKind::Duplicate, span.clone(), "duplicate key".to_owned());
                continue;
            }
            members.push(Member { name: text, span, node: self.node(value, depth + 1) });
        }
        Value::Table(members)
    }

    /// Returns a text, and the byte at which it begins if it has no escapes.
    fn text(&mut self, raw: &'a RawValue) -> (Cow<'a, str>, Option<usize>) {
        let written = raw.get();
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        if !inside.contains('\\') {
            return (inside.into(), Some(self.span(raw).start + 1));
        }
        match serde_json::from_str::<String>(written) {
            Ok(text) => (text.into(), None),
            // Half of a surrogate pair, which only shows when the escapes are read.
            Err(error) => {
                let span = self.span(raw);
                self.fault(TreeFaultKind::Syntax, span, message(&error));
                (inside.into(), None)
            }
        }
    }

    fn span(&self, raw: &RawValue) -> Range<usize> {
        let start = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + raw.get().len()
    }
}

/// The names and values of an object, as they are written.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs<'de>, M::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
