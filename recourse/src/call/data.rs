//! What every call consists of beside its attempts: what the call runs under, and its state.

use crate::call::gate;
use crate::call::in_flight::HedgeLaunch;
use crate::call::lifecycle::{CallView, StateAndTimer};
use crate::call::state::CallState;
use crate::context;
use crate::epoch::Epoch;
use crate::error::Rejected;
use crate::executor::ResolvedSite;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;

pin_project! {
    /// What a call runs under, and what is known of the call.
    ///
    /// A call of a fixed site has no `rest` until it has a state, or has been pending. Most calls never have one: what they check and drop at
    /// their end is one option. So without a `rest`, it is the call's first poll.
    pub(super) struct CallData {
        // What the call runs under, unless `rest` says otherwise.
        fixed: Option<&'static ResolvedSite>,
        #[pin]
        rest: Option<Rest>,
    }
}

pin_project! {
    /// What most calls do without.
    #[derive(Debug)]
    struct Rest {
        // What the call runs under, if that is not fixed.
        counted: Option<Arc<ResolvedSite>>,
        // The state of the call. There is none before the call begins and after it has ended.
        #[pin]
        state: Option<StateAndTimer>,
    }
}

impl CallData {
    /// Makes the call of a fixed site: see [`SiteSlot::fixed`](crate::executor::SiteSlot::fixed).
    #[inline]
    pub(super) const fn fixed(site: &'static ResolvedSite) -> Self {
        Self { fixed: Some(site), rest: None }
    }

    /// Makes the call of a fixed site inside of something. Until the gate has looked at that, it has a `rest`.
    #[inline]
    pub(super) const fn fixed_inside(site: &'static ResolvedSite) -> Self {
        Self { fixed: Some(site), rest: Some(Rest { counted: None, state: None }) }
    }

    /// Makes the call of any other site. It counts its reference.
    #[inline]
    pub(super) const fn counted(site: Arc<ResolvedSite>) -> Self {
        Self { fixed: None, rest: Some(Rest { counted: Some(site), state: None }) }
    }

    /// Passes the gate. Returns the rejection if the body must not run.
    #[inline]
    pub(super) fn gate(self: Pin<&mut Self>) -> Option<Rejected> {
        // A site is used as fixed only while no scope is open. For other calls a scope may want a recording.
        let passes = match self.fixed {
            Some(site) => site.gate.load().admits_untimed() && self.rest.is_none(),
            None => self.site().gate.load().admits_untimed() && !Epoch::load().any_scope() && context::busy() == 0,
        };
        if passes { None } else { self.pass_gate() }
    }

    #[cold]
    fn pass_gate(mut self: Pin<&mut Self>) -> Option<Rejected> {
        if let Some(site) = self.fixed {
            self.as_mut().project().rest.set(None);
            if site.gate.load().admits_untimed() && gate::passes_inside(site) {
                return None;
            }
        }
        let refused = gate::refused_at_once(self.site());
        // Whatever kind of call it is: this is its first poll.
        refused.or_else(|| CallView { is_first_poll: true, ..self.view() }.gate())
    }

    /// What the call runs under.
    #[inline]
    pub(super) fn site(&self) -> &ResolvedSite {
        match (self.fixed, &self.rest) {
            (Some(site), _) => site,
            (None, Some(Rest { counted: Some(site), .. })) => site,
            (None, _) => unreachable!("{HAS_SITE}"),
        }
    }

    /// The site, if it is fixed and this is the first poll of the call.
    #[inline]
    pub(super) fn fixed_at_first(&self) -> Option<&'static ResolvedSite> {
        if self.rest.is_none() { self.fixed } else { None }
    }

    pub(super) fn state(&self) -> Option<&CallState> {
        self.rest.as_ref()?.state.as_ref().map(|timed| &timed.state)
    }

    #[inline]
    pub(super) fn has_state(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.state.is_some())
    }

    /// An attempt has been launched in a call that has a state. See [`CallView::launched`].
    #[cold]
    pub(super) fn launched(self: Pin<&mut Self>) -> Option<HedgeLaunch> {
        self.view().launched()
    }

    /// The call is dropped before its end. See [`CallView::dropped`].
    #[cold]
    pub(super) fn dropped(self: Pin<&mut Self>) {
        self.view().dropped();
    }

    /// The view of the engine, off the fast path.
    #[inline]
    pub(super) fn view(self: Pin<&mut Self>) -> CallView<'_> {
        let mut this = self.project();
        let is_first_poll = this.rest.is_none();
        if is_first_poll {
            this.rest.set(Some(Rest { counted: None, state: None }));
        }
        let rest = this.rest.as_pin_mut().expect("it was made in the line above, if there was none").project();
        let site = this.fixed.or(rest.counted.as_deref()).expect(HAS_SITE);
        CallView { site, state: rest.state, is_first_poll }
    }
}

/// See [`CallData::fixed`] and [`CallData::counted`].
const HAS_SITE: &str = "a call has a fixed site or a counted one";

impl fmt::Debug for CallData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallData").field("key", &self.site().key).field("rest", &self.rest).finish_non_exhaustive()
    }
}
