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
use crate::call::state::CallState;
use crate::context::{self, Alone, HeldSlot, Inside, Marks, ShownAttempt};
use crate::executor::{HiddenCallPolicy, ResolvedSite};
use crate::observe::SpanGuard;
use crate::time::Instant;
use std::mem::{self, ManuallyDrop};

/// What an attempt has set on its thread. Put back when this is dropped.
#[derive(Debug)]
#[must_use = "the attempt is left when this is dropped"]
pub struct EnteredAttempt {
    inside: Inside,
    /// The policy that the call asked for is not for the calls below.
    _hidden: Option<HiddenCallPolicy>,
    _besides: Besides,
}

/// What an attempt sets on its thread beside its limits.
#[derive(Debug, Default)]
struct Besides {
    shown: Option<ShownAttempt>,
    span: Option<SpanGuard>,
    /// The attempt holds a slot: calls below that need one of the same limit need none.
    held: Option<HeldSlot>,
}

impl Besides {
    fn of(state: &CallState, number: u8, site: &ResolvedSite) -> Self {
        let held = state.held_limit(number, site).and_then(HeldSlot::new);
        Self { shown: state.show(number), span: state.enter_span(number), held }
    }

    const fn is_nothing(&self) -> bool {
        self.shown.is_none() && self.span.is_none() && self.held.is_none()
    }
}

impl EnteredAttempt {
    /// Enters an attempt of a call that has left the fast path, unless there is nothing to set, to hide, to show or to hold.
    fn of(site: &ResolvedSite, state: Option<&CallState>, number: u8, since: Option<Instant>) -> Option<Self> {
        let hides = context::busy() != 0 || site.by_call;
        // Most calls that have failed, or have to wait, without a deadline.
        if !hides && !site.is_limited && state.is_none_or(CallState::sets_nothing) {
            return None;
        }
        let limits = state.map_or(site.own_limits, |state| state.limits_of(site, since));
        let besides = state.map(|state| Besides::of(state, number, site)).unwrap_or_default();
        let priority = state.and_then(CallState::priority);
        let sets = limits.any() || priority.is_some() || !besides.is_nothing();
        let hidden = || site.by_call.then(HiddenCallPolicy::new);
        (hides || sets).then(|| Self { inside: Inside::enter(limits, priority), _hidden: hidden(), _besides: besides })
    }
}

/// The place of what most attempts have no use for while they are polled. Emptied by the [`PolledAttempt`] that has filled it.
pub(super) type Kept = ManuallyDrop<Option<EnteredAttempt>>;

/// An empty place.
pub(super) const fn nothing_kept() -> Kept {
    ManuallyDrop::new(None)
}

/// An attempt while it is polled. If the poll panics, what the attempt has set on its thread is put back, and what calls inside of it have
/// marked is gone: whoever catches the panic may go on.
///
/// It is dropped by value, so that the compiler can keep it in registers on the fast path.
#[derive(Debug)]
#[must_use = "the attempt is left when this is dropped"]
pub(super) struct PolledAttempt<'a> {
    alone: Option<Alone>,
    kept: &'a mut Kept,
}

impl PolledAttempt<'_> {
    /// Leaves the attempt after a poll, and returns what the calls inside of it have marked.
    #[inline]
    pub(super) fn leave(self) -> Marks {
        let marks = if let Some(alone) = self.alone {
            alone.leave()
        } else if context::is_touched() && (self.kept.is_some() || context::marks() != Marks::NONE) {
            // Whoever has set something has touched it. Inside of another call it is touched in any case, most of the time by that one alone.
            leave_touched(self.kept)
        } else {
            Marks::NONE
        };
        // It has been left.
        mem::forget(self);
        marks
    }
}

impl Drop for PolledAttempt<'_> {
    #[inline]
    fn drop(&mut self) {
        unwind(self.alone, self.kept);
    }
}

#[cold]
#[inline(never)]
fn unwind(alone: Option<Alone>, kept: &mut Kept) {
    // An attempt that has set nothing found no mark, so what there is was left inside of it.
    let _ = alone.map_or_else(|| leave_touched(kept), Alone::leave);
}

#[cold]
#[inline(never)]
fn leave_touched(kept: &mut Kept) -> Marks {
    match kept.take() {
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

    /// Enters the primary, which is about to be polled. `fast` is the site of a call of which nothing is known.
    #[inline]
    pub(super) fn enter_poll<'a>(&self, fast: Option<&'static ResolvedSite>, kept: &'a mut Kept) -> PolledAttempt<'a> {
        let mut alone = None;
        if let Some(site) = fast {
            if !site.is_limited {
                return PolledAttempt { alone, kept };
            }
            alone = Alone::enter(site.own_limits);
        }
        if alone.is_none() {
            self.enter_other_poll(kept);
        }
        PolledAttempt { alone, kept }
    }

    #[cold]
    #[inline(never)]
    fn enter_other_poll(&self, kept: &mut Kept) {
        **kept = match self.fast() {
            Some(site) => enter_first(site),
            None => self.enter_again(self.primary()),
        };
    }

    /// The number of the primary.
    fn primary(&self) -> u8 {
        self.state().map_or(1, |state| state.primary().0)
    }

    /// Enters the attempt of this number; 0 is the one that is being made.
    fn enter_again(&self, number: u8) -> Option<EnteredAttempt> {
        let state = self.state();
        EnteredAttempt::of(self.site(), state, number, state.and_then(|state| state.primary().1))
    }
}

/// Enters the first attempt of a call of which nothing is known, in its first poll.
fn enter_first(site: &ResolvedSite) -> Option<EnteredAttempt> {
    site.is_limited.then(|| EnteredAttempt {
        inside: Inside::enter_within(site.own_limits),
        _hidden: None,
        _besides: Besides::default(),
    })
}

impl CallView<'_> {
    /// Enters the span of an attempt that is about to be dropped, if the call has spans.
    pub(super) fn enter_span(&self, hedge: Option<HedgeLaunch>) -> Option<SpanGuard> {
        if !cfg!(feature = "tracing") {
            return None;
        }
        let state = &self.state.as_ref().as_pin_ref()?.state;
        state.enter_span(hedge.map_or_else(|| state.primary().0, |hedge| hedge.number))
    }

    /// Enters an attempt, the primary or a hedge, which is about to be polled.
    pub(super) fn enter<'a>(&mut self, hedge: Option<HedgeLaunch>, kept: &'a mut Kept) -> PolledAttempt<'a> {
        let site = self.site;
        let state = self.state();
        let (number, since) = hedge.map_or_else(|| state.primary(), |hedge| (hedge.number, Some(hedge.at)));
        **kept = EnteredAttempt::of(site, Some(state), number, since);
        PolledAttempt { alone: None, kept }
    }
}
