//! Where the items of a race come from: an iterator that has them all, or a source whose items arrive while the race runs.

use pin_project_lite::pin_project;
use std::fmt;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A source of items.
pub trait Source {
    type Item;
    /// Returns whether there is a next item. While that is pending, one may still come, and the task is woken when it does.
    fn poll_more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool>;
    /// Takes the next item. After [`poll_more`](Self::poll_more) has returned `Ready(true)`, there is one.
    fn take(self: Pin<&mut Self>) -> Option<Self::Item>;
}

pin_project! {
    /// The items of an iterator. The next one is fetched before its start, to know that it exists.
    pub struct Known<I: Iterator> {
        items: Peekable<I>,
    }
}

impl<I: Iterator> Known<I> {
    pub(super) fn new(items: I) -> Self {
        Self { items: items.peekable() }
    }
}

impl<I: Iterator> fmt::Debug for Known<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known")
    }
}

impl<I: Iterator> Source for Known<I> {
    type Item = I::Item;

    fn poll_more(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(self.project().items.peek().is_some())
    }

    fn take(self: Pin<&mut Self>) -> Option<I::Item> {
        self.project().items.next()
    }
}
