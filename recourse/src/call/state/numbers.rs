//! The numbers of attempts and groups, as they are reported: those that were carried, and those since.

use super::CallState;
use super::counters::{Carried, Counters};
use std::time::Duration;

impl CallState {
    /// The number of attempts that were started, hedges included.
    pub(super) fn attempts(&self) -> u32 {
        self.carried().attempts.saturating_add(self.counters.attempts.into())
    }

    /// The number of groups that the policy counts.
    pub(super) fn groups(&self) -> u32 {
        self.carried().groups.saturating_add(self.counters.groups.into())
    }

    /// The number of the group's primary.
    pub(super) fn number_of_primary(&self) -> u32 {
        self.carried().attempts.saturating_add(self.counters.primary.into())
    }

    fn carried(&self) -> Carried {
        self.cold.as_ref().map_or(Carried::default(), |cold| cold.carried)
    }

    #[cold]
    pub(super) fn carry(&mut self) {
        let carried = Carried { attempts: self.attempts(), groups: self.groups() };
        self.cold().carried = carried;
        self.counters = Counters::new(0);
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
