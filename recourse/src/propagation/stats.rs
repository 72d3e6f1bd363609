//! What the layers have counted.

use super::fault::HeaderFaultReason;
use super::received::Received;
use crate::sync::{AtomicU64, Ordering};

/// What a [`ServerLayer`](super::ServerLayer) has counted since it was made, over all services that it was put over.
///
/// ```
/// use recourse::context::http::ContextLayer;
///
/// assert_eq!(ContextLayer::server().stats().requests, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerStats {
    /// Requests.
    pub requests: u64,
    /// Requests with a deadline that counts.
    pub with_deadline: u64,
    /// Requests that arrived with no time left.
    pub expired: u64,
    /// Headers that could not be read.
    pub malformed: u64,
    /// Headers that were there more than once.
    pub repeated: u64,
    /// Deadlines beyond the longest that is believed.
    pub too_long: u64,
}

/// What a [`CheckLayer`](super::CheckLayer) has counted since it was made, over all services that it was put over. In
/// [shadow](super::CheckLayer::shadow) refusals are those that there would have been.
///
/// ```
/// use recourse::context::http::ContextLayer;
///
/// assert_eq!(ContextLayer::check().stats().refused(), 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckStats {
    /// Requests.
    pub requests: u64,
    /// Refused: the time was over when their turn came, and was not when they arrived.
    pub expired: u64,
    /// Refused: they had less time left than [`at_least`](super::CheckLayer::at_least).
    pub too_little_left: u64,
    /// Refused: they arrived with no time left.
    pub arrived_expired: u64,
    /// Arrived with no time left, and served all the same, since the [valve](super::CheckLayer::valve) allowed no further refusal.
    pub let_through: u64,
}

impl CheckStats {
    /// Returns the number of requests that were refused.
    pub const fn refused(&self) -> u64 {
        self.expired + self.too_little_left + self.arrived_expired
    }
}

/// The counters of a server layer.
#[derive(Debug, Default)]
pub(super) struct ServerCounters {
    requests: AtomicU64,
    with_deadline: AtomicU64,
    expired: AtomicU64,
    malformed: AtomicU64,
    repeated: AtomicU64,
    too_long: AtomicU64,
}

impl ServerCounters {
    pub(super) fn count(&self, received: Received) {
        add(&self.requests);
        if let Some(left) = received.remaining() {
            add(&self.with_deadline);
            if left.is_zero() {
                add(&self.expired);
            }
        }
        for fault in received.faults() {
            add(match fault.reason {
                HeaderFaultReason::Malformed => &self.malformed,
                HeaderFaultReason::Repeated => &self.repeated,
                HeaderFaultReason::TooLong => &self.too_long,
            });
        }
    }

    pub(super) fn read(&self) -> ServerStats {
        ServerStats {
            requests: get(&self.requests),
            with_deadline: get(&self.with_deadline),
            expired: get(&self.expired),
            malformed: get(&self.malformed),
            repeated: get(&self.repeated),
            too_long: get(&self.too_long),
        }
    }
}

/// The counters of a check.
#[derive(Debug, Default)]
pub(super) struct CheckCounters {
    pub(super) requests: AtomicU64,
    pub(super) expired: AtomicU64,
    pub(super) too_little_left: AtomicU64,
    pub(super) arrived_expired: AtomicU64,
    pub(super) let_through: AtomicU64,
}

impl CheckCounters {
    pub(super) fn read(&self) -> CheckStats {
        CheckStats {
            requests: get(&self.requests),
            expired: get(&self.expired),
            too_little_left: get(&self.too_little_left),
            arrived_expired: get(&self.arrived_expired),
            let_through: get(&self.let_through),
        }
    }
}

pub(super) fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
