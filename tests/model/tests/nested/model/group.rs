//! One poll of a group of attempts: each attempt in turn, then the limits and the hedges.

use super::call::{Calling, Event, Limit};
use crate::script::Ms;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Poll};

impl Calling {
    pub(super) fn poll_group(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        for at in 0..self.group.running.len() {
            let limits = self.limits_of(&self.group.running[at]);
            let world = self.world.clone();
            let running = &mut self.group.running;
            let polled =
                catch_unwind(AssertUnwindSafe(|| world.inside(limits, || running[at].future.as_mut().poll(cx))));
            let (polled, marks) = polled.unwrap_or_else(|panic| {
                drop(mem::take(&mut self.group.running));
                resume_unwind(panic)
            });
            // From its first poll on, the deadline around the call is a moment.
            if let Some(around) = self.around.take() {
                self.outer = around.deadline(self.world.now.get());
            }
            if let Poll::Ready(out) = polled {
                let attempt = self.group.running.remove(at);
                return Poll::Ready(Event::Ended(attempt, out, marks));
            }
        }
        self.wait()
    }

    /// Waits, while all attempts are pending, for a limit or for a hedge.
    fn wait(&mut self) -> Poll<Event> {
        let policy = self.policy();
        self.begin_to_count(self.world.now.get());
        loop {
            let limit = self.first_limit(&self.group.running[0]);
            let hedge = policy.hedge.and_then(|(delay, most)| self.hedge_at(delay, most, limit));
            let (at, event) = match (hedge, limit) {
                (Some(at), _) if at <= self.world.now.get() => return Poll::Ready(Event::Hedge),
                // A hedge at a limit, or after it, is of no use.
                (Some(at), limit) if limit.is_none_or(|(limit, _)| at < limit) => (at, None),
                (_, Some((at, limit))) => (at, Some(limit)),
                (_, None) => return Poll::Pending,
            };
            if !self.world.has_fired(at) {
                return Poll::Pending;
            }
            if let Some(limit) = event {
                return Poll::Ready(Event::Limit(limit));
            }
        }
    }

    /// When the next hedge starts, if there is one.
    fn hedge_at(&self, delay: Ms, most: u32, limit: Option<(Ms, Limit)>) -> Option<Ms> {
        let is_late = limit.is_some_and(|(limit, _)| self.world.now.get() >= limit);
        if self.group.hedges_no_more || self.group.hedged >= most || is_late {
            return None;
        }
        self.group.last_hedge.or(self.group.since).map(|last| last + delay)
    }
}
