//! The contract of a trigger: what it is told about a group of attempts, and what it decides.

use super::latency::LatencyTracker;
use crate::time::Instant;
use recourse_policy::HedgePolicy;
use std::fmt::Debug;
use std::time::Duration;

/// How soon a trigger is asked again after [`HedgeDecision::After`] of zero: often enough to notice new samples, seldom enough to
/// cost nothing.
pub const ASK_AGAIN: Duration = Duration::from_millis(25);

/// Decides when a further attempt starts beside those that run. Shared by all calls of a key, or of several keys.
///
/// A trigger is given the time, and must not block, since it runs in the caller's task. It is called without a lock; a panic in it
/// unwinds to the caller.
///
/// ```
/// use recourse::HedgePolicy;
/// use recourse::hedge::{HedgeDecision, HedgeState, LatencyRing, Trigger};
/// use recourse::time::Instant;
///
/// let (now, latencies) = (Instant::now(), LatencyRing::default());
/// let none: &dyn Trigger = &HedgePolicy::none();
/// assert_eq!(none.decide(&HedgeState::new(now, now, now, now, 0, 2, &latencies)), HedgeDecision::Never);
/// assert_eq!(none.limits(), HedgePolicy::none());
/// ```
#[diagnostic::on_unimplemented(
    message = "`hedge` takes text, or the path of a trigger, and `{Self}` is none",
    label = "this is no `recourse::hedge::Trigger`",
    note = "for a fixed delay, write it as text: `hedge = \"50ms\"`; as a constant, `const SLOW: recourse::HedgePolicy = recourse::HedgePolicy::after(..)`"
)]
pub trait Trigger: Debug + Send + Sync {
    /// Decides about a hedge. Called when all running attempts of a group are pending, and again when the time of
    /// [`HedgeDecision::After`] is over.
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision;

    /// Returns the limits around the trigger: how many hedges, paid by which budget, and whether running hedges finish when one
    /// attempt fails for good. By default at most 2 hedges, a budget of 5% + 1/s, and no.
    ///
    /// When to start a hedge is not read from the limits; [`decide`](Self::decide) says that.
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

/// A trigger in a static can be registered by reference.
impl<T: Trigger + ?Sized> Trigger for &T {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        (**self).decide(state)
    }

    fn limits(&self) -> HedgePolicy {
        (**self).limits()
    }
}

/// The state of a group of attempts, as a trigger sees it. A group is a primary attempt and its hedges.
///
/// ```
/// use recourse::hedge::{HedgeState, LatencyRing};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// let (began, latencies) = (Instant::now(), LatencyRing::default());
/// let now = began.saturating_add(Duration::from_millis(30));
/// let state = HedgeState::new(began, began, began, now, 1, 2, &latencies);
/// assert_eq!((state.elapsed, state.launched), (Duration::from_millis(30), 1));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HedgeState<'a> {
    /// When the call began.
    pub call_start: Instant,
    /// When the primary attempt of this group started.
    pub group_start: Instant,
    /// When the newest attempt of this group started: the primary, or its last hedge.
    pub last_launch: Instant,
    /// Hedges started in this group so far. The primary is not counted.
    pub launched: u32,
    /// The limit of hedges in this group. No trigger can exceed it.
    pub max_hedges: u32,
    /// How long the newest attempt has run. Begins anew at each launch, so hedges never come in a burst.
    pub elapsed: Duration,
    /// The latencies of recent attempts.
    pub latency: &'a dyn LatencyTracker,
}

impl<'a> HedgeState<'a> {
    /// Creates the state at `now`, for tests of triggers.
    #[must_use]
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

/// The decision of a trigger.
///
/// ```
/// use recourse::hedge::{FixedDelay, HedgeDecision, HedgeState, LatencyRing, Trigger};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// let (began, latencies) = (Instant::now(), LatencyRing::default());
/// let at = |ms| {
///     let now = began.saturating_add(Duration::from_millis(ms));
///     FixedDelay::new(Duration::from_millis(50)).decide(&HedgeState::new(began, began, began, now, 0, 2, &latencies))
/// };
/// assert_eq!((at(20), at(50)), (HedgeDecision::After(Duration::from_millis(30)), HedgeDecision::Now));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HedgeDecision {
    /// Start a hedge now, if the budget grants it.
    Now,
    /// Ask again after this time, at least a millisecond; zero means [`ASK_AGAIN`].
    After(Duration),
    /// Start no more hedges in this group. The trigger is asked again in the next group.
    Never,
}
