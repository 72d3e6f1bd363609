//! What can never happen under a limit that the calls of a key share.

use crate::shortest::not_below;
use crate::{ConcurrencyPolicy, Conflict, DurationText, Policy};
use std::time::Duration;

impl ConcurrencyPolicy {
    const fn cannot_wait(&self, call: Duration) -> bool {
        match self.wait {
            Some(wait) => not_below(wait, call),
            None => false,
        }
    }
}

impl Policy {
    /// Returns the conflicts of the section on concurrency.
    pub(crate) fn limit_conflicts(&self) -> impl Iterator<Item = Conflict> + use<> {
        let Self { concurrency, timeout, .. } = *self;
        let conflict = |message, with| Conflict { keys: ("concurrency", with), message, is_note: false };
        let idle = concurrency.filter(ConcurrencyPolicy::waits_for_nothing).map(|limit| {
            let queue = limit.queue.unwrap_or_default();
            let message = format!(
                "concurrency: `queue {queue}` has no effect without `wait`: nobody stands in the queue; write such as \
                 `wait 50ms, queue {queue}`, or leave `queue` out"
            );
            conflict(message, "concurrency")
        });
        let long = concurrency.zip(timeout).and_then(|(limit, call)| {
            let (wait, call) = (DurationText(limit.wait.filter(|_| limit.cannot_wait(call))?), DurationText(call));
            let message = format!(
                "concurrency: wait {wait} is not below the timeout of {call}: nobody could wait that long; write a shorter `wait` or a \
                 longer `timeout`"
            );
            Some(conflict(message, "timeout"))
        });
        idle.into_iter().chain(long)
    }

    /// Returns the first of [`Self::limit_conflicts`], with a message that a constant can hold.
    pub(crate) const fn limit_conflict(&self) -> Option<&'static str> {
        match (self.concurrency, self.timeout) {
            (Some(limit), _) if limit.waits_for_nothing() => Some(
                "concurrency: `queue` has no effect without `wait`: nobody stands in the queue; write a `wait` beside it, or leave \
                 `queue` out",
            ),
            (Some(limit), Some(call)) if limit.cannot_wait(call) => Some(
                "concurrency: wait is not below timeout: nobody could wait that long; write a shorter `wait` or a longer timeout",
            ),
            _ => None,
        }
    }
}
