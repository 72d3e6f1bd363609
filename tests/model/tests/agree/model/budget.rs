//! The budget of a key: what is left, in billionths of a percent of a retry, so that every rate is exact.

use crate::record::Ns;
use recourse::policy::BudgetPolicy;

const UNIT: u128 = 1_000_000_000;
/// One retry is 100 units.
const RETRY: u128 = 100 * UNIT;

pub(crate) struct Bucket {
    policy: BudgetPolicy,
    left: u128,
    /// Up to when time was counted; `None` until the first withdrawal.
    counted: Option<Ns>,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(policy: BudgetPolicy) -> Self {
        Self { policy, left: full(policy), counted: None }
    }

    fn pay(&mut self, units: u128) {
        self.left = (self.left + units).min(full(self.policy));
    }

    pub(crate) fn deposit(&mut self) {
        self.pay(u128::from(self.policy.percent) * UNIT);
    }

    fn pay_for_time(&mut self, now: Ns) {
        let passed = now - self.counted.unwrap_or(now);
        self.counted = Some(now);
        // So many units a second are as many billionths of a unit a nanosecond.
        self.pay(u128::from(passed) * u128::from(self.policy.per_second) * 100);
    }

    pub(crate) fn withdraw(&mut self, now: Ns) -> bool {
        self.pay_for_time(now);
        let granted = self.left >= RETRY;
        if granted {
            self.left -= RETRY;
        }
        granted
    }

    pub(crate) fn refund(&mut self) {
        self.pay(RETRY);
    }

    /// Another policy: what is left stays, up to what it can save up. A part of a unit that was due is lost.
    pub(crate) fn set_policy(&mut self, policy: BudgetPolicy, now: Ns) {
        self.pay_for_time(now);
        self.policy = policy;
        self.left = (self.left - self.left % UNIT).min(full(policy));
    }

    /// Less than a quarter is left, as of the last withdrawal.
    pub(crate) fn is_low(&self) -> bool {
        self.left < full(self.policy) / 4
    }
}

fn full(policy: BudgetPolicy) -> u128 {
    u128::from(policy.capacity()) * RETRY
}
