//! A hedge section is a trigger too, so that `hedge = PATH` takes either.

use crate::hedge::{FixedDelay, HedgeDecision, HedgeState, Quantile, Trigger};
use recourse_policy::{HedgePolicy, HedgeWhen};

/// Decides by its `when`; its limits are itself.
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
