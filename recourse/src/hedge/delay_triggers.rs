//! The triggers that wait for a delay: a fixed one, a percentile of recent latencies, or whichever a hedge policy names.

use super::trigger::{ASK_AGAIN, HedgeDecision, HedgeState, Trigger};
use recourse_policy::{HedgePolicy, HedgeWhen, limits};
use std::time::Duration;

/// Starts a hedge whenever the newest attempt has run for a fixed time.
///
/// Use it if the tolerable wait is known. If it is not, a [`Quantile`] finds it, and follows it when it changes.
///
/// ```
/// use recourse::hedge::{FixedDelay, HedgeDecision, HedgeState, LatencyRing, Trigger};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// static TEN: FixedDelay = FixedDelay::new(Duration::from_millis(10));
///
/// let (start, ring, ms) = (Instant::now(), LatencyRing::default(), Duration::from_millis);
/// let running = |time| HedgeState::new(start, start, start, start.saturating_add(time), 0, 2, &ring);
/// assert_eq!(TEN.decide(&running(ms(4))), HedgeDecision::After(ms(6)));
/// assert_eq!(TEN.decide(&running(ms(10))), HedgeDecision::Now);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedDelay(Duration);

impl FixedDelay {
    /// Creates a trigger that starts the first hedge after `delay`, and each further one `delay` after the last launch.
    #[must_use]
    pub const fn new(delay: Duration) -> Self {
        Self(delay)
    }
}

impl Trigger for FixedDelay {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        if state.launched >= state.max_hedges {
            return HedgeDecision::Never;
        }
        match self.0.checked_sub(state.elapsed) {
            // `After` of zero would mean a time of its own, so a delay that is exactly over starts the hedge.
            Some(left) if !left.is_zero() => HedgeDecision::After(left),
            _ => HedgeDecision::Now,
        }
    }
}

/// Half a tick of the timer. The timer of a call rounds up to the next millisecond; if it is asked for half a tick less, it fires at
/// the percentile on average. Otherwise a p99 of 2 ms would start a hedge at 3 ms.
const HALF_A_TICK: Duration = Duration::from_micros(500);

/// Starts a hedge whenever the newest attempt has run longer than a percentile of recent attempts: p99 adds 1 % of attempts.
///
/// The delay follows the tracker, and is never below 1 ms. Until the tracker has enough samples
/// ([`MIN_SAMPLES`](super::MIN_SAMPLES)), the delay of [`or`](Self::or) applies. Without one there is no hedge, and a call that is
/// still running when the samples have come may hedge then.
///
/// ```
/// use recourse::hedge::{ASK_AGAIN, HedgeState, LatencyRing, LatencyTracker, HedgeDecision, Quantile, Trigger};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// static P99: Quantile = Quantile::new(99);
///
/// let (start, ring, ms) = (Instant::now(), LatencyRing::default(), Duration::from_millis);
/// let running = |time| HedgeState::new(start, start, start, start.saturating_add(time), 0, 2, &ring);
/// assert_eq!(P99.decide(&running(ms(1_000))), HedgeDecision::After(ASK_AGAIN));
///
/// (0..50).for_each(|_| ring.observe(ms(20), start));
/// assert_eq!(P99.decide(&running(ms(10))), HedgeDecision::After(Duration::from_micros(9_500)));
/// assert_eq!(P99.decide(&running(ms(20))), HedgeDecision::Now);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    percentile: u32,
    or: Option<Duration>,
}

impl Quantile {
    /// Creates a trigger for a percentile from 50 to 99. A value outside is clamped to the nearest of them.
    #[must_use]
    pub const fn new(percentile: u32) -> Self {
        let percentile = if percentile < limits::MIN_PERCENTILE {
            limits::MIN_PERCENTILE
        } else if percentile > limits::MAX_PERCENTILE {
            limits::MAX_PERCENTILE
        } else {
            percentile
        };
        Self { percentile, or: None }
    }

    /// Sets the delay that applies until there are enough samples.
    ///
    /// ```
    /// use recourse::hedge::{HedgeDecision, HedgeState, LatencyRing, Quantile, Trigger};
    /// use recourse::time::Instant;
    /// use std::time::Duration;
    ///
    /// let (now, nothing_learnt) = (Instant::now(), LatencyRing::default());
    /// let state = HedgeState::new(now, now, now, now, 0, 2, &nothing_learnt);
    /// let delay = Duration::from_millis(80);
    /// assert_eq!(Quantile::new(99).or(delay).decide(&state), HedgeDecision::After(delay));
    /// ```
    #[must_use]
    pub const fn or(mut self, delay: Duration) -> Self {
        self.or = Some(delay);
        self
    }
}

impl Trigger for Quantile {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        // Comes first, because looking a percentile up may cost more than the rest.
        if state.launched >= state.max_hedges {
            return HedgeDecision::Never;
        }
        match (state.latency.percentile(self.percentile), self.or) {
            (Some(slow), _) => {
                let delay = slow.max(limits::MIN_HEDGE_DELAY).saturating_sub(HALF_A_TICK);
                FixedDelay::new(delay).decide(state)
            }
            (None, Some(delay)) => FixedDelay::new(delay).decide(state),
            (None, None) => HedgeDecision::After(ASK_AGAIN),
        }
    }
}

/// A hedge policy is a trigger, too, so that `hedge = PATH` takes either. It decides by its `when`, and its limits are itself.
impl Trigger for HedgePolicy {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        match self.when {
            HedgeWhen::After(delay) => FixedDelay::new(delay).decide(state),
            HedgeWhen::Percentile { percentile, or: None } => Quantile::new(percentile).decide(state),
            HedgeWhen::Percentile { percentile, or: Some(delay) } => Quantile::new(percentile).or(delay).decide(state),
            _ => HedgeDecision::Never,
        }
    }

    fn limits(&self) -> HedgePolicy {
        *self
    }
}
