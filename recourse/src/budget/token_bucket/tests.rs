//! The bucket against exact arithmetic, on clocks of every kind, and under one policy after another.

use super::{Budget, TokenBucket};
use crate::time::Instant;
use proptest::prelude::*;
use recourse_policy::BudgetPolicy;
use std::time::Duration;

/// Billionths of a unit, and of a retry.
const UNIT: u128 = 1_000_000_000;
const RETRY: u128 = 100 * UNIT;

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
    /// budget-4, budget-11: against exact arithmetic, for one thread: grants follow deposits to the unit, refunds never raise the bucket
    /// above full, and another policy keeps what is left, up to what the policy can hold.
    #[test]
    fn it_agrees_with_exact_arithmetic(
        policies in prop::collection::vec((0u32..=100, 0u32..50), 1..4),
        script in prop::collection::vec((0u8..20, 0u64..400), 0..300),
    ) {
        let policies: Vec<BudgetPolicy> =
            policies.into_iter().map(|(percent, floor)| BudgetPolicy::percent(percent).per_second(floor)).collect();
        let mut policy = policies[0];
        let bucket = TokenBucket::new(policy);
        let full = |policy: BudgetPolicy| u128::from(policy.capacity()) * RETRY;
        // In billionths of a unit: time pays `per_second * 100` units a second, kept exactly.
        let (mut units, mut now, mut paid, mut behind) = (full(policy), 0u64, None, UNIT);
        for (what, ms) in script {
            now += ms;
            let due = |paid: Option<u64>, policy: BudgetPolicy| {
                u128::from(paid.map_or(0, |paid| now - paid)) * 1_000_000 * u128::from(policy.per_second) * 100
            };
            match what {
                0..=4 => { bucket.deposit(); units = (units + u128::from(policy.percent) * UNIT).min(full(policy)) }
                5..=8 => { bucket.refund(); units = (units + RETRY).min(full(policy)) }
                9 => {
                    units = (units + due(paid, policy)).min(full(policy));
                    policy = policies[usize::try_from(now).unwrap() % policies.len()];
                    bucket.set_policy(policy, at(now));
                    units = units.min(full(policy));
                    // A part of a unit that was due is lost.
                    (paid, behind) = (Some(now), behind + UNIT);
                }
                _ => {
                    units = (units + due(paid, policy)).min(full(policy));
                    paid = Some(now);
                    let granted = bucket.withdraw(at(now));
                    // Whole units only are paid out, so the bucket may be behind by less than one unit, never ahead.
                    if granted { prop_assert!(units >= RETRY); units -= RETRY; }
                    else { prop_assert!(units < RETRY + behind, "denied with {units}"); }
                }
            }
            prop_assert!(bucket.balance() <= policy.capacity());
        }
    }
}

/// budget-11.
#[test]
fn another_policy_keeps_what_is_left_up_to_what_it_can_hold() {
    let (small, large) = (BudgetPolicy::percent(10).per_second(1), BudgetPolicy::percent(50).per_second(100));
    let bucket = drained(small);
    bucket.set_policy(large, at(0));
    assert_eq!(bucket.balance(), 0, "an empty bucket is empty in whatever size");
    assert!(!bucket.withdraw(at(9)) && bucket.withdraw(at(10)), "it fills at the new rate");
    bucket.deposit();
    bucket.deposit();
    assert!(bucket.withdraw(at(10)), "and by the new share of successes");

    let bucket = TokenBucket::new(large);
    bucket.set_policy(small, at(0));
    assert_eq!((bucket.balance(), bucket.is_full()), (small.capacity(), true), "no more than fits");
    bucket.set_policy(large, at(0));
    assert_eq!(bucket.balance(), small.capacity(), "there and back adds nothing");
    assert!(!bucket.is_full());
}

/// budget-11: whoever withdraws meanwhile gets no more than either policy has.
#[test]
fn a_policy_may_change_while_threads_withdraw() {
    let (small, large) = (BudgetPolicy::percent(0).per_second(1), BudgetPolicy::percent(0).per_second(40));
    let bucket = TokenBucket::new(large);
    let granted: usize = std::thread::scope(|threads| {
        let withdraw = || (0..400).filter(|_| bucket.withdraw(START)).count();
        let threads_of_callers: Vec<_> = (0..3).map(|_| threads.spawn(withdraw)).collect();
        for round in 0..200 {
            bucket.set_policy(if round % 2 == 0 { small } else { large }, START);
        }
        threads_of_callers.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(granted <= large.capacity() as usize + 3, "{granted} of {}", large.capacity());
    assert!(bucket.balance() <= large.capacity());
}
