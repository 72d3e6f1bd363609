//! The token bucket: successes and time fill it, retries empty it.
//!
//! # Design notes
//!
//! The bucket counts what is missing, not what is there. So a full bucket is a comparison with zero, and a deposit into a full bucket,
//! which is what almost every call makes, is one load and writes nothing.
//!
//! Time that is paid for may lie ahead of `now`: a little, if another thread read the clock later, and a lot, if an executor has seen the
//! paused clock of another runtime. The little must not be paid for twice, and nobody may have to wait until the lot has passed.

use super::contract::Budget;
use crate::sync::{AtomicU32, AtomicU64, Ordering};
use crate::time::Instant;
use recourse_policy::BudgetPolicy;

/// One retry in units of the bucket. A unit is one percent of a retry, so that any percentage is a whole number of units.
const RETRY: u32 = 100;
const NANOS_PER_SECOND: u128 = 1_000_000_000;
/// How far the clocks of two threads may be apart, in nanoseconds, and still be the same clock. A clock that is further back is another
/// one.
const SAME_CLOCK: u64 = 1_000_000_000;

/// A retry budget of a share of the calls that succeed without a retry, plus a number per second, which saves up at most ten seconds' worth.
///
/// The bucket starts full. While it is full, a deposit is one load and writes nothing, so calls on many threads do not disturb each
/// other. The clock is read only when a retry asks. A clock that goes back is one that stands still; if it goes back by more than a
/// second, time counts from there. The constructor is const, so that several functions can share a bucket:
///
/// ```
/// use recourse::budget::{Budget, TokenBucket};
/// use recourse::policy::BudgetPolicy;
///
/// static SEARCH: TokenBucket = TokenBucket::new(BudgetPolicy::defaults());
/// assert_eq!(SEARCH.balance(), 100);
/// ```
#[derive(Debug)]
pub struct TokenBucket {
    /// The units that were taken out and not put back yet: 0 is a full bucket. Above `capacity` only while the policy changes.
    spent: AtomicU32,
    /// The moment up to which time has been paid for, in nanoseconds; 0 until the first withdrawal. Moves forward only by the time
    /// that was paid for, so that time between two close withdrawals is not lost. Moves back only to another clock.
    paid_until: AtomicU64,
    /// What the policy says. Changes seldom, and under a lock of whoever changes it.
    capacity: AtomicU32,
    percent: AtomicU32,
    units_per_second: AtomicU32,
}

/// The units that a policy can save up.
const fn capacity(policy: BudgetPolicy) -> u32 {
    policy.capacity().saturating_mul(RETRY)
}

/// The units that a policy adds in a second.
const fn rate(policy: BudgetPolicy) -> u32 {
    policy.per_second.saturating_mul(RETRY)
}

impl TokenBucket {
    /// Creates a full bucket. A policy that does not limit gives a bucket that never refills; use [`Unlimited`](super::Unlimited) for
    /// such a policy.
    #[must_use]
    pub const fn new(policy: BudgetPolicy) -> Self {
        Self {
            spent: AtomicU32::new(0),
            paid_until: AtomicU64::new(0),
            capacity: AtomicU32::new(capacity(policy)),
            percent: AtomicU32::new(policy.percent),
            units_per_second: AtomicU32::new(rate(policy)),
        }
    }

    /// Creates a bucket that never counts as full, for places where a full bucket would let a call skip the deposit.
    pub(crate) const fn never_full() -> Self {
        let mut bucket = Self::new(BudgetPolicy::none());
        bucket.spent = AtomicU32::new(1);
        bucket
    }

    /// Returns true while less than a quarter is left.
    pub(crate) fn is_low(&self) -> bool {
        self.spent.load(Ordering::Relaxed) > self.capacity() / 4 * 3
    }

    /// Returns true while nothing is missing, so that a deposit would change nothing.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.spent.load(Ordering::Relaxed) == 0
    }

    /// Takes over another policy. What is left stays, up to what the new policy can save up. Not to be called by two threads at once;
    /// calls may withdraw and deposit meanwhile.
    pub(crate) fn set_policy(&self, policy: BudgetPolicy, now: Instant) {
        // The time until now is paid at the old rate, and counts from here at the new one.
        if self.units_per_second.load(Ordering::Relaxed) > 0 {
            self.refill(now);
        }
        self.paid_until.store(now.as_nanos().max(1), Ordering::Relaxed);
        self.units_per_second.store(rate(policy), Ordering::Relaxed);
        self.percent.store(policy.percent, Ordering::Relaxed);
        // What is missing grows or shrinks with the size, so what is left stays. In the order in which a withdrawal that comes in between
        // finds too little rather than too much.
        let (old, new) = (self.capacity(), capacity(policy));
        if new > old {
            self.spent.fetch_add(new - old, Ordering::Relaxed);
            self.capacity.store(new, Ordering::Relaxed);
        } else {
            self.capacity.store(new, Ordering::Relaxed);
            self.pay(old - new);
        }
    }

    fn capacity(&self) -> u32 {
        self.capacity.load(Ordering::Relaxed)
    }

    /// Returns the number of retries that are left at `now`, unless nothing is missing.
    pub(crate) fn left_unless_full(&self, now: Instant) -> Option<u32> {
        let (spent, paid) = (self.spent.load(Ordering::Relaxed), self.paid_until.load(Ordering::Relaxed));
        let elapsed = u128::from(now.as_nanos().saturating_sub(paid));
        let due = u32::try_from(elapsed * u128::from(self.units_per_second.load(Ordering::Relaxed)) / NANOS_PER_SECOND)
            .unwrap_or(u32::MAX);
        let missing = spent.saturating_sub(due);
        (missing > 0).then(|| self.capacity().saturating_sub(missing) / RETRY)
    }

    /// Puts units back, up to a full bucket.
    fn pay(&self, units: u32) {
        let paid = |spent: u32| Some(spent.saturating_sub(units));
        let _ = self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid);
    }

    /// Pays for the time since the last payment, in whole units.
    fn refill(&self, now: Instant) {
        let (now, paid) = (now.as_nanos(), self.paid_until.load(Ordering::Relaxed));
        if paid == 0 {
            // The first withdrawal starts the clock; the bucket was full until now.
            let _ = self.paid_until.compare_exchange(0, now.max(1), Ordering::Relaxed, Ordering::Relaxed);
            return;
        }
        if paid.saturating_sub(now) > SAME_CLOCK {
            let _ = self.paid_until.compare_exchange(paid, now, Ordering::Relaxed, Ordering::Relaxed);
            return;
        }
        let rate = u128::from(self.units_per_second.load(Ordering::Relaxed)).max(1);
        let elapsed = u128::from(now.saturating_sub(paid));
        let due = elapsed * rate / NANOS_PER_SECOND;
        let spent = self.spent.load(Ordering::Relaxed);
        // Less than a unit: `paid_until` stays, so that the next withdrawal is paid for this time, too.
        if due == 0 && spent > 0 {
            return;
        }
        // A bucket that would run over takes what fits, and the rest of the time is lost: it cannot be saved for later.
        let units = u32::try_from(due).unwrap_or(u32::MAX).min(spent);
        let until = if due >= u128::from(spent) {
            u128::from(now)
        } else {
            u128::from(paid) + (due * NANOS_PER_SECOND).div_ceil(rate)
        };
        let until = u64::try_from(until).unwrap_or(u64::MAX).min(now);
        // Two threads may see the same time. The one that moves `paid_until` pays for it, the other pays nothing.
        if self.paid_until.compare_exchange(paid, until, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.pay(units);
        }
    }
}

impl Budget for TokenBucket {
    fn deposit(&self) {
        if !self.is_full() {
            self.pay(self.percent.load(Ordering::Relaxed));
        }
    }

    fn withdraw(&self, now: Instant) -> bool {
        if self.units_per_second.load(Ordering::Relaxed) > 0 {
            self.refill(now);
        }
        // After the refill, and in one step: two withdrawals cannot both take the last retry.
        let taken = |spent: u32| spent.checked_add(RETRY).filter(|spent| *spent <= self.capacity());
        self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    fn refund(&self) {
        self.pay(RETRY);
    }

    fn balance(&self) -> u32 {
        self.capacity().saturating_sub(self.spent.load(Ordering::Relaxed)) / RETRY
    }
}

#[cfg(test)]
mod tests;
