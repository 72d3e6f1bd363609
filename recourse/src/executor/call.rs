//! A call whose attempts run one after the other. Each is held in place by the step that awaits it, and gone before the next is
//! made, so it may borrow mutably what the function borrows; and the call itself knows nothing of its type.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{self, Core};
use crate::executor::handle::Gate;
use crate::executor::judge::Judge;
use crate::executor::turn::{Parts, Turn};
use crate::observe::Tape;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// One call: who is called, and what is known of the call, which is made when there is something to know.
    ///
    /// Without a core the call has not begun, or has ended, or its first attempt was not pending yet.
    pub struct Call<H> where H: Deref<Target = Handle> {
        pub(super) handle: H,
        #[pin]
        pub(super) core: Option<Core>,
    }

    impl<H> PinnedDrop for Call<H> where H: Deref<Target = Handle> {
        fn drop(this: Pin<&mut Self>) {
            if this.core.is_some() {
                let this = this.project();
                core::dropped(this.core, this.handle);
            }
        }
    }
}

impl<H: Deref<Target = Handle>> Call<H> {
    #[inline]
    pub(crate) fn new(handle: H) -> Self {
        Self { handle, core: None }
    }

    /// The gate, before anything else: a rejection where the body must not run.
    #[inline]
    pub fn gate(self: Pin<&mut Self>) -> Option<Rejected> {
        let this = self.project();
        let handle = &**this.handle;
        let waved_through = || !Tape::is_wanted(handle.gate == Gate::Attended) && handle.front.word().waves_through();
        if !Tape::is_wanted(handle.gate != Gate::Open) || waved_through() {
            return None;
        }
        core::gate(this.core, handle)
    }

    /// Runs an attempt, the first after the gate and others when [`Turn::Launch`] asks for one, and goes on until the function
    /// is needed: to make a further attempt, or to return.
    #[inline]
    pub fn attempt<Fut: Future, J: Judge<Fut::Output>>(
        mut self: Pin<&mut Self>,
        judge: J,
        attempt: Fut,
    ) -> Step<'_, H, Fut, J> {
        let this = self.as_mut().project();
        if this.core.is_some() {
            core::launched(this.core, this.handle);
        }
        Step { call: self, attempt: Some(attempt), judge }
    }

    /// [`Self::attempt`] for a body that runs once at the most.
    #[inline]
    pub fn only<Fut: Future, J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        attempt: Fut,
    ) -> Only<'_, H, Fut, J> {
        Only { step: self.attempt(judge, attempt) }
    }
}

impl<H: Deref<Target = Handle>> fmt::Debug for Call<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.handle.key).field("core", &self.core).finish()
    }
}

pin_project! {
    /// The future of [`Call::attempt`]. It is dropped before the call, which then tells of it.
    #[must_use = "futures do nothing unless polled"]
    pub struct Step<'a, H, Fut, J> where H: Deref<Target = Handle>, Fut: Future, J: Judge<Fut::Output> {
        call: Pin<&'a mut Call<H>>,
        #[pin]
        attempt: Option<Fut>,
        judge: J,
    }
}

impl<H, Fut, J> Step<'_, H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    #[inline]
    fn parts(self: Pin<&mut Self>) -> Parts<'_, Fut, J, ()> {
        let this = self.project();
        let call = this.call.as_mut().project();
        Parts { handle: call.handle, core: call.core, attempt: this.attempt, judge: *this.judge, group: () }
    }
}

impl<H, Fut, J> Future for Step<'_, H, Fut, J>
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

impl<H, Fut, J> fmt::Debug for Step<'_, H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("call", &self.call).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of [`Call::only`].
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct Only<'a, H, Fut, J> where H: Deref<Target = Handle>, Fut: Future, J: Judge<Fut::Output> {
        #[pin]
        step: Step<'a, H, Fut, J>,
    }
}

impl<H, Fut, J> Future for Only<'_, H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    type Output = Fut::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match ready!(self.project().step.poll(cx)) {
            Turn::Done(outcome) => Poll::Ready(outcome),
            Turn::Launch => unreachable!("a site whose body cannot be repeated has a policy of one attempt"),
        }
    }
}
