//! The circuit section.

use super::{optional, text};
use crate::document::fields::Fields;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{CircuitPolicy, Trip, bounds, limits};

pub(in crate::document) const FIELDS: [&str; 9] =
    ["failures", "percent", "min_calls", "window", "slow", "cooldown", "max_cooldown", "probes", "successes"];

const ALLOWED: &str = "`none`, `defaults`, `sensitive`, or `N failures [in D]` or `N% of M in D`, then `[, slow D] [, cooldown D[..D]] \
                       [, N probes] [, N successes]`, or a table with failures or percent, min_calls, window, slow, cooldown, \
                       max_cooldown, probes and successes";

/// Reads the section: a text or a table.
pub(in crate::document) fn circuit(node: &Node<'_>, reading: &mut Reading) -> Option<CircuitPolicy> {
    reading.place("circuit", node);
    let members = match &node.value {
        Value::Text { text: written, .. } => return text(node, written, ALLOWED, reading),
        Value::Table(members) => members,
        _ => {
            reading.no(node, "circuit", "a text or a table of fields", ALLOWED, "write such as \"50% of 20 in 10s\"");
            return None;
        }
    };
    let fields = Fields::new("circuit", members, &FIELDS, reading);
    // Every field is read before any answer, so that all faults are found.
    let trip = read_trip(&fields, reading);
    let mut time = |name, rule| fields.get(name).map(|node| reading.duration(node, rule));
    let slow = time("slow", bounds::SLOW);
    let cooldown = time("cooldown", bounds::COOLDOWN);
    let max_cooldown = time("max_cooldown", bounds::MAX_COOLDOWN);
    let mut count = |name, rule| fields.get(name).map(|node| reading.count(node, rule));
    let (probes, successes) = (count("probes", bounds::PROBES), count("successes", bounds::SUCCESSES));
    let mut policy = CircuitPolicy { trip: trip?, ..CircuitPolicy::defaults() };
    policy.slow = optional(slow)?;
    policy.cooldown = optional(cooldown)?;
    policy.max_cooldown = optional(max_cooldown)?;
    policy.probes = probes.unwrap_or(Some(policy.probes))?;
    policy.successes = successes.unwrap_or(Some(policy.successes))?;
    Some(policy)
}

fn read_trip(fields: &Fields<'_, '_>, reading: &mut Reading) -> Option<Trip> {
    let failures = fields.get("failures").map(|node| reading.count(node, bounds::FAILURES));
    let percent = fields.get("percent").map(|node| reading.count(node, bounds::RATE));
    let min_calls = fields.get("min_calls").map(|node| reading.count(node, bounds::CALLS));
    let window = fields.get("window").map(|node| reading.duration(node, bounds::WINDOW));
    if let Some(failures) = failures {
        fields.exclude(&["percent", "min_calls"], "`failures` in a row", reading);
        return Some(Trip::Failures { failures: failures?, window: optional(window)? });
    }
    let Trip::Rate { percent: share, min_calls: least, .. } = CircuitPolicy::defaults().trip else { return None };
    Some(Trip::Rate {
        percent: percent.unwrap_or(Some(share))?,
        min_calls: min_calls.unwrap_or(Some(least))?,
        window: window.unwrap_or(Some(limits::DEFAULT_WINDOW))?,
    })
}
