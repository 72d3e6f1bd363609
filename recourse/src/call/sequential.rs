//! A call whose attempts run one after the other.
//!
//! Each attempt is held by the step that awaits it, and is gone before the next one is made. So an attempt may borrow mutably from the
//! function, and the call itself is the same type for all functions.

use crate::call::attempts::NoHedges;
use crate::call::classifier::Classifier;
use crate::call::gate;
use crate::call::lifecycle::{CallView, POLLED_AFTER_END, TimedState};
use crate::call::poll::{NextStep, PolledCall};
use crate::error::Rejected;
use crate::executor::SiteRef;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// One call: what it runs under, and its state.
    ///
    /// There is no state before the call begins and after it has ended, nor until its first attempt is pending or has failed.
    pub struct Call {
        site: SiteRef,
        #[pin]
        state: Option<TimedState>,
    }

    impl PinnedDrop for Call {
        fn drop(this: Pin<&mut Self>) {
            if this.state.is_some() {
                this.view().dropped();
            }
        }
    }
}

impl Call {
    #[inline]
    pub(crate) fn new(site: SiteRef) -> Self {
        Self { site, state: None }
    }

    /// Decides whether the call may begin, before anything else happens in it.
    ///
    /// # Errors
    ///
    /// Returns the rejection if the body must not run.
    #[inline]
    pub fn gate(mut self: Pin<&mut Self>) -> Result<Pin<&mut Self>, Rejected> {
        if gate::is_needed(&self.site) {
            if let Some(rejected) = self.as_mut().view().gate() {
                return Err(rejected);
            }
        }
        Ok(self)
    }

    /// Runs an attempt: the first after the gate, and another one whenever [`NextStep::Launch`] gives the call back for it. The step ends
    /// when the function has something to do: make another attempt, or return.
    #[inline]
    pub fn attempt<Fut, C>(mut self: Pin<&mut Self>, classifier: C, attempt: Fut) -> Step<'_, Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output> + Copy,
    {
        if self.state.is_some() {
            self.as_mut().view().launched();
        }
        Step { call: Some(self), attempt: Some(attempt), classifier }
    }

    #[inline]
    pub(super) fn site(&self) -> &SiteRef {
        &self.site
    }

    #[inline]
    pub(super) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    #[inline]
    pub(super) fn view(self: Pin<&mut Self>) -> CallView<'_> {
        let this = self.project();
        CallView { site: this.site, state: this.state }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.site.key).field("state", &self.state).finish()
    }
}

pin_project! {
    /// The future of [`Call::attempt`]. It is dropped before the call, which then reports the attempt.
    ///
    /// The step owns the reference to the call while it runs, and gives it back: kept beside the step, the reference would be in
    /// every guarded future once more.
    #[must_use = "futures do nothing unless polled"]
    pub struct Step<'a, Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        call: Option<Pin<&'a mut Call>>,
        #[pin]
        attempt: Option<Fut>,
        classifier: C,
    }
}

impl<'a, Fut, C> Future for Step<'a, Fut, C>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = NextStep<Pin<&'a mut Call>, Fut::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let call = this.call.as_mut().expect(POLLED_AFTER_END);
        let polled = PolledCall {
            call: call.as_mut().view(),
            attempt: this.attempt,
            classifier: *this.classifier,
            hedges: NoHedges,
        };
        polled.poll_next(cx).map(|next| next.with(this.call))
    }
}

impl<Fut, C> fmt::Debug for Step<'_, Fut, C>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("call", &self.call).finish_non_exhaustive()
    }
}
