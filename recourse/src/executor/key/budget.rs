//! A budget that the sites of one key share.

use crate::budget::TokenBucket;
use crate::executor::key::budget_ref::BudgetRef;
use crate::executor::key::shared::Shared;
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{BudgetPolicy, Change};

/// The budget of one key, made by the first site that has one.
#[derive(Debug, Default)]
pub(in crate::executor) struct KeyBudget(Shared<BudgetPolicy, Arc<TokenBucket>>);

impl KeyBudget {
    /// Returns the budget for a site that is resolved from this version of the key's state. A site with other numbers shares the
    /// budget, and the difference is added to `changes`.
    pub(in crate::executor) fn budget_for(
        &self,
        field: &'static str,
        policy: BudgetPolicy,
        version: u64,
        changes: &mut Vec<Change>,
    ) -> BudgetRef {
        if !policy.limited {
            return BudgetRef::unlimited();
        }
        let make = || Arc::new(TokenBucket::new(policy));
        let made = self.0.for_site(policy, version, make, |bucket| bucket.set_policy(policy, Instant::now()));
        if made.policy != policy {
            let reason = "sites with one key share their budget, and the first one made it";
            changes.push(Change::new(field, policy.to_string(), made.policy.to_string(), reason));
        }
        BudgetRef::of_key(made.shared)
    }

    /// Lets the next site that is resolved from this version, or from a later one, give the budget its policy.
    pub(in crate::executor) fn follow(&self, version: u64) {
        self.0.follow(version);
    }

    /// Forgets what was made: the next site makes a full budget.
    pub(in crate::executor) fn forget(&self) {
        self.0.forget();
    }

    /// Returns the retries or hedges that are left, unless the budget is full, or there is none.
    pub(in crate::executor) fn left(&self, now: Instant) -> Option<u32> {
        self.0.made().and_then(|made| made.shared.left_unless_full(now))
    }
}
