//! The rate that the sites of one key share.

use crate::executor::key::shared::Shared;
use crate::rate::{Rate, RateLimit, RateStatus};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{Change, RatePolicy, RateUnit};

/// The rate of one key, made by the first site that has one.
#[derive(Debug, Default)]
pub(in crate::executor) struct KeyRate(Shared<RatePolicy, Arc<RateLimit>>);

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
        let make = || Arc::new(RateLimit::new(rate_of(policy)));
        let made = self.0.for_site(policy, version, make, |limit| limit.set_rate(rate_of(policy), Instant::now()));
        // How long a site waits, and what it counts, is its own affair.
        let shared = |policy: RatePolicy| (policy.amount, policy.burst);
        if shared(made.policy) != shared(policy) {
            let reason = "sites with one key share their rate, and the first one made it";
            changes.push(Change::new("rate", policy.to_string(), made.policy.to_string(), reason));
        }
        made.shared
    }

    /// Lets the next site that is resolved from this version, or from a later one, give the limit its policy.
    pub(in crate::executor) fn follow(&self, version: u64) {
        self.0.follow(version);
    }

    /// Forgets what was made: the next site makes a limit of which nothing is used.
    pub(in crate::executor) fn forget(&self) {
        self.0.forget();
    }

    /// Returns what operators see of the rate, if a site has made one.
    pub(in crate::executor) fn status(&self, now: Instant) -> Option<RateStatus> {
        let made = self.0.made()?;
        let (left, retry_after) = (made.shared.available(now), made.shared.retry_after(now));
        Some(RateStatus { rate: rate_of(made.policy), left, retry_after })
    }

    /// Returns how many attempts are left, unless a whole burst is.
    pub(in crate::executor) fn left(&self, now: Instant) -> Option<u32> {
        let made = self.0.made()?;
        let left = made.shared.available(now);
        (left < RateLimit::new(rate_of(made.policy)).available(now)).then_some(left)
    }
}
