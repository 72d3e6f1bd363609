//! The rate of a key: when the next call is due if all come evenly, and how far ahead of that a burst may come.
//!
//! Moments are whole nanoseconds. The rates of the scripts are those whose intervals, and the ratios between them, leave none of it over.

use super::nanos;
use crate::record::Ns;
use recourse::policy::{RatePolicy, RateUnit};
use std::time::Duration;

pub(crate) struct Rate {
    interval: Ns,
    /// How far ahead of its moment a call may come.
    tolerance: Ns,
    /// When the next call is due.
    due: Ns,
}

/// A call that was taken of a rate: the end of the line behind it.
#[derive(Clone, Copy)]
pub(crate) struct Taken(Ns);

impl Rate {
    pub(crate) fn new(policy: RatePolicy) -> Self {
        let (calls, unit) = policy.amount.expect("there is a rate");
        let second = nanos(Duration::from_secs(1));
        let (seconds, calls) = match unit {
            RateUnit::Second => (1, u64::from(calls)),
            RateUnit::Minute => (60, u64::from(calls)),
            RateUnit::Hour => (3_600, u64::from(calls)),
        };
        let interval = seconds * second / calls;
        // Left out, a burst is what comes in a tenth of a second.
        let burst = policy.burst.map_or_else(|| (calls / seconds / 10).max(1), u64::from);
        Self { interval, tolerance: (burst - 1) * interval, due: 0 }
    }

    /// Takes a call that may be put off by `longest`. Returns by how much it is, or in what time the next one is allowed.
    pub(crate) fn take(&mut self, longest: Ns, now: Ns) -> Result<(Ns, Taken), Ns> {
        let due = self.due.max(now);
        let early = (due - now).saturating_sub(self.tolerance);
        if early > longest {
            return Err(early);
        }
        self.due = due + self.interval;
        Ok((early, Taken(self.due)))
    }

    /// A call is not made. Those behind it in the line have moments of their own, so only the last one is as if it had never been.
    pub(crate) fn give_back(&mut self, Taken(end): Taken) {
        if self.due == end {
            self.due -= self.interval;
        }
    }

    /// Another rate: what was used counts in calls, and not in the time that they cost.
    pub(crate) fn set(&mut self, policy: RatePolicy, now: Ns) {
        let new = Self::new(policy);
        if self.due > now {
            let ahead = u128::from(self.due - now) * u128::from(new.interval) / u128::from(self.interval);
            self.due = now + Ns::try_from(ahead).expect("no rate is centuries behind");
        }
        (self.interval, self.tolerance) = (new.interval, new.tolerance);
    }
}
