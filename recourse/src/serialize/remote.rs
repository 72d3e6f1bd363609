//! What operators see of control planes.

use crate::circuit::in_ms;
use crate::providers::remote::{DocumentState, RemoteDocument, RemoteError, RemoteOutage, RemoteStatus};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Writes the code and the sentence, with the faults of a document as lines in it.
impl Serialize for RemoteError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RemoteError", 2)?;
        fields.serialize_field("kind", self.kind().code())?;
        fields.serialize_field("says", &self.to_string())?;
        fields.end()
    }
}

/// Writes the code: `fresh`, `stale`, `missing`.
impl Serialize for DocumentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Writes the fields. Durations are rounded down to milliseconds.
impl Serialize for RemoteOutage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RemoteOutage", 3)?;
        fields.serialize_field("failures", &self.failures)?;
        fields.serialize_field("lasts", &in_ms(self.lasts))?;
        fields.serialize_field("next_fetch_in", &in_ms(self.next_fetch_in))?;
        fields.end()
    }
}

/// Writes the fields. Durations are rounded down to milliseconds, and reports are lines.
impl Serialize for RemoteDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RemoteDocument", 11)?;
        fields.serialize_field("name", &*self.name)?;
        fields.serialize_field("url", &*self.url)?;
        fields.serialize_field("state", &self.state)?;
        fields.serialize_field("version", &self.version)?;
        fields.serialize_field("entries", &self.entries)?;
        fields.serialize_field("age", &self.age.map(in_ms))?;
        fields.serialize_field("next_fetch_in", &self.next_fetch_in.map(in_ms))?;
        fields.serialize_field("is_watched", &self.is_watched)?;
        fields.serialize_field("error", &self.error)?;
        let reports: Vec<String> = self.reports.iter().map(ToString::to_string).collect();
        fields.serialize_field("reports", &reports)?;
        fields.serialize_field("more_reports", &self.more_reports)?;
        fields.end()
    }
}

/// Writes the fields. Durations are rounded down to milliseconds.
impl Serialize for RemoteStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RemoteStatus", 23)?;
        fields.serialize_field("url", &*self.url)?;
        fields.serialize_field("is_polling", &self.is_polling)?;
        fields.serialize_field("is_ignored", &self.is_ignored)?;
        fields.serialize_field("held", &self.held)?;
        fields.serialize_field("stale", &self.stale)?;
        fields.serialize_field("missing", &self.missing)?;
        fields.serialize_field("oldest", &self.oldest.map(in_ms))?;
        fields.serialize_field("fetches", &self.fetches)?;
        fields.serialize_field("failures", &self.failures)?;
        fields.serialize_field("refusals", &self.refusals)?;
        fields.serialize_field("installs", &self.installs)?;
        fields.serialize_field("panics", &self.panics)?;
        fields.serialize_field("failures_in_a_row", &self.failures_in_a_row)?;
        fields.serialize_field("last_fetch", &self.last_fetch.map(in_ms))?;
        fields.serialize_field("last_success", &self.last_success.map(in_ms))?;
        fields.serialize_field("next_fetch_in", &self.next_fetch_in.map(in_ms))?;
        fields.serialize_field("entries", &self.entries)?;
        fields.serialize_field("version", &self.version)?;
        fields.serialize_field("last_error", &self.last_error)?;
        fields.serialize_field("outage", &self.outage)?;
        fields.serialize_field("snapshot_error", &self.snapshot_error)?;
        fields.serialize_field("documents", &self.documents)?;
        fields.serialize_field("left_out", &self.left_out)?;
        fields.end()
    }
}
