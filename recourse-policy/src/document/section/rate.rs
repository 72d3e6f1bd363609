//! The rate section.

use super::{optional, text};
use crate::document::fields::Fields;
use crate::document::kind::FaultKind;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{RatePolicy, RateUnit, bounds};

pub(in crate::document) const FIELDS: [&str; 6] = ["per_second", "per_minute", "per_hour", "burst", "wait", "per_call"];

const UNITS: [(&str, RateUnit); 3] =
    [("per_second", RateUnit::Second), ("per_minute", RateUnit::Minute), ("per_hour", RateUnit::Hour)];

const ALLOWED: &str = "`none`, or `N/s`, `N/m` or `N/h`, then `[, burst N] [, wait D] [, per call]`, or a table with per_second, \
                       per_minute or per_hour, burst, wait and per_call";

/// Reads the section: a text or a table.
pub(in crate::document) fn rate(node: &Node<'_>, reading: &mut Reading) -> Option<RatePolicy> {
    reading.place("rate", node);
    let members = match &node.value {
        Value::Text { text: written, .. } => return text(node, written, ALLOWED, reading),
        Value::Table(members) => members,
        _ => {
            reading.no(node, "rate", "a text or a table of fields", ALLOWED, "write such as \"100/s, burst 20\"");
            return None;
        }
    };
    let fields = Fields::new("rate", members, &FIELDS, reading);
    // Every field is read before any answer, so that all faults are found.
    let mut amounts = UNITS.into_iter().filter_map(|(name, unit)| Some((name, unit, fields.get(name)?)));
    let first = amounts.next().map(|(name, unit, node)| (name, reading.count(node, bounds::RATE_AMOUNT), unit));
    let burst = fields.get("burst").map(|node| reading.count(node, bounds::BURST));
    let wait = fields.get("wait").map(|node| reading.duration(node, bounds::RATE_WAIT));
    let per_call = fields.get("per_call").map(|node| reading.flag(node, "rate.per_call"));
    let Some((name, attempts, unit)) = first else {
        let says = "it does not say how many in which time";
        let instead = "write `per_second`, `per_minute` or `per_hour`";
        reading.find(FaultKind::Missing, node.span.clone(), "rate", (node.shown(), ALLOWED), says, instead);
        return None;
    };
    let others: Vec<_> = amounts.map(|(other, ..)| other).collect();
    fields.exclude(&others, &format!("`{name}`"), reading);
    let policy = RatePolicy { amount: Some((attempts?, unit)), ..RatePolicy::none() };
    Some(RatePolicy {
        burst: optional(burst)?,
        wait: optional(wait)?,
        per_call: per_call.unwrap_or(Some(false))?,
        ..policy
    })
}
