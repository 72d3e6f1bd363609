//! What operators see of limits on concurrency and of rates, and what they hold.

use crate::circuit::in_ms;
use crate::concurrency::{ConcurrencyStatus, LimitChange};
use crate::executor::HeldLimit;
use crate::rate::RateStatus;
use recourse_policy::DurationText;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::time::Duration;

/// Writes the fields, the form as a policy writes it: `"adaptive 4..200"`. Durations are rounded down to milliseconds.
impl Serialize for ConcurrencyStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { slots: _, limit, running, waiting, queue, last_change, since } = self;
        let mut fields = serializer.serialize_struct("ConcurrencyStatus", 7)?;
        fields.serialize_field("slots", &self.form())?;
        fields.serialize_field("limit", limit)?;
        fields.serialize_field("running", running)?;
        fields.serialize_field("waiting", waiting)?;
        fields.serialize_field("queue", queue)?;
        fields.serialize_field("last_change", last_change)?;
        fields.serialize_field("since", &since.map(in_ms))?;
        fields.end()
    }
}

/// Writes the fields, the reason as its code.
impl Serialize for LimitChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("LimitChange", 3)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("reason", self.reason.as_str())?;
        fields.end()
    }
}

/// Writes the fields, the rate as a policy writes it: `"100/s, burst 10"`. Durations are rounded up to milliseconds.
impl Serialize for RateStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Who comes back at this moment is not to come too early.
        let retry_after = self.retry_after.as_nanos().div_ceil(1_000_000);
        let retry_after = DurationText(Duration::from_millis(u64::try_from(retry_after).unwrap_or(u64::MAX)));
        let mut fields = serializer.serialize_struct("RateStatus", 3)?;
        fields.serialize_field("rate", &self.rate.to_string())?;
        fields.serialize_field("left", &self.left)?;
        fields.serialize_field("retry_after", &retry_after)?;
        fields.end()
    }
}

/// Writes the fields, each limit as its text.
impl Serialize for HeldLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { pattern, concurrency, rate, met, did_you_mean } = self;
        let mut fields = serializer.serialize_struct("HeldLimit", 5)?;
        fields.serialize_field("pattern", pattern)?;
        fields.serialize_field("concurrency", concurrency)?;
        fields.serialize_field("rate", rate)?;
        fields.serialize_field("met", met)?;
        fields.serialize_field("did_you_mean", did_you_mean)?;
        fields.end()
    }
}
