//! The numbers of attempts and groups, as they are reported: those that were carried, and those since.

use super::CallState;
use super::counters::Carried;
use std::time::Duration;

impl CallState {
    /// The number of attempts that were started, hedges included.
    pub(super) fn attempts(&self) -> u32 {
        self.carried().number_of(self.counters.attempts)
    }

    /// The number of groups that the policy counts.
    pub(super) fn groups(&self) -> u32 {
        self.carried().groups.saturating_add(self.counters.groups.into())
    }

    fn carried(&self) -> Carried {
        self.cold.as_ref().map_or(Carried::default(), |cold| cold.carried)
    }

    /// Carries what was counted. No attempt may run.
    #[cold]
    pub(super) fn carry(&mut self) {
        let taken = self.counters.take();
        let carried = &mut self.cold().carried;
        carried.attempts = carried.attempts.saturating_add(taken.attempts);
        carried.groups = carried.groups.saturating_add(taken.groups);
    }

    /// Counts the groups anew: the present one is the first. Its attempts keep their numbers.
    #[cold]
    pub(in crate::call) fn count_anew(&mut self) {
        self.counters.groups = 1;
        if let Some(cold) = &mut self.cold {
            cold.carried.groups = 0;
            cold.last_backoff = Duration::ZERO;
        }
    }
}
