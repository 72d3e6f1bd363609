//! A hedge after a percentile of recent attempts.

use crate::hedge::{ASK_AGAIN, FixedDelay, HedgeDecision, HedgeState, Trigger};
use recourse_policy::limits;
use std::time::Duration;

/// The timer of a call rounds up to the next millisecond. Asked for half a tick less, it comes at the percentile on average;
/// otherwise a p99 of 2 ms would be a hedge at 3.
const HALF_A_TICK: Duration = Duration::from_micros(500);

/// Starts a hedge whenever the newest attempt has run longer than so many percent of recent ones: `p99` adds 1 % of attempts.
///
/// The delay follows the tracker, and is never below 1 ms. Until the tracker has enough samples
/// ([`MIN_SAMPLES`](super::MIN_SAMPLES)) the delay of [`or`](Self::or) stands in; without one there is no hedge, and a call
/// that is still running when the samples have come may hedge then.
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
    /// A hedge after this percentile of recent attempts: 50 to 99; what lies outside is taken as the nearest of them.
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

    /// The delay until there are enough samples.
    pub const fn or(mut self, delay: Duration) -> Self {
        self.or = Some(delay);
        self
    }
}

/// When to ask for a hedge that is wanted at `slow`.
fn soon(slow: Duration) -> Duration {
    slow.max(limits::MIN_HEDGE_DELAY).saturating_sub(HALF_A_TICK)
}

impl Trigger for Quantile {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        if state.launched >= state.max_hedges {
            return HedgeDecision::Never;
        }
        match (state.latency.percentile(self.percentile), self.or) {
            (Some(slow), _) => FixedDelay::new(soon(slow)).decide(state),
            (None, Some(delay)) => FixedDelay::new(delay).decide(state),
            (None, None) => HedgeDecision::After(ASK_AGAIN),
        }
    }
}
