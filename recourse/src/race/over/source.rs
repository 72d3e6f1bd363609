//! What the items of a race come from: all there from the beginning, or arriving while it runs.

use pin_project_lite::pin_project;
use std::fmt;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Where the next item comes from.
pub trait Source {
    type Item;
    /// Whether there is a next item. Where it is pending there may be one later, and the task is woken then.
    fn poll_more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool>;
    /// The next item, as it is now.
    fn take(self: Pin<&mut Self>) -> Option<Self::Item>;
}

pin_project! {
    /// The items of an iterator. One is looked at ahead of its start, to know that it is there.
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
