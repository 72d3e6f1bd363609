//! A call of which several attempts may run at the same time: it owns them, so they outlive the turn of the loop that made them.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::call::Call;
use crate::executor::core;
use crate::executor::group::Hedges;
use crate::executor::judge::Judge;
use crate::executor::turn::{Parts, Turn};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// One call. The primary attempt is held in place; hedges are made when they start.
    ///
    /// What does not depend on the attempt comes first: rustc then finds out once that it is `Send`, and not anew, and deeper, in each
    /// call that another one makes.
    #[must_use = "futures do nothing unless polled"]
    pub struct HedgedCall<H, Fut, J> where H: Deref<Target = Handle>, Fut: Future, J: Judge<Fut::Output> {
        #[pin]
        call: Call<H>,
        #[pin]
        attempt: Option<Fut>,
        hedges: Hedges<Fut>,
        judge: J,
    }

    impl<H, Fut, J> PinnedDrop for HedgedCall<H, Fut, J>
    where
        H: Deref<Target = Handle>,
        Fut: Future,
        J: Judge<Fut::Output>,
    {
        fn drop(this: Pin<&mut Self>) {
            if this.attempt.is_some() || this.hedges.run() {
                this.cancelled();
            }
        }
    }
}

impl<H: Deref<Target = Handle>, Fut: Future, J: Judge<Fut::Output>> HedgedCall<H, Fut, J> {
    #[inline]
    pub(crate) fn new(handle: H, judge: J) -> Self {
        Self { call: Call::new(handle), attempt: None, hedges: Hedges::NONE, judge }
    }

    /// See [`Call::gate`].
    #[inline]
    pub fn gate(self: Pin<&mut Self>) -> Option<Rejected> {
        self.project().call.gate()
    }

    /// Puts an attempt in place. What is returned goes on until the function is needed: to launch a further one, which may be a
    /// hedge beside those that run, or to return.
    ///
    /// The attempt is moved into the call here and now, so that it is not kept twice while the call is awaited.
    #[inline]
    pub fn attempt(mut self: Pin<&mut Self>, attempt: Fut) -> Pin<&mut Self> {
        self.as_mut().launch(attempt);
        self
    }

    #[inline]
    pub(super) fn launch(self: Pin<&mut Self>, attempt: Fut) {
        let mut this = self.project();
        let call = this.call.project();
        let launched = if call.core.is_some() { core::launched(call.core, call.handle) } else { None };
        match launched {
            Some(hedge) => this.hedges.add(hedge, attempt),
            None => this.attempt.set(Some(attempt)),
        }
    }

    /// The attempt that was just launched is the last one.
    pub(super) fn seal(self: Pin<&mut Self>) {
        let call = self.project().call.project();
        core::sealed(call.core, call.handle);
    }

    /// What the call runs under.
    #[inline]
    pub(super) fn handle(&self) -> &Handle {
        &self.call.handle
    }

    #[inline]
    fn parts(self: Pin<&mut Self>) -> Parts<'_, Fut, J, &mut Hedges<Fut>> {
        let this = self.project();
        let call = this.call.project();
        Parts { handle: call.handle, core: call.core, attempt: this.attempt, judge: *this.judge, group: this.hedges }
    }

    /// The call is dropped, or making an attempt panicked.
    pub(super) fn cancelled(self: Pin<&mut Self>) {
        self.parts().cancelled();
    }
}

impl<H, Fut, J> fmt::Debug for HedgedCall<H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HedgedCall").field("call", &self.call).field("hedges", &self.hedges).finish_non_exhaustive()
    }
}

/// One turn: see [`HedgedCall::attempt`].
impl<H, Fut, J> Future for HedgedCall<H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    type Output = Turn<Fut::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.parts().turn(cx)
    }
}
