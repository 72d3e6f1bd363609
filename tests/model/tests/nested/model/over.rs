//! A race over an iterator, of whose items two run at the same time.

use super::race::{Branch, Racing};
use std::task::{Context, Poll};

/// The number of items that run at the same time.
const SLOTS: usize = 2;

impl Racing {
    /// Polls the items that run, and starts others as long as there is a slot, until the race is over.
    pub(super) fn poll_over(&mut self, begins: bool, cx: &mut Context<'_>) -> Poll<bool> {
        if begins {
            let now = self.world.now.get();
            self.begin(now);
            // The iterator is not asked.
            if self.expires.is_some_and(|expires| expires <= now) {
                return self.expired();
            }
        }
        let world = self.world.clone();
        world.under(self.limits(), || {
            if !begins && self.poll_running(cx) {
                return Poll::Ready(true);
            }
            let mut polled_at_deadline = false;
            loop {
                let running = self.branches.iter().filter(|branch| matches!(branch, Branch::Runs(_))).count();
                let waits = self.branches.iter().any(|branch| matches!(branch, Branch::Waits(_)));
                let starts = waits && running < SLOTS;
                if !starts && running == 0 {
                    return Poll::Ready(false);
                }
                let now = self.world.now.get();
                if self.expires.is_some_and(|expires| expires <= now) {
                    if polled_at_deadline {
                        return self.expired();
                    }
                    polled_at_deadline = true;
                    if self.poll_running(cx) {
                        return Poll::Ready(true);
                    }
                } else if starts {
                    if self.start_next(now, cx) {
                        return Poll::Ready(true);
                    }
                } else if self.expires.is_none_or(|expires| !self.world.has_fired(expires)) {
                    return Poll::Pending;
                }
            }
        })
    }
}
