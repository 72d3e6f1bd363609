//! A budget that the sites of one key share: who made it, and how it follows a change of the policy.

use crate::budget::TokenBucket;
use crate::executor::key::budget_ref::BudgetRef;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use crate::time::Instant;
use recourse_policy::{BudgetPolicy, Change};

/// The budget of one key, made by the first site that has one.
#[derive(Debug, Default)]
pub(in crate::executor) struct KeyBudget {
    made: Mutex<Option<Made>>,
    /// The version of the key's state since which the next site gives the budget its policy.
    due: AtomicU64,
}

/// A bucket, and the policy of the site that made it or gave it another policy.
#[derive(Debug)]
struct Made {
    policy: BudgetPolicy,
    /// The version of the key's state that the site was resolved from.
    version: u64,
    bucket: Arc<TokenBucket>,
}

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
        let mut made = lock(&self.made);
        let made = made.get_or_insert_with(|| Made { policy, version, bucket: Arc::new(TokenBucket::new(policy)) });
        // A site that was resolved before the change has the policy of before.
        let due = self.due.load(Ordering::Acquire);
        if made.version < due && version >= due {
            made.bucket.set_policy(policy, Instant::now());
            (made.policy, made.version) = (policy, version);
        }
        if made.policy != policy {
            let reason = "sites with one key share their budget, and the first one made it";
            changes.push(Change::new(field, policy.to_string(), made.policy.to_string(), reason));
        }
        BudgetRef::of_key(made.bucket.clone())
    }

    /// Lets the next site that is resolved from this version, or from a later one, give the budget its policy.
    pub(in crate::executor) fn follow(&self, version: u64) {
        self.due.store(version, Ordering::Release);
    }

    /// Forgets what was made: the next site makes a full budget.
    pub(in crate::executor) fn forget(&self) {
        *lock(&self.made) = None;
    }

    /// Returns the retries or hedges that are left, unless the budget is full, or there is none.
    pub(in crate::executor) fn left(&self, now: Instant) -> Option<u32> {
        lock(&self.made).as_ref().and_then(|made| made.bucket.left_unless_full(now))
    }
}
