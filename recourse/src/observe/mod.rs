//! Seeing what happened: events, observers, and the timeline of a call.
//!
//! Every decision of a call is one typed [`Event`]. An [`Observer`] on the executor gets them as they happen; a
//! [`capture`] collects the [`Timeline`] of each call inside a future. Both see the same events. While nobody looks, a
//! call pays one load for it.
//!
//! A timeline displays as a drawing: one line per attempt, with its bar on an axis that all share. Dots are the delay
//! before an attempt, solid bars a success.
//!
//! ```text
//! users.get  success, 3 attempts, 100ms
//!                  |0 ──────────────────────────────── 100ms|
//!   1              |▒▒▒▒                                    | retryable          10ms  connection reset
//!   2         +10ms|    ····▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒            | attempt_timeout    50ms
//!   3         +10ms|                            ····████████| success            20ms
//! ```

mod capture;
mod draw;
mod event;
mod names;
mod recorder;
mod timeline;

pub use capture::{Capture, capture};
pub use event::{BreakerEvent, Event, TimedEvent};
pub use names::{AttemptOutcome, DelaySource, EndReason};
pub use timeline::{Attempt, Timeline};

pub(crate) use recorder::{Observers, Recorder, error_text};

use recourse_policy::Key;

/// Is told what happens in every call of an executor, by the call's own task.
///
/// All methods have empty defaults. They must be quick and must not block: the call waits for them. They may call the
/// executor. A panic in one is caught and counted ([`Executor::observer_panics`](crate::Executor::observer_panics)); the
/// call goes on.
///
/// ```
/// use recourse::observe::{Event, TimedEvent, Observer};
/// use recourse::{Executor, Key};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Debug, Default)]
/// struct Attempts(AtomicU64);
///
/// impl Observer for Attempts {
///     fn event(&self, _key: &Key, moment: &TimedEvent) {
///         if let Event::AttemptStarted { .. } = moment.event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// let executor = Executor::builder().observer(Attempts::default()).build();
/// ```
pub trait Observer: std::fmt::Debug + Send + Sync {
    /// Something happened in a call.
    fn event(&self, key: &Key, moment: &TimedEvent) {
        let _ = (key, moment);
    }

    /// Something happened to the circuit breaker of a key outside of any call. What calls do to it is an event of theirs.
    fn breaker(&self, key: &Key, event: BreakerEvent) {
        let _ = (key, event);
    }

    /// A call ended, and this is all of it. Also told when the caller dropped the call.
    fn call_ended(&self, timeline: &Timeline) {
        let _ = timeline;
    }
}
