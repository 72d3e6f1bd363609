//! The part of a call's state that most calls never need.

use super::counters::Carried;
use super::held_slots::HeldSlots;
#[cfg(feature = "test-util")]
use crate::call::state::fault::InjectedFault;
use crate::circuit::Permit;
use crate::context::{Attempt, CallIdentity, DrawnPriority};
use crate::executor::{QueuePlace, TakenAttempt};
use crate::observe::Recorder;
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// What a call remembers if it is recorded, or if an attempt failed and the call may have to explain itself. Boxed, so that it costs a
/// guarded future one pointer.
#[derive(Debug, Default)]
pub(super) struct ColdState {
    pub(super) recorder: Option<Box<Recorder>>,
    /// The text of the last error, at most 200 bytes.
    pub(super) last_error: Option<Box<str>>,
    /// The permits that attempts hold of their circuit, by number of the attempt; 0 for the one that is launched next.
    pub(super) permits: Vec<(u8, Permit)>,
    /// The slots that attempts hold.
    pub(super) slots: HeldSlots,
    /// The priority of the call, if it keeps one.
    pub(super) priority: Option<DrawnPriority>,
    /// The call has less time left than was learnt, began all the same, and has not ended an attempt.
    pub(super) on_trial: bool,
    /// The place in the queue for a slot.
    pub(super) queued: Option<QueuePlace>,
    /// What the attempt that is launched next has taken of the rate.
    pub(super) rate: Option<TakenAttempt>,
    /// When that attempt may start.
    pub(super) rate_due: Option<Instant>,
    /// The last backoff that was drawn, if the next one depends on it.
    pub(super) last_backoff: Duration,
    /// What the counters of the state do not count any more.
    pub(super) carried: Carried,
    /// A hedge that was denied is not asked for again before the last attempt has run this long.
    pub(super) least_hedge_delay: Duration,
    /// The timeout that this one call was given.
    pub(super) timeout: Option<Duration>,
    /// What the attempts of the call have in common, if they are shown.
    pub(super) identity: Option<Arc<CallIdentity>>,
    /// The attempts that run and are shown, by number.
    pub(super) shown: Vec<(u8, Attempt)>,
    /// The faults that a test injected into attempts that run.
    #[cfg(feature = "test-util")]
    pub(super) faults: Vec<InjectedFault>,
}
