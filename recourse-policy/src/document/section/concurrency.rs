//! The concurrency section.

use super::{optional, text};
use crate::document::fields::Fields;
use crate::document::kind::FaultKind;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{ConcurrencyPolicy, SlotPolicy, bounds};

pub(in crate::document) const FIELDS: [&str; 5] = ["at_once", "min", "max", "wait", "queue"];

const ALLOWED: &str = "`none`, or `N at once` or `adaptive [A..B]`, then `[, wait D] [, queue N]`, or a table with at_once, min, max, wait \
                       and queue";
const AT_ONCE: &str = "a whole number, or \"adaptive\"";

/// Reads the section: a text or a table.
pub(in crate::document) fn concurrency(node: &Node<'_>, reading: &mut Reading) -> Option<ConcurrencyPolicy> {
    reading.place("concurrency", node);
    let members = match &node.value {
        Value::Text { text: written, .. } => return text(node, written, ALLOWED, reading),
        Value::Table(members) => members,
        _ => {
            reading.no(node, "concurrency", "a text or a table of fields", ALLOWED, "write such as \"8 at once\"");
            return None;
        }
    };
    let fields = Fields::new("concurrency", members, &FIELDS, reading);
    // Every field is read before any answer, so that all faults are found.
    let at_once = fields.get("at_once").map(|node| read_at_once(node, reading));
    let mut count = |name, rule| fields.get(name).map(|node| reading.count(node, rule));
    let (min, max) = (count("min", bounds::ADAPTIVE_MIN), count("max", bounds::ADAPTIVE_MAX));
    let queue = count("queue", bounds::QUEUE);
    let wait = fields.get("wait").map(|node| reading.duration(node, bounds::SLOT_WAIT));
    let Some(at_once) = at_once else {
        let says = "it does not say how many run at once";
        let instead = "write `at_once`: a number, or \"adaptive\"";
        reading.find(FaultKind::Missing, node.span.clone(), "concurrency", (node.shown(), ALLOWED), says, instead);
        return None;
    };
    let mut policy = ConcurrencyPolicy::adaptive();
    if let Some(limit) = at_once? {
        fields.exclude(&["min", "max"], "a number at once", reading);
        policy = ConcurrencyPolicy::at_once(limit);
    } else if let SlotPolicy::Adaptive { min: least, max: most } = policy.slots {
        policy = policy.between(min.unwrap_or(Some(least))?, max.unwrap_or(Some(most))?);
    }
    policy.wait = optional(wait)?;
    policy.queue = optional(queue)?;
    Some(policy)
}

/// Reads a number, or the word `adaptive`, for which there is none.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether reading failed, the inner one whether there is a number"
)]
fn read_at_once(node: &Node<'_>, reading: &mut Reading) -> Option<Option<u32>> {
    match &node.value {
        Value::Text { text, .. } if text == "adaptive" => Some(None),
        Value::Text { .. } => {
            reading.wrong_type(node, "concurrency.at_once", AT_ONCE, "write such as 8, or \"adaptive\"");
            None
        }
        _ => reading.count(node, bounds::AT_ONCE).map(Some),
    }
}
