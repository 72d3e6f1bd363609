//! Makes async functions resilient with one attribute: retries with budgets, hedging, circuit breakers, deadlines, and a timeline of
//! every call. Policies are read and checked while compiling.
//!
//! ```
//! use recourse::resilient;
//!
//! # struct Client;
//! # impl Client { async fn get(&self, _: u32) -> Result<String, std::io::Error> { Ok("Ada".into()) } }
//! #[resilient(key = "users.get", retry = "3 attempts, exponential 10ms..250ms", timeout = "2s")]
//! async fn get_user(client: &Client, id: u32) -> Result<String, std::io::Error> {
//!     client.get(id).await
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), std::io::Error> {
//! assert_eq!(get_user(&Client, 7).await?, "Ada");
//! # Ok(())
//! # }
//! ```
//!
//! The callers of `get_user` see no difference: the arguments and the `Result` are the same. A call spawns no task, and allocates nothing
//! until an attempt fails or a hedge starts.
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | guard a function | the attribute [`resilient`]: all options, the text grammars, what is cloned |
//! | guard a closure | [`Executor::call`]: the same engine without the attribute |
//! | say which errors may be retried | [`#[derive(Classify)]`](derive@Classify), or [`Classify`](trait@Classify) by hand, and [`Class`]; [`classify::http`](classify::http()) for an HTTP status |
//! | have the errors of reqwest, tonic, sqlx, redis or `http` judged | [`classifiers`]: ready classes, a feature for each crate, and what must not be sent twice |
//! | give your error type a place for a timeout | [`Rejected`], [`FromRejection`]; [`rejection`] finds it again in any chain |
//! | see what happened in a call | [`observe::capture`] and [`observe::Timeline`]; [`observe::Observer`] for all calls |
//! | have metrics, or spans in logs and traces | `metrics::MetricsObserver` (feature `metrics`); `ExecutorBuilder::tracing` (feature `tracing`); the guide page `observability` |
//! | test guarded code | `testing` (feature `test-util`): tests that do not disturb each other, faults without a server, assertions on timelines |
//! | share a policy, or write it in code | [`Policy`], [`RetryPolicy`], [`BudgetPolicy`] |
//! | give all calls for one request its deadline, here and in spawned tasks | [`context`] |
//! | know which attempt a body is, or send an idempotency key | `attempt` in the attribute; [`context::Attempt`] |
//! | override policies by key | [`Executor::builder`] |
//! | give one call less time than others have | [`with`](with()) |
//! | change policies while the program runs | [`Executor::set_policy`]; [`providers`], with the feature `file` also from files |
//! | keep retries from multiplying an outage | [`budget`]: on by default if retries are |
//! | fail fast while a dependency is down | `circuit` in the attribute; [`circuit`] for breakers of your own; [`Executor::breakers`] for operators |
//! | let operators see and act | [`Executor::breakers`], [`Executor::sites`], [`Executor::bypass`]; `admin` is an axum router for it (feature `admin-axum-0_8`) |
//! | run several operations and take the first success | [`race!`](macro@race); [`race`](mod@race) has the guarantees |
//! | tell other processes a deadline, and refuse what has expired in a queue | `context::http` (feature `http-1`): headers, and layers for servers and clients |
//! | connect to a host with many addresses | `net::connect`: Happy Eyeballs; with the feature `net` |
//! | guard a tower service | `layers` (feature `tower`): retry, timeout, circuit, hedge, or the whole engine |
//! | combine tower layers | `algebra` (feature `tower`): `retry + timeout & cached`, one error type at every depth |
//! | limit how many calls run at once, or in a time | `concurrency` and `rate` in the attribute; [`concurrency`], with a limit that finds itself; [`rate`] |
//! | find a recipe, a surprise explained, a way here from another library, or every default | `guide` |
//! | cut the slow tail | `hedge` in the attribute; [`hedge`] for triggers of your own |
//!
//! # Which knob do I want?
//!
//! | what hurts | write | more |
//! |---|---|---|
//! | calls fail now and then, and work when repeated | `retry = "3 attempts"`; the budget comes along | `guide::retries` |
//! | a call hangs | `timeout = "2s"`, for all attempts together; `attempt_timeout` so that the next attempt gets a chance | `guide::deadlines` |
//! | one call in a hundred is slow, and the body may run twice | `hedge = "p99 or 200ms, at most 1"` | `guide::hedging` |
//! | a dependency is down, and everybody waits for it | `circuit = "defaults"` | `guide::circuit_breaking` |
//! | one shard or tenant is down, and all others suffer | `key = "db.{shard}"` beside the circuit | [`resilient`] |
//! | a slow dependency takes all connections and tasks | `concurrency = "8 at once"`; `"adaptive"` if nobody knows the number | `guide::overload` |
//! | a quota is granted, and counted by somebody | `rate = "100/s, burst 20"` | [`rate`] |
//! | an old answer is better than none | `fallback = cached` | [`resilient`] |
//! | work is done for callers that have gone | a deadline around the request; `at_least = "40ms"` | [`context`] |
//! | retries make an outage worse | nothing: `budget` is on; look for retries below that are not ours | [`budget`] |
//! | the wrong errors are retried, or open the circuit | `#[derive(Classify)]`, or `classify = function` | [`Class`] |
//! | the numbers have to change without a release | nothing in the function; a file or a control plane | [`providers`] |
//!
//! Begin with `timeout`, then `retry` on what may be repeated, then `circuit`. Add `hedge` when a measurement asks for it.
//!
//! # Which mechanisms are on
//!
//! | written | what is on |
//! |---|---|
//! | `#[resilient(timeout = "2s")]`, `Policy::new().timeout(..)` | what is named, and nothing else: one attempt, of at most 2 s |
//! | `#[resilient(fallback = cached)]` | one attempt, and the fallback if it fails |
//! | a bare `#[resilient]`, `Policy::new()` | nobody has written a policy: the one that is registered for the key; until there is one [`Policy::defaults`], or no call at all under [`MissingPolicy::Deny`] |
//!
//! [`Policy::defaults`] is retry and circuit `"defaults"`: up to 3 attempts within the retry budget, a circuit that opens, and no time
//! limit. So `Policy::new()` is not the way to switch everything off; `Policy::new().retry(RetryPolicy::none())` is, or
//! `#[resilient(retry = "none")]`. [`policy::limits`] has the defaults and the bounds of every value:
//!
//! | | |
//! |---|---|
//! | retry `"defaults"` | 3 attempts, exponential 50ms..1s x2, full jitter |
//! | budget `"defaults"` | 20% + 10/s, with ten seconds' worth (100 retries) saved up; on wherever retry is on, unless that is `forever` |
//! | circuit `"defaults"` | opens above 50% failures of at least 20 calls in 10s; cooldown 5s and up to a tenth more, 1 probe at a time, 3 successes close |
//! | circuit `"sensitive"` | opens after 5 failures in a row within 10s; the rest as above |
//! | hedge, left out | at most 2 hedges, budget 5% + 1/s; percentiles need 50 samples |
//! | bounds | 1 to 100 attempts or `forever`, delays of 1ms to 1h, factors of 1 to 10; in a document 1 to 10 attempts and delays of 1ms to 30s |
//! | a server's Retry-After | the delay, if the backoff is not longer; never shorter than told, and up to a tenth longer (at least 50ms, within the deadline) where the policy has jitter; beyond `pushback up to`, or else beyond the timeout, or without one beyond 30s, it ends the call |
//!
//! # Time
//!
//! The clock is tokio's. A test that pauses that clock (`#[tokio::test(start_paused = true)]`) pauses delays, timeouts and budgets with it.
//! A timeout begins to count when an attempt first has to wait: synchronous work before the first `.await` that waits is not part of the
//! time. Tokio's timer rounds up to the next millisecond. A delay of zero makes no timer.
//!
//! # What it runs on
//!
//! | | |
//! |---|---|
//! | functions | async functions and functions that return a future; a blocking one runs under `tokio::task::spawn_blocking` inside the body |
//! | runtime | tokio: any flavour, also `LocalSet` and futures that are not `Send`. A call that never waits needs no runtime |
//! | streams | opening one is guarded, its items are not: guard the call that fetches the next page |
//! | `panic = "abort"` | works; panics then end the process, so nothing is counted or cleaned up after one |
//! | fork | the state of breakers and budgets is copied, and goes on separately; so does jitter, which is the same in both |
//! | wasm | not supported: the clock is std's, which panics on `wasm32-unknown-unknown` |
//!
//! # Features
//!
//! All are off by default. Without any, 12 crates are built, tokio among them; the guide page `reference` has a table of what each feature adds,
//! in crates and in seconds.
//!
//! - `file`: `providers::FileProvider`, policies from files that are changed while the program runs. Adds `notify`, `serde`, `serde_json` and
//!   `toml`.
//! - `remote`: `providers::RemoteProvider`, policies from a control plane over HTTP. Adds `reqwest` with rustls, `serde_json` and `toml`.
//! - `metrics`: `metrics::MetricsObserver`, for any exporter of the crate `metrics`.
//! - `tracing`: spans of calls and attempts, which [`ExecutorBuilder`] switches on; the feature alone changes nothing.
//! - `http-1`: `context::http`, deadlines in the headers of requests, for version 1 of the crate `http`; with `tower` also its layers.
//! - `net`: the module `net`, which connects by Happy Eyeballs. Switches on tokio's sockets.
//! - `tower`: the modules `layers`, the engine as tower layers, and `algebra`, which combines layers by `+`, `&` and `|`. Adds
//!   `tower-layer` and `tower-service`.
//! - `serde`: `Serialize` for what operators see (status of breakers, holds, policies in force and their changes) and for policies. The fields
//!   have the names of the types' fields. Durations are texts (`"1.5s"`), as in a policy; those that were measured are rounded down to
//!   milliseconds. A key that was completed from a template comes with the template and its values, unescaped.
//! - `admin-axum-0_8`: the module `admin`, a router for operators, for axum 0.8.
//! - `http-1`, `reqwest-0_13`, `tonic-0_14`, `sqlx-0_9`, `redis-1`: classes for the errors of these crates, in [`classifiers`], which also says
//!   what each feature costs. `sqlx-0_9` needs Rust 1.94, as sqlx does. `http-1` and `tonic-0_14` also bring the module `answers`: what a
//!   service answers when a call of its own was rejected.
//! - `test-util`: the module `testing`, for tests of guarded code. Leave the feature out of the service itself.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
#[cfg(feature = "admin-axum-0_8")]
#[cfg_attr(docsrs, doc(cfg(feature = "admin-axum-0_8")))]
pub mod admin;
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub mod algebra;
#[cfg(any(feature = "http-1", feature = "tonic-0_14"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "http-1", feature = "tonic-0_14"))))]
pub mod answers;
pub mod backoff;
pub mod budget;
mod call;
pub mod circuit;
pub mod classifiers;
pub mod classify;
pub mod concurrency;
pub mod context;
mod epoch;
mod error;
mod executor;
mod guarded;
mod guarded_future;
#[cfg(all(feature = "file", feature = "net", feature = "test-util", feature = "tower"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "file", feature = "net", feature = "test-util", feature = "tower"))))]
pub mod guide;
pub mod hedge;
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub mod layers;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub mod metrics;
#[cfg(feature = "net")]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub mod net;
pub mod observe;
mod outcome;
// Public as `context::http`.
#[cfg(feature = "http-1")]
#[doc(hidden)]
pub mod propagation;
pub mod providers;
pub mod race;
pub mod rate;
mod registry;
mod rng;
#[cfg(feature = "serde")]
mod serialize;
mod site;
mod sync;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
pub mod time;

/// Policies: keys, sections, their text grammar, limits and normalisation (`recourse-policy`).
pub use recourse_policy as policy;

pub use recourse_macros::{Classify, race, resilient};

pub use call::WithAttempt;
pub use classify::Classify;
pub use error::{FromRejection, Rejected, Rejection, RejectionKind, rejection};
pub use executor::{
    AlreadyInstalled, Breakers, EnterGuard, Executor, ExecutorBuilder, HeldBreaker, HeldLimit, Limits, MissingPolicy,
    Scope, SiteStatus, UnknownBreaker, With, with,
};
pub use guarded::{Guarded, GuardedFuture};
pub use guarded_future::{GuardedOne, GuardedOneFuture};
pub use outcome::{Class, Outcome};
pub use policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, Jitter, Key, Policy, RatePolicy, RetryPolicy,
};

// The code of the README compiles and runs. Nothing else documents the item, so that the tests have the name of the file.
#[cfg(all(
    doctest,
    feature = "file",
    feature = "metrics",
    feature = "net",
    feature = "test-util",
    feature = "tower",
    feature = "tracing"
))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The code of the macros' pages compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../recourse-macros/doc/resilient.md")]
#[doc = include_str!("../../recourse-macros/doc/classify.md")]
#[doc = include_str!("../../recourse-macros/doc/race.md")]
struct Pages;
