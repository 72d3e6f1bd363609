//! A call of which several attempts may run at the same time. The call owns its attempts, since they outlive the turn of the loop that
//! made them.

use crate::call::classifier::Classifier;
use crate::call::data::CallData;
use crate::call::hedges::Hedges;
use crate::call::inside::EnteredAttempt;
use crate::call::lifecycle::{CallView, POLLED_AFTER_END};
use crate::call::poll::{NextStep, PolledCall, give_back};
use crate::call::state::CallState;
use crate::context::Priority;
use crate::error::Rejected;
use crate::executor::ResolvedSite;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// One call. The primary attempt is held in place; hedges are boxed when they start.
    ///
    /// The fields that do not depend on the attempt come first. So rustc finds out once that they are `Send`, and not anew, and deeper,
    /// for each call that another one makes.
    #[must_use = "futures do nothing unless polled"]
    pub struct HedgedCall<Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        data: CallData,
        #[pin]
        attempt: Option<Fut>,
        hedges: Hedges<Fut>,
        classifier: C,
    }

    impl<Fut, C> PinnedDrop for HedgedCall<Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output>,
        C: Copy,
    {
        fn drop(this: Pin<&mut Self>) {
            if this.attempt.is_some() || this.hedges.any_runs() {
                this.cancelled();
            }
        }
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> HedgedCall<Fut, C> {
    /// Begins a call of a fixed site.
    #[inline]
    pub(crate) const fn fixed(site: &'static ResolvedSite, classifier: C) -> Self {
        Self { data: CallData::fixed(site), attempt: None, hedges: Hedges::NONE, classifier }
    }

    /// Begins a call of a fixed site that must look at what it is inside of.
    #[inline]
    pub(crate) fn fixed_inside(site: &'static ResolvedSite, classifier: C) -> Self {
        Self { data: CallData::fixed_inside(site), attempt: None, hedges: Hedges::NONE, classifier }
    }

    /// Begins a call of any other site.
    #[inline]
    pub(crate) const fn counted(site: Arc<ResolvedSite>, classifier: C) -> Self {
        Self { data: CallData::counted(site), attempt: None, hedges: Hedges::NONE, classifier }
    }

    pub(super) fn ask(&mut self, ask: impl FnOnce(&mut CallState)) {
        self.data.ask(ask);
    }

    /// Gives the call a priority before its gate, in its first poll.
    pub(super) fn prioritise_pinned(self: Pin<&mut Self>, priority: Priority) {
        self.project().data.prioritise(priority);
    }

    pub(super) fn view(self: Pin<&mut Self>) -> CallView<'_> {
        self.project().data.view()
    }

    /// Decides whether the call may begin. See [`Call::gate`](super::Call::gate).
    ///
    /// # Errors
    ///
    /// Returns the rejection if the body must not run.
    #[inline]
    pub fn gate(mut self: Pin<&mut Self>) -> Result<Pin<&mut Self>, Rejected> {
        if self.data.passes_at_once() {
            return Ok(self);
        }
        match self.as_mut().project().data.pass_gate() {
            None => Ok(self),
            Some(rejected) => Err(rejected),
        }
    }

    /// Enters an attempt, while it is made. What begins in front of its `async` block ends with the limits of the group's primary.
    #[inline]
    pub fn enter(self: &Pin<&mut Self>) -> Option<EnteredAttempt> {
        self.data.enter()
    }

    /// Runs an attempt, beside those that run already. The step ends when the function has something to do: launch another attempt, which
    /// may be a hedge, or return.
    ///
    /// The attempt is moved into the call here and now, so that it is not kept twice while the step is awaited.
    #[inline]
    pub fn attempt(mut self: Pin<&mut Self>, attempt: Fut) -> HedgedStep<'_, Fut, C> {
        self.as_mut().launch(attempt);
        HedgedStep { call: Some(self) }
    }

    #[inline]
    pub(super) fn launch(self: Pin<&mut Self>, attempt: Fut) {
        let mut this = self.project();
        let hedge = if this.data.has_state() { this.data.launched() } else { None };
        match hedge {
            Some(hedge) => this.hedges.add(hedge, attempt),
            None => this.attempt.set(Some(attempt)),
        }
    }

    /// The attempt that was just launched is the last one: no further attempt can be made.
    pub(super) fn seal(self: Pin<&mut Self>) {
        self.project().data.view().seal();
    }

    /// True while the call waits for the slot of its next attempt.
    pub(super) fn is_queued(&self) -> bool {
        self.data.is_queued()
    }

    /// What the call runs under.
    #[inline]
    pub(super) fn site(&self) -> &ResolvedSite {
        self.data.site()
    }

    #[inline]
    pub(super) fn poll_next<G>(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<NextStep<G, Fut::Output>> {
        self.polled().poll_next(cx)
    }

    #[inline]
    fn polled(self: Pin<&mut Self>) -> PolledCall<'_, Fut, C, &mut Hedges<Fut>> {
        let this = self.project();
        PolledCall { call: this.data, attempt: this.attempt, classifier: *this.classifier, hedges: this.hedges }
    }

    /// The call is dropped, or making an attempt panicked.
    pub(super) fn cancelled(self: Pin<&mut Self>) {
        self.polled().cancelled();
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for HedgedCall<Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HedgedCall").field("data", &self.data).field("hedges", &self.hedges).finish_non_exhaustive()
    }
}

/// The future of [`HedgedCall::attempt`]. It gives the call back when it ends, as a sequential step does.
#[must_use = "futures do nothing unless polled"]
pub struct HedgedStep<'a, Fut: Future, C: Classifier<Fut::Output> + Copy> {
    call: Option<Pin<&'a mut HedgedCall<Fut, C>>>,
}

impl<'a, Fut: Future, C: Classifier<Fut::Output> + Copy> Future for HedgedStep<'a, Fut, C> {
    type Output = NextStep<Pin<&'a mut HedgedCall<Fut, C>>, Fut::Output>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let call = self.call.as_mut().expect(POLLED_AFTER_END);
        let mut polled = call.as_mut().poll_next(cx);
        give_back(&mut polled, &mut self.call);
        polled
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for HedgedStep<'_, Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HedgedStep").field(&self.call).finish()
    }
}
