//! The answer of a provider of policies.

use crate::budget::Budget;
use crate::hedge::Trigger;
use crate::sync::Arc;
use recourse_policy::{Policy, Section};

/// What a provider says about one key.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Provided {
    /// The sections that the provider decides, each within the bounds of the operator. The others are `None`.
    pub policy: Policy,
    /// False turns every mechanism off but time limits and fallback. `None` if the provider does not say.
    pub enabled: Option<bool>,
    /// The trigger that the hedge section names.
    pub trigger: Option<Arc<dyn Trigger>>,
    /// The budget of hedges that the hedge section names.
    pub hedge_budget: Option<&'static dyn Budget>,
    /// The budget of retries that the policy names.
    pub budget: Option<&'static dyn Budget>,
    /// Where the sections stand, for people: `policies.toml:3 users.*`.
    pub places: Vec<(Section, Arc<str>)>,
}

impl Provided {
    /// Creates the answer that is a policy.
    #[must_use]
    pub fn policy(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// True if the provider decides nothing.
    ///
    /// ```
    /// use recourse::Policy;
    /// use recourse::providers::Provided;
    ///
    /// assert!(Provided::default().is_nothing());
    /// assert!(!Provided::policy(Policy::defaults()).is_nothing());
    /// ```
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let Self { policy, enabled, trigger, hedge_budget, budget, places: _ } = self;
        policy.is_empty() && enabled.is_none() && trigger.is_none() && hedge_budget.is_none() && budget.is_none()
    }
}
