//! The part of a call that is generic: it holds the attempt, polls it, and converts its outcome.

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
        self.project().attempt.set(Some(attempt));
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

    #[inline]
    pub(crate) fn poll_step<J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Turn<Fut::Output>> {
        let mut this = self.project();
        let (core, handle) = (this.core, &**this.handle);
        if core.phase != Phase::Running {
            match core.phase {
                Phase::Fresh if handle.is_gated() || Tape::is_wanted(handle.observed) => {
                    if let Some(rejected) = core.open(handle) {
                        return Poll::Ready(Turn::Done(judge.reject(rejected)));
                    }
                }
                Phase::Backoff => ready!(core.delay(this.timer.as_mut(), cx)),
                Phase::Done => panic!("a guarded call was polled after it had ended"),
                _ => {}
            }
            if this.attempt.is_none() {
                core.phase = Phase::Due;
                return Poll::Ready(Turn::Launch);
            }
            core.launched();
        }
        let Some(attempt) = this.attempt.as_mut().as_pin_mut() else { return Poll::Ready(Turn::Launch) };
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
        if let Next::Rejected(rejected) = next {
            return Poll::Ready(Turn::Done(judge.reject(rejected)));
        }
        if core.phase == Phase::Backoff {
            ready!(core.delay(this.timer.as_mut(), cx));
        }
        Poll::Ready(Turn::Launch)
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
        match ready!(Pin::new(&mut self.0).poll(cx)) {
            Turn::Done(outcome) => Poll::Ready(outcome),
            Turn::Launch => unreachable!("a call that cannot repeat its body has a policy of one attempt"),
        }
    }
}
