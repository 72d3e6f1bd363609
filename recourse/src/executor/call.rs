//! The part of a call that is generic: it holds the attempt, polls it, and converts its outcome.

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{self, Core, Slot};
use crate::executor::group::{Alone, Group};
use crate::executor::handle::Gate;
use crate::executor::judge::Judge;
use crate::executor::running::{Ended, Running, Settled, Watch};
use crate::observe::{AttemptOutcome, Reason, Tape};
use crate::outcome::Class;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// One call. The primary attempt is held in place; what is known of the call beyond it is made when there is something
    /// to know, and hedges when they start.
    ///
    /// With neither an attempt nor a core the call has not begun, or has ended.
    pub struct Call<H, Fut, G = Alone> where H: Deref<Target = Handle>, Fut: Future, G: Group<Fut> {
        handle: H,
        #[pin]
        core: Option<Core>,
        #[pin]
        attempt: Option<Fut>,
        group: G,
    }

    impl<H, Fut, G> PinnedDrop for Call<H, Fut, G> where H: Deref<Target = Handle>, Fut: Future, G: Group<Fut> {
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
    /// Another attempt is due: a retry, or a hedge beside those that run.
    Launch,
    /// The call has ended.
    Done(R),
}

impl<H: Deref<Target = Handle>, Fut: Future, G: Group<Fut>> Call<H, Fut, G> {
    #[inline]
    pub(crate) fn new(handle: H) -> Self {
        Self { handle, core: None, attempt: None, group: G::NEW }
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

    /// Puts an attempt in place, the first after the gate and others when [`Turn::Launch`] asks for one, and goes on until
    /// the function is needed: to launch a further attempt, or to return.
    ///
    /// The attempt is moved into the call here and now, so that it is not kept twice while the step is awaited.
    #[inline]
    pub fn attempt<J: Judge<Fut::Output>>(mut self: Pin<&mut Self>, judge: J, attempt: Fut) -> Step<'_, H, Fut, G, J> {
        self.as_mut().launch(attempt);
        Step { call: self, judge }
    }

    /// [`Self::attempt`] for a body that runs once at the most.
    #[inline]
    pub fn only<J: Judge<Fut::Output>>(self: Pin<&mut Self>, judge: J, attempt: Fut) -> Only<'_, H, Fut, G, J> {
        Only(self.attempt(judge, attempt))
    }

    #[inline]
    pub(crate) fn launch(self: Pin<&mut Self>, attempt: Fut) {
        let mut this = self.project();
        let launched = if this.core.is_some() { core::launched(this.core, this.handle) } else { None };
        match launched {
            Some(hedge) if G::HEDGES => this.group.add(hedge, attempt),
            _ => this.attempt.set(Some(attempt)),
        }
    }

    #[inline]
    pub(crate) fn poll_step<J: Judge<Fut::Output>>(
        self: Pin<&mut Self>,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Turn<Fut::Output>> {
        let this = self.project();
        let handle = &**this.handle;
        let word = handle.circuit_word();
        let mut watch = Watch(Running { handle, word, core: this.core, attempt: this.attempt, group: this.group });
        let polled = watch.0.poll_primary(judge, cx);
        let turn = match polled {
            // The way of most calls. Without a core the primary was the first attempt, and alone.
            Poll::Ready(ended) if ended.class == Class::Success && watch.0.core.is_none() => {
                if G::HEDGES {
                    handle.deposit();
                } else {
                    handle.purse.deposit();
                }
                if handle.has_circuit && !(word.is_plain() && handle.front.word() == word) {
                    handle.succeeded(word);
                }
                Poll::Ready(Turn::Done(ended.outcome))
            }
            polled => go_on(watch.0.reborrow(), polled, judge, cx),
        };
        mem::forget(watch);
        turn
    }
}

/// Everything but the success of a primary that is alone and was ready at once.
#[cold]
#[inline(never)]
fn go_on<Fut: Future, G: Group<Fut>, J: Judge<Fut::Output>>(
    mut running: Running<'_, Fut, G>,
    mut polled: Poll<Ended<Fut::Output>>,
    judge: J,
    cx: &mut Context<'_>,
) -> Poll<Turn<Fut::Output>> {
    let handle = running.handle;
    if polled.is_pending() && !running.any() {
        return waited(running.core, handle, judge, cx);
    }
    running.remembered();
    loop {
        if G::HEDGES && polled.is_pending() {
            polled = running.poll_hedges(judge, cx);
        }
        let settled = match polled {
            Poll::Ready(ended) => running.settle(ended),
            Poll::Pending if !handle.waits() => return Poll::Pending,
            Poll::Pending => ready!(running.wait(cx)),
        };
        return match settled {
            Settled::Running => {
                polled = running.poll_primary(judge, cx);
                continue;
            }
            Settled::Hedge => Poll::Ready(Turn::Launch),
            Settled::Done(outcome) => Poll::Ready(Turn::Done(outcome)),
            Settled::Rejected(rejected) => Poll::Ready(Turn::Done(judge.reject(rejected))),
            Settled::Again => waited(running.core, handle, judge, cx),
        };
    }
}

/// Another attempt is due after its delay, unless the call's time is up by then.
fn waited<R, J: Judge<R>>(core: Slot<'_>, handle: &Handle, judge: J, cx: &mut Context<'_>) -> Poll<Turn<R>> {
    core::delay(core, handle, cx).map(|late| match late {
        Some(rejected) => Turn::Done(judge.reject(rejected)),
        None => Turn::Launch,
    })
}

impl<H: Deref<Target = Handle>, Fut: Future, G: Group<Fut>> Call<H, Fut, G> {
    /// The caller dropped the call before its end: first what it holds goes, then the word about it.
    ///
    /// What is dropped by a panic while nothing of it runs was about to be launched: it is the launch that panicked.
    #[cold]
    #[inline(never)]
    pub(super) fn cancelled(self: Pin<&mut Self>) {
        let this = self.project();
        let handle = &**this.handle;
        let word = handle.circuit_word();
        let running = Running { handle, word, core: this.core, attempt: this.attempt, group: this.group };
        let launching = !running.any() && std::thread::panicking();
        let reason = if launching { Reason::Panicked } else { Reason::Cancelled };
        let mut watch = Watch(running);
        watch.0.drop_all(AttemptOutcome::Cancelled, false);
        core::abandoned(watch.0.core.as_mut(), handle, reason);
        mem::forget(watch);
    }
}

impl<H: Deref<Target = Handle>, Fut: Future, G: Group<Fut>> fmt::Debug for Call<H, Fut, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("key", &self.handle.key).field("core", &self.core).finish_non_exhaustive()
    }
}

/// The future of [`Call::attempt`].
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Step<'a, H: Deref<Target = Handle>, Fut: Future, G: Group<Fut>, J> {
    call: Pin<&'a mut Call<H, Fut, G>>,
    judge: J,
}

impl<H, Fut, G, J> Future for Step<'_, H, Fut, G, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    G: Group<Fut>,
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
pub struct Only<'a, H: Deref<Target = Handle>, Fut: Future, G: Group<Fut>, J>(Step<'a, H, Fut, G, J>);

impl<H, Fut, G, J> Future for Only<'_, H, Fut, G, J>
where
    H: Deref<Target = Handle>,
    Fut: Future,
    G: Group<Fut>,
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
