//! Combines tower layers into one policy by the operators `+`, `&` and `|` (feature `tower`).
//!
//! A stack of tower layers treats a request in one way. This module adds the two that tower has no layer for: a request
//! can go through two stacks at the same time, and the first success wins; or through a second stack, when the first one
//! has failed. Both are operators of [`PolicyLayer`], a wrapper around any tower layer. What an operator makes is a layer
//! again: [`PolicyLayer::layer`] puts it over a service, and a `ServiceBuilder` takes it like any other.
//!
//! | operator | meaning | ready when | cost while all goes well |
//! |---|---|---|---|
//! | `a + b` | `a` around `b` | `a` is ready | none |
//! | `a & b` | both sides at once; the first success wins | one side is ready | a clone of the request |
//! | `a \| b` | `a`; `b` when `a` fails | `a` is ready | a clone of the request, and one of `b`'s service |
//!
//! ```
//! use recourse::algebra::PolicyLayer;
//! use std::time::Duration;
//! use tower::limit::ConcurrencyLimitLayer;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! # use std::sync::atomic::{AtomicU32, Ordering};
//! # let calls = AtomicU32::new(0);
//! # let search = |text: &'static str| {
//! #     let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
//! #     async move {
//! #         tokio::time::sleep(Duration::from_millis(if first { 900 } else { 20 })).await;
//! #         Ok::<_, std::io::Error>(text.len())
//! #     }
//! # };
//! // A request that takes longer than 50 ms is sent a second time; at most ten second requests run at once.
//! let few = PolicyLayer(ConcurrencyLimitLayer::new(10));
//! let policy = (PolicyLayer::bare() & few + PolicyLayer::bare()).stagger(Duration::from_millis(50)).label("first", "second");
//!
//! let service = ServiceBuilder::new().concurrency_limit(100).layer(policy).service(service_fn(search));
//! # let start = tokio::time::Instant::now();
//! assert_eq!(service.oneshot("tail").await.unwrap(), 4);
//! # assert_eq!(start.elapsed(), Duration::from_millis(70));
//! # }
//! ```
//!
//! Four words are used throughout. A *policy* is a [`PolicyLayer`] here, and not the [`recourse::Policy`](crate::Policy)
//! that holds the options of one call. The operands of `&` and `|` are *sides*. The service at the bottom is a *leaf*;
//! each innermost side stands over a clone of its own, and counts as one leaf. What a service holds once it is ready,
//! such as a permit of a limiter, it has *reserved*. Recipes are in [`cookbook`].
//!
//! # Precedence
//!
//! Rust decides which operator binds tighter, and no library can change that: **`+` before `&` before `|`**. So a stack
//! needs no parentheses when it is a side, and the other two operators read as in logic: a list of alternatives, each of
//! which is a conjunction.
//!
//! ```text
//!   a | b + c & d                is   a | ((b + c) & d)
//!
//!   request ──▶ a                                  the left side of `|`, alone
//!               │ fails
//!               ▼
//!            ┌──┴──────────┐                       the right side: both sides of `&` at once
//!            ▼             ▼
//!        b around c        d
//!            └──────┬──────┘
//!                   ▼
//!          the first success
//! ```
//!
//! Any other meaning needs parentheses: `(a | b) + c` puts both `a` and `b` around `c`, and `a | b + c` only `b`. The
//! type of an expression shows how it was read:
//!
//! ```
//! use recourse::algebra::{Bare, FallbackLayer, ForkJoinLayer, PolicyLayer, Stack};
//!
//! let [a, b, c, d] = [PolicyLayer::bare(); 4];
//! let _: PolicyLayer<FallbackLayer<Bare, ForkJoinLayer<Stack<Bare, Bare>, Bare>>> = a | b + c & d;
//! let _: PolicyLayer<Stack<FallbackLayer<Bare, Bare>, Bare>> = (a | b) + c;
//! ```
//!
//! A method binds tighter than every operator: `(a & b).stagger(..)`. clippy's lint `precedence` asks for the parentheses
//! of `(b + c) & d`; they change nothing.
//!
//! # `a & b`
//!
//! Both sides stand over the same service, each over a clone of it. Both get the request, the right one a clone. For
//! requests that are not `Clone`, or that only one side may have, there is [`fork`](PolicyLayer::fork); `+` takes every
//! request.
//!
//! - The first success wins. Before the poll that returns it ends, the other side is dropped, with the permits that it
//!   holds or waits for.
//! - A side that fails is dropped at once. The call fails only when both sides have failed.
//! - With [`stagger`](PolicyLayer::stagger) the second side waits for a gap, or for the failure of the first one.
//! - **The service is ready as soon as one side is.** That side is called. The other side goes along with the response
//!   and gets ready there, with the place in the queue that it has by then. Waiting for both could take for ever: two
//!   sides that share a limiter with one permit are never ready at the same time.
//! - A side whose `poll_ready` fails is not polled again before the call. Its failure is reported only if both sides
//!   fail: a clone of the side is polled once more in the response, and what it says there is listed.
//! - After a call the service holds no permit and no place in a queue, and neither do its clones. The one exception is a
//!   service that sheds load: it keeps its place in the queue below it, as it does without a policy.
//! - The time that a side takes to get ready within the response is not limited by a [`timeout`](crate::layers::timeout)
//!   on that side, which begins when the side is called. A timeout around both sides limits that time, too.
//! - When both sides are ready, nothing is boxed and no service is cloned. Nothing has to be `Send` or `'static`.
//!
//! # `a | b`
//!
//! The right side gets ready, and is called, only after the left one has failed and was dropped.
//!
//! - As long as the left side is not ready, `a | b` is not ready either: back-pressure is no failure.
//! - `poll_ready` of `a | b` never fails. When that of the left side does, the right side is called, and only if it
//!   fails, too, a clone of the left side is asked once more.
//! - Every failure of the left side makes the right side run. An answer that is a plain "no", such as a 404, has to be a
//!   response and not an error.
//!
//! # Layers to combine
//!
//! [`layers`](crate::layers) has retry, timeout, circuit breaker and hedge, and one layer with the whole engine of
//! recourse. Any other tower layer joins by [`PolicyLayer`]: as it is, if it keeps the error type of the service below
//! it; by [`PolicyLayer::boxed`], if it boxes errors; by [`PolicyLayer::mapped`], if it has an error type of its own.
//!
//! # Errors
//!
//! There is one error type at every depth: [`Failure<E>`], where `E` is the error of the service at the bottom. [`Leaf`]
//! makes the first failure of it, and every layer passes that on, so sides of different depth fit together.
//!
//! When both sides fail, the failure is a flat list, with one entry for each leaf that was asked. The name of an entry
//! says where the leaf stands: `right.left`, or the words that [`label`](PolicyLayer::label) gave. `a | b | c` is
//! `(a | b) | c`, and an empty name adds nothing, so `((a | b).label("a", "b") | c).label("", "c")` has the three names
//! `a`, `b` and `c`.
//!
//! A policy over a service that has a policy already, as in `ServiceBuilder::new().layer(a).layer(b)`, gives a
//! `Failure<Failure<E>>`, and `a` cannot tell what `b` rejected from an error of the service. There are three ways out:
//! combine both by `+`, put `a` over it with [`over`](PolicyLayer::over), or let `a` classify failures by
//! `.classify(Failure::classify)`. [`flatten`](Failure::flatten) makes one failure of two, and
//! [`into_boxed`](Failure::into_boxed) makes a boxed error for middleware that wants one.
//!
//! # Guarantees
//!
//! - `(a + b) + c` does what `a + (b + c)` does.
//! - `a & never` succeeds whenever `a` does, with the same response, for a `never` that is never ready or never answers.
//!   `never & never` is pending for ever.
//! - `a | b` never asks `b` after a success of `a`.
//!
//! # Cancel safety
//!
//! Dropping a response drops both its sides, with all that they hold or wait for. Nothing is spawned. A service that is
//! dropped after it was ready gives back what it has reserved.
//!
//! # Panics
//!
//! A panic of a side unwinds to the caller. A response must not be polled again after that, nor after its end. Everything
//! that waits for a time (a stagger, a delay, a timeout, a hedge) needs tokio's runtime, with its time enabled.
//!
//! # Design notes
//!
//! A policy is a tree of layers, which the operators build. Put over a service it becomes a tree of services of the same
//! shape: a [`ForkJoinService`] or a [`FallbackService`] at each operator, and a [`Leaf`] at each innermost side. A call
//! becomes a tree of responses, and one state machine, [`ResponseFuture`], serves both operators.
//!
//! ```text
//!  operators ──▶ fork_join, fallback         layers, and their services with a ReadySlot for each side
//!                   │
//!                   ▼
//!                response ──▶ side            state of a response, and of each side within it
//!                   │           │
//!                   ▼           ▼
//!             timing, stagger  service        when the second side starts; one service and one attempt at it
//! ```
//!
//! `failure` is below all of them. The module knows nothing of [`layers`](crate::layers), which uses `service`, `fork`
//! and `failure` from here.

mod adapter;
#[doc = include_str!("../../doc/tower_cookbook.md")]
pub mod cookbook {}
mod failure;
mod fallback;
mod fork;
mod fork_join;
mod leaf;
mod lift;
mod operators;
mod policy_layer;
mod response;
mod same_output;
pub(crate) mod service;
mod side;
mod stagger;
mod timing;

pub use adapter::{Adapted, Adapter, Adapting};
pub use failure::{Boxed, Cause, Entry, Failure, Failures};
pub use fallback::{FallbackLayer, FallbackService};
pub use fork::{ByClone, Fork};
pub use fork_join::{ForkJoinLayer, ForkJoinService};
pub use leaf::{Leaf, Lifted};
pub use lift::{Lift, Mapped, Unboxed};
pub use operators::Stack;
pub use policy_layer::{Bare, PolicyLayer};
pub use response::ResponseFuture;
pub use same_output::SameOutput;
pub use stagger::Staggered;
pub use timing::{Timing, Unstaggered};
