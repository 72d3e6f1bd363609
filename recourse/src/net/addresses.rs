//! The addresses of a host as the source of a race: answers arrive while attempts run, and addresses join the race.

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

/// What a race learned about the addresses of its host. Outlives the race, so that an error can tell it.
#[derive(Debug)]
pub(super) struct Record {
    /// The errors of look-ups that failed.
    pub(super) lookups: Vec<io::Error>,
    /// The addresses that no answer has come for.
    pub(super) unanswered: Option<&'static str>,
    /// The address of each attempt, in the order of starts.
    pub(super) tried: Vec<SocketAddr>,
    /// The addresses that were not tried yet.
    pub(super) order: Order,
}

impl Record {
    pub(super) const fn new(order: Order) -> Self {
        Self { lookups: Vec::new(), unanswered: None, tried: Vec::new(), order }
    }
}

pin_project! {
    /// The addresses that are left to try, and the answers that are still to come.
    pub(super) struct Addresses<'a, V6, V4> {
        #[pin]
        answers: Answers<V6, V4>,
        resolution_delay: Duration,
        // When IPv4 addresses stop waiting for the IPv6 answer. Set when the first of them is known.
        held_until: Option<Instant>,
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
        Self { answers, resolution_delay, held_until: None, timer: Timer::new(), record }
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
        // All answers that are there are taken before a decision, so that an IPv6 answer of this moment is not overtaken.
        while let Poll::Ready(answer) = this.answers.as_mut().poll_answer(cx) {
            let mut record = lock(this.record);
            match answer {
                Ok(addresses) if this.answers.together => record.order.add_sorted(addresses),
                Ok(addresses) => record.order.add(addresses),
                Err(error) => record.lookups.push(error),
            }
        }
        let (is_empty, has_winner, next_was_silent) = {
            let mut record = lock(this.record);
            record.unanswered = this.answers.waits_for();
            let order = &record.order;
            (order.is_empty(), order.has_winner(), order.next_was_silent())
        };
        if is_empty {
            return if this.answers.is_empty() { Poll::Ready(false) } else { Poll::Pending };
        }
        // The resolution delay. The address that won last time is better than what the other answer could bring, and an address that
        // did not answer last time is worse.
        if this.answers.waits_for_v6() && !has_winner || next_was_silent && !this.answers.is_empty() {
            let delay = *this.resolution_delay;
            let held_until = *this.held_until.get_or_insert_with(|| Instant::now().saturating_add(delay));
            return this.timer.poll_until(held_until, &"a connection", cx).map(|()| true);
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
