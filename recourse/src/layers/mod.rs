//! The engine as tower layers (feature `tower`).
//!
//! [`ResilientLayer`] is the engine of the attribute and of [`Executor::call`](crate::Executor::call), under a key of an executor.
//! [`retry`], [`timeout`], [`circuit`] and [`hedge`] are the same engine with one mechanism each, and state of their own.
//! `retry + timeout` retries what timed out; `timeout + retry` limits all attempts together; `timeout` and `circuit` take requests that
//! are not `Clone`.
//!
//! ```
//! use recourse::algebra::PolicyLayer;
//! use recourse::layers::{circuit, retry, timeout};
//! use recourse::{CircuitPolicy, RetryPolicy};
//! use std::time::Duration;
//! # use tower::{ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let ms = Duration::from_millis;
//! let patient = circuit(CircuitPolicy::defaults()) + retry(RetryPolicy::attempts(3)) + timeout(ms(100));
//! let cached = PolicyLayer::bare();
//! let policy = (patient & timeout(ms(500))).label("patient", "quick") | cached;
//! # let get = service_fn(async |id: u32| Ok::<_, String>(id));
//! # assert_eq!(policy.layer(get).oneshot(7).await.unwrap(), 7);
//! # }
//! ```
//!

mod alone;
mod layer;
mod reading;
mod repeat;
mod service;

pub use alone::{circuit, hedge, retry, timeout};
pub use layer::ResilientLayer;
pub use reading::Reading;
pub use repeat::{Once, Repeat};
pub use service::{Resilient, ResilientFuture};
