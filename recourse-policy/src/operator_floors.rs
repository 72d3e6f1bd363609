//! The floors of an operator: what a policy from the network leaves of the local one.
//!
//! # Design notes
//!
//! A timeout of a millisecond is allowed in code, and would end every call if a control plane sent it by mistake. What is too short depends on the
//! function, and its author has said what is long enough: so the floor of a time is a share of the local one, and without a local one there is no floor.
//!
//! A limit on concurrency of one, or a rate of one an hour, turns a service off as well, and most functions have no limit of their own that says
//! what is too small. So there is a floor without a local limit, too: low enough for whoever cuts deep on purpose, in an outage.

use crate::{
    AtLeast, Change, CircuitPolicy, ConcurrencyPolicy, DurationText, OperatorBounds, Policy, RatePolicy, RateUnit,
    SlotPolicy, Trip, limits,
};
use std::time::Duration;

impl OperatorBounds {
    /// Raises what a policy from the network sets too low, compared with the local policy that is in force without it, and returns the policy with a
    /// list of exactly what was changed: a `timeout` and an `attempt_timeout` to [`Self::min_timeout_percent`] of the local one, and what opens
    /// the circuit to [`Self::min_calls`], or to what the local policy says if that is less. A limit on concurrency is raised to
    /// [`Self::min_slots`] and a rate to [`Self::min_rate_per_minute`], or to what the local policy says if that is less, and both to
    /// [`Self::min_limit_percent`] of the local one. Of an adaptive limit the upper bound is raised; a local one that is adaptive has no share to
    /// keep, since it goes down by itself.
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
        if let Some(concurrency) = &mut policy.concurrency {
            self.raise_slots(concurrency, local.concurrency, &mut changes);
        }
        if let Some(rate) = &mut policy.rate {
            self.raise_rate(rate, local.rate, &mut changes);
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

impl OperatorBounds {
    fn raise_slots(
        &self,
        concurrency: &mut ConcurrencyPolicy,
        local: Option<ConcurrencyPolicy>,
        changes: &mut Vec<Change>,
    ) {
        let (own, share) = match local.map(|local| local.slots) {
            Some(SlotPolicy::Fixed(own)) => (own, self.share_of_limit(own.into())),
            // An adaptive limit goes down by itself, so no share of its upper bound is needed.
            Some(SlotPolicy::Adaptive { max, .. }) => (max, 0),
            Some(SlotPolicy::Unlimited) | None => (u32::MAX, 0),
        };
        let least = u64::from(self.min_slots.min(own)).max(share).min(limits::MAX_AT_ONCE.into());
        let least = u32::try_from(least).unwrap_or(limits::MAX_AT_ONCE);
        let (field, asked) = match &mut concurrency.slots {
            SlotPolicy::Fixed(asked) => ("concurrency.at_once", asked),
            SlotPolicy::Adaptive { max, .. } => ("concurrency.max", max),
            SlotPolicy::Unlimited => return,
        };
        if *asked < least {
            let reason = format!(
                "the operator's bounds leave no fewer than {least} slots; write more, or lower `min_slots` or `min_limit_percent` of `OperatorBounds`"
            );
            changes.push(Change::new(field, asked.to_string(), least.to_string(), &reason));
            *asked = least;
        }
    }

    fn raise_rate(&self, rate: &mut RatePolicy, local: Option<RatePolicy>, changes: &mut Vec<Change>) {
        let own = local.and_then(|local| local.amount);
        let minimum = (self.min_rate_per_minute, RateUnit::Minute);
        let smallest = own.filter(|own| per_hour(*own) < per_hour(minimum)).unwrap_or(minimum);
        let share = own.map(|(own, unit)| (u32::try_from(self.share_of_limit(own.into())).unwrap_or(own), unit));
        let least = share.filter(|share| per_hour(*share) > per_hour(smallest)).unwrap_or(smallest);
        let Some(asked) = rate.amount.filter(|asked| per_hour(*asked) < per_hour(least)) else { return };
        let [from, to] = [asked, least].map(|(amount, unit)| format!("{amount}/{}", unit.letter()));
        let reason = format!(
            "the operator's bounds allow no rate below {to}; write more, or lower `min_rate_per_minute` or `min_limit_percent` of `OperatorBounds`"
        );
        changes.push(Change::new("rate.amount", from, to, &reason));
        rate.amount = Some(least);
    }

    /// Returns the share of a local limit that is held, rounded up.
    fn share_of_limit(&self, local: u64) -> u64 {
        (local * u64::from(self.min_limit_percent.min(100))).div_ceil(100)
    }
}

/// A rate, as a number that can be compared.
fn per_hour((amount, unit): (u32, RateUnit)) -> u64 {
    u64::from(amount) * 3_600 / u64::from(unit.seconds())
}

/// Puts another time in the place of one, and says why.
fn replace(field: &'static str, time: &mut Duration, by: Duration, reason: &str, changes: &mut Vec<Change>) {
    let [from, to] = [*time, by].map(|time| DurationText(time).to_string());
    changes.push(Change::new(field, from, to, reason));
    *time = by;
}
