//! The retry section.

use super::{optional, text};
use crate::document::fields::Fields;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{Delay, Factor, Jitter, RetryPolicy, bounds, limits};

pub(in crate::document) const FIELDS: [&str; 10] = [
    "max_attempts",
    "backoff",
    "delay",
    "initial",
    "max",
    "factor",
    "jitter",
    "max_pushback",
    "fresh_after",
    "over_nested",
];

const ALLOWED: &str = "`defaults`, `none`, or `N attempts` or `forever`, then `[, delay] [, jitter] [, pushback up to D] [, fresh after D] \
                       [, over nested]`, or a table with max_attempts, backoff, delay, initial, max, factor, jitter, max_pushback, \
                       fresh_after and over_nested";

/// The shapes of a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Backoff {
    None,
    Fixed,
    Linear,
    Exponential,
}

pub(in crate::document) const BACKOFFS: [(&str, Backoff); 4] = [
    ("none", Backoff::None),
    ("fixed", Backoff::Fixed),
    ("linear", Backoff::Linear),
    ("exponential", Backoff::Exponential),
];

pub(in crate::document) const JITTERS: [(&str, Jitter); 4] =
    [("none", Jitter::None), ("full", Jitter::Full), ("equal", Jitter::Equal), ("decorrelated", Jitter::Decorrelated)];

/// Reads the section: a text or a table.
pub(in crate::document) fn retry(node: &Node<'_>, reading: &mut Reading) -> Option<RetryPolicy> {
    reading.place("retry", node);
    let members = match &node.value {
        Value::Text { text: written, .. } => return text(node, written, ALLOWED, reading),
        Value::Table(members) => members,
        _ => {
            reading.no(
                node,
                "retry",
                "a text or a table of fields",
                ALLOWED,
                "write such as \"3 attempts, exponential 10ms..250ms\"",
            );
            return None;
        }
    };
    let fields = Fields::new("retry", members, &FIELDS, reading);
    let mut policy = RetryPolicy::defaults();
    // Every field is read before any answer, so that all faults are found.
    let max_attempts = fields.get("max_attempts").map(|node| read_attempts(node, reading));
    let delay = read_delay(&fields, reading);
    let jitter = fields.get("jitter").map(|node| reading.word(node, "retry.jitter", &JITTERS));
    let max_pushback = fields.get("max_pushback").map(|node| reading.duration(node, bounds::PUSHBACK_OF_DOCUMENTS));
    let fresh_after = fields.get("fresh_after").map(|node| reading.duration(node, bounds::FRESH_AFTER));
    let over_nested = fields.get("over_nested").map(|node| reading.flag(node, "retry.over_nested"));
    if let Some(max_attempts) = max_attempts {
        policy.max_attempts = max_attempts?;
    }
    policy.delay = delay?;
    policy.max_pushback = optional(max_pushback)?;
    policy.fresh_after = optional(fresh_after)?;
    policy.over_nested = optional(over_nested)?.unwrap_or(false);
    policy.jitter = match (jitter, policy.delay) {
        (Some(jitter), _) => jitter?,
        (None, Delay::None | Delay::Fixed(_)) => Jitter::None,
        (None, _) => Jitter::Full,
    };
    Some(policy)
}

/// Reads a number of attempts, or `forever`. The outer `None` is a fault.
#[expect(clippy::option_option, reason = "the inner one is the policy's own: `None` has no end")]
fn read_attempts(node: &Node<'_>, reading: &mut Reading) -> Option<Option<u32>> {
    match &node.value {
        Value::Text { text, .. } if text == "forever" => {
            reading.place("retry.max_attempts", node);
            Some(None)
        }
        _ => reading.count(node, bounds::ATTEMPTS_OF_DOCUMENTS).map(Some),
    }
}

fn read_delay(fields: &Fields<'_, '_>, reading: &mut Reading) -> Option<Delay> {
    let written = fields.get("backoff").map(|node| reading.word(node, "retry.backoff", &BACKOFFS));
    let delay = fields.get("delay").map(|node| reading.duration(node, bounds::DELAY_OF_DOCUMENTS));
    let initial = fields.get("initial").map(|node| reading.duration(node, bounds::INITIAL_OF_DOCUMENTS));
    let max = fields.get("max").map(|node| reading.duration(node, bounds::MAX_OF_DOCUMENTS));
    let factor = fields.get("factor").map(|node| reading.factor(node));
    let backoff = match written {
        Some(word) => word?,
        None if delay.is_some() => Backoff::Fixed,
        None => Backoff::Exponential,
    };
    let range = |initial: Option<Option<_>>, max: Option<Option<_>>| {
        let initial = initial.unwrap_or(Some(limits::DEFAULT_INITIAL))?;
        // One end alone is enough, as long as it is on its side of the other's default.
        let max = max.unwrap_or(Some(limits::DEFAULT_MAX.max(initial)))?;
        Some((initial, max))
    };
    match backoff {
        Backoff::None => {
            fields.exclude(&["delay", "initial", "max", "factor"], "a backoff of \"none\"", reading);
            Some(Delay::None)
        }
        Backoff::Fixed => {
            fields.exclude(&["initial", "max", "factor"], "a fixed `delay`", reading);
            Some(Delay::Fixed(delay.unwrap_or(Some(limits::DEFAULT_INITIAL))?))
        }
        Backoff::Linear => {
            fields.exclude(&["delay", "factor"], "a backoff of \"linear\"", reading);
            let (initial, max) = range(initial, max)?;
            Some(Delay::Linear { initial, max })
        }
        Backoff::Exponential => {
            fields.exclude(&["delay"], "a backoff of \"exponential\"", reading);
            let (initial, max) = range(initial, max)?;
            Some(Delay::Exponential { initial, max, factor: factor.unwrap_or(Some(Factor::TWO))? })
        }
    }
}
