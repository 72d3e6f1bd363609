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

/// What was asked and tried, and what is left to try. Read when the race is over.
#[derive(Debug)]
pub(super) struct Record {
    /// Questions that failed.
    pub(super) lookups: Vec<io::Error>,
    /// The address of each attempt, in order.
    pub(super) tried: Vec<SocketAddr>,
    /// The addresses that wait for their turn.
    pub(super) order: Order,
}

impl Record {
    pub(super) const fn new(order: Order) -> Self {
        Self { lookups: Vec::new(), tried: Vec::new(), order }
    }
}

pin_project! {
    pub(super) struct Addresses<'a, V6, V4> {
        #[pin]
        answers: Answers<V6, V4>,
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
    pub(super) const fn new(answers: Answers<V6, V4>, resolution_delay: Duration, record: &'a Mutex<Record>) -> Self {
        Self { answers, resolution_delay, held: None, timer: Timer::new(), record }
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
            let mut record = lock(this.record);
            match answer {
                Ok(addresses) if this.answers.together => record.order.add_sorted(addresses),
                Ok(addresses) => record.order.add(addresses),
                Err(error) => record.lookups.push(error),
            }
        }
        let (is_empty, has_winner) = {
            let order = &lock(this.record).order;
            (order.is_empty(), order.has_winner())
        };
        if is_empty {
            return if this.answers.is_empty() { Poll::Ready(false) } else { Poll::Pending };
        }
        if this.answers.waits_for_v6() && !has_winner {
            let held = *this.held.get_or_insert_with(|| Instant::now().saturating_add(*this.resolution_delay));
            return this.timer.poll_until(held, cx).map(|()| true);
        }
        Poll::Ready(true)
    }

    fn take(self: Pin<&mut Self>) -> Option<SocketAddr> {
        let mut record = lock(self.project().record);
        let address = record.order.take()?;
        record.tried.push(address);
        Some(address)
    }
}
