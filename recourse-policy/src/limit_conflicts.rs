//! What can never happen under a limit that the calls of a key share.

use crate::shortest::not_below;
use crate::{ConcurrencyPolicy, Conflict, DurationText, Policy};
use std::time::Duration;

/// True if a wait is no shorter than the call may take.
const fn cannot_wait(wait: Option<Duration>, call: Duration) -> bool {
    match wait {
        Some(wait) => not_below(wait, call),
        None => false,
    }
}

impl Policy {
    /// Returns the conflicts of the sections on concurrency and rate.
    pub(crate) fn limit_conflicts(&self) -> impl Iterator<Item = Conflict> + use<> {
        let Self { concurrency, rate, timeout, .. } = *self;
        let conflict = |section, message, with| Conflict { keys: (section, with), message, is_note: false };
        let idle = concurrency.filter(ConcurrencyPolicy::waits_for_nothing).map(|limit| {
            let queue = limit.queue.unwrap_or_default();
            let message = format!(
                "concurrency: `queue {queue}` has no effect without `wait`: nobody stands in the queue; write such as \
                 `wait 50ms, queue {queue}`, or leave `queue` out"
            );
            conflict("concurrency", message, "concurrency")
        });
        let long = |section: &'static str, wait: Option<Duration>| {
            let call = timeout.filter(|call| cannot_wait(wait, *call))?;
            let message = format!(
                "{section}: wait {} is not below the timeout of {}: nobody could wait that long; write a shorter `wait` or a longer \
                 `timeout`",
                DurationText(wait?),
                DurationText(call)
            );
            Some(conflict(section, message, "timeout"))
        };
        let for_slot = long("concurrency", concurrency.and_then(|limit| limit.wait));
        let for_rate = long("rate", rate.and_then(|rate| rate.wait));
        idle.into_iter().chain(for_slot).chain(for_rate)
    }

    /// Returns the first of [`Self::limit_conflicts`], with a message that a constant can hold.
    pub(crate) const fn limit_conflict(&self) -> Option<&'static str> {
        match (self.concurrency, self.timeout) {
            (Some(limit), _) if limit.waits_for_nothing() => Some(
                "concurrency: `queue` has no effect without `wait`: nobody stands in the queue; write a `wait` beside it, or leave \
                 `queue` out",
            ),
            (Some(limit), Some(call)) if cannot_wait(limit.wait, call) => Some(
                "concurrency: wait is not below timeout: nobody could wait that long; write a shorter `wait` or a longer timeout",
            ),
            _ => match (self.rate, self.timeout) {
                (Some(rate), Some(call)) if cannot_wait(rate.wait, call) => Some(
                    "rate: wait is not below timeout: nobody could wait that long; write a shorter `wait` or a longer timeout",
                ),
                _ => None,
            },
        }
    }
}
