//! Observation: what happened in a call, as events, to observers and in timelines.
//!
//! Every decision of a call is one typed [`Event`]. An [`Observer`] on the executor is told each event as it happens; a [`capture`]
//! collects the [`Timeline`] of each call inside a future. Both see the same events, up to the length of a timeline: of more than 64
//! attempts it keeps the first and the last 32, and the number of the others. While nobody observes, a call pays one load for it.
//!
//! A timeline displays as a drawing: one line per attempt, with its bar on an axis that all attempts share. Dots are the delay
//! before an attempt, a solid bar is a success.
//!
//! ```text
//! users.get  success, 3 attempts, 100ms
//!                  |0 ──────────────────────────────── 100ms|
//!   1              |▒▒▒▒                                    | retryable          10ms  connection reset
//!   2         +10ms|    ····▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒            | attempt_timeout    50ms
//!   3         +10ms|                            ····████████| success            20ms
//! ```

mod call_info;
mod capture;
mod draw;
mod event;
mod fallback;
mod kept;
mod key_event;
mod names;
#[cfg(not(feature = "tracing"))]
mod no_spans;
mod notice;
mod observer;
mod observers;
mod outage;
mod policy_change;
mod recorder;
mod redact;
mod sampling;
#[cfg(feature = "tracing")]
mod spans;
mod timeline;
mod totals;

pub use call_info::CallInfo;
pub use capture::{Capture, capture};
pub use event::{Event, FallbackEvent, TimedEvent};
pub use key_event::{BreakerEvent, LostState};
pub use names::{AttemptOutcome, DelaySource, EndReason, FallbackOutcome, HedgeDenial};
pub use observer::{Observer, Wanted};
pub use outage::OutageEvent;
pub use policy_change::PolicyChange;
pub use sampling::SamplingRecorder;
pub use timeline::{Attempt, Timeline};
pub use totals::CallTotals;

pub(crate) use call_info::Naming;
pub(crate) use fallback::FallbackRun;
#[cfg(not(feature = "tracing"))]
use no_spans as spans;
pub(crate) use notice::Notice;
pub(crate) use observers::{LiveObservers, Observers};
pub(crate) use recorder::{Recorder, error_text};
pub(crate) use redact::{Redact, RedactFn};
pub(crate) use spans::SpanGuard;
