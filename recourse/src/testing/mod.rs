//! Testing guarded code (feature `test-util`).
//!
//! Add the feature where you test, and not to the service itself. The package comes from the same path or repository as the
//! dependency of the service:
//!
//! ```sh
//! cargo add --dev recourse-rs --path ../recourse/recourse --features test-util
//! cargo add --dev tokio --features macros,rt,test-util
//! ```
//!
//! Tokio's `test-util` is the paused clock, and not part of its `full`: without it, rustc finds no `start_paused`.
//!
//! The circuit breaker and the retry budget of a function belong to its key, for the whole process: two tests of one function would open each
//! other's circuit. [`isolated`] gives a test an executor of its own, and returns what happened. [`fail`] makes attempts fail without a
//! server, and tokio's paused clock makes delays take no time. These are the three assertions that most tests make:
//!
//! ```
//! use recourse::observe::EndReason;
//! use recourse::resilient;
//! use recourse::testing::{assert_timeline, fail, isolated};
//! use std::time::Duration;
//!
//! #[resilient(key = "users.get", retry = "3 attempts, fixed 100ms", circuit = "3 failures")]
//! async fn get_user(id: u32) -> Result<String, std::io::Error> {
//!     Ok(format!("user {id}"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! // In a function under `#[tokio::test(start_paused = true)]`:
//! let (user, timelines) = isolated(async {
//!     fail("users.get", 2);
//!     get_user(7).await
//! })
//! .await;
//!
//! // 1. What the caller gets.
//! assert_eq!(user.unwrap(), "user 7");
//! // 2. How often the dependency was asked, and after which delays.
//! assert_timeline(&timelines[0]).attempts(3).delays(&[Duration::from_millis(100); 2]);
//! // 3. Why the call ended.
//! assert_timeline(&timelines[0]).reason(EndReason::Success);
//! # }
//! ```
//!
//! An assertion that fails prints the timeline as a drawing.
//!
//! | to | use |
//! |---|---|
//! | keep tests from disturbing each other | [`isolated`], or [`Executor::enter`](crate::Executor::enter) in the first line of a test |
//! | let attempts fail, hang or be slow | [`fail`], [`fault`] with a [`Fault`] |
//! | look at a call | [`isolated`] returns the timelines; [`assert_timeline`] checks one |
//! | have no waiting in tests | `#[tokio::test(start_paused = true)]`: delays, timeouts and cooldowns are tokio's |
//! | have the same jitter in every run | [`isolated`] does that; [`fix_jitter`] for a thread |
//! | check a circuit breaker of your own | [`breaker_conformance`] |
//! | check a limit of your own | [`limit_conformance`] |
//!
//! # Functions that are never rejected
//!
//! An injected failure becomes an error as a timeout does. A function with `on_reject = "never"` has no error for that, so [`fail`] and
//! [`Fault::fail_as`] make its attempt panic, with a message that says so. Let the body itself fail, as on an argument of the test's. The other
//! faults need no error: [`Fault::slow`] works, and [`Fault::hang`] with a hedge or with a timeout around the call.
//!
//! ```should_panic
//! use recourse::resilient;
//! use recourse::testing::{fail, isolated};
//!
//! #[resilient(key = "users.parse", retry = "3 attempts", on_reject = "never")]
//! async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
//!     text.parse()
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let (number, _) = isolated(async {
//!     fail("users.parse", 1);
//!     parse("7").await // panics: `on_reject = "never"` leaves no error for that
//! })
//! .await;
//! # drop(number);
//! # }
//! ```
//!
//! # What the test spawns
//!
//! A task that the test spawns is not polled inside [`isolated`], and uses the process-wide executor. On the current-thread runtime of
//! `#[tokio::test]` a guard for the thread isolates these tasks, too. Their calls are not among the timelines.
//!
//! ```
//! use recourse::{Executor, resilient};
//!
//! #[resilient(key = "jobs.run", circuit = "3 failures")]
//! async fn run_job() -> Result<(), String> {
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let executor = Executor::new();
//! let _entered = executor.enter();
//! tokio::spawn(run_job()).await.unwrap().unwrap();
//! assert_eq!(executor.breakers().list().len(), 1);
//! # }
//! ```

mod breaker;
mod inject;
mod isolated;
mod limit;
mod timeline;

pub use crate::executor::Fault;
pub use breaker::breaker_conformance;
pub use inject::{fail, fault};
pub use isolated::{Isolated, isolated};
pub use limit::limit_conformance;
pub use timeline::{TimelineAssert, assert_timeline};

/// Seeds the jitter of this thread, so that delays are the same in every run.
///
/// ```
/// use recourse::backoff::Backoff;
/// use recourse::{RetryPolicy, testing};
///
/// testing::fix_jitter(7);
/// let delays: Vec<_> = Backoff::new(RetryPolicy::defaults()).collect();
/// testing::fix_jitter(7);
/// assert_eq!(Backoff::new(RetryPolicy::defaults()).collect::<Vec<_>>(), delays);
/// ```
pub fn fix_jitter(seed: u64) {
    crate::rng::replace(Some(seed));
}
