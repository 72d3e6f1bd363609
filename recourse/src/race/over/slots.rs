//! The slots of a race over an iterator: as many as are written, in the race itself, or as many as a value says, on the heap.

use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What runs, found by the number of its item.
pub trait Slots<F: Future> {
    fn is_full(&self) -> bool;
    /// The item that runs and was started next after this one.
    fn next(&self, last: Option<usize>) -> Option<usize>;
    /// Puts a future into a slot that is free; where none is, it is dropped.
    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F);
    /// What is ready is dropped.
    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<F::Output>;
    /// When it was started, as long as it runs.
    fn start(&self, index: usize) -> Option<Instant>;
    fn remove(self: Pin<&mut Self>, index: usize);
}

/// No slot.
#[derive(Debug)]
pub struct NoSlot;

pin_project! {
    /// Slots, and one more.
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
        debug_assert!(false, "a branch starts only where there is a slot");
    }

    fn poll(self: Pin<&mut Self>, _: usize, _: &mut Context<'_>) -> Poll<F::Output> {
        Poll::Pending
    }

    fn start(&self, _: usize) -> Option<Instant> {
        None
    }

    fn remove(self: Pin<&mut Self>, _: usize) {}
}

impl<S: Slots<F>, F: Future> Slots<F> for Slot<S, F> {
    fn is_full(&self) -> bool {
        self.future.is_some() && self.rest.is_full()
    }

    fn next(&self, last: Option<usize>) -> Option<usize> {
        let here = (self.future.is_some() && last.is_none_or(|last| self.index > last)).then_some(self.index);
        here.into_iter().chain(self.rest.next(last)).min()
    }

    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) {
        let mut this = self.project();
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
                let outcome = ready!(future.poll(cx));
                this.future.set(None);
                Poll::Ready(outcome)
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
}

/// Slots on the heap, where their number is known at run time only.
pub struct Heap<F> {
    most: usize,
    /// In the order of their starts.
    running: Vec<(usize, Instant, Pin<Box<F>>)>,
}

/// So many slots, and at least one.
pub const fn heap<F>(most: usize) -> Heap<F> {
    Heap { most: if most == 0 { 1 } else { most }, running: Vec::new() }
}

impl<F> fmt::Debug for Heap<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap").field("most", &self.most).field("running", &self.running.len()).finish()
    }
}

impl<F> Heap<F> {
    fn at(&self, index: usize) -> Option<usize> {
        self.running.binary_search_by_key(&index, |(index, ..)| *index).ok()
    }
}

impl<F: Future> Slots<F> for Heap<F> {
    fn is_full(&self) -> bool {
        self.running.len() >= self.most
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
        let Some(at) = this.at(index) else { return Poll::Pending };
        let outcome = ready!(this.running[at].2.as_mut().poll(cx));
        this.running.remove(at);
        Poll::Ready(outcome)
    }

    fn start(&self, index: usize) -> Option<Instant> {
        self.at(index).map(|at| self.running[at].1)
    }

    fn remove(self: Pin<&mut Self>, index: usize) {
        let this = self.get_mut();
        if let Some(at) = this.at(index) {
            this.running.remove(at);
        }
    }
}
