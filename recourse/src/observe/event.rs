//! What happens in a call, as one typed event each.

use crate::circuit::{self, State};
use crate::observe::names::{AttemptOutcome, DelaySource, EndReason};
use std::time::Duration;

/// One thing that happened in a call. The moment it happened stands beside it, see [`TimedEvent`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The call began. Always the first.
    CallStarted,
    /// An attempt was started; the first is 1.
    AttemptStarted {
        /// Its number.
        attempt: u32,
        /// It runs beside others of its group.
        hedge: bool,
    },
    /// An attempt ended. Every attempt that started ends once.
    AttemptEnded {
        /// Its number.
        attempt: u32,
        /// How.
        outcome: AttemptOutcome,
        /// The error's text, up to 200 bytes of it, where there is one that can be displayed.
        error: Option<Box<str>>,
    },
    /// A retry was granted, and waits.
    Delayed {
        /// For how long.
        delay: Duration,
        /// Who says so.
        source: DelaySource,
    },
    /// A retry was denied: its delay does not fit before the deadline.
    DelayDenied {
        /// The delay.
        delay: Duration,
        /// Who says so.
        source: DelaySource,
        /// What was left of the call's timeout.
        left: Duration,
    },
    /// A retry was denied: the retry budget is empty.
    BudgetDenied,
    /// The circuit breaker of the key changed its state, because of how an attempt of this call ended, or because this call
    /// asked when its cooldown was over.
    CircuitChanged {
        /// The state before.
        from: State,
        /// The state since.
        to: State,
    },
    /// The circuit breaker refused an attempt: the first one, or a retry.
    CircuitDenied {
        /// Why.
        reason: circuit::DecisionReason,
        /// When it makes sense to ask again, where that is known.
        retry_after: Option<Duration>,
    },
    /// A hedge was denied: the hedge budget is empty. The running attempts are not disturbed, and it is asked for again when
    /// they have run twice as long.
    HedgeDenied,
    /// The call ended. Always the last, and exactly once, also when the caller drops the call.
    CallEnded {
        /// Why it stopped.
        reason: EndReason,
    },
}

/// What happened to the circuit breaker of a key outside of any call: an operator's doing, or an eviction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerEvent {
    /// It is held open, or closed, until it is reset.
    Forced(State),
    /// It is closed, nothing is counted, and nothing is forced.
    Reset,
    /// It has another policy, and begins anew.
    PolicyChanged,
    /// It was not closed, and is gone: there was no room for another key, and all the keys that could go had such breakers.
    Evicted,
}

/// An event, and when it happened: the time since the call began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedEvent {
    /// Time since the call began.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}
