//! A call whose attempts run one after the other.
//!
//! Each attempt is held by the step that awaits it, and is gone before the next one is made. So an attempt may borrow mutably from the
//! function, and the call itself is the same type for all functions. An attempt is moved into its step before the step is awaited, so that
//! the future of a guarded function stores the attempt once.

use crate::call::attempts::NoHedges;
use crate::call::classifier::Classifier;
use crate::call::data::CallData;
use crate::call::inside::EnteredAttempt;
use crate::call::lifecycle::{CallView, POLLED_AFTER_END};
use crate::call::poll::{NextStep, PolledCall, give_back};
use crate::call::state::CallState;
use crate::error::Rejected;
use crate::executor::ResolvedSite;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// One call whose attempts run one after the other.
    #[derive(Debug)]
    pub struct Call {
        #[pin]
        data: CallData,
    }
}

impl Call {
    /// Begins a call of a fixed site.
    #[inline]
    pub(crate) const fn fixed(site: &'static ResolvedSite) -> Self {
        Self { data: CallData::fixed(site) }
    }

    /// Begins a call of a fixed site that must look at what it is inside of.
    #[inline]
    pub(crate) fn fixed_inside(site: &'static ResolvedSite) -> Self {
        Self { data: CallData::fixed_inside(site) }
    }

    /// Begins a call of any other site.
    #[inline]
    pub(crate) const fn counted(site: Arc<ResolvedSite>) -> Self {
        Self { data: CallData::counted(site) }
    }

    pub(super) fn ask(&mut self, ask: impl FnOnce(&mut CallState)) {
        self.data.ask(ask);
    }

    pub(super) fn view(self: Pin<&mut Self>) -> CallView<'_> {
        self.project().data.view()
    }

    /// Decides whether the call may begin, before anything else happens in it.
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

    /// Enters an attempt, while the code in front of its `async` block runs.
    #[inline]
    pub fn enter(self: &Pin<&mut Self>) -> Option<EnteredAttempt> {
        self.data.enter()
    }

    /// Runs an attempt: the first after the gate, and another one whenever [`NextStep::Launch`] gives the call back for it. The step ends
    /// when the function has something to do: make another attempt, or return.
    ///
    /// The first poll of the step launches the attempt. Nothing here may panic: the compiler would have to be able to drop the attempt here, and
    /// would copy it twice, from where it is made to here and on to its step.
    #[inline]
    pub const fn attempt<Fut, C>(self: Pin<&mut Self>, classifier: C, attempt: Fut) -> Step<'_, Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output> + Copy,
    {
        Step { call: Some(self), attempt: Some(attempt), classifier }
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

    impl<'a, Fut, C> PinnedDrop for Step<'a, Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        fn drop(this: Pin<&mut Self>) {
            // Whatever else ends an attempt has dropped it by now: the caller drops the call.
            if cfg!(feature = "tracing") && this.attempt.is_some() {
                this.drop_in_span();
            }
        }
    }
}

impl<Fut, C> Step<'_, Fut, C>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    /// Drops the attempt, whose destructors may tell something, in its own span.
    #[cold]
    #[inline(never)]
    fn drop_in_span(self: Pin<&mut Self>) {
        let mut this = self.project();
        let _entered = this.call.as_ref().and_then(|call| call.data.enter_span());
        this.attempt.set(None);
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
            call: call.as_mut().project().data,
            attempt: this.attempt,
            classifier: *this.classifier,
            hedges: NoHedges,
        };
        let mut polled = polled.poll_next(cx);
        give_back(&mut polled, this.call);
        polled
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
