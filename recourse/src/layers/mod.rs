//! The engine of recourse as tower layers (feature `tower`).
//!
//! [`retry`], [`timeout`], [`circuit`] and [`hedge`] make a layer of one mechanism each, with state of its own.
//! [`ResilientLayer`] is the whole engine, as the attribute `#[resilient]` and [`Executor::call`](crate::Executor::call)
//! have it, under a key of an executor of yours.
//!
//! All of them are [`PolicyLayer`](crate::algebra::PolicyLayer)s. They go over a service by themselves or into a
//! `ServiceBuilder`, and the operators of [`algebra`](crate::algebra) combine them, with each other and with any other
//! tower layer. The order matters: `retry + timeout` retries an attempt that timed out, and `timeout + retry` limits the
//! time of all attempts together.
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
//! Services have to be `Clone`; put tower's `Buffer` around one that is not. Requests have to be `Clone` for `retry` and
//! `hedge`, unless [`fork`](crate::algebra::PolicyLayer::fork) makes them otherwise; `timeout` and `circuit` take any
//! request.
//!
//! # Design notes
//!
//! - **A layer is the engine, not a copy of a part of it.** So `timeout` holds the state of a call that it mostly does
//!   not need: about 200 bytes in a response. In exchange every layer behaves as the attribute does, and one
//!   [`ResilientLayer`] with three mechanisms is cheaper than three layers.
//! - **A layer within a layer makes a call within a call**, each with a timeline under its own key. The layers of one
//!   mechanism have executors that nobody observes, so nothing is counted twice; a capture sees all of them.
//! - `layer` is the layer and `options` its methods; `service` drives a call through the engine; `attempts` makes its
//!   attempts; `classifier` tells the engine what a response means; `repeat` makes the requests of further attempts.
//!   `single` uses all of them.

mod attempts;
mod classifier;
mod layer;
mod options;
mod repeat;
mod service;
mod single;

pub use classifier::LayerClassifier;
pub use layer::ResilientLayer;
pub use repeat::{Once, Repeat};
pub use service::{Resilient, ResilientFuture};
pub use single::{circuit, hedge, retry, timeout};
