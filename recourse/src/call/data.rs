//! What every call consists of beside its attempts: what the call runs under, and its state.

use crate::call::gate;
use crate::call::in_flight::HedgeLaunch;
use crate::call::lifecycle::{CallView, StateAndTimer};
use crate::call::state::CallState;
use crate::context::{self, Priority};
use crate::epoch::Epoch;
use crate::error::Rejected;
use crate::executor::ResolvedSite;
use crate::observe::SpanGuard;
use crate::sync::Arc;
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::pin::Pin;

pin_project! {
    /// What a call runs under, and what is known of the call.
    ///
    /// Most calls are of a fixed site, begin where there is nothing that they must look at, and end in their first poll: they never leave the first
    /// form, and what they check and drop at their end is one word.
    ///
    /// # Design notes
    ///
    /// What drops a call stands in every guarded function, and is compiled into it only while it is small: a function of its own costs
    /// each call nine instructions. So all that a call of the second form has to drop is dropped out of line, by `dropped`, except for a state that
    /// is left after that.
    #[project = CallDataProj]
    pub(super) enum CallData {
        // A call of a fixed site, in its first poll, of which nothing is known.
        Fast { site: &'static ResolvedSite },
        // Any other call. There is no state before the call begins and after it has ended, and most calls that are pending have none.
        Slow { site: SiteRef, #[pin] state: Option<StateAndTimer> },
    }

    impl PinnedDrop for CallData {
        #[inline]
        fn drop(this: Pin<&mut Self>) {
            if this.fast().is_none() {
                this.dropped();
            }
        }
    }
}

/// What a call runs under.
#[derive(Debug)]
pub(super) enum SiteRef {
    Fixed(&'static ResolvedSite),
    /// Given back by `CallData::dropped`.
    Counted(ManuallyDrop<Arc<ResolvedSite>>),
    /// Was given back.
    Gone,
}

impl Deref for SiteRef {
    type Target = ResolvedSite;

    #[inline]
    fn deref(&self) -> &ResolvedSite {
        match self {
            Self::Fixed(site) => site,
            Self::Counted(site) => site,
            Self::Gone => unreachable!("the reference is given back when the call is dropped"),
        }
    }
}

impl CallData {
    /// Makes the call of a fixed site: see [`SiteSlot::fixed`](crate::executor::SiteSlot::fixed).
    #[inline]
    pub(super) const fn fixed(site: &'static ResolvedSite) -> Self {
        Self::Fast { site }
    }

    /// Makes the call of a fixed site that must look at what it is inside of. Most of the time that is no reason for a state, and then the call is
    /// like one outside of everything: it is made and passes its gate in one poll, so that nothing can change in between.
    #[inline]
    pub(super) fn fixed_inside(site: &'static ResolvedSite) -> Self {
        if gate::passes_inside(site) {
            Self::Fast { site }
        } else {
            Self::Slow { site: SiteRef::Fixed(site), state: None }
        }
    }

    /// Makes the call of any other site. It counts its reference.
    #[inline]
    pub(super) const fn counted(site: Arc<ResolvedSite>) -> Self {
        Self::Slow { site: SiteRef::Counted(ManuallyDrop::new(site)), state: None }
    }

    /// Gives the call a state before its gate, changed by what the function asks for in this call alone.
    pub(super) fn ask(&mut self, ask: impl FnOnce(&mut CallState)) {
        if let Self::Fast { site } = *self {
            *self = Self::Slow { site: SiteRef::Fixed(site), state: None };
        }
        if let Self::Slow { state, .. } = self {
            let made = || {
                let outer = context::limits().deadline(Instant::now);
                StateAndTimer { state: CallState::new(0, outer), timer: Timer::new() }
            };
            ask(&mut state.get_or_insert_with(made).state);
        }
    }

    /// Gives the call a priority before its gate, in its first poll.
    pub(super) fn prioritise(self: Pin<&mut Self>, priority: Priority) {
        CallView { is_first_poll: true, ..self.view() }.state_before_first().prioritise(Some(priority));
    }

    /// True if the call passes the gate, for all that is to be seen at one look. If not, see [`pass_gate`](Self::pass_gate).
    #[inline]
    pub(super) fn passes_at_once(&self) -> bool {
        match self {
            // A site is used as fixed only while no scope is open.
            Self::Fast { site } => site.gate.load().admits_untimed(),
            // For other calls a scope may want a recording.
            Self::Slow { site: SiteRef::Counted(site), state: None } => {
                site.gate.load().admits_untimed() && !Epoch::load().any_scope() && context::busy() == 0
            }
            Self::Slow { .. } => false,
        }
    }

    /// Passes the gate. Returns the rejection if the body must not run.
    #[inline]
    pub(super) fn gate(self: Pin<&mut Self>) -> Option<Rejected> {
        if self.passes_at_once() { None } else { self.pass_gate() }
    }

    /// Passes the gate, after more than one look.
    #[cold]
    #[inline(never)]
    pub(super) fn pass_gate(self: Pin<&mut Self>) -> Option<Rejected> {
        let refused = if self.has_state() { None } else { gate::refused_at_once(self.site()) };
        // Whatever kind of call it is: this is its first poll.
        refused.or_else(|| CallView { is_first_poll: true, ..self.view() }.gate())
    }

    /// The site, if nothing is known of the call and this is its first poll.
    #[inline]
    pub(super) fn fast(&self) -> Option<&'static ResolvedSite> {
        if let Self::Fast { site } = self { Some(*site) } else { None }
    }

    /// What the call runs under.
    #[inline]
    pub(super) fn site(&self) -> &ResolvedSite {
        match self {
            Self::Fast { site } => site,
            Self::Slow { site, .. } => site,
        }
    }

    #[inline]
    pub(super) fn state(&self) -> Option<&CallState> {
        match self {
            Self::Slow { state: Some(timed), .. } => Some(&timed.state),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn has_state(&self) -> bool {
        self.state().is_some()
    }

    /// An attempt has been launched in a call that has a state. See [`CallView::launched`].
    #[cold]
    pub(super) fn launched(self: Pin<&mut Self>) -> Option<HedgeLaunch> {
        self.view().launched()
    }

    /// Enters the span of the primary, which is about to be dropped, if the call has spans.
    #[cold]
    pub(super) fn enter_span(&self) -> Option<SpanGuard> {
        let state = self.state()?;
        state.enter_span(state.primary().0)
    }

    /// The call is dropped, perhaps before its end. See [`CallView::dropped`].
    #[cold]
    #[inline(never)]
    fn dropped(mut self: Pin<&mut Self>) {
        // Given back last, and also if reporting panics.
        struct GiveBack<'a>(Pin<&'a mut CallData>);
        impl Drop for GiveBack<'_> {
            fn drop(&mut self) {
                if let CallDataProj::Slow { site, .. } = self.0.as_mut().project() {
                    if let SiteRef::Counted(counted) = mem::replace(site, SiteRef::Gone) {
                        drop(ManuallyDrop::into_inner(counted));
                    }
                }
            }
        }
        let mut call = GiveBack(self.as_mut());
        if call.0.has_state() {
            call.0.as_mut().view().dropped();
        }
    }

    /// The view of the engine, off the fast path.
    #[inline]
    pub(super) fn view(mut self: Pin<&mut Self>) -> CallView<'_> {
        let fast = self.fast();
        if let Some(site) = fast {
            self.set(Self::Slow { site: SiteRef::Fixed(site), state: None });
        }
        match self.project() {
            CallDataProj::Slow { site, state } => CallView { site: &*site, state, is_first_poll: fast.is_some() },
            CallDataProj::Fast { .. } => unreachable!("it has left that form above"),
        }
    }
}

impl fmt::Debug for CallData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallData").field("key", &self.site().key).field("state", &self.state()).finish_non_exhaustive()
    }
}
