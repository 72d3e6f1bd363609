//! What attempts hold of the limit on concurrency, and the place in its queue.

use super::CallState;
use crate::concurrency::{Entered, Full};
use crate::error::RejectionKind;
use crate::executor::{AttemptSlot, QueuePlace, Refusal, ResolvedSite, SiteConcurrency, SiteLimits};
use crate::observe::{AttemptOutcome, EndReason, Event};
use crate::rate::RateLimited;
use crate::time::Instant;

/// In place of the number of an attempt that has ended, and holds its slot until it is dropped. No attempt has it: see [`counters`](super::counters).
const ENDED: u8 = u8::MAX;

/// Why no attempt may start.
#[derive(Clone, Copy, Debug)]
pub(in crate::call) enum Denial {
    /// The circuit refuses it.
    Circuit(Refusal),
    /// No slot is free.
    Full(Full),
    /// The rate does not allow it yet.
    Rate(RateLimited),
}

impl Denial {
    /// Why the call ends.
    pub(in crate::call) const fn reason(self) -> EndReason {
        match self {
            Self::Circuit(_) => EndReason::CircuitOpen,
            Self::Full(_) => EndReason::Full,
            Self::Rate(_) => EndReason::RateLimited,
        }
    }

    /// What the caller gets.
    pub(in crate::call) const fn kind(self) -> RejectionKind {
        match self {
            Self::Circuit(_) => RejectionKind::CircuitOpen,
            Self::Full(_) => RejectionKind::Full,
            Self::Rate(_) => RejectionKind::RateLimited,
        }
    }
}

impl CallState {
    /// Takes what the next primary needs: a slot, an attempt of the rate, and the admission of the circuit. After this the call may be
    /// waiting ([`Self::is_queued`]); the circuit is asked when all else is there.
    pub(in crate::call) fn claim(
        &mut self,
        site: &ResolvedSite,
        mut now: impl FnMut() -> Instant,
    ) -> Result<(), Denial> {
        match &site.limits {
            None => self.admit(site, now).map_err(Denial::Circuit),
            Some(limits) => self.claim_within(limits, site, &mut now),
        }
    }

    /// Claims within the limits of the key.
    ///
    /// # Design notes
    ///
    /// The circuit is only looked at first, and asked last: a probe's permit that waited in a queue would keep all others out.
    #[cold]
    fn claim_within(
        &mut self,
        limits: &SiteLimits,
        site: &ResolvedSite,
        now: &mut dyn FnMut() -> Instant,
    ) -> Result<(), Denial> {
        self.look_at_circuit(site, now)?;
        if let Some(concurrency) = limits.concurrency.as_ref().filter(|concurrency| !concurrency.is_held_around()) {
            if self.enter(concurrency, site, now).map_err(Denial::Full)? == Place::InQueue {
                return Ok(());
            }
        }
        self.claim_rest(site, now)
    }

    /// Looks whether the circuit would refuse the attempt, and takes nothing of it.
    fn look_at_circuit(&mut self, site: &ResolvedSite, now: &mut dyn FnMut() -> Instant) -> Result<(), Denial> {
        match site.circuit.as_ref().and_then(|circuit| circuit.refuses(now)) {
            None => Ok(()),
            Some(refusal) => {
                self.circuit_refused(refusal);
                Err(Denial::Circuit(refusal))
            }
        }
    }

    /// Claims what comes after the slot.
    fn claim_rest(&mut self, site: &ResolvedSite, now: &mut dyn FnMut() -> Instant) -> Result<(), Denial> {
        if let Some(rate) = site.limits.as_ref().and_then(|limits| limits.rate.as_ref()) {
            if self.claim_rate(rate, site, now)? == Place::InQueue {
                return Ok(());
            }
        }
        self.claim_admission(site, now)
    }

    /// Claims what comes last. What was taken before is given back if that is refused.
    pub(super) fn claim_admission(
        &mut self,
        site: &ResolvedSite,
        now: &mut dyn FnMut() -> Instant,
    ) -> Result<(), Denial> {
        self.admit(site, now).map_err(|refusal| {
            self.give_back_unused();
            Denial::Circuit(refusal)
        })
    }

    fn enter(
        &mut self,
        concurrency: &SiteConcurrency,
        site: &ResolvedSite,
        now: &mut dyn FnMut() -> Instant,
    ) -> Result<Place, Full> {
        // The time in the queue is time of the call.
        if concurrency.wait.is_some() {
            self.start_call_clock(&mut *now);
        }
        match concurrency.enter(self.share(), self.deadline(site), now) {
            Ok(Entered::Slot(slot)) => {
                self.keep_slot(slot);
                Ok(Place::AtOnce)
            }
            Ok(Entered::Waiting(place)) => {
                let (running, waiting) = (concurrency.limit.running(), concurrency.limit.waiting());
                self.record(|| Event::Queued { running, waiting });
                self.cold().queued = Some(place);
                Ok(Place::InQueue)
            }
            Err(full) => {
                self.slot_denied(full);
                Err(full)
            }
        }
    }

    /// The slot has come for which the call was in the queue.
    pub(in crate::call) fn slot_came(&mut self, slot: AttemptSlot, site: &ResolvedSite) -> Result<(), Denial> {
        // Before anything is taken of the rate, or waited for: the circuit may have opened meanwhile. The slot goes back at once.
        self.look_at_circuit(site, &mut Instant::now)?;
        self.keep_slot(slot);
        self.claim_rest(site, &mut Instant::now)
    }

    pub(in crate::call) fn slot_denied(&mut self, full: Full) {
        let Full { running, waiting, priority } = full;
        self.record(|| Event::SlotDenied { running, waiting, priority });
    }

    /// Keeps the slot of the attempt that is launched next.
    pub(in crate::call) fn keep_slot(&mut self, slot: AttemptSlot) {
        self.cold().slots.keep(0, slot);
    }

    /// True while the call waits for a slot, or for the rate.
    pub(in crate::call) fn is_queued(&self) -> bool {
        self.cold.as_ref().is_some_and(|cold| cold.queued.is_some() || cold.rate_due.is_some())
    }

    /// The place in the queue, while the call waits for a slot.
    pub(in crate::call) fn queued(&mut self) -> Option<&mut QueuePlace> {
        self.cold.as_mut().and_then(|cold| cold.queued.as_mut())
    }

    pub(in crate::call) fn leave_queue(&mut self) {
        if let Some(cold) = &mut self.cold {
            cold.queued = None;
        }
    }

    /// The limit of which the attempt of this number holds a slot.
    pub(in crate::call) fn held_limit(&self, number: u8, site: &ResolvedSite) -> Option<usize> {
        let concurrency = site.limits.as_ref()?.concurrency.as_ref()?;
        self.cold.as_ref()?.slots.has(number).then(|| concurrency.limit.address())
    }

    /// Tells the limit how an attempt has ended. Its slot is held until the attempt is gone: see [`Self::give_slots_back`]. `had_time` tells
    /// whether an attempt that a deadline has cut had enough time to say something about the dependency.
    pub(in crate::call) fn tell_limit(
        &mut self,
        number: u8,
        outcome: AttemptOutcome,
        had_time: bool,
        now: impl FnOnce() -> Instant,
    ) {
        let Some(cold) = &mut self.cold else { return };
        let Some(slot) = cold.slots.renumber(number, ENDED) else { return };
        // What is not worth another attempt was answered, and is part of what the dependency does. What failed fast says nothing about how long
        // it takes, and what was cancelled neither.
        let changed = match outcome {
            AttemptOutcome::Success | AttemptOutcome::Ignored | AttemptOutcome::NonRetryable => slot.tell_answered(now),
            AttemptOutcome::AttemptTimeout => slot.tell_timed_out(now),
            AttemptOutcome::Timeout if had_time => slot.tell_timed_out(now),
            _ => None,
        };
        if let Some(change) = changed {
            self.record(|| Event::LimitChanged { change });
        }
    }

    /// Gives the slots of attempts back that have ended and are gone. To be called after they were dropped, or two would run on one slot.
    pub(in crate::call) fn give_slots_back(&mut self) {
        if let Some(cold) = &mut self.cold {
            cold.slots.give_back(ENDED);
        }
    }

    /// Gives back what was taken for an attempt that does not start.
    pub(in crate::call) fn give_back_unused(&mut self) {
        if let Some(cold) = &mut self.cold {
            cold.slots.give_back(0);
            cold.rate = None;
            cold.rate_due = None;
        }
    }

    /// The attempt that was launched is the one for which these were taken.
    pub(super) fn slots_of_launch(&mut self, number: u8) {
        let Some(cold) = &mut self.cold else { return };
        if let Some(taken) = cold.rate.take() {
            taken.made();
        }
        cold.slots.renumber(0, number);
    }
}

/// Where a call is after it has asked for a slot, or for the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    AtOnce,
    InQueue,
}
