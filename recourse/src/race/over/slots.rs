//! The slots of a race over an iterator, which hold the branches that run: a list in the race itself, if their number is
//! written as a literal, or a vector on the heap.

use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The branches that run, each known by the index of its item.
pub trait Slots<F: Future> {
    fn is_full(&self) -> bool;
    /// Returns the first item after `last` whose branch runs, in the order of starts; the first of all after `None`.
    fn next(&self, last: Option<usize>) -> Option<usize>;
    /// Puts a future into a free slot. There must be one.
    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F);
    /// Polls a branch, and drops its future when it is ready.
    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<F::Output>;
    /// Returns when a branch was started; `None` if it does not run.
    fn start(&self, index: usize) -> Option<Instant>;
    fn remove(self: Pin<&mut Self>, index: usize);
    /// Returns the number of slots, free or not.
    fn count(&self) -> usize;
}

/// The end of a list of slots.
#[derive(Debug)]
pub struct NoSlot;

pin_project! {
    /// A list of slots, and one more.
    pub struct Slot<S, F> {
        #[pin]
        rest: S,
        #[pin]
        future: Option<F>,
        index: usize,
        start: Option<Instant>,
    }
}

pub const fn no_slot() -> NoSlot {
    NoSlot
}

pub const fn slot<S, F>(rest: S) -> Slot<S, F> {
    Slot { rest, future: None, index: 0, start: None }
}

impl<F: Future> Slots<F> for NoSlot {
    fn is_full(&self) -> bool {
        true
    }

    fn next(&self, _: Option<usize>) -> Option<usize> {
        None
    }

    fn put(self: Pin<&mut Self>, _: usize, _: Instant, _: F) {
        debug_assert!(false, "a branch starts only if there is a slot for it");
    }

    fn poll(self: Pin<&mut Self>, _: usize, _: &mut Context<'_>) -> Poll<F::Output> {
        Poll::Pending
    }

    fn start(&self, _: usize) -> Option<Instant> {
        None
    }

    fn remove(self: Pin<&mut Self>, _: usize) {}

    fn count(&self) -> usize {
        0
    }
}

impl<S: Slots<F>, F: Future> Slots<F> for Slot<S, F> {
    fn is_full(&self) -> bool {
        self.future.is_some() && self.rest.is_full()
    }

    fn next(&self, last: Option<usize>) -> Option<usize> {
        // A slot is used again and again, so the order of slots is not the order of starts.
        let this = (self.future.is_some() && last.is_none_or(|last| self.index > last)).then_some(self.index);
        this.into_iter().chain(self.rest.next(last)).min()
    }

    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) {
        let mut this = self.project();
        // Any free slot will do: the index tells branches apart.
        if this.future.is_some() {
            return this.rest.put(index, start, future);
        }
        (*this.index, *this.start) = (index, Some(start));
        this.future.set(Some(future));
    }

    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        match this.future.as_mut().as_pin_mut() {
            Some(future) if *this.index == index => {
                let output = ready!(future.poll(cx));
                // At once: the caller polls other branches next, and a failed one must be gone by then.
                this.future.set(None);
                Poll::Ready(output)
            }
            _ => this.rest.poll(index, cx),
        }
    }

    fn start(&self, index: usize) -> Option<Instant> {
        if self.future.is_some() && self.index == index { self.start } else { self.rest.start(index) }
    }

    fn remove(self: Pin<&mut Self>, index: usize) {
        let mut this = self.project();
        if this.future.is_some() && *this.index == index {
            this.future.set(None);
        } else {
            this.rest.remove(index);
        }
    }

    fn count(&self) -> usize {
        1 + self.rest.count()
    }
}

/// Slots on the heap, when their number is known at run time only.
pub struct Heap<F> {
    max: usize,
    /// In the order of starts, so that a branch is found by binary search.
    running: Vec<(usize, Instant, Pin<Box<F>>)>,
}

/// Makes `max` slots. Zero counts as one, since a race without a slot could not go on.
pub const fn heap<F>(max: usize) -> Heap<F> {
    Heap { max: if max == 0 { 1 } else { max }, running: Vec::new() }
}

impl<F> fmt::Debug for Heap<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap").field("max", &self.max).field("running", &self.running.len()).finish()
    }
}

impl<F> Heap<F> {
    fn position(&self, index: usize) -> Option<usize> {
        self.running.binary_search_by_key(&index, |(index, ..)| *index).ok()
    }
}

impl<F: Future> Slots<F> for Heap<F> {
    fn is_full(&self) -> bool {
        self.running.len() >= self.max
    }

    fn next(&self, last: Option<usize>) -> Option<usize> {
        let next = last.map_or(0, |last| self.running.partition_point(|(index, ..)| *index <= last));
        self.running.get(next).map(|(index, ..)| *index)
    }

    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) {
        self.get_mut().running.push((index, start, Box::pin(future)));
    }

    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let Some(position) = this.position(index) else { return Poll::Pending };
        let output = ready!(this.running[position].2.as_mut().poll(cx));
        // Not `swap_remove`, which would break the order of starts.
        this.running.remove(position);
        Poll::Ready(output)
    }

    fn start(&self, index: usize) -> Option<Instant> {
        self.position(index).map(|position| self.running[position].1)
    }

    fn remove(self: Pin<&mut Self>, index: usize) {
        let this = self.get_mut();
        if let Some(position) = this.position(index) {
            this.running.remove(position);
        }
    }

    fn count(&self) -> usize {
        self.max
    }
}
