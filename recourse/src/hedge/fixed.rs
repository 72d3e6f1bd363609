//! A hedge after a fixed delay.

use crate::hedge::{HedgeDecision, HedgeState, Trigger};
use std::time::Duration;

/// Starts a hedge whenever the newest attempt has run for so long.
///
/// Right where the tolerable wait is known. Where it is not, a [`Quantile`](super::Quantile) finds it, and keeps finding it.
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
    /// A hedge after `delay`, and further ones so long after each launch.
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
            Some(left) if !left.is_zero() => HedgeDecision::After(left),
            _ => HedgeDecision::Now,
        }
    }
}
