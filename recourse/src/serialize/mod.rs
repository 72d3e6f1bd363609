//! What operators see, as serde's formats write it: status of breakers, holds, policies in force, changes.
//!
//! The fields have the names of the types' fields. Durations are texts (`"1.5s"`), as in a policy; those that were measured are rounded down to
//! milliseconds. A key that was completed from a template comes with the template and its values, as they were before they were
//! escaped.
//!
//! # Design notes
//!
//! All of it stands here and not beside the types: the modules of mechanisms name no package, and what is written is one decision.

mod limits;
#[cfg(feature = "remote")]
mod remote;

use crate::circuit::{BreakerStatus, Snapshot, State, Transition, in_ms};
use crate::executor::{HeldBreaker, SiteStatus};
use crate::observe::{LostState, PolicyChange};
use recourse_policy::{Key, KeyTemplate};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::panic::Location;

/// Writes the code: `closed`, `open`, `half_open`.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Writes the fields.
impl Serialize for Transition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Transition", 3)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("cause", self.cause.as_str())?;
        fields.end()
    }
}

/// Writes the fields. Durations are rounded down to milliseconds.
impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Snapshot", 8)?;
        of_snapshot(self, &mut fields)?;
        fields.end()
    }
}

/// Writes the fields, those of the snapshot among them; `values` has the arguments that completed the template.
impl Serialize for BreakerStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("BreakerStatus", 15)?;
        of_key(&self.key, self.template, &mut fields)?;
        of_snapshot(&self.snapshot, &mut fields)?;
        fields.serialize_field("held_by", &self.held_by)?;
        fields.serialize_field("policy", &self.policy)?;
        fields.serialize_field("location", &self.location.map(Place))?;
        fields.serialize_field("namesakes", &self.namesakes)?;
        fields.end()
    }
}

/// Writes the fields.
impl Serialize for HeldBreaker {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { pattern, state, policy, met, did_you_mean } = self;
        let mut fields = serializer.serialize_struct("HeldBreaker", 5)?;
        fields.serialize_field("pattern", pattern)?;
        fields.serialize_field("state", state)?;
        fields.serialize_field("policy", policy)?;
        fields.serialize_field("met", met)?;
        fields.serialize_field("did_you_mean", did_you_mean)?;
        fields.end()
    }
}

/// Writes the fields, those of the policy in force among them.
impl Serialize for SiteStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SiteStatus", 12)?;
        of_key(&self.key, self.template, &mut fields)?;
        fields.serialize_field("location", &self.location.map(Place))?;
        fields.serialize_field("policy", &self.effective.policy)?;
        fields.serialize_field("origin", &self.effective.origin)?;
        fields.serialize_field("sources", &self.effective.sources)?;
        fields.serialize_field("changes", &self.effective.changes)?;
        fields.serialize_field("conflicts", &self.effective.conflicts)?;
        fields.serialize_field("expired", &self.expired)?;
        fields.serialize_field("concurrency", &self.concurrency)?;
        fields.serialize_field("rate", &self.rate)?;
        fields.end()
    }
}

/// Writes the fields.
impl Serialize for LostState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { circuit, retries_left, hedges_left, latencies, limit, rate_left } = self;
        let mut fields = serializer.serialize_struct("LostState", 6)?;
        fields.serialize_field("circuit", circuit)?;
        fields.serialize_field("retries_left", retries_left)?;
        fields.serialize_field("hedges_left", hedges_left)?;
        fields.serialize_field("latencies", latencies)?;
        fields.serialize_field("limit", limit)?;
        fields.serialize_field("rate_left", rate_left)?;
        fields.end()
    }
}

/// Writes the fields, each policy as the texts of its sections.
impl Serialize for PolicyChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("PolicyChange", 2)?;
        fields.serialize_field("old", &self.old)?;
        fields.serialize_field("new", &self.new)?;
        fields.end()
    }
}

fn of_key<S: SerializeStruct>(key: &Key, template: Option<&'static str>, fields: &mut S) -> Result<(), S::Error> {
    fields.serialize_field("key", key)?;
    fields.serialize_field("template", &template)?;
    let values = template.and_then(|template| Values::of(key, template));
    fields.serialize_field("values", &values)
}

fn of_snapshot<S: SerializeStruct>(snapshot: &Snapshot, fields: &mut S) -> Result<(), S::Error> {
    let Snapshot { state, forced, since, failures, calls, probes, successes, next_probe } = snapshot;
    fields.serialize_field("state", state)?;
    fields.serialize_field("forced", forced)?;
    fields.serialize_field("since", &since.map(in_ms))?;
    fields.serialize_field("failures", failures)?;
    fields.serialize_field("calls", calls)?;
    fields.serialize_field("probes", probes)?;
    fields.serialize_field("successes", successes)?;
    fields.serialize_field("next_probe", &next_probe.map(in_ms))
}

/// The arguments that completed a template, by name.
struct Values {
    template: KeyTemplate,
    values: Vec<String>,
}

impl Values {
    fn of(key: &Key, template: &str) -> Option<Self> {
        let template: KeyTemplate = template.parse().ok()?;
        let values = template.values(key)?;
        Some(Self { template, values })
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A name that stands twice in the template has one value.
        let mut values: Vec<(&str, &String)> = Vec::new();
        for (name, value) in self.template.names().zip(&self.values) {
            if !values.iter().any(|(known, _)| *known == name) {
                values.push((name, value));
            }
        }
        serializer.collect_map(values)
    }
}

/// A place in the program's source, as `src/users.rs:17`.
struct Place(&'static Location<'static>);

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}:{}", self.0.file(), self.0.line()))
    }
}
