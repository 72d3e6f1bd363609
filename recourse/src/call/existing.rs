//! A call of one future that exists already: it cannot be made again, so it is the call's only attempt.

use crate::call::attempts::NoHedges;
use crate::call::classifier::Classifier;
use crate::call::data::CallData;
use crate::call::poll::{PolledCall, done};
use crate::context::Priority;
use crate::executor::ResolvedSite;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// The call of a future, which stays where it is from the beginning: before the gate it waits in the place of the attempt.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Existing<Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        data: CallData,
        gate_passed: bool,
        priority: Option<Priority>,
        #[pin]
        future: Option<Fut>,
        classifier: C,
    }

    impl<Fut, C> PinnedDrop for Existing<Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output>,
        C: Copy,
    {
        fn drop(this: Pin<&mut Self>) {
            // A call that was never polled has not begun, and there is nothing to report.
            if this.gate_passed && this.future.is_some() {
                this.polled().cancelled();
            }
        }
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> Existing<Fut, C> {
    /// Begins the call of a future. The policy of the site must allow one attempt only.
    pub(crate) const fn new(site: Arc<ResolvedSite>, priority: Option<Priority>, future: Fut, classifier: C) -> Self {
        Self { data: CallData::counted(site), gate_passed: false, priority, future: Some(future), classifier }
    }

    fn polled(self: Pin<&mut Self>) -> PolledCall<'_, Fut, C, NoHedges> {
        let this = self.project();
        PolledCall { call: this.data, attempt: this.future, classifier: *this.classifier, hedges: NoHedges }
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> Future for Existing<Fut, C> {
    type Output = Fut::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.as_mut().project();
        // The gate belongs to the first poll, not to the call's creation: what is refused is decided when the call begins.
        if !mem::replace(this.gate_passed, true) {
            if let Some(priority) = this.priority.take() {
                this.data.as_mut().prioritise(priority);
            }
            if let Some(rejected) = this.data.as_mut().gate() {
                // As after any end of a call, nothing of the attempt is left.
                this.future.set(None);
                return Poll::Ready(this.classifier.reject(rejected));
            }
        }
        let step = ready!(self.polled().poll_next::<()>(cx));
        Poll::Ready(done(step))
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for Existing<Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Existing").field("data", &self.data).finish_non_exhaustive()
    }
}
