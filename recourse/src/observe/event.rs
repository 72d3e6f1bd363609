//! The events of a call, and of its fallback.

use super::names::{AttemptOutcome, DelaySource, EndReason, FallbackOutcome, HedgeDenial};
use crate::circuit::{self, State, TransitionCause};
use crate::concurrency::{LimitChange, Priority};
use crate::error::RejectionKind;
use std::time::Duration;

/// One thing that happened in a call. [`TimedEvent`] adds when it happened.
///
/// ```
/// use recourse::observe::{Event, capture};
/// use recourse::{Executor, Key, Policy};
/// use std::future::IntoFuture;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let call = Executor::new().call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
/// let (_, timelines) = capture(call.into_future()).await;
/// assert_eq!(timelines[0].events()[0].event, Event::CallStarted);
/// # }
/// ```
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
        /// True if the policy allows no attempt after this one, or after its group.
        is_last: bool,
        /// What is left of the budget that paid for the attempt: of the one for retries, or for hedges. `None` for the first attempt, and
        /// without a budget.
        budget_left: Option<u32>,
    },
    /// An attempt ended. Every attempt that started ends once. A hedge with [`AttemptOutcome::Success`] has won; the others of its group
    /// end as [`AttemptOutcome::Cancelled`].
    AttemptEnded {
        /// The number of the attempt.
        attempt: u32,
        /// True if the attempt was a hedge.
        hedge: bool,
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
        /// What caused the change.
        cause: TransitionCause,
    },
    /// The circuit breaker refused an attempt: the first one, or a retry.
    CircuitDenied {
        /// The reason of the breaker.
        reason: circuit::DecisionReason,
        /// When it makes sense to ask again, if that is known.
        retry_after: Option<Duration>,
    },
    /// The call is in the queue for a slot of its key. The next attempt starts when it has got one.
    Queued {
        /// How many calls ran.
        running: u32,
        /// How many waited, this one included.
        waiting: u32,
    },
    /// There was no slot for an attempt: the first one, or a retry.
    SlotDenied {
        /// How many calls ran.
        running: u32,
        /// How many waited.
        waiting: u32,
        /// The priority of the call, if that is why: slots were free, and only calls that matter more may use them.
        priority: Option<Priority>,
    },
    /// The call waits until the rate of its key allows the next attempt.
    RateDelayed {
        /// How long.
        wait: Duration,
    },
    /// The rate of the key did not allow an attempt: the first one, or a retry.
    RateDenied {
        /// When it allows the next one, exactly, unless others come first.
        retry_after: Duration,
    },
    /// The adaptive limit of the key has changed, because of how an attempt of this call ended.
    LimitChanged {
        /// The limit before and after, and the reason.
        change: LimitChange,
    },
    /// A hedge was denied. The running attempts go on, and the call asks again when they have run twice as long; if the circuit is not closed,
    /// not in this group.
    HedgeDenied {
        /// What denied it.
        reason: HedgeDenial,
    },
    /// The call ended. Always the last event, and exactly once, even if the caller drops the call.
    CallEnded {
        /// Why the call stopped.
        reason: EndReason,
        /// The kind of the rejection that the caller got instead of an outcome, if it got one.
        rejected: Option<RejectionKind>,
    },
}

/// The fallback of a call has started, or ended. Both are told after the end of the call, with the same [`CallInfo`](super::CallInfo).
///
/// ```
/// use recourse::observe::{CallInfo, FallbackEvent, FallbackOutcome, Observer};
/// use recourse::resilient;
///
/// #[derive(Debug)]
/// struct Prints;
///
/// impl Observer for Prints {
///     fn fallback(&self, call: &CallInfo, event: &FallbackEvent) {
///         match event {
///             FallbackEvent::Started { reason } => println!("{} ended as {reason}, its fallback begins", call.key()),
///             ended => assert!(matches!(ended, FallbackEvent::Ended { outcome: FallbackOutcome::Answered, .. })),
///         }
///     }
/// }
///
/// #[resilient(key = "users.get", retry = "2 attempts", executor = executor, fallback = |_, _| Ok("nobody"))]
/// async fn get_user(executor: &recourse::Executor) -> Result<&'static str, String> {
///     Err("connection reset".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = recourse::Executor::builder().observer(Prints).build();
/// assert_eq!(get_user(&executor).await, Ok("nobody"));
/// assert_eq!(executor.observer_panics(), 0);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FallbackEvent {
    /// The call has failed, and its fallback begins.
    Started {
        /// Why the call stopped.
        reason: EndReason,
    },
    /// The fallback has ended. Every fallback that started ends once, also if the caller drops it.
    Ended {
        /// Why the call stopped.
        reason: EndReason,
        /// How it ended.
        outcome: FallbackOutcome,
        /// How long it took.
        took: Duration,
    },
}

/// An event, and when it happened.
///
/// ```
/// use recourse::observe::{CallInfo, Event, Observer, TimedEvent};
///
/// #[derive(Debug)]
/// struct Log;
///
/// impl Observer for Log {
///     fn event(&self, call: &CallInfo, timed: &TimedEvent) {
///         if let Event::AttemptEnded { outcome, .. } = &timed.event {
///             eprintln!("{} {}: {outcome} after {:?}", call.key(), call.id(), timed.at);
///         }
///     }
/// }
/// # let _ = recourse::Executor::builder().observer(Log);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedEvent {
    /// The time since the call began.
    pub at: Duration,
    /// The number of the attempt that started or ended last, and that the event is about; 0 before the first.
    pub attempt: u32,
    /// True if the policy allows no attempt after that one, or after its group.
    pub is_last: bool,
    /// What happened.
    pub event: Event,
}
