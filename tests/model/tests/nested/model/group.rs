//! One poll of a group of attempts: each attempt in turn, then the limits and the hedges. And which limits these are.

use super::call::{Attempt, Calling, Event, Limit};
use super::{Limits, earlier};
use crate::script::{Ms, Policy};
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

    fn own_deadline(&self) -> Option<Ms> {
        self.started.zip(self.policy().timeout).map(|(started, timeout)| started + timeout)
    }

    /// The earlier of the call's own deadline and the one around it.
    pub(super) fn deadline(&self) -> Option<Ms> {
        earlier(self.own_deadline(), self.outer)
    }

    /// The limit of an attempt that comes first.
    pub(super) fn first_limit(&self, attempt: &Attempt) -> Option<(Ms, Limit)> {
        let since = if attempt.number == 0 { self.group.since } else { attempt.since };
        let own = since.zip(self.policy().attempt_timeout).map(|(since, timeout)| (since + timeout, Limit::Attempt));
        let call = self.deadline().map(|at| (at, Limit::Call));
        // At the same moment the call's comes first.
        call.into_iter().chain(own).min_by_key(|(at, _)| *at)
    }

    /// The limits that an attempt sets for what begins in it.
    pub(super) fn limits_of(&self, attempt: &Attempt) -> Limits {
        let Policy { timeout, attempt_timeout, .. } = self.policy();
        let since = if attempt.number == 0 { self.group.since } else { attempt.since };
        let call = if self.started.is_some() { Limits::default() } else { Limits { from_now: timeout, moment: None } };
        let own = match since {
            Some(since) => Limits::at(attempt_timeout.map(|timeout| since + timeout)),
            None => Limits { from_now: attempt_timeout, moment: None },
        };
        Limits::at(self.deadline()).and(call).and(own).and(self.around.unwrap_or_default())
    }

    pub(super) fn begin_to_count(&mut self, now: Ms) {
        self.group.since.get_or_insert(now);
        self.started.get_or_insert(now);
    }
}
