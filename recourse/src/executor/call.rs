//! The part of a call that is generic: it holds the attempt, polls it, and converts its outcome.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{Core, Next, Phase};
use crate::executor::judge::Judge;
use crate::observe::Tape;
use crate::outcome::Class;
use crate::time::Timer;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// One call: the attempt in place, one timer for everything that has to wait, and what is known so far.
    pub struct Call<H, Fut> where H: Deref<Target = Handle> {
        handle: H,
        core: Core,
        #[pin]
        timer: Timer,
        #[pin]
        attempt: Option<Fut>,
    }

    impl<H, Fut> PinnedDrop for Call<H, Fut> where H: Deref<Target = Handle> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.core.phase != Phase::Done {
                this.attempt.set(None);
                this.core.abandoned(this.handle);
            }
        }
    }
}

/// What a call wants of the function it is in.
#[derive(Debug)]
pub enum Turn<R> {
    /// Launch an attempt, and step again.
    Launch,
    /// The call has ended.
    Done(R),
}

impl<H: Deref<Target = Handle>, Fut: Future> Call<H, Fut> {
    #[inline]
    pub(crate) fn new(handle: H, attempt: Option<Fut>) -> Self {
        Self { handle, core: Core::new(), timer: Timer::new(), attempt }
    }

    /// Puts the attempt in place that [`Turn::Launch`] asked for. It is not polled before the next step.
    #[inline]
    pub fn launch(self: Pin<&mut Self>, attempt: Fut) {
        let mut this = self.project();
        this.attempt.set(Some(attempt));
        this.core.launched();
    }

    /// Goes on until the function is needed: to launch an attempt, or to return.
    ///
    /// # Panics
    ///
    /// When the call has ended already.
    #[inline]
    pub fn step<J: Judge<Fut::Output>>(self: Pin<&mut Self>, judge: J) -> Step<'_, H, Fut, J> {
        Step { call: self, judge }
    }

    /// [`Self::step`] for a call that was made with its only attempt.
    #[inline]
    pub fn finish<J: Judge<Fut::Output>>(self: Pin<&mut Self>, judge: J) -> Finish<'_, H, Fut, J> {
        Finish(Step { call: self, judge })
    }

    /// The gate, once: says no where the call must not run.
    #[inline]
    fn open(self: Pin<&mut Self>) -> Option<Rejected> {
        let this = self.project();
        let handle = &**this.handle;
        if Tape::is_wanted(handle.gated) { this.core.open(handle) } else { None }
    }

    #[inline]
    pub(crate) fn poll_step<J: Judge<Fut::Output>>(
        mut self: Pin<&mut Self>,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Turn<Fut::Output>> {
        let mut this = self.as_mut().project();
        let (core, handle) = (this.core, &**this.handle);
        let Some(attempt) = this.attempt.as_mut().as_pin_mut() else {
            // Nothing runs: the call begins, or waits for its next attempt.
            if core.phase == Phase::Fresh {
                return Poll::Ready(self.open().map_or(Turn::Launch, |rejected| Turn::Done(judge.reject(rejected))));
            }
            return core.waiting(this.timer, cx).map(|()| Turn::Launch);
        };
        core.phase = Phase::Polling;
        let next = match attempt.poll(cx) {
            Poll::Ready(outcome) => {
                this.attempt.set(None);
                let class = judge.class(&outcome);
                let text = if class != Class::Success && core.wants_text(handle) { judge.text(&outcome) } else { None };
                match core.finished(handle, class, text) {
                    Next::Done => return Poll::Ready(Turn::Done(outcome)),
                    // The outcome is dropped here: an error that is not `Send` must not stay while the call waits.
                    next => next,
                }
            }
            Poll::Pending => {
                core.phase = Phase::Running;
                if !handle.is_timed() {
                    return Poll::Pending;
                }
                let overdue = ready!(core.overdue(handle, this.timer.as_mut(), cx));
                this.attempt.set(None);
                core.timed_out(handle, overdue)
            }
        };
        match next {
            Next::Rejected(rejected) => Poll::Ready(Turn::Done(judge.reject(rejected))),
            _ => core.waiting(this.timer, cx).map(|()| Turn::Launch),
        }
    }
}

impl<H: Deref<Target = Handle>, Fut> fmt::Debug for Call<H, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.handle.key).field("core", &self.core).finish_non_exhaustive()
    }
}

/// The future of [`Call::step`].
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Step<'a, H: Deref<Target = Handle>, Fut, J> {
    call: Pin<&'a mut Call<H, Fut>>,
    judge: J,
}

impl<H, Fut, J> Future for Step<'_, H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output> + Unpin,
{
    type Output = Turn<Fut::Output>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let judge = self.judge;
        self.call.as_mut().poll_step(judge, cx)
    }
}

/// The future of [`Call::finish`].
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Finish<'a, H: Deref<Target = Handle>, Fut, J>(Step<'a, H, Fut, J>);

impl<H, Fut, J> Future for Finish<'_, H, Fut, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    J: Judge<Fut::Output> + Unpin,
{
    type Output = Fut::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Step { call, judge } = &mut self.0;
        if call.core.phase == Phase::Fresh {
            if let Some(rejected) = call.as_mut().open() {
                return Poll::Ready(judge.reject(rejected));
            }
            call.as_mut().project().core.launched();
        }
        match ready!(call.as_mut().poll_step(*judge, cx)) {
            Turn::Done(outcome) => Poll::Ready(outcome),
            Turn::Launch => unreachable!("a call that cannot repeat its body has a policy of one attempt"),
        }
    }
}
