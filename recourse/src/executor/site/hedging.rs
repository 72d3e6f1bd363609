//! How the calls of one site hedge.

use crate::executor::key::budget_ref::BudgetRef;
use crate::hedge::{LatencyTracker, Trigger};
use crate::sync::Arc;
use recourse_policy::HedgePolicy;
use std::time::Duration;

/// The trigger, budget and latencies that the hedges of a site go by.
#[derive(Debug)]
pub(crate) struct SiteHedging {
    pub(crate) trigger: Arc<dyn Trigger>,
    pub(crate) policy: HedgePolicy,
    pub(crate) budget: BudgetRef,
    pub(crate) latency: Arc<dyn LatencyTracker>,
}

impl SiteHedging {
    /// The time that an attempt must have run before it is hedged while the budget is low. It keeps the budget for calls that are slower
    /// than the budget could pay for all of: spent on ordinary calls, the budget would miss the stalls.
    pub(crate) fn least_delay(&self) -> Option<Duration> {
        if !self.budget.is_low() {
            return None;
        }
        let share = self.policy.budget.percent;
        self.latency.percentile(100u32.saturating_sub(share).clamp(50, 99))
    }
}
