//! Hedging: a further attempt beside one that is slow, because most slow calls are bad luck and not bad health.
//!
//! When an attempt takes longer than calls of its kind usually do, a hedged call starts a second one and returns whichever is done
//! first. A [`Trigger`] decides when. It may ask a [`LatencyTracker`], which knows how long recent attempts took.
//!
//! **Hedging repeats work.** The body runs twice at the same time, so it must bear that: a read, or a write with an idempotency key.
//! Hedges and retries multiply: a call starts at most `max_attempts x (1 + max_hedges)` attempts, nine with three attempts and two
//! hedges. A percentile keeps ordinary traffic cheap (`p99` adds 1 % of attempts). Only a budget keeps a brown-out, in which every
//! call is slow, from doubling the load: 5 % + 1/s by default.
//!
//! | item | role |
//! |---|---|
//! | [`Trigger`] | decides when the next hedge starts: [`FixedDelay`], [`Quantile`], a [`HedgePolicy`](recourse_policy::HedgePolicy), or your own |
//! | [`LatencyTracker`] | knows what is slow: [`LatencyRing`] keeps the recent latencies of a key |
//! | [`TriggerRegistry`] | finds triggers by name, for policies that arrive as data |
//!
//! Source: Dean and Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013.
//!
//! ```
//! use recourse::hedge::{HedgeDecision, HedgeState, LatencyRing, Trigger};
//! use recourse::time::Instant;
//! use std::time::Duration;
//!
//! /// Hedges once, and only while the call is young.
//! #[derive(Debug)]
//! struct Early;
//!
//! impl Trigger for Early {
//!     fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
//!         let wait = Duration::from_millis(20);
//!         match wait.checked_sub(state.elapsed) {
//!             _ if state.launched > 0 => HedgeDecision::Never,
//!             Some(left) if !left.is_zero() => HedgeDecision::After(left),
//!             _ => HedgeDecision::Now,
//!         }
//!     }
//! }
//!
//! let (start, ring, ms) = (Instant::now(), LatencyRing::default(), Duration::from_millis);
//! let running = |time| HedgeState::new(start, start, start, start.saturating_add(time), 0, 2, &ring);
//! assert_eq!(Early.decide(&running(ms(5))), HedgeDecision::After(ms(15)));
//! assert_eq!(Early.decide(&running(ms(20))), HedgeDecision::Now);
//! ```

mod delay_triggers;
mod latency;
mod rank;
mod registry;
mod ring;
#[cfg(test)]
mod tests;
mod trigger;

pub use delay_triggers::{FixedDelay, Quantile};
pub use latency::{LatencySnapshot, LatencyTracker, MIN_SAMPLES};
pub use registry::{RegisterError, TriggerRegistry, Unknown, UnknownTrigger};
pub use ring::LatencyRing;
pub use trigger::{ASK_AGAIN, HedgeDecision, HedgeState, Trigger};
