//! What is paid for before an attempt is launched, and what the launch changes.

use super::CallState;
use super::cold::ColdState;
#[cfg(feature = "test-util")]
use super::fault::InjectedFault;
use super::flags::Flags;
use crate::call::in_flight::HedgeLaunch;
use crate::executor::{Admission, AttemptSlot, ResolvedSite};
use crate::observe::{Event, HedgeDenial};
use crate::time::Instant;
use std::time::Duration;

impl CallState {
    /// A hedge is admitted and paid for.
    pub(in crate::call) fn hedge_granted(&mut self, admission: Option<Admission>, slot: Option<AttemptSlot>) {
        if let Some(slot) = slot {
            self.keep_slot(slot);
        }
        self.flags.set(Flags::HEDGE_PAID);
        if let Some(Admission::Permit(permit)) = admission {
            self.cold().permits.push((0, permit));
        }
    }

    /// A hedge was denied for now. It is not asked for again before the last attempt has run this long.
    pub(in crate::call) fn hedge_denied(&mut self, reason: HedgeDenial, least_delay: Duration) {
        self.cold().least_hedge_delay = least_delay;
        self.record(|| Event::HedgeDenied { reason });
    }

    /// The circuit denied a hedge, and so it does any other of the group.
    pub(in crate::call) fn hedge_refused(&mut self) {
        self.stop_hedging();
        self.record(|| Event::HedgeDenied { reason: HedgeDenial::Circuit });
    }

    /// An attempt has been launched. Returns what is to be known of a hedge, and nothing for a primary.
    pub(in crate::call) fn count_launch(&mut self, site: &ResolvedSite) -> Option<HedgeLaunch> {
        let told = self.is_recorded().then(|| self.launch_told(site));
        let hedge = self.flags.take(Flags::HEDGE_PAID);
        // Only between two groups: no attempt that runs has a number in the old count.
        if !hedge && self.counters.are_nearly_full() {
            self.carry();
        }
        self.counters.count_attempt();
        let number = self.counters.attempts;
        if let Some(cold) = &mut self.cold {
            cold.least_hedge_delay = Duration::ZERO;
            if let Some(permit) = cold.permits.iter_mut().find(|(attempt, _)| *attempt == 0) {
                permit.0 = number;
            }
            if let Some(shown) = cold.shown.iter_mut().find(|(attempt, _)| *attempt == 0) {
                shown.0 = number;
            }
        }
        self.slots_of_launch(number);
        #[cfg(feature = "test-util")]
        if let Some(kind) = site.faults.take(&site.key) {
            let fault = InjectedFault::new(number, kind);
            self.cold().faults.push(fault);
        }
        if let Some(ColdState { recorder: Some(recorder), carried, .. }) = self.cold.as_deref_mut() {
            let (is_last, budget_left) = told.unwrap_or_default();
            recorder.record(Event::AttemptStarted { attempt: carried.number_of(number), hedge, is_last, budget_left });
        }
        if hedge {
            // The generation of now: a hedge that was admitted before counts in the one in which its body begins.
            let generation = site.published.load().counted_generation();
            return Some(HedgeLaunch { number, generation, at: Instant::now() });
        }
        self.counters.count_group();
        self.flags.take(Flags::RETRY_PAID);
        // Another group is another question.
        self.flags.take(Flags::HEDGING_STOPPED);
        self.flags.set(Flags::PRIMARY_RUNS);
        if self.flags.has(Flags::CLOCK_FROM_LAUNCH) {
            self.primary_started_or_retry_at = Some(Instant::now());
        }
        None
    }

    /// What is told of an attempt that is about to be launched: whether it is the last one, and what is left of the budget that paid for it.
    fn launch_told(&self, site: &ResolvedSite) -> (bool, Option<u32>) {
        let budget_left = if self.is_making_hedge() {
            site.hedge.as_ref().and_then(|hedge| hedge.budget.left())
        } else if self.flags.has(Flags::RETRY_PAID) {
            site.budget.left()
        } else {
            None
        };
        (self.is_making_last(site), budget_left)
    }

    /// True if the attempt that is about to be made is a hedge.
    pub(super) const fn is_making_hedge(&self) -> bool {
        self.flags.has(Flags::HEDGE_PAID)
    }

    /// True while the function, or a closure, makes an attempt that was asked for. `has_waited`: the call has waited for something.
    pub(in crate::call) fn is_making_attempt(&self, has_waited: bool) -> bool {
        // While the call waits in the queue nothing is made. The first attempt of a function is made in the queue, but before the wait.
        let waits = self.is_queued();
        let first = !(waits && has_waited) && self.counters.attempts == 0;
        let retry = !waits && self.flags.has(Flags::RETRY_PAID) && self.primary_started_or_retry_at.is_none();
        self.flags.has(Flags::HEDGE_PAID) || (!self.primary_runs() && (first || retry))
    }

    /// Gives back what was paid for and has not started.
    pub(in crate::call) fn give_back(&mut self, site: &ResolvedSite) {
        self.give_back_unused();
        if self.flags.take(Flags::RETRY_PAID) {
            site.budget.refund();
        }
        if self.flags.take(Flags::HEDGE_PAID) {
            if let Some(hedge) = &site.hedge {
                hedge.budget.refund();
            }
        }
    }
}
