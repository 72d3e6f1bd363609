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
use crate::context::{self, Inside, Limits, Marks};
use crate::executor::{HiddenCallPolicy, ResolvedSite};
use crate::outcome::Class;
use std::mem;

/// What an attempt has set on its thread. Put back when this is dropped.
#[derive(Debug)]
#[must_use = "the attempt is left when this is dropped"]
pub struct EnteredAttempt {
    inside: Inside,
    /// The policy that the call asked for is not for the calls below.
    _hidden: Option<HiddenCallPolicy>,
}

/// An attempt, or what ended in its place: how it was classified, and what the calls inside of it have marked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) class: Class,
    pub(super) marks: Marks,
}

impl Ended {
    /// A fault has ended the attempt: no call has begun inside of it.
    #[cfg(feature = "test-util")]
    pub(super) const fn unmarked(class: Class) -> Self {
        Self { class, marks: Marks::NONE }
    }
}

impl EnteredAttempt {
    fn new(site: &ResolvedSite, limits: Limits) -> Self {
        Self { inside: Inside::enter(limits), _hidden: site.by_call.then(HiddenCallPolicy::new) }
    }

    /// Enters unless there is nothing to set, and nothing to hide.
    fn unless_plain(site: &ResolvedSite, limits: Limits) -> Option<Self> {
        let is_plain = context::busy() == 0 && !limits.any() && !site.by_call;
        (!is_plain).then(|| Self::new(site, limits))
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
        Some(EnteredAttempt { inside, _hidden }) => inside.leave(),
        None => context::take_marks(),
    }
}

impl CallData {
    /// Enters the primary, which is about to be polled.
    #[inline]
    pub(super) fn enter(&self) -> Option<EnteredAttempt> {
        match self.fixed_at_first() {
            Some(site) if !site.has_limits() => None,
            Some(site) => Some(enter_first(site)),
            None => self.enter_again(),
        }
    }

    #[cold]
    fn enter_again(&self) -> Option<EnteredAttempt> {
        let site = self.site();
        let limits = self.state().map_or(site.own_limits, |state| state.limits_of(site, state.primary().1));
        EnteredAttempt::unless_plain(site, limits)
    }
}

/// Enters the first attempt of a call of which nothing is known, in its first poll.
#[cold]
fn enter_first(site: &ResolvedSite) -> EnteredAttempt {
    EnteredAttempt::new(site, site.own_limits.earlier(context::limits()))
}

impl CallView<'_> {
    /// Enters an attempt, the primary or a hedge, which is about to be polled.
    pub(super) fn enter(&mut self, hedge: Option<HedgeLaunch>) -> Option<EnteredAttempt> {
        let site = self.site;
        let state = self.state();
        let since = hedge.map_or(state.primary().1, |hedge| Some(hedge.at));
        EnteredAttempt::unless_plain(site, state.limits_of(site, since))
    }
}
