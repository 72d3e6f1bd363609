//! The events of a call, and of a circuit breaker outside of calls.

use super::names::{AttemptOutcome, DelaySource, EndReason};
use crate::circuit::{self, State};
use std::time::Duration;

/// One thing that happened in a call. [`TimedEvent`] adds when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The call began. Always the first event.
    CallStarted,
    /// An attempt started.
    AttemptStarted {
        /// The number of the attempt; the first is 1.
        attempt: u32,
        /// True if the attempt is a hedge, which runs beside others of its group.
        hedge: bool,
    },
    /// An attempt ended. Every attempt that started ends once.
    AttemptEnded {
        /// The number of the attempt.
        attempt: u32,
        /// How it ended.
        outcome: AttemptOutcome,
        /// The text of its error, up to 200 bytes, if there is an error that can be displayed.
        error: Option<Box<str>>,
    },
    /// A retry was granted, and waits for its delay.
    Delayed {
        /// The delay.
        delay: Duration,
        /// Where the delay came from.
        source: DelaySource,
    },
    /// A retry was denied: its delay does not fit before the deadline.
    DelayDenied {
        /// The delay.
        delay: Duration,
        /// Where the delay came from.
        source: DelaySource,
        /// What was left of the call's timeout.
        left: Duration,
    },
    /// A retry was denied: the retry budget is empty.
    BudgetDenied,
    /// The circuit breaker of the key changed its state: because of how an attempt of this call ended, or because this call asked
    /// after its cooldown was over.
    CircuitChanged {
        /// The state before.
        from: State,
        /// The state after.
        to: State,
    },
    /// The circuit breaker refused an attempt: the first one, or a retry.
    CircuitDenied {
        /// The reason of the breaker.
        reason: circuit::DecisionReason,
        /// When it makes sense to ask again, if that is known.
        retry_after: Option<Duration>,
    },
    /// A hedge was denied: the hedge budget is empty. The running attempts go on, and the call asks again when they have run twice as
    /// long.
    HedgeDenied,
    /// The call ended. Always the last event, and exactly once, even if the caller drops the call.
    CallEnded {
        /// Why the call stopped.
        reason: EndReason,
    },
}

/// Something that happened to the circuit breaker of a key outside of any call: an operator's action, or an eviction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerEvent {
    /// An operator holds the breaker open or closed until it is reset.
    Forced(State),
    /// The breaker was reset: it is closed, nothing is counted, and nothing is forced.
    Reset,
    /// The breaker has another policy, and begins anew.
    PolicyChanged,
    /// A breaker that was not closed was evicted: there was no room for another key, and no key that could go had a closed one.
    Evicted,
}

/// An event, and when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedEvent {
    /// The time since the call began.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}
