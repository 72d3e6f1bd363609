//! What the headers of a request say of the call that sent it.

use super::fault::{HeaderFault, HeaderFaultReason};
use super::names::HEADERS;
use crate::context::{Context, Priority};
use crate::time::Instant;
use std::time::Duration;

/// What the headers of a request say of the call that sent it; see [`extract`](super::extract).
///
/// [`ContextLayer::server`](super::ContextLayer::server) leaves it in the extensions of the request.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use recourse::context::http::extract;
/// use std::time::Duration;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("grpc-timeout", HeaderValue::from_static("300m"));
/// headers.insert("grpc-previous-rpc-attempts", HeaderValue::from_static("1"));
/// let received = extract(&headers);
/// assert_eq!(received.remaining(), Some(Duration::from_millis(300)));
/// assert_eq!(received.attempt(), Some(2));
/// assert_eq!(received.faults().count(), 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    pub(super) remaining: Option<Duration>,
    pub(super) attempt: Option<u32>,
    pub(super) priority: Option<Priority>,
    /// In the order of the headers' names.
    pub(super) faults: [Option<HeaderFaultReason>; HEADERS.len()],
}

impl Received {
    /// Returns the time that the caller waits from now on, if it says so and is believed: the shorter one if two headers say it. Zero if
    /// the header says a millisecond or less, which is what is sent for a time that is over.
    pub const fn remaining(self) -> Option<Duration> {
        self.remaining
    }

    /// Returns the number of the attempt, the first is 1, if the caller says it. Information only: it comes from a stranger, and
    /// nothing in this library depends on it.
    pub const fn attempt(self) -> Option<u32> {
        self.attempt
    }

    /// Returns the priority that the caller states, if it is [read](super::Propagator::priority).
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use recourse::context::{Priority, http::Propagator};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-request-priority", HeaderValue::from_static("low"));
    /// assert_eq!(Propagator::new().priority(true).extract(&headers).priority(), Some(Priority::Low));
    /// assert_eq!(Propagator::new().extract(&headers).priority(), None, "not wanted");
    /// ```
    pub const fn priority(self) -> Option<Priority> {
        self.priority
    }

    /// Returns the headers that do not count, at most one entry for each header that is known here.
    pub fn faults(self) -> impl Iterator<Item = HeaderFault> {
        let reasons = HEADERS.into_iter().zip(self.faults);
        reasons.filter_map(|(header, reason)| Some(HeaderFault { header, reason: reason? }))
    }

    /// Returns the context of the request, which arrived at this moment: for a server that does not use
    /// [`ContextLayer::server`](super::ContextLayer::server).
    ///
    /// ```
    /// use recourse::context;
    /// use recourse::context::http::extract;
    /// use recourse::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// # let headers = http::HeaderMap::from_iter([(http::HeaderName::from_static("grpc-timeout"), http::HeaderValue::from_static("1S"))]);
    /// let arrived = Instant::now();
    /// let answer = extract(&headers).context(arrived).scope(async { context::remaining() });
    /// assert_eq!(answer.await, Some(std::time::Duration::from_secs(1)));
    /// # }
    /// ```
    pub fn context(self, arrived: Instant) -> Context {
        let context = Context::new().with_arrival(arrived);
        let context = self.priority.map_or(context, |priority| context.with_priority(priority));
        match self.remaining {
            Some(left) => context.with_deadline(arrived.saturating_add(left)),
            None => context,
        }
    }
}
