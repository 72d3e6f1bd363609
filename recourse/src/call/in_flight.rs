//! What is known of the hedges of a group, without their types.

use crate::call::inside::Ended;
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::limits;
use std::time::Duration;

/// A hedge that was launched.
#[derive(Clone, Copy, Debug)]
pub(super) struct HedgeLaunch {
    /// The number of the attempt in its call.
    pub(super) number: u8,
    /// The generation of the circuit that the hedge counts in; 0 if it is not counted, or holds a permit.
    pub(super) generation: u32,
    pub(super) at: Instant,
}

/// What the next hedge depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HedgeSummary {
    /// The number of hedges that were launched in the group.
    pub(super) launched: u32,
    /// When the oldest hedge that still runs was launched.
    pub(super) oldest: Option<Instant>,
    /// When the last hedge was launched.
    pub(super) last: Option<Instant>,
    /// A failure of the group asked to wait until then.
    pub(super) not_before: Option<Instant>,
}

/// The number of slots for hedges. No policy allows more.
pub(super) const SLOTS: usize = limits::MAX_HEDGES as usize;

/// The hedges of one group, and the failures of its attempts.
#[derive(Debug, Default)]
pub(super) struct InFlightHedges {
    /// The hedges that run, in the order of their launch.
    running: [Option<HedgeLaunch>; SLOTS],
    launched: u32,
    last: Option<Instant>,
    /// The slot of the hedge that is being polled.
    pub(super) polling: Option<usize>,
    /// The number of the attempt whose failure is kept, and how it ended.
    kept: Option<(u8, Ended)>,
    /// The longest time that a failure of the group asked to wait.
    pushback: Option<Duration>,
    not_before: Option<Instant>,
}

impl InFlightHedges {
    /// Adds a hedge, and returns its slot. No slot is used twice in a group, so the order of the slots is that of the launches.
    pub(super) fn add(&mut self, hedge: HedgeLaunch) -> Option<usize> {
        let slot = self.launched as usize;
        *self.running.get_mut(slot)? = Some(hedge);
        self.launched += 1;
        self.last = Some(hedge.at);
        Some(slot)
    }

    /// Returns the first hedge that runs, from this slot on.
    pub(super) fn next_from(&self, slot: usize) -> Option<(usize, HedgeLaunch)> {
        let mut running = self.running.iter().enumerate().skip(slot);
        running.find_map(|(slot, hedge)| hedge.map(|hedge| (slot, hedge)))
    }

    /// Removes the hedge of this slot.
    pub(super) fn remove(&mut self, slot: usize) -> Option<HedgeLaunch> {
        self.running.get_mut(slot)?.take()
    }

    pub(super) fn summary(&self) -> HedgeSummary {
        let oldest = self.next_from(0).map(|(_, hedge)| hedge.at);
        HedgeSummary { launched: self.launched, oldest, last: self.last, not_before: self.not_before }
    }

    /// Notes a failure. True if it outranks the failure that is kept, and is to be kept in its place.
    /// No further hedge starts before `not_before`.
    pub(super) fn outranks(&mut self, number: u8, ended: Ended, not_before: Option<Instant>) -> bool {
        let class = ended.class;
        // Every failure may ask to wait, whichever is kept: the next group asks the same dependency.
        if let Class::Retryable { after } = class {
            self.pushback = self.pushback.max(after);
        }
        self.not_before = self.not_before.max(not_before);
        let outranks = self.kept.is_none_or(|kept| rank(number, class) < rank(kept.0, kept.1.class));
        if outranks {
            self.kept = Some((number, ended));
        }
        outranks
    }

    /// Returns the failure that is kept, if one is, and the longest time that any failure asked to wait.
    pub(super) fn kept(&self) -> Option<(Ended, Option<Duration>)> {
        self.kept.map(|(_, ended)| (ended, self.pushback))
    }
}

/// Ranks failures: the lowest rank is the group's outcome. First by class, then by the number of the attempt. The time of arrival never
/// counts, so that the outcome does not depend on timing. A success ends its group, and is never ranked.
fn rank(number: u8, class: Class) -> (u8, u8) {
    let meaning = match class {
        Class::NonRetryable => 0,
        Class::Ignore | Class::Success => 1,
        Class::Retryable { .. } => 2,
    };
    (meaning, number)
}
