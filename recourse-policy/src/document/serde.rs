//! Policies and sections in serde's formats: written as texts, read from texts or fields, strictly.

use super::content;
use super::kind::FaultKind;
use super::reading::Reading;
use super::section::{self, Name, Named};
use super::tree::{Node, Value};
use crate::section::Section;
use crate::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, DurationText, HedgePolicy, Key, Pattern, Policy,
    RatePolicy, RetryPolicy, bounds,
};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The sections of a [`Policy`]. The other ones need a document: the first, which is the switch, and the last, the classifier.
const SECTIONS: [&str; Section::ALL.len() - 2] = {
    let mut sections = [""; Section::ALL.len() - 2];
    let mut at = 0;
    while at < sections.len() {
        sections[at] = Section::ALL[at + 1].name();
        at += 1;
    }
    sections
};

/// Writes the sections that are set, each as its text.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for section in Section::ALL {
            let name = section.name();
            match section {
                Section::Retry => self.retry.iter().try_for_each(|retry| map.serialize_entry(name, retry))?,
                Section::Hedge => self.hedge.iter().try_for_each(|hedge| map.serialize_entry(name, hedge))?,
                Section::Circuit => self.circuit.iter().try_for_each(|circuit| map.serialize_entry(name, circuit))?,
                Section::Budget => self.budget.iter().try_for_each(|budget| map.serialize_entry(name, budget))?,
                Section::Concurrency => {
                    self.concurrency.iter().try_for_each(|concurrency| map.serialize_entry(name, concurrency))?;
                }
                Section::Rate => self.rate.iter().try_for_each(|rate| map.serialize_entry(name, rate))?,
                Section::Timeout => {
                    self.timeout.iter().try_for_each(|time| map.serialize_entry(name, &DurationText(*time)))?;
                }
                Section::AttemptTimeout => {
                    self.attempt_timeout.iter().try_for_each(|time| map.serialize_entry(name, &DurationText(*time)))?;
                }
                Section::AtLeast => {
                    self.at_least.iter().try_for_each(|least| map.serialize_entry(name, least))?;
                }
                Section::Enabled | Section::Classify => {}
            }
        }
        map.end()
    }
}

/// Reads every section from its text or its fields. Unknown fields, values out of bounds and contradictions are errors, all at once.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        let mut reading = Reading::default();
        let Value::Table(members) = &node.value else {
            return Err(D::Error::custom(format_args!("{} is no policy; write its sections as fields", node.shown())));
        };
        let read = content::read(members, &SECTIONS, &mut reading);
        for name in [read.trigger, read.hedge_budget, read.budget].into_iter().flatten() {
            unresolved(&name, &mut reading);
        }
        finish(read.policy, reading)
    }
}

/// Adds the fault that a name stands where nothing can resolve it.
fn unresolved(name: &Name, reading: &mut Reading) {
    let says =
        format!("`{}` would be the name of something that is registered, which only a document can have", name.text);
    let value = (format!("`{}`", name.text), "a text, or fields without names");
    reading.find(FaultKind::UnknownName, 0..0, name.field, value, says, "write the values themselves");
}

/// Returns the policy if nothing was found, and nothing is out of bounds or contradicts itself.
fn finish<E: Error>(policy: Policy, mut reading: Reading) -> Result<Policy, E> {
    let (allowed, changes) = policy.normalize();
    reading.clamped(&changes);
    // Another fault may have left a half of the contradiction out.
    if reading.findings.is_empty() {
        let conflicts: Vec<_> = allowed.conflicts().into_iter().filter(|conflict| !conflict.is_note).collect();
        reading.conflicts(&conflicts);
    }
    if reading.findings.is_empty() {
        return Ok(allowed);
    }
    let messages: Vec<_> = reading.findings.into_iter().map(|finding| finding.message).collect();
    Err(E::custom(messages.join("\n")))
}

macro_rules! sections {
    ($($section:ident in $field:ident: $read:expr;)*) => { $(
        /// Writes the section as its text.
        impl Serialize for $section {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        /// Reads the section from its text or its fields. Unknown fields and values out of bounds are errors, all at once.
        impl<'de> Deserialize<'de> for $section {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let node = Node::deserialize(deserializer)?;
                let mut reading = Reading::default();
                let read: fn(&Node<'_>, &mut Reading) -> Option<Self> = $read;
                let $field = read(&node, &mut reading);
                let policy = finish(Policy { $field, ..Policy::new() }, reading)?;
                policy.$field.ok_or_else(|| D::Error::custom("the section is not complete; write its text"))
            }
        }
    )* };
}

sections! {
    RetryPolicy in retry: section::retry;
    CircuitPolicy in circuit: section::circuit;
    ConcurrencyPolicy in concurrency: section::concurrency;
    RatePolicy in rate: section::rate;
    AtLeast in at_least: section::at_least;
    HedgePolicy in hedge: |node, reading| {
        let hedge = section::hedge(node, reading)?;
        for name in [hedge.trigger, hedge.budget].into_iter().flatten() {
            unresolved(&name, reading);
        }
        Some(hedge.policy)
    };
    BudgetPolicy in budget: |node, reading| match section::budget(node, "budget", bounds::BUDGET, reading)? {
        Named::Policy(budget) => Some(budget),
        Named::Name(name) => {
            unresolved(&name, reading);
            None
        }
    };
}

/// Writes the duration as a text, such as `250ms`.
impl Serialize for DurationText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads the duration from a text, such as `250ms`.
impl<'de> Deserialize<'de> for DurationText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a duration: a number and a unit in quotes, such as \"500ms\"")
    }
}

/// Writes the text of the key.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Reads the key from its text.
impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a key, such as \"users.get\"")
    }
}

/// Writes the text of the pattern.
impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Reads the pattern from its text.
impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a key or a pattern, such as \"users.get\" or \"users.*\"")
    }
}

fn parsed<'de, T, D>(deserializer: D, expected: &str) -> Result<T, D::Error>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
    D: Deserializer<'de>,
{
    let node = Node::deserialize(deserializer)?;
    match &node.value {
        Value::Text { text, .. } => text.parse().map_err(D::Error::custom),
        _ => Err(D::Error::custom(format_args!("{} is not {expected}", node.shown()))),
    }
}
