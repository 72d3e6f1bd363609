//! Hedging: a further attempt beside one that is slow, because most slow calls are bad luck and not bad health.
//!
//! **Hedging repeats work.** The body runs twice at the same time, so whatever it does must bear that: a read, or a write
//! with an idempotency key. Hedges and retries multiply: a call starts at most `max_attempts x (1 + max_hedges)` attempts,
//! nine with three attempts and two hedges. A percentile keeps ordinary traffic cheap (`p99` adds 1 % of attempts); only a
//! budget keeps a brown-out, in which every call is slow, from becoming twice the load: 5 % + 1/s, unless said otherwise.
//!
//! | what | decides |
//! |---|---|
//! | [`Trigger`] | when the next hedge starts: [`FixedDelay`], [`Quantile`], a [`HedgePolicy`], or your own |
//! | [`LatencyTracker`] | what is slow: [`LatencyRing`] keeps the recent latencies of a key |
//! | [`TriggerRegistry`] | which trigger a name stands for, in policies that arrive as data |
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

mod fixed;
mod latency;
mod policy;
mod quantile;
mod rank;
mod registry;
mod ring;
#[cfg(test)]
mod tests;

pub use fixed::FixedDelay;
pub use latency::{LatencySnapshot, LatencyTracker, MIN_SAMPLES};
pub use quantile::Quantile;
pub use registry::{RegisterError, TriggerRegistry, Unknown, UnknownTrigger};
pub use ring::LatencyRing;

use crate::time::Instant;
use recourse_policy::HedgePolicy;
use std::fmt::Debug;
use std::time::Duration;

/// How soon [`HedgeDecision::After`] of zero asks again: often enough to notice that samples have come, seldom enough to cost nothing.
pub const ASK_AGAIN: Duration = Duration::from_millis(25);

/// Decides when a further attempt starts beside those that run. Shared by all calls of a key, or of several.
///
/// A decision, nothing else: it gets the time and must not block, since it runs in the caller's task. It is called without a
/// lock; a panic in it unwinds to the caller.
#[diagnostic::on_unimplemented(
    message = "`hedge` takes text, or the path of a trigger, and `{Self}` is none",
    label = "this is no `recourse::hedge::Trigger`",
    note = "for a fixed delay, write it as text: `hedge = \"50ms\"`; as a constant, `const SLOW: recourse::HedgePolicy = recourse::HedgePolicy::after(..)`"
)]
pub trait Trigger: Debug + Send + Sync {
    /// Asked when all running attempts of a group are pending, and again when [`HedgeDecision::After`] is over.
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision;

    /// What surrounds the trigger: how many hedges, paid by which budget, and whether running hedges finish when one attempt
    /// fails for good. By default at most 2, 5% + 1/s, no. When to start is not read from it: that is what
    /// [`decide`](Self::decide) is for.
    ///
    /// ```
    /// use recourse::hedge::{FixedDelay, Trigger};
    /// use std::time::Duration;
    ///
    /// assert_eq!(FixedDelay::new(Duration::from_millis(10)).limits().max_hedges, 2);
    /// ```
    fn limits(&self) -> HedgePolicy {
        HedgePolicy::percentile(99)
    }
}

/// A trigger that stands in a static can be registered by reference.
impl<T: Trigger + ?Sized> Trigger for &T {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        (**self).decide(state)
    }

    fn limits(&self) -> HedgePolicy {
        (**self).limits()
    }
}

/// What a trigger is told about a group of attempts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HedgeState<'a> {
    /// When the call began.
    pub call_start: Instant,
    /// When the primary attempt of this group started.
    pub group_start: Instant,
    /// When the newest attempt of this group started: the primary, or its last hedge.
    pub last_launch: Instant,
    /// Hedges started in this group so far; the primary is not one.
    pub launched: u32,
    /// The most hedges this group may start. Whatever a trigger says, there are no more.
    pub max_hedges: u32,
    /// How long the newest attempt has run. Begins anew at each launch, so hedges never come in a burst.
    pub elapsed: Duration,
    /// How long recent attempts took.
    pub latency: &'a dyn LatencyTracker,
}

impl<'a> HedgeState<'a> {
    /// The state at `now`; for tests of triggers.
    pub const fn new(
        call_start: Instant,
        group_start: Instant,
        last_launch: Instant,
        now: Instant,
        launched: u32,
        max_hedges: u32,
        latency: &'a dyn LatencyTracker,
    ) -> Self {
        let elapsed = now.saturating_duration_since(last_launch);
        Self { call_start, group_start, last_launch, launched, max_hedges, elapsed, latency }
    }
}

/// What a trigger decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HedgeDecision {
    /// Start a hedge now, if the budget has one.
    Now,
    /// Ask again after so long; zero stands for [`ASK_AGAIN`].
    After(Duration),
    /// No more hedges in this group.
    Never,
}
