//! The part of a call that is generic: it holds the attempt, polls it, and converts its outcome.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{self, Core, Next};
use crate::executor::judge::Judge;
use crate::observe::Tape;
use crate::outcome::Class;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// One call. The attempt is held in place; what is known of the call beyond it is made when there is something to know.
    ///
    /// With neither an attempt nor a core the call has not begun, or has ended.
    pub struct Call<H, Fut> where H: Deref<Target = Handle> {
        handle: H,
        #[pin]
        core: Option<Core>,
        #[pin]
        attempt: Option<Fut>,
    }

    impl<H, Fut> PinnedDrop for Call<H, Fut> where H: Deref<Target = Handle> {
        fn drop(this: Pin<&mut Self>) {
            if this.attempt.is_some() || this.core.is_some() {
                this.cancelled();
            }
        }
    }
}

/// What a call wants of the function it is in.
#[derive(Debug)]
pub enum Turn<R> {
    /// Another attempt is due.
    Launch,
    /// The call has ended.
    Done(R),
}

impl<H: Deref<Target = Handle>, Fut> Call<H, Fut> {
    /// The caller dropped the call before its end: first what it holds goes, then the word about it.
    #[cold]
    #[inline(never)]
    fn cancelled(self: Pin<&mut Self>) {
        let mut this = self.project();
        this.attempt.set(None);
        core::cancelled(this.core, this.handle);
    }
}

impl<H: Deref<Target = Handle>, Fut: Future> Call<H, Fut> {
    #[inline]
    pub(crate) fn new(handle: H) -> Self {
        Self { handle, core: None, attempt: None }
    }

    /// The gate, before anything else: a rejection where the body must not run.
    #[inline]
    pub fn gate(self: Pin<&mut Self>) -> Option<Rejected> {
        let this = self.project();
        let handle = &**this.handle;
        if Tape::is_wanted(handle.gated) { core::gate(this.core, handle) } else { None }
    }

    /// Puts an attempt in place, the first after the gate and others when [`Turn::Launch`] asks for one, and goes on until
    /// the function is needed: to launch a further attempt, or to return.
    ///
    /// The attempt is moved into the call here and now, so that it is not kept twice while the step is awaited.
    #[inline]
    pub fn attempt<J: Judge<Fut::Output>>(mut self: Pin<&mut Self>, judge: J, attempt: Fut) -> Step<'_, H, Fut, J> {
        self.as_mut().launch(attempt);
        Step { call: self, judge }
    }

    /// [`Self::attempt`] for a body that runs once at the most.
    #[inline]
    pub fn only<J: Judge<Fut::Output>>(self: Pin<&mut Self>, judge: J, attempt: Fut) -> Only<'_, H, Fut, J> {
        Only(self.attempt(judge, attempt))
    }

    #[inline]
    pub(crate) fn launch(self: Pin<&mut Self>, attempt: Fut) {
        let mut this = self.project();
        if this.core.is_some() {
            core::launched(this.core);
        }
        this.attempt.set(Some(attempt));
    }

    #[inline]
    pub(crate) fn poll_step<J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Turn<Fut::Output>> {
        let mut this = self.project();
        let handle = &**this.handle;
        let mut polling = Polling { handle, core: this.core.as_mut(), attempt: this.attempt.as_mut() };
        let Some(attempt) = polling.attempt.as_mut().as_pin_mut() else {
            mem::forget(polling);
            return core::delay(this.core, cx).map(|()| Turn::Launch);
        };
        let polled = attempt.poll(cx).map(|outcome| {
            polling.attempt.set(None);
            let class = judge.class(&outcome);
            let told = class != Class::Success && core::wants_text(&polling.core, handle);
            let text = if told { judge.text(&outcome) } else { None };
            (outcome, class, text)
        });
        mem::forget(polling);
        let next = match polled {
            Poll::Ready((outcome, Class::Success, _)) if this.core.is_none() => {
                handle.purse.deposit();
                return Poll::Ready(Turn::Done(outcome));
            }
            Poll::Ready((outcome, class, text)) => match core::finished(this.core.as_mut(), handle, class, text) {
                Next::Done => return Poll::Ready(Turn::Done(outcome)),
                // The outcome is dropped here: an error that is not `Send` must not stay while the call waits.
                next => next,
            },
            Poll::Pending if !handle.is_timed() => return Poll::Pending,
            Poll::Pending => {
                let overdue = ready!(core::overdue(this.core.as_mut(), handle, cx));
                this.attempt.set(None);
                core::timed_out(this.core.as_mut(), handle, overdue)
            }
        };
        match next {
            Next::Rejected(rejected) => Poll::Ready(Turn::Done(judge.reject(rejected))),
            _ => core::delay(this.core, cx).map(|()| Turn::Launch),
        }
    }
}

impl<H: Deref<Target = Handle>, Fut> fmt::Debug for Call<H, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.handle.key).field("core", &self.core).finish_non_exhaustive()
    }
}

/// Stands by while code of the user's runs: the body, a classifier. When that panics the call has ended, with everything
/// it held dropped and told, before the panic goes on to the caller. Forgotten when it does not, so it costs nothing.
struct Polling<'a, Fut> {
    handle: &'a Handle,
    core: Pin<&'a mut Option<Core>>,
    attempt: Pin<&'a mut Option<Fut>>,
}

impl<Fut> Drop for Polling<'_, Fut> {
    #[cold]
    fn drop(&mut self) {
        self.attempt.set(None);
        core::panicked(self.core.as_mut(), self.handle);
    }
}

/// The future of [`Call::attempt`].
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

/// The future of [`Call::only`].
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Only<'a, H: Deref<Target = Handle>, Fut, J>(Step<'a, H, Fut, J>);

impl<H, Fut, J> Future for Only<'_, H, Fut, J>
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
            Turn::Launch => unreachable!("a site whose body cannot be repeated has a policy of one attempt"),
        }
    }
}
