//! Deadlines between processes: how long a caller still waits, in the headers of its requests (feature `http-1`). If wanted, priorities, too.
//!
//! A server that does not know how long its callers wait works for those that are gone. After a moment of overload it works for nobody else: each
//! request waits in the queue until its caller has given up, is served nevertheless, and has been sent again meanwhile.
//! [`inject`] and [`extract`] tell a server what its caller knows. With the feature `tower`, `ContextLayer` makes three layers of it, for axum, hyper, tonic
//! and reqwest:
//!
//! ```text
//!   client                              server
//!   a guarded call, or context::within  ContextLayer::server()   stamps the arrival, sets the deadline
//!        │                                   │
//!        ▼                                   ▼
//!   ContextLayer::client() ─ headers ─▶ a queue                  a limit, a pool, a channel
//!   writes what is left                      │
//!                                            ▼
//!                                       ContextLayer::check()    refuses what has expired in the queue
//!                                            │
//!                                            ▼
//!                                       a handler                its guarded calls end at the deadline of the caller
//! ```
//!
//! ```
//! use http::HeaderMap;
//! use recourse::context::http::{extract, inject};
//! use recourse::context;
//! use recourse::time::Instant;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! // In the client: 300 ms less 5 ms for the way.
//! let mut headers = HeaderMap::new();
//! context::within(Duration::from_millis(300), async { inject(&mut headers) }).await;
//! assert_eq!(headers["x-envoy-expected-rq-timeout-ms"], "295");
//!
//! // In the server, when the request arrives.
//! let request = extract(&headers).context(Instant::now());
//! let left = request.scope(async { context::remaining() });
//! assert_eq!(left.await, Some(Duration::from_millis(295)));
//! # }
//! ```
//!
//! # Headers
//!
//! | header | content | read | written |
//! |---|---|---|---|
//! | `grpc-timeout` | up to 8 digits and a unit: `H`, `M`, `S`, `m`, `u`, `n` | yes | if there is a deadline |
//! | `x-envoy-expected-rq-timeout-ms` | milliseconds, at least 1 | yes | if there is a deadline |
//! | `grpc-previous-rpc-attempts` | the attempts before this one | as information | by an attempt that is shown, from the second on |
//! | `x-envoy-attempt-count` | the number of this attempt | as information | by an attempt that is shown |
//! | `idempotency-key` | the identity of the call | no: it is the handler's | by an attempt that is shown, [if wanted](Propagator::idempotency_key) |
//! | `x-request-priority` | `critical`, `high`, `normal`, `low` or `sheddable` | [if wanted](Propagator::priority) | if there is a [priority](crate::context::Priority), [if wanted](Propagator::priority) |
//!
//! Both times are relative, so clocks of different machines need not agree. What is sent is less by a [margin](Propagator::margin) for the
//! way, 5 ms by default, and rounded down. A time that is over is sent as the smallest one that the header has, since "nothing" means "without a limit"
//! in one of them; what is read as a millisecond or less is over. If both headers are there, the shorter time counts. A header that
//! is there before and says less stays. An attempt is shown to what runs in it by `attempt = NAME` or `Executor::call_with`, see
//! [`context::attempt`](crate::context::attempt).
//!
//! # Strangers
//!
//! Headers come from anybody, and so a priority is read only by servers that trust their callers. A header that cannot be read, or is there twice,
//! or gives more time than the [longest that is believed](Propagator::longest) (1 h by default) counts as none, and is told: by
//! [`Received::faults`], and in the counters of the layers. What is told names the header and never its text, so nobody writes lines into a log of
//! yours. Reading allocates nothing, and looks at two values of a header at most. Faults of the priority are told only where it is read.
//!
//! # What a check refuses
//!
//! | a request | is refused |
//! |---|---|
//! | whose time ended in our own queue | always: our clock has measured it |
//! | that has less left than `at_least` | always |
//! | that arrived with no time left | up to a fifth of the requests of the last 10 s, the *valve*; the others are served without a deadline |
//!
//! A refusal has status 503, or `DEADLINE_EXCEEDED` in a response with status 200 and no body if the request is one of gRPC. The layers keep
//! counters, which `stats` reads; with `shadow` a check counts only.
//!
//! # Design notes
//!
//! - **The server is always ready**, and waits for the service below in the response. A limit below it, which makes callers wait in `poll_ready`,
//!   is a queue as well; the arrival is stamped before it.
//! - **The context goes along in the extensions of the request**, besides the one of the task: a queue may be worked off by a task of its own, as tower's
//!   `Buffer` is. The check sets the context anew for what is behind the queue.
//! - **Only what callers claim is bounded by the valve.** What our own clock has measured is certain. In a simulation of a chain of
//!   services, a valve over all refusals left a fourth of the answers that a check without one gives.
//! - `propagator` joins `grammar` (texts), `names`, `fault` and `received`; `client`, `server` and `check` are the layers, over
//!   `judgement` and `valve`, which are plain code that takes `now`.

#[cfg(feature = "tower")]
mod check;
#[cfg(feature = "tower")]
mod client;
mod fault;
mod grammar;
#[cfg(feature = "tower")]
mod judgement;
#[cfg(feature = "tower")]
mod layer;
mod names;
#[cfg(feature = "tower")]
mod oneshot;
mod propagator;
mod received;
#[cfg(feature = "tower")]
mod refusal;
#[cfg(feature = "tower")]
mod route;
#[cfg(feature = "tower")]
mod server;
#[cfg(feature = "tower")]
mod stats;
#[cfg(feature = "tower")]
mod valve;

#[cfg(feature = "tower")]
pub use check::{CheckFuture, CheckLayer, CheckService};
#[cfg(feature = "tower")]
pub use client::{ClientLayer, ClientService, HeadersOf, HeadersOfHttp};
pub use fault::{HeaderFault, HeaderFaultReason};
#[cfg(feature = "tower")]
pub use layer::ContextLayer;
pub use propagator::Propagator;
pub use received::Received;
#[cfg(feature = "tower")]
pub use server::{ServerFuture, ServerLayer, ServerService};
#[cfg(feature = "tower")]
pub use stats::{CheckStats, ServerStats};

use http::HeaderMap;

/// Writes what is known of the call in which the code runs that calls this to the headers of a request: the time that is left, if there is a
/// deadline, and the number of the attempt, if it is [shown](crate::context::attempt).
///
/// [`Propagator`] has the settings. See [the module](self) for the headers.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use recourse::context::{self, http::inject};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let mut headers = HeaderMap::new();
/// inject(&mut headers);
/// assert!(headers.is_empty());
///
/// // What is said already stays, if it is shorter.
/// headers.insert("grpc-timeout", HeaderValue::from_static("100m"));
/// context::within(Duration::from_secs(2), async { inject(&mut headers) }).await;
/// assert_eq!(headers["grpc-timeout"], "100m");
/// assert_eq!(headers["x-envoy-expected-rq-timeout-ms"], "1995");
/// # }
/// ```
pub fn inject(headers: &mut HeaderMap) {
    Propagator::new().inject(headers);
}

/// Reads what the headers of a request say of the call that sent it: how long it waits from now on, and the number of its attempt.
///
/// Never fails: what cannot be read does not count, and is one of the [faults](Received::faults) that are told. [`Propagator`] has the
/// settings.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use recourse::context::http::extract;
/// use std::time::Duration;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("grpc-timeout", HeaderValue::from_static("2S"));
/// headers.insert("x-envoy-expected-rq-timeout-ms", HeaderValue::from_static("1500"));
/// assert_eq!(extract(&headers).remaining(), Some(Duration::from_millis(1500)), "the shorter one counts");
/// ```
pub fn extract(headers: &HeaderMap) -> Received {
    Propagator::new().extract(headers)
}
