//! Writes what is known of a call to headers, and reads it from them.

use super::fault::HeaderFaultReason;
use super::grammar;
use super::names::{ENVOY_ATTEMPT, ENVOY_TIMEOUT, GRPC_ATTEMPTS, GRPC_TIMEOUT, IDEMPOTENCY_KEY, PRIORITY};
use super::received::Received;
use crate::context;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// The time for the way to the server and back, by default.
const MARGIN: Duration = Duration::from_millis(5);
/// The longest time that a server believes, by default.
const LONGEST: Duration = Duration::from_secs(3600);
/// What is no longer than this is nothing: the smallest time that Envoy's header has is sent for a time that is over, and no timer
/// here is finer.
const NOTHING: Duration = Duration::from_millis(1);

/// The settings of [`inject`](super::inject) and [`extract`](super::extract): what is taken off for the way, and how much is believed.
///
/// ```
/// use http::HeaderMap;
/// use recourse::context::{self, http::Propagator};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // A server on another continent.
/// let far = Propagator::new().margin(Duration::from_millis(150));
/// let mut headers = HeaderMap::new();
/// context::within(Duration::from_secs(1), async { far.inject(&mut headers) }).await;
/// assert_eq!(headers["x-envoy-expected-rq-timeout-ms"], "850");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "settings do nothing by themselves"]
pub struct Propagator {
    margin: Duration,
    longest: Duration,
    idempotency_key: bool,
    priority: bool,
}

impl Default for Propagator {
    fn default() -> Self {
        Self::new()
    }
}

impl Propagator {
    /// Creates the default settings: a margin of 5 ms, and 1 h as the longest time that is believed.
    pub const fn new() -> Self {
        Self { margin: MARGIN, longest: LONGEST, idempotency_key: false, priority: false }
    }

    /// Sets the time for the way to the server and back, which is taken off of what is sent. 5 ms by default.
    pub const fn margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// Sets the longest time that is believed. What is beyond it counts as no deadline, and is told: to shorten it would cut calls that work
    /// today. 1 h by default.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use recourse::context::http::Propagator;
    /// use std::time::Duration;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("grpc-timeout", HeaderValue::from_static("2H"));
    /// assert_eq!(Propagator::new().extract(&headers).remaining(), None);
    ///
    /// let hours = Duration::from_secs(2 * 3600);
    /// assert_eq!(Propagator::new().longest(hours).extract(&headers).remaining(), Some(hours));
    /// ```
    pub const fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Sends the identity of the call as `idempotency-key`, the same with each attempt and hedge of it, so that a server can tell a request
    /// that was repeated from a new one. Not sent by default, and only by an attempt that is [shown](context::attempt). A key that is there
    /// stays.
    ///
    /// All requests of one attempt have the same key, so it is right only if an attempt makes one request.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use recourse::context::http::Propagator;
    /// use recourse::resilient;
    ///
    /// #[resilient(key = "orders.send", retry = "3 attempts", attempt = it)]
    /// async fn send() -> Result<(), String> {
    ///     let mut headers = HeaderMap::new();
    ///     Propagator::new().idempotency_key(true).inject(&mut headers);
    ///     assert_eq!(headers["idempotency-key"], *it.call_id().to_string());
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// assert!(send().await.is_ok());
    /// # }
    /// ```
    pub const fn idempotency_key(mut self, sent: bool) -> Self {
        self.idempotency_key = sent;
        self
    }

    /// Sends and reads the priority, as `x-request-priority`. Neither is done by default: whoever sends a request to a server that reads the header
    /// chooses who is refused first there, so it is for callers that are trusted. A header that is there stays if it asks for less.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use recourse::context::{self, Priority, http::Propagator};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let propagator = Propagator::new().priority(true);
    /// let mut headers = HeaderMap::new();
    /// context::with_priority(Priority::Low, async { propagator.inject(&mut headers) }).await;
    /// assert_eq!(headers["x-request-priority"], "low");
    ///
    /// assert_eq!(propagator.extract(&headers).priority(), Some(Priority::Low));
    /// assert_eq!(Propagator::new().extract(&headers).priority(), None, "not read unless wanted");
    /// # }
    /// ```
    pub const fn priority(mut self, used: bool) -> Self {
        self.priority = used;
        self
    }

    /// Writes what is known of the call in which the code runs that calls this to the headers of a request; see [`inject`](super::inject).
    pub fn inject(&self, headers: &mut HeaderMap) {
        self.inject_time(headers);
        self.inject_attempt(headers);
        if let Some(priority) = context::priority().filter(|_| self.priority) {
            // What a stranger has written is not passed on where it asks for more.
            if is_more(headers, PRIORITY, grammar::priority, priority) {
                set(headers, PRIORITY, HeaderValue::from_static(priority.as_str()));
            }
        }
    }

    fn inject_time(&self, headers: &mut HeaderMap) {
        let Some(left) = context::remaining() else { return };
        let left = left.saturating_sub(self.margin);
        if is_more(headers, GRPC_TIMEOUT, grammar::grpc_timeout, left) {
            // Digits and a letter are a value.
            if let Ok(value) = HeaderValue::try_from(grammar::to_grpc_timeout(left)) {
                set(headers, GRPC_TIMEOUT, value);
            }
        }
        if is_more(headers, ENVOY_TIMEOUT, grammar::envoy_timeout, left) {
            set(headers, ENVOY_TIMEOUT, grammar::to_envoy_timeout(left).into());
        }
    }

    fn inject_attempt(&self, headers: &mut HeaderMap) {
        let Some(attempt) = context::attempt() else { return };
        // As gRPC has it: the header is there from the second attempt on.
        if !attempt.is_first() {
            set_if_none(headers, GRPC_ATTEMPTS, (attempt.number() - 1).into());
        }
        set_if_none(headers, ENVOY_ATTEMPT, attempt.number().into());
        if self.idempotency_key {
            // Hexadecimal digits are a value.
            if let Ok(value) = HeaderValue::try_from(attempt.call_id().to_string()) {
                set_if_none(headers, IDEMPOTENCY_KEY, value);
            }
        }
    }

    /// Reads what the headers of a request say of the call that sent it; see [`extract`](super::extract).
    pub fn extract(&self, headers: &HeaderMap) -> Received {
        let grpc = self.time(headers, GRPC_TIMEOUT, grammar::grpc_timeout);
        let envoy = self.time(headers, ENVOY_TIMEOUT, grammar::envoy_timeout);
        let before = read(headers, GRPC_ATTEMPTS, grammar::count);
        let number = read(headers, ENVOY_ATTEMPT, grammar::count);
        let priority = if self.priority { read(headers, PRIORITY, grammar::priority) } else { Ok(None) };

        let faults = [grpc.err(), envoy.err(), before.err(), number.err(), priority.err()];
        let times = [grpc, envoy].into_iter().filter_map(|time| time.ok().flatten());
        let remaining = times.min().map(|left| if left <= NOTHING { Duration::ZERO } else { left });
        let before = before.ok().flatten().map(|before| before.saturating_add(1));
        let attempt = before.max(number.ok().flatten().filter(|number| *number > 0));
        Received { remaining, attempt, priority: priority.ok().flatten(), faults }
    }

    fn time(&self, headers: &HeaderMap, name: &'static str, of: Grammar<Duration>) -> Header<Duration> {
        match read(headers, name, of)? {
            Some(time) if time > self.longest => Err(HeaderFaultReason::TooLong),
            time => Ok(time),
        }
    }
}

type Grammar<T> = fn(&[u8]) -> Option<T>;

/// What a header says, if it is there.
type Header<T> = Result<Option<T>, HeaderFaultReason>;

/// Reads a header. Looks at two values at most, however often it is there.
fn read<T>(headers: &HeaderMap, name: &'static str, of: Grammar<T>) -> Header<T> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => of(value.as_bytes()).map(Some).ok_or(HeaderFaultReason::Malformed),
        (Some(_), Some(_)) => Err(HeaderFaultReason::Repeated),
    }
}

/// Returns true unless the header says already as little as this, or less: somebody set it for this request, and knows better.
fn is_more<T: Copy + PartialOrd>(headers: &HeaderMap, name: &'static str, of: Grammar<T>, this: T) -> bool {
    !matches!(read(headers, name, of), Ok(Some(there)) if there <= this)
}

/// Sets a header unless somebody has set it for this request, and knows better.
fn set_if_none(headers: &mut HeaderMap, name: &'static str, value: HeaderValue) {
    if !headers.contains_key(name) {
        set(headers, name, value);
    }
}

/// Sets a header. A map that is full, with more than 20,000 headers, stays as it is: no server would read it.
fn set(headers: &mut HeaderMap, name: &'static str, value: HeaderValue) {
    let _full = headers.try_insert(HeaderName::from_static(name), value);
}
