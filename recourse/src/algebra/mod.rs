//! Policies for tower services, put together by `+`, `&` and `|` (feature `tower`).
//!
//! | | | ready when | costs, while all goes well |
//! |---|---|---|---|
//! | `a + b` | `a` around `b` | `a` is | nothing |
//! | `a & b` | both at once, the first success wins | one side is | a clone of the request |
//! | `a \| b` | `a`, and `b` where `a` fails | `a` is | a clone of the request, and one of `b`'s service |
//!
//! [`PolicyLayer`] makes a layer one of them, and is a layer itself: it goes over a service by [`PolicyLayer::layer`], or into a
//! `ServiceBuilder`.
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
//! // One request that takes too long gets company, and the company has at most ten places.
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
//! # What binds tighter
//!
//! Rust decides that, and no library can change it: **`+` before `&` before `|`**. So a stack needs no parentheses where it is a
//! side, and both operators read as in logic: a list of alternatives, each of which is a conjunction.
//!
//! ```text
//!   a | b + c & d                is   a | ((b + c) & d)
//!
//!   request ──▶ a                                  the left side of `|`, alone
//!               │ fails
//!               ▼
//!            ┌──┴──────────┐                       the right one: both sides of `&` at once
//!            ▼             ▼
//!        b around c        d
//!            └──────┬──────┘
//!                   ▼
//!          the first success
//! ```
//!
//! What you mean otherwise needs parentheses: `(a | b) + c` puts `a` around `c`, and `b` around `c`; `a | b + c` puts only `b`
//! around it. The type says what was understood:
//!
//! ```
//! use recourse::algebra::{Bare, FallbackLayer, ForkJoinLayer, PolicyLayer, Stack};
//!
//! let [a, b, c, d] = [PolicyLayer::bare(); 4];
//! let _: PolicyLayer<FallbackLayer<Bare, ForkJoinLayer<Stack<Bare, Bare>, Bare>>> = a | b + c & d;
//! let _: PolicyLayer<Stack<FallbackLayer<Bare, Bare>, Bare>> = (a | b) + c;
//! ```
//!
//! A method binds tighter than every operator: `(a & b).stagger(..)`. clippy's lint `precedence` asks for the parentheses of
//! `(b + c) & d`; they change nothing.
//!
//! # `&`
//!
//! Both sides stand over the same service, each with a clone of it, and get the request, the right one a clone. A request that
//! is not `Clone`, or that not both sides may have, is what [`fork`](PolicyLayer::fork) is for; `+` takes every request.
//!
//! - The first success wins. Before the poll that returns it ends, the other side is dropped, with the permits it holds and those it
//!   waits for.
//! - A side that fails is dropped at once. Only when both have failed the call does.
//! - With [`stagger`](PolicyLayer::stagger) the second side waits for a gap, or for the failure of the first one.
//! - **It is ready as soon as one side is.** That side is called; the other one goes along with the response and gets ready there,
//!   with the place in the queue that it has by then. Waiting for both could take for ever: two sides that share a limiter with
//!   one slot are never ready at the same time.
//! - A side whose `poll_ready` fails is out, and is not asked again before the call. It is reported only if both fail: a clone takes
//!   its seat, is asked once more in the response, and says there what is listed.
//! - After a call the service holds no permit and no place in a queue, and its clones have none either. Only a service that sheds load
//!   keeps its place in the queue below it, as it does without a policy.
//! - The time that a side waits to get ready in the response is not limited by a [`timeout`](crate::layers::timeout) on that side, which begins when it is called.
//!   A timeout around both sides limits that, too.
//! - With both sides ready nothing is boxed and no service is cloned. Nothing has to be `Send` or `'static`.
//!
//! # `|`
//!
//! The right side gets ready, and is called, only after the left one has failed and was dropped. As long as the left side is not
//! ready, `a | b` is not: back-pressure is no failure. Its `poll_ready` itself never fails: where that of the left side does, the right
//! one is called, and only where it fails, too, a clone of the left one is asked once more. Every failure of the left side makes it ask
//! the right one: an answer that is a plain "no", a 404, has to be a response and not an error.
//!
//! # Layers to combine
//!
//! The layers of [`layers`](crate::layers): retry, timeout, circuit and hedge, and the whole engine in one. Any other layer of tower joins by
//! [`PolicyLayer`].
//!
//! # Errors
//!
//! One type at every depth: [`Failure<E>`], where `E` is the error of the service at the bottom. [`Leaf`] lifts it there, once, and
//! every layer passes it on. So sides of different depth fit together. When both sides fail the list is flat, with one entry for each
//! leaf that was asked; its name says where it stands, `right.left`, or in words that [`label`](PolicyLayer::label) gives. `a | b | c` is
//! `(a | b) | c`; a name that is empty adds nothing, so `((a | b).label("a", "b") | c).label("", "c")` has three plain names.
//!
//! A policy over a service that is under a policy already, as `ServiceBuilder::new().layer(a).layer(b)` puts it, gives a
//! `Failure<Failure<E>>`, and `a` knows nothing of what `b` refused. Combine them by `+`, or say [`over`](PolicyLayer::over), or read
//! failures by `.classify(Failure::classify)`; [`flatten`](Failure::flatten) makes one of two. For middleware that wants boxed
//! errors there is [`into_boxed`](Failure::into_boxed).
//!
//! Layers that keep the error type of their service join as they are. Those that box it do by [`PolicyLayer::boxed`], and those with a
//! type of their own by [`PolicyLayer::mapped`].
//!
//! # Laws
//!
//! - `(a + b) + c` is `a + (b + c)`.
//! - `a & never` is `a` wherever `a` succeeds, for a `never` that is never ready or never answers. `never & never` pends.
//! - `a | b` never asks `b` after a success of `a`.
//!
//! # Cancel safety
//!
//! Dropping a response drops both its sides, with all they hold or wait for. Nothing is spawned. A service that is dropped after
//! it was ready gives back what it has reserved.
//!
//! # Panics
//!
//! A panic of a side unwinds to the caller. A response may not be polled again after that, nor after its end. What waits for a time (a
//! stagger, a delay, a timeout, a hedge) needs a runtime: tokio, with its time enabled.
//!
//! Recipes are in [`cookbook`].
//!
//! This [`PolicyLayer`] is no [`recourse::Policy`](crate::Policy), which holds the retries, timeouts and limits of one call as data.

mod adapter;
pub(crate) mod attempt;
mod beside;
#[doc = include_str!("../../doc/tower_cookbook.md")]
pub mod cookbook {}
pub(crate) mod failure;
mod fallback;
pub(crate) mod fork;
mod fork_join;
mod leaf;
mod policy;
mod response;
pub(crate) mod seat;
mod side;
mod turn;

pub use adapter::{Adapted, Adapter, Adapting, Boxed, Lift, Mapped, Unboxed};
pub use beside::Beside;
pub use failure::{Cause, Entry, Failure, Failures};
pub use fallback::{FallbackLayer, FallbackService};
pub use fork::{ByClone, Fork};
pub use fork_join::{ForkJoinLayer, ForkJoinService};
pub use leaf::{Leaf, Lifted};
pub use policy::{Bare, PolicyLayer, Stack};
pub use response::ResponseFuture;
pub use turn::{Staggered, Timing, Unstaggered};

/// The names of sides that have none.
const LABELS: [&str; 2] = ["left", "right"];
