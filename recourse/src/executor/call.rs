//! A call whose attempts run one after the other. Each is held in place by the step that awaits it, and gone before the next is
//! made, so it may borrow mutably what the function borrows; and the call itself knows nothing of its type.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{self, Core};
use crate::executor::handle::Gate;
use crate::executor::judge::Judge;
use crate::executor::turn::{Parts, Turn};
use crate::observe::Recorder;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

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
        let waved_through =
            || !Recorder::is_wanted(handle.gate == Gate::Attended) && handle.front.load().admits_untimed();
        if !Recorder::is_wanted(handle.gate != Gate::Open) || waved_through() {
            return None;
        }
        core::gate(this.core, handle)
    }

    /// Runs an attempt, the first after the gate and others when [`Turn::Launch`] asks for one, and goes on until the function
    /// is needed: to make a further attempt, or to return.
    #[inline]
    pub fn attempt<Fut: Future, J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        attempt: Fut,
    ) -> Step<'_, H, Fut, J, Again> {
        self.launch(judge, attempt, Again)
    }

    /// [`Self::attempt`] for a body that runs once at the most: there is no further turn.
    #[inline]
    pub fn only<Fut: Future, J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        attempt: Fut,
    ) -> Step<'_, H, Fut, J, Once> {
        self.launch(judge, attempt, Once)
    }

    #[inline]
    fn launch<Fut: Future, J: Judge<Fut::Output>, K>(
        mut self: Pin<&mut Self>,
        judge: J,
        attempt: Fut,
        kind: K,
    ) -> Step<'_, H, Fut, J, K> {
        let this = self.as_mut().project();
        if this.core.is_some() {
            core::launched(this.core, this.handle);
        }
        Step { call: self, attempt: Some(attempt), judge, kind }
    }
}

/// What a step gives: its turn, ..
#[derive(Clone, Copy, Debug)]
pub struct Again;

/// .. or, where there is no other turn, the outcome.
#[derive(Clone, Copy, Debug)]
pub struct Once;

/// One of the two.
pub trait Kind {
    #[doc(hidden)]
    type Output<R>;
    #[doc(hidden)]
    fn of<R>(turn: Turn<R>) -> Self::Output<R>;
}

impl Kind for Again {
    type Output<R> = Turn<R>;

    #[inline]
    fn of<R>(turn: Turn<R>) -> Turn<R> {
        turn
    }
}

impl Kind for Once {
    type Output<R> = R;

    #[inline]
    fn of<R>(turn: Turn<R>) -> R {
        match turn {
            Turn::Done(outcome) => outcome,
            Turn::Launch => unreachable!("a site whose body cannot be repeated has a policy of one attempt"),
        }
    }
}

impl<H: Deref<Target = Handle>> fmt::Debug for Call<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.handle.key).field("core", &self.core).finish()
    }
}

pin_project! {
    /// The future of [`Call::attempt`] and [`Call::only`]. It is dropped before the call, which then tells of it.
    #[must_use = "futures do nothing unless polled"]
    pub struct Step<'a, H, Fut, J, K> where H: Deref<Target = Handle>, Fut: Future, J: Judge<Fut::Output> {
        call: Pin<&'a mut Call<H>>,
        #[pin]
        attempt: Option<Fut>,
        judge: J,
        kind: K,
    }
}

impl<H, Fut, J, K> Future for Step<'_, H, Fut, J, K>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
    K: Kind,
{
    type Output = K::Output<Fut::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let call = this.call.as_mut().project();
        let parts =
            Parts { handle: call.handle, core: call.core, attempt: this.attempt, judge: *this.judge, group: () };
        parts.turn(cx).map(K::of)
    }
}

impl<H, Fut, J, K> fmt::Debug for Step<'_, H, Fut, J, K>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("call", &self.call).finish_non_exhaustive()
    }
}
