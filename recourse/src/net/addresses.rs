//! The addresses of a host, as they come: what a race goes over.

use super::order::Order;
use super::resolve::{Answer, Answers};
use crate::race::Source;
use crate::sync::{Mutex, lock};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What was asked and tried, in order. Read when the race is over.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Questions that failed.
    pub(super) lookups: Vec<io::Error>,
    /// The address of each attempt.
    pub(super) tried: Vec<SocketAddr>,
}

pin_project! {
    pub(super) struct Addresses<'a, V6, V4> {
        #[pin]
        answers: Answers<V6, V4>,
        order: Order,
        resolution_delay: Duration,
        // Until when IPv4 addresses wait for the IPv6 answer, once there are some.
        held: Option<Instant>,
        #[pin]
        timer: Timer,
        record: &'a Mutex<Record>,
    }
}

impl<'a, V6, V4> Addresses<'a, V6, V4>
where
    V6: Future<Output = Answer>,
    V4: Future<Output = Answer>,
{
    pub(super) fn new(
        answers: Answers<V6, V4>,
        order: Order,
        resolution_delay: Duration,
        record: &'a Mutex<Record>,
    ) -> Self {
        Self { answers, order, resolution_delay, held: None, timer: Timer::new(), record }
    }
}

impl<V6, V4> Source for Addresses<'_, V6, V4>
where
    V6: Future<Output = Answer>,
    V4: Future<Output = Answer>,
{
    type Item = SocketAddr;

    fn poll_more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut this = self.project();
        while let Poll::Ready(answer) = this.answers.as_mut().poll_answer(cx) {
            match answer {
                Ok(addresses) if this.answers.together => this.order.add_sorted(addresses),
                Ok(addresses) => this.order.add(addresses),
                Err(error) => lock(this.record).lookups.push(error),
            }
        }
        if this.order.is_empty() {
            return if this.answers.is_empty() { Poll::Ready(false) } else { Poll::Pending };
        }
        if this.answers.waits_for_v6() && !this.order.has_winner() {
            let held = *this.held.get_or_insert_with(|| Instant::now().saturating_add(*this.resolution_delay));
            return this.timer.poll_until(held, cx).map(|()| true);
        }
        Poll::Ready(true)
    }

    fn take(self: Pin<&mut Self>) -> Option<SocketAddr> {
        let this = self.project();
        let address = this.order.take()?;
        lock(this.record).tried.push(address);
        Some(address)
    }
}
