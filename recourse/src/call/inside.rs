//! What an attempt is inside of while it is polled or made: its limits are the deadline of all calls that begin in it, and what those mark
//! when they end is for this attempt.
//!
//! # Design notes
//!
//! - **Most attempts set nothing.** A call without limits that began outside of everything leaves its thread as it is, and so does a call
//!   whose only deadline is the one around it, in its first poll. What is found and put back in such a case is nothing.
//! - **A call keeps the deadline under which it began.** So from its second poll on, a call without a deadline hides that of whoever polls it.

use crate::call::data::CallData;
use crate::call::in_flight::HedgeLaunch;
use crate::call::lifecycle::CallView;
use crate::circuit::PackedState;
use crate::context::{self, Inside, Limits, Marks, ShownAttempt};
use crate::executor::{HiddenCallPolicy, ResolvedSite};
use std::mem;

/// What an attempt has set on its thread. Put back when this is dropped.
#[derive(Debug)]
#[must_use = "the attempt is left when this is dropped"]
pub struct EnteredAttempt {
    inside: Inside,
    /// The policy that the call asked for is not for the calls below.
    _hidden: Option<HiddenCallPolicy>,
    _shown: Option<ShownAttempt>,
}

impl EnteredAttempt {
    /// Enters unless there is nothing to set, to hide or to show.
    fn unless_plain(site: &ResolvedSite, limits: Limits, shown: Option<ShownAttempt>) -> Option<Self> {
        let is_plain = context::busy() == 0 && !limits.any() && !site.by_call && shown.is_none();
        let hidden = || site.by_call.then(HiddenCallPolicy::new);
        (!is_plain).then(|| Self { inside: Inside::enter(limits), _hidden: hidden(), _shown: shown })
    }
}

/// Leaves an attempt, and returns what the calls inside of it have marked.
#[inline]
pub(super) fn leave(entered: Option<EnteredAttempt>) -> Marks {
    if context::is_touched() {
        return leave_touched(entered);
    }
    // Whoever has set something has touched it.
    mem::forget(entered);
    Marks::NONE
}

#[cold]
fn leave_touched(entered: Option<EnteredAttempt>) -> Marks {
    match entered {
        Some(EnteredAttempt { inside, .. }) => inside.leave(),
        None => context::take_marks(),
    }
}

impl CallData {
    /// Enters the primary, which is about to be made.
    #[inline]
    pub(super) fn enter(&self) -> Option<EnteredAttempt> {
        match self.fast() {
            Some(site) => enter_first(site),
            None => self.enter_again(0),
        }
    }

    /// Reads the state of the circuit and enters the primary, which is about to be polled, if it runs.
    #[inline]
    pub(super) fn before_poll(&self, runs: bool) -> (PackedState, Option<EnteredAttempt>) {
        match self.fast() {
            // Most calls.
            Some(site) if site.is_plain => (PackedState::ALWAYS_CLOSED, None),
            Some(site) => (site.circuit_state(), enter_first(site)),
            None => self.before_slow_poll(runs),
        }
    }

    #[cold]
    fn before_slow_poll(&self, runs: bool) -> (PackedState, Option<EnteredAttempt>) {
        (self.site().circuit_state(), if runs { self.enter_again(self.primary()) } else { None })
    }

    /// The number of the primary.
    fn primary(&self) -> u8 {
        self.state().map_or(1, |state| state.primary().0)
    }

    /// Enters the attempt of this number; 0 is the one that is being made.
    fn enter_again(&self, number: u8) -> Option<EnteredAttempt> {
        let site = self.site();
        let limits = self.state().map_or(site.own_limits, |state| state.limits_of(site, state.primary().1));
        EnteredAttempt::unless_plain(site, limits, self.state().and_then(|state| state.show(number)))
    }
}

/// Enters the first attempt of a call of which nothing is known, in its first poll.
#[inline]
fn enter_first(site: &ResolvedSite) -> Option<EnteredAttempt> {
    site.is_limited.then(|| EnteredAttempt {
        inside: Inside::enter_within(site.own_limits),
        _hidden: None,
        _shown: None,
    })
}

impl CallView<'_> {
    /// Enters an attempt, the primary or a hedge, which is about to be polled.
    pub(super) fn enter(&mut self, hedge: Option<HedgeLaunch>) -> Option<EnteredAttempt> {
        let site = self.site;
        let state = self.state();
        let (number, since) = hedge.map_or_else(|| state.primary(), |hedge| (hedge.number, Some(hedge.at)));
        EnteredAttempt::unless_plain(site, state.limits_of(site, since), state.show(number))
    }
}
