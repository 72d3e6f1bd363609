//! The bounds that are applied to policies from outside, one by one.

use super::OperatorBounds;
use crate::{BudgetPolicy, HedgePolicy, Policy, RetryPolicy};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_is_within_the_bounds_stays() {
    let policy = Policy::defaults().hedge(HedgePolicy::after(SECOND)).budget(BudgetPolicy::defaults());
    assert_eq!(OperatorBounds::default().apply(policy), (policy, vec![]));
}

#[test]
fn each_bound_is_applied_once_and_reported() {
    let bounds = OperatorBounds::new().max_attempts(4).max_delay(SECOND);
    let policy = Policy::new()
        .retry(RetryPolicy::attempts(9).linear(2 * SECOND, 5 * SECOND))
        .hedge(HedgePolicy::after(SECOND).budget(BudgetPolicy::none()))
        .budget(BudgetPolicy::none())
        .timeout(Duration::from_nanos(1));
    let (allowed, changes) = bounds.apply(policy);
    let fields: Vec<_> = changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["timeout", "retry.max_attempts", "retry.initial", "retry.max", "budget", "hedge.budget"]);
    assert_eq!(allowed.retry, Some(RetryPolicy::attempts(4).linear(SECOND, SECOND)));
    assert_eq!(allowed.budget, Some(BudgetPolicy::defaults()));
    assert_eq!(allowed.hedge.map(|hedge| hedge.budget), Some(BudgetPolicy::hedge_defaults()));
    assert_eq!(bounds.apply(allowed), (allowed, vec![]));
    let free = bounds.max_attempts(10).max_delay(5 * SECOND).unlimited_budget(true);
    assert_eq!(free.apply(policy).1.len(), 1, "only the timeout");
}

#[test]
fn a_count_that_begins_anew_is_for_those_who_may_retry_without_end() {
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fresh_after(SECOND));
    let (allowed, changes) = OperatorBounds::new().apply(policy);
    assert_eq!(allowed.retry, Some(RetryPolicy::attempts(3)));
    assert_eq!(changes[0].field, "retry.fresh_after");
    assert_eq!(OperatorBounds::new().forever(true).apply(policy), (policy, vec![]));
}

/// The operator cannot raise what no policy may have, nor forbid the first attempt.
#[test]
fn the_bounds_of_every_policy_stay() {
    let policy = Policy::new().retry(RetryPolicy::attempts(2_000_000).fixed(200_000 * SECOND));
    let wide = OperatorBounds::new().max_attempts(u32::MAX).max_delay(Duration::MAX).apply(policy).0;
    assert_eq!(wide, policy.normalize().0);
    let forever = Policy::new().retry(RetryPolicy::forever().pushback_up_to(90 * SECOND));
    let allowed = OperatorBounds::new().forever(true).max_delay(90 * SECOND);
    assert_eq!(allowed.apply(forever), (forever, vec![]));
    let (ended, changes) = allowed.forever(false).max_delay(SECOND).apply(forever);
    assert_eq!(ended.retry, Some(RetryPolicy::attempts(10).pushback_up_to(SECOND)));
    assert_eq!((changes.len(), changes[0].from.as_str()), (2, "forever"));
    assert_eq!(OperatorBounds::new().apply(forever).0.retry.and_then(|retry| retry.max_attempts), Some(10));
    let narrow = OperatorBounds::new().max_attempts(0).max_delay(Duration::ZERO).apply(policy).0;
    assert_eq!(narrow.retry, Some(RetryPolicy::attempts(1).fixed(Duration::from_millis(1))));
    assert_eq!(narrow.normalize().1, []);
}
