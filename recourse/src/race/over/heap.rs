//! The slots of a race whose number of slots is known at run time only, on the heap.
//!
//! # Design notes
//!
//! - Each branch has a waker of its own, so a pass polls the branches that were woken, and no others. If it polled all of them,
//!   10,000 branches that fail one after the other would be polled 50 million times.
//! - A task of tokio's may do a limited number of things in one poll. When that budget is used up the pass is broken off, and the
//!   next poll goes on with it: a branch that is polled without budget would only be woken to be polled again. The deadline is
//!   looked at behind the pass, so that branches which are ready by then win over it.
//! - Branches that are woken during a pass belong to the next one. So a pass ends, whatever its branches do.

use super::slots::Slots;
use crate::sync::{Arc, Mutex, lock};
use crate::time::{Instant, has_budget};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker, ready};

/// Slots on the heap.
pub struct Heap<F> {
    max: usize,
    /// By index, which is the order of starts.
    running: BTreeMap<usize, Running<F>>,
    /// The branches that this pass has still to poll. All of them run.
    due: BTreeSet<usize>,
    wakes: Arc<Wakes>,
}

struct Running<F> {
    start: Instant,
    waker: Waker,
    future: Pin<Box<F>>,
}

/// The branches that were woken since the last pass began.
#[derive(Default)]
struct Wakes(Mutex<Woken>);

#[derive(Default)]
struct Woken {
    branches: BTreeSet<usize>,
    /// The task that polled last. `None` if it was woken since.
    task: Option<Waker>,
}

/// The waker of a branch.
struct BranchWaker {
    index: usize,
    wakes: Arc<Wakes>,
}

impl Wake for BranchWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let task = {
            let mut woken = lock(&self.wakes.0);
            woken.branches.insert(self.index);
            woken.task.take()
        };
        // Behind the lock, because what it does is the executor's own.
        if let Some(task) = task {
            task.wake();
        }
    }
}

/// Makes `max` slots. Zero counts as one, since a race without a slot could not go on.
pub fn heap<F>(max: usize) -> Heap<F> {
    Heap { max: max.max(1), running: BTreeMap::new(), due: BTreeSet::new(), wakes: Arc::default() }
}

impl<F> fmt::Debug for Heap<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap").field("max", &self.max).field("running", &self.running.len()).finish_non_exhaustive()
    }
}

impl<F: Future> Slots<F> for Heap<F> {
    fn is_full(&self) -> bool {
        self.running.len() >= self.max
    }

    fn next(&self, last: Option<usize>) -> Option<usize> {
        let from = last.map_or(0, |last| last.saturating_add(1));
        self.running.range(from..).next().map(|(index, _)| *index)
    }

    fn begin_pass(self: Pin<&mut Self>, cx: &mut Context<'_>) {
        let this = self.get_mut();
        let task = cx.waker().clone();
        let goes_on = !this.due.is_empty();
        let (last_task, woken, others_wait) = {
            let mut woken = lock(&this.wakes.0);
            let branches = if goes_on { BTreeSet::new() } else { std::mem::take(&mut woken.branches) };
            (woken.task.replace(task), branches, !woken.branches.is_empty())
        };
        drop(last_task);
        // The wake-up of those that wait for the next pass was used up by this poll, which goes on with the last one.
        if others_wait {
            cx.waker().wake_by_ref();
        }
        // A branch that has ended may have been woken before its end.
        this.due.extend(woken.into_iter().filter(|index| this.running.contains_key(index)));
    }

    fn next_due(&self, last: Option<usize>) -> Option<usize> {
        let from = last.map_or(0, |last| last.saturating_add(1));
        self.due.range(from..).next().copied()
    }

    fn breaks_off(&self, cx: &mut Context<'_>) -> bool {
        let breaks_off = !self.due.is_empty() && !has_budget();
        if breaks_off {
            cx.waker().wake_by_ref();
        }
        breaks_off
    }

    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) {
        let this = self.get_mut();
        let waker = Waker::from(Arc::new(BranchWaker { index, wakes: Arc::clone(&this.wakes) }));
        this.running.insert(index, Running { start, waker, future: Box::pin(future) });
    }

    fn poll(self: Pin<&mut Self>, index: usize, _: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        this.due.remove(&index);
        let Some(branch) = this.running.get_mut(&index) else { return Poll::Pending };
        let output = ready!(branch.future.as_mut().poll(&mut Context::from_waker(&branch.waker)));
        this.running.remove(&index);
        Poll::Ready(output)
    }

    fn start(&self, index: usize) -> Option<Instant> {
        self.running.get(&index).map(|branch| branch.start)
    }

    fn remove(self: Pin<&mut Self>, index: usize) {
        let this = self.get_mut();
        this.due.remove(&index);
        this.running.remove(&index);
    }

    fn count(&self) -> usize {
        self.max
    }
}
