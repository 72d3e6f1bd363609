//! Futures that several share, and local tasks that user code polls.

use super::World;
use crate::script::{Fail, Out};
use crate::stage::{Boxed, Scripted};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A future that several share: whoever polls it goes on with it.
#[derive(Clone)]
pub(crate) struct Shared(Rc<RefCell<State>>);

enum State {
    Runs(Option<Boxed>),
    Ready(Out),
    /// It has panicked, and stays there.
    Poisoned,
}

impl Shared {
    pub(super) fn new(future: Boxed) -> Self {
        Self(Rc::new(RefCell::new(State::Runs(Some(future)))))
    }
}

impl Future for Shared {
    type Output = Out;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Out> {
        let taken = match &mut *self.0.borrow_mut() {
            State::Runs(future) => future.take(),
            State::Ready(out) => return Poll::Ready(out.clone()),
            State::Poisoned => panic_any(Scripted),
        };
        let Some(mut future) = taken else { return Poll::Pending };
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => {
                *self.0.borrow_mut() = State::Runs(Some(future));
                Poll::Pending
            }
            Ok(Poll::Ready(out)) => {
                *self.0.borrow_mut() = State::Ready(out.clone());
                Poll::Ready(out)
            }
            Err(panic) => {
                *self.0.borrow_mut() = State::Poisoned;
                resume_unwind(panic)
            }
        }
    }
}

/// A local set: first the code that polls it, then its task. The code waits for the task in the end.
pub(super) fn local(world: Rc<World>, mut main: Boxed, task: Boxed) -> Boxed {
    let (mut task, mut main_out, mut task_out) = (Some(task), None, None);
    Box::pin(poll_fn(move |cx| {
        if main_out.is_none() {
            if let Poll::Ready(out) = main.as_mut().poll(cx) {
                if out.is_err() {
                    return Poll::Ready(out);
                }
                main_out = Some(());
            }
        }
        if main_out.is_some() && task_out.is_some() {
            return Poll::Ready(task_out.take().expect("it was looked at"));
        }
        if let Some(running) = &mut task {
            let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)));
            let out = match polled {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(out)) => out,
                Err(panic) if panic.is::<Scripted>() => Err(Fail::Panicked),
                Err(panic) => resume_unwind(panic),
            };
            (task, task_out) = (None, Some(out));
            world.note("local task");
            // Whoever waits for the task is woken.
            world.progress.set(true);
        }
        Poll::Pending
    }))
}
