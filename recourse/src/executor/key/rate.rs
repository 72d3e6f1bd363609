//! The rate that the sites of one key share: who made it, and how it follows a change of the policy.

use crate::rate::{Rate, RateLimit};
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use crate::time::Instant;
use recourse_policy::{Change, RatePolicy, RateUnit};

/// The rate of one key, made by the first site that has one.
#[derive(Debug, Default)]
pub(in crate::executor) struct KeyRate {
    made: Mutex<Option<Made>>,
    /// The version of the key's state since which the next site gives the limit its policy.
    due: AtomicU64,
}

/// A limit, and the policy of the site that made it or gave it another policy.
#[derive(Debug)]
struct Made {
    policy: RatePolicy,
    /// The version of the key's state that the site was resolved from.
    version: u64,
    limit: Arc<RateLimit>,
}

fn rate_of(policy: RatePolicy) -> Rate {
    let rate = match policy.amount {
        Some((attempts, RateUnit::Second)) => Rate::per_second(attempts),
        Some((attempts, RateUnit::Minute)) => Rate::per_minute(attempts),
        Some((attempts, RateUnit::Hour)) => Rate::per_hour(attempts),
        // A site without a rate asks for none.
        None => Rate::per_second(u32::MAX),
    };
    policy.burst.map_or(rate, |burst| rate.burst(burst))
}

impl KeyRate {
    /// Returns the limit for a site that is resolved from this version of the key's state. A site with other numbers shares the limit,
    /// and the difference is added to `changes`.
    pub(in crate::executor) fn limit_for(
        &self,
        policy: RatePolicy,
        version: u64,
        changes: &mut Vec<Change>,
    ) -> Arc<RateLimit> {
        let mut made = lock(&self.made);
        let made =
            made.get_or_insert_with(|| Made { policy, version, limit: Arc::new(RateLimit::new(rate_of(policy))) });
        // A site that was resolved before the change has the policy of before.
        let due = self.due.load(Ordering::Acquire);
        if made.version < due && version >= due {
            made.limit.set_rate(rate_of(policy), Instant::now());
            (made.policy, made.version) = (policy, version);
        }
        // How long a site waits, and what it counts, is its own affair.
        let shared = |policy: RatePolicy| (policy.amount, policy.burst);
        if shared(made.policy) != shared(policy) {
            let reason = "sites with one key share their rate, and the first one made it";
            changes.push(Change::new("rate", policy.to_string(), made.policy.to_string(), reason));
        }
        made.limit.clone()
    }

    /// Lets the next site that is resolved from this version, or from a later one, give the limit its policy.
    pub(in crate::executor) fn follow(&self, version: u64) {
        self.due.store(version, Ordering::Release);
    }

    /// Forgets what was made: the next site makes a limit of which nothing is used.
    pub(in crate::executor) fn forget(&self) {
        *lock(&self.made) = None;
    }

    /// Returns how many attempts are left, unless a whole burst is.
    pub(in crate::executor) fn left(&self, now: Instant) -> Option<u32> {
        let made = lock(&self.made);
        let made = made.as_ref()?;
        let left = made.limit.available(now);
        (left < RateLimit::new(rate_of(made.policy)).available(now)).then_some(left)
    }
}
