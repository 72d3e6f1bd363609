//! The least time that a call begins with.

use super::text;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{AtLeast, bounds};

const ALLOWED: &str = "a duration, or `p50`..`p99` `[or D]`";

/// Reads the section: a text.
pub(in crate::document) fn at_least(node: &Node<'_>, reading: &mut Reading) -> Option<AtLeast> {
    reading.place("at_least", node);
    match &node.value {
        Value::Text { text: written, .. } => text(node, written, ALLOWED, reading),
        // A number without a unit is what people write by mistake, here as for the other times.
        _ => reading.duration(node, bounds::AT_LEAST).map(AtLeast::Time),
    }
}
