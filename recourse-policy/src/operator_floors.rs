//! The floors of an operator: what a policy from the network leaves of the local one.
//!
//! # Design notes
//!
//! A timeout of a millisecond is allowed in code, and would end every call if a control plane sent it by mistake. What is too short depends on the
//! function, and its author has said what is long enough: so the floor of a time is a share of the local one, and without a local one there is no floor.

use crate::{AtLeast, Change, CircuitPolicy, DurationText, OperatorBounds, Policy, Trip};
use std::time::Duration;

impl OperatorBounds {
    /// Raises what a policy from the network sets too low, compared with the local policy that is in force without it, and returns the policy with a
    /// list of exactly what was changed: a `timeout` and an `attempt_timeout` to [`Self::min_timeout_percent`] of the local one, and what opens
    /// the circuit to [`Self::min_calls`], or to what the local policy says if that is less.
    ///
    /// ```
    /// use recourse_policy::{OperatorBounds, Policy};
    /// use std::time::Duration;
    ///
    /// let local = Policy::new().timeout(Duration::from_secs(2));
    /// let (policy, changes) = OperatorBounds::new().raise(Policy::new().timeout(Duration::from_millis(5)), &local);
    /// assert_eq!(policy.timeout, Some(Duration::from_secs(1)));
    /// assert_eq!(
    ///     changes[0].to_string(),
    ///     "timeout: 5ms became 1s: the operator's bounds allow no less than 50% of the local 2s; write a longer time, or lower `min_timeout_percent` \
    ///      of `OperatorBounds`"
    /// );
    /// ```
    #[must_use = "the policy itself is not changed; use the one that is returned"]
    pub fn raise(&self, mut policy: Policy, local: &Policy) -> (Policy, Vec<Change>) {
        let mut changes = Vec::new();
        self.raise_time("timeout", &mut policy.timeout, local.timeout, &mut changes);
        self.raise_time("attempt_timeout", &mut policy.attempt_timeout, local.attempt_timeout, &mut changes);
        self.lower_least(&mut policy.at_least, local.timeout, &mut changes);
        if let Some(circuit) = &mut policy.circuit {
            self.raise_calls(circuit, local.circuit, &mut changes);
        }
        (policy, changes)
    }

    /// A least time as long as the timeout would refuse all calls that have a deadline.
    fn lower_least(&self, least: &mut Option<AtLeast>, local: Option<Duration>, changes: &mut Vec<Change>) {
        let Some((percent, most)) = self.share_of(local) else { return };
        let Some(mut time) = least.and_then(|asked| asked.written()).filter(|asked| *asked > most) else { return };
        let reason = format!(
            "the operator's bounds allow no more than {percent}% of the local timeout of {}; write a shorter time, or raise `min_timeout_percent` \
             of `OperatorBounds`",
            DurationText(local.unwrap_or_default())
        );
        replace("at_least", &mut time, most, &reason, changes);
        *least = least.map(|asked| match asked {
            AtLeast::Time(_) => AtLeast::Time(time),
            percentile @ AtLeast::Percentile { .. } => percentile.or(time),
        });
    }

    fn raise_time(
        &self,
        field: &'static str,
        time: &mut Option<Duration>,
        local: Option<Duration>,
        changes: &mut Vec<Change>,
    ) {
        let Some((percent, least)) = self.share_of(local) else { return };
        let Some(time) = time.as_mut().filter(|asked| **asked < least) else { return };
        let reason = format!(
            "the operator's bounds allow no less than {percent}% of the local {}; write a longer time, or lower `min_timeout_percent` of \
             `OperatorBounds`",
            DurationText(local.unwrap_or_default())
        );
        replace(field, time, least, &reason, changes);
    }

    /// Returns the share of a local time that is held, in percent and as a time.
    fn share_of(&self, local: Option<Duration>) -> Option<(u32, Duration)> {
        // More than all of the local time would forbid what the function itself asks for.
        let percent = self.min_timeout_percent.min(100);
        // Times of a policy are a day at most, so this is exact.
        Some((percent, local?.saturating_mul(percent) / 100))
    }

    fn raise_calls(&self, circuit: &mut CircuitPolicy, local: Option<CircuitPolicy>, changes: &mut Vec<Change>) {
        let own = match local.map(|local| local.trip) {
            Some(Trip::Failures { failures, .. }) => failures,
            Some(Trip::Rate { min_calls, .. }) => min_calls,
            Some(Trip::Never) | None => u32::MAX,
        };
        let least = self.min_calls.min(own);
        let (field, asked) = match &mut circuit.trip {
            Trip::Failures { failures, .. } => ("circuit.failures", failures),
            Trip::Rate { min_calls, .. } => ("circuit.min_calls", min_calls),
            Trip::Never => return,
        };
        if *asked < least {
            let reason = format!(
                "the operator's bounds let no circuit open after fewer than {least}; write more, or lower `min_calls` of `OperatorBounds`"
            );
            changes.push(Change::new(field, asked.to_string(), least.to_string(), &reason));
            *asked = least;
        }
    }
}

/// Puts another time in the place of one, and says why.
fn replace(field: &'static str, time: &mut Duration, by: Duration, reason: &str, changes: &mut Vec<Change>) {
    let [from, to] = [*time, by].map(|time| DurationText(time).to_string());
    changes.push(Change::new(field, from, to, reason));
    *time = by;
}
