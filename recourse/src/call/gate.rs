//! The gate in front of a call: it starts the recording if one is wanted, and rejects the call if its body must not run.
//!
//! The gate stands in front of the loop, so that a rejected call clones no argument.

use crate::call::lifecycle::CallView;
use crate::circuit::DecisionReason;
use crate::context::{self, Limits, Marks};
use crate::epoch::Epoch;
use crate::error::{Rejected, RejectionKind};
use crate::executor::{ResolvedSite, SiteLatency};
use crate::observe::{EndReason, Recorder};
use crate::time::Instant;

/// Refuses a call of an open circuit by the published state alone. Only if the call is not recorded: a recording would need the state.
#[inline]
pub(super) fn refused_at_once(site: &ResolvedSite) -> Option<Rejected> {
    // The circuit first: it is closed most of the time, and then nothing else is asked.
    let left = site.published.remaining_cooldown(Instant::now)?;
    // A site that records latencies counts every call for its sample.
    let is_looked_at = !site.observers.is_empty() || Epoch::load().any_scope() || context::busy() != 0;
    if site.denied || site.expired || site.latency.is_some() || is_looked_at {
        return None;
    }
    // It says when to come back, and there is no deadline: see `around`.
    Some(Rejected::by_circuit(site.key.clone(), DecisionReason::Open, Some(left)))
}

/// True if what a call is inside of is no reason for a state: the deadline is not over, and no call before this one has left a mark that it
/// would have to keep apart from its own.
pub(super) fn passes_inside(site: &ResolvedSite) -> bool {
    context::marks() == Marks::NONE && !site.is_late(context::limits())
}

impl CallView<'_> {
    /// Passes the gate. Returns the rejection if the body must not run.
    #[inline]
    pub(super) fn gate(&mut self) -> Option<Rejected> {
        let site = self.site;
        let circuit_before = site.published.load();
        // A time that has not begun to count is left in full: as a moment it would be a little less by the time that it is looked at.
        let around = (!self.has_state()).then(context::limits);
        if let Some(recorder) = Recorder::start(&site.observers, || site.call_info()) {
            self.state_before_first().record_with(recorder);
        }
        // So that the call keeps the deadline under which it begins, and its marks apart from those that were left before.
        if context::busy() != 0 {
            self.state_before_first();
        }
        // Before anything that counts: the caller has gone, which says nothing about the dependency, its latencies or its budgets.
        let asked = self.state.as_ref().as_pin_ref().map(|timed| (timed.state.outer(), timed.state.given_time()));
        let (outer, given) = asked.unwrap_or_default();
        let limits = around.unwrap_or(Limits::at(outer));
        if given.is_some_and(|given| site.is_too_little(given)) || site.is_late(limits) {
            let left = limits.remaining(Instant::now).into_iter().chain(given).min();
            if !site.begins_all_the_same(left) {
                return Some(self.expired(left));
            }
            self.state_before_first().begin_on_trial();
        }
        if site.latency.as_ref().is_some_and(SiteLatency::samples_next_call) {
            self.state_before_first().track();
        }
        // What an attempt holds is kept in the state.
        if site.limits.is_some() {
            self.state_before_first().keep_priority();
        }
        // So that its attempts never end on the fast path: see `CallData::before_poll`.
        if site.by_call {
            self.state_before_first();
        }
        // Whether a fault is planned for an attempt is asked when the attempt is launched, in calls that have a state.
        #[cfg(feature = "test-util")]
        if site.faults.any(&site.key) {
            self.state_before_first();
        }
        if site.denied {
            // So that the rejection says: no attempt was made.
            self.state_before_first();
            return Some(self.reject(EndReason::NoPolicy, RejectionKind::NoPolicy, None, Marks::NONE));
        }
        if circuit_before.is_timed() || site.retry.fresh_after.is_some() {
            self.state_before_first().clock_from_launch();
        }
        if site.limits.is_some() {
            let claimed = self.state_before_first().claim(site, Instant::now);
            return claimed.err().map(|denial| self.denied(denial));
        }
        let circuit = site.circuit.as_ref()?;
        let admitted = if self.has_state() {
            self.state_before_first().admit(site, Instant::now)
        } else if circuit_before.is_closed() {
            // Nothing else is known of the call, and its first poll finds out which generation it counts in.
            Ok(())
        } else {
            // The call is not recorded, so a change of state is reported to nobody.
            let (admission, _) = circuit.admit(Instant::now);
            admission.map(|admission| self.state_before_first().keep_admission(admission))
        };
        let refusal = admitted.err()?;
        Some(self.refused(refusal))
    }
}
