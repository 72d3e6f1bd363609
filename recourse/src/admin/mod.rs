//! A page for operators: an axum router that tells the state of an executor as JSON, and lets operators act on it if you say who may.
//!
//! ```
//! use axum::Router;
//! use recourse::Executor;
//!
//! let executor = Executor::new();
//! let app: Router = Router::new().nest("/resilience", recourse::admin::router(&executor));
//! # let _ = app;
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the number of keys and the capacity for them, breakers by state, how many breakers and limits are held, bypass switches, policies that match no key, panics of observers |
//! | `GET /breakers`, `GET /breakers/users.*` | the circuit breakers, of all keys or of those that match |
//! | `GET /policies`, `GET /policies/users.get` | the policy in force at each call site, with the source of each section, what was changed, and how the limits of its key are now |
//! | `GET /remotes` | the control planes of the executor: last fetch and success, failures in a row, last error, next fetch, keys and version in force, age, and each document (feature `remote`) |
//! | `GET /held` | the keys and patterns whose breakers operators hold, most likely misspelt ones marked |
//! | `GET /bypass` | the keys and patterns for which the kill switch is thrown |
//! | `GET /limits` | the limits that operators hold, most likely misspelt ones marked; how limits are now says `GET /policies` |
//! | `POST /force_open`, `/force_closed`, `/reset` | with `{"keys": "users.*"}`: see [`Breakers`](crate::Breakers) |
//! | `POST /bypass` | with `{"keys": "users.*", "on": true}`: see [`Executor::bypass_keys`](crate::Executor::bypass_keys) |
//! | `POST /limits` | with `{"keys": "users.*", "concurrency": "8 at once", "rate": "100/s"}`, or `null` to take one back; what is not named stays: see [`Limits`](crate::Limits) |
//!
//! Lists end after 1,000 rows, and say how many they leave out; a pattern finds the others. Durations are texts (`"1.5s"`), as in policies. A key
//! that was completed from a template comes with the template and its values, as they were before they were escaped. A request that is refused
//! is told why: `{"error": ".."}`, with `did_you_mean` if a key or pattern is near.
//!
//! A site with a `concurrency` says how the limit of its key is now, and one with a `rate` what is left; both are `null` at other sites, and before
//! the first call:
//!
//! ```json
//! "concurrency": {
//!   "slots": "adaptive 4..200", "limit": 14, "running": 14, "waiting": 3, "queue": 20,
//!   "last_change": { "from": 20, "to": 14, "reason": "queue" }, "since": "1.25s"
//! },
//! "rate": { "rate": "100/s, burst 10", "left": 0, "retry_after": "7ms" }
//! ```
//!
//! `slots` is the form, `limit` how many may run now, `queue` how many may wait at a time, and `since` how long ago the last change was.
//! The [reasons](crate::concurrency::LimitReason) are those of the event `limit_changed`, and `policy`. `left` is what may be made at once,
//! and `retry_after` when the next attempt is allowed.
//!
//! # Who may do what
//!
//! Reads are for everybody who can connect. Writes are refused until [`Admin::writes`] names a check, which every write has to pass:
//!
//! ```
//! use axum::body::Body;
//! use axum::http::{Request, StatusCode, request::Parts};
//! use recourse::admin::Admin;
//! use recourse::{Executor, Key, Policy};
//! use tower::ServiceExt;
//!
//! async fn on_call(request: Parts) -> Result<(), &'static str> {
//!     // Compare real secrets in constant time.
//!     match request.headers.get("authorization") {
//!         Some(token) if token == "Bearer of-the-team" => Ok(()),
//!         _ => Err("this is for the team on call"),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let executor = Executor::new();
//! let admin: axum::Router = Admin::new(&executor).writes(on_call).router();
//!
//! let request = Request::post("/force_open")
//!     .header("host", "localhost:9000")
//!     .header("authorization", "Bearer of-the-team")
//!     .header("content-type", "application/json")
//!     .body(Body::from(r#"{"keys": "users.*"}"#))?;
//! assert_eq!(admin.oneshot(request).await?.status(), StatusCode::OK);
//!
//! let call = executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
//! assert_eq!(call.await.unwrap_err(), "`users.get` was not called: its circuit is forced open");
//! # Ok(())
//! # }
//! ```
//!
//! A browser on the machine of an operator carries requests for any page that it shows. So the router refuses
//!
//! - a `Host` that is not [allowed](Admin::hosts), by default any but the names of the machine itself (`localhost`, `127.0.0.1`, `[::1]`): a name
//!   that somebody else rebinds to this address is none of them;
//! - a write that is no `POST` with `content-type: application/json`, which no form and no image can be;
//! - a write whose `Origin` is not an allowed host, also if other routes of the program allow requests from anywhere.
//!
//! Answers are JSON of plain ASCII that is neither stored nor guessed to be something else, so a key cannot become markup or disturb a terminal. A body
//! may have 4 KiB. The time that a client takes to send it is the server's to limit.

mod answer;
mod builder;
mod gate;
mod hosts;
mod read;
mod shared;
mod write;

pub use builder::{Admin, router};
pub use hosts::HostError;
