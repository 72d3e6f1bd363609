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
    /// The units that were taken out and not put back yet: 0 is a full bucket. Never above `capacity`.
    spent: AtomicU32,
    /// The moment up to which time has been paid for, in nanoseconds; 0 until the first withdrawal. Moves forward only by the time
    /// that was paid for, so that time between two close withdrawals is not lost. Moves back only to another clock.
    paid_until: AtomicU64,
    capacity: u32,
    percent: u32,
    units_per_second: u32,
}

impl TokenBucket {
    /// Creates a full bucket. A policy that does not limit gives a bucket that never refills; use [`Unlimited`](super::Unlimited) for
    /// such a policy.
    #[must_use]
    pub const fn new(policy: BudgetPolicy) -> Self {
        Self {
            spent: AtomicU32::new(0),
            paid_until: AtomicU64::new(0),
            capacity: policy.capacity().saturating_mul(RETRY),
            percent: policy.percent,
            units_per_second: policy.per_second.saturating_mul(RETRY),
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
        self.spent.load(Ordering::Relaxed) > self.capacity / 4 * 3
    }

    /// Returns true while nothing is missing, so that a deposit would change nothing.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.spent.load(Ordering::Relaxed) == 0
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
        let rate = u128::from(self.units_per_second);
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
            self.pay(self.percent);
        }
    }

    fn withdraw(&self, now: Instant) -> bool {
        if self.units_per_second > 0 {
            self.refill(now);
        }
        // After the refill, and in one step: two withdrawals cannot both take the last retry.
        let taken = |spent: u32| spent.checked_add(RETRY).filter(|spent| *spent <= self.capacity);
        self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    fn refund(&self) {
        self.pay(RETRY);
    }

    fn balance(&self) -> u32 {
        (self.capacity - self.spent.load(Ordering::Relaxed)) / RETRY
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, TokenBucket};
    use crate::time::Instant;
    use proptest::prelude::*;
    use recourse_policy::BudgetPolicy;
    use std::time::Duration;

    const START: Instant = Instant::from_nanos(1 << 62);

    fn drained(policy: BudgetPolicy) -> TokenBucket {
        let bucket = TokenBucket::new(policy);
        while bucket.withdraw(START) {}
        bucket
    }

    fn at(ms: u64) -> Instant {
        START.saturating_add(Duration::from_millis(ms))
    }

    #[test]
    fn the_default_bucket_starts_with_ten_seconds_of_its_floor() {
        let bucket = TokenBucket::new(BudgetPolicy::defaults());
        assert_eq!((0..1_000).filter(|_| bucket.withdraw(START)).count(), 100);
    }

    /// budget-6: many withdrawals within one unit of time must not push the clock on without paying.
    #[test]
    fn time_refills_however_often_it_is_asked() {
        let bucket = drained(BudgetPolicy::defaults());
        let granted = (0..10_000)
            .filter(|tenth_ms| bucket.withdraw(START.saturating_add(Duration::from_micros(tenth_ms * 100))))
            .count();
        assert_eq!(granted, 9, "10/s over one second, the last one due at its very end");
        assert!(bucket.withdraw(at(1_000)));
    }

    /// budget-5: an outage with nothing but retries ends.
    #[test]
    fn an_empty_bucket_heals_by_time_alone_and_by_success_alone() {
        let bucket = drained(BudgetPolicy::defaults());
        assert!(!bucket.withdraw(at(99)) && bucket.withdraw(at(100)));
        let bucket = drained(BudgetPolicy::percent(20));
        (0..5).for_each(|_| bucket.deposit());
        assert!(bucket.withdraw(at(1_000_000)) && !bucket.withdraw(at(2_000_000)));
    }

    /// budget-7: ten idle years are one step, and a clock that goes back is a clock that stands still, or another clock.
    #[test]
    fn idle_years_fill_it_once_and_a_clock_that_goes_back_does_nothing() {
        let bucket = drained(BudgetPolicy::defaults());
        let later = START.saturating_add(Duration::from_secs(10 * 365 * 86_400));
        assert_eq!((0..1_000).filter(|_| bucket.withdraw(later)).count(), 100);
        assert!(!bucket.withdraw(START));
        assert!(bucket.withdraw(later.saturating_add(Duration::from_millis(100))));
    }

    /// budget-10: drained on a clock that was a month ahead.
    #[test]
    fn what_a_clock_that_was_ahead_was_paid_for_is_no_later_than_now() {
        let bucket = TokenBucket::new(BudgetPolicy::defaults());
        let month = 30 * 86_400_000;
        while bucket.withdraw(at(month)) {}
        assert!(!bucket.withdraw(at(0)) && !bucket.withdraw(at(99)));
        assert!(bucket.withdraw(at(100)) && !bucket.withdraw(at(100)), "10/s from when it was first asked");
        assert_eq!((100..=10_100).filter(|ms| bucket.withdraw(at(*ms))).count(), 100);
    }

    proptest! {
        /// budget-4: against exact arithmetic, for one thread: grants follow deposits to the unit, refunds never
        /// raise the bucket above full.
        #[test]
        fn it_agrees_with_exact_arithmetic(percent in 0u32..=100, per_second in 0u32..50, script in prop::collection::vec((0u8..4, 0u64..400), 0..300)) {
            let policy = BudgetPolicy::percent(percent).per_second(per_second);
            let bucket = TokenBucket::new(policy);
            let full = u128::from(policy.capacity()) * 100_000_000_000;
            // In billionths of a unit: time pays `per_second * 100` units a second, kept exactly.
            let (mut units, mut now, mut paid) = (full, 0u64, None);
            for (what, ms) in script {
                now += ms;
                match what {
                    0 => { bucket.deposit(); units = (units + u128::from(percent) * 1_000_000_000).min(full) }
                    1 => { bucket.refund(); units = (units + 100_000_000_000).min(full) }
                    _ => {
                        let since = paid.map_or(0, |paid| now - paid);
                        paid = Some(now);
                        units = (units + u128::from(since) * 1_000_000 * u128::from(per_second) * 100).min(full);
                        let granted = bucket.withdraw(at(now));
                        // Whole units only are paid out, so the bucket may be behind by less than one unit, never ahead.
                        if granted { prop_assert!(units >= 100_000_000_000); units -= 100_000_000_000; }
                        else { prop_assert!(units < 101_000_000_000, "denied with {units}"); }
                    }
                }
            }
        }
    }
}
