//! The contract of a budget, and the budget that grants everything.

use crate::time::Instant;
use std::fmt::Debug;

/// Decides whether a retry may go out. Shared by all calls of a key, or of several keys.
///
/// A budget must not block: it runs in the caller's task, between two attempts. A panic in it unwinds to the caller; a panic that
/// comes while the caller is unwinding already is swallowed.
///
/// ```
/// use recourse::budget::{Budget, TokenBucket};
/// use recourse::policy::BudgetPolicy;
/// use recourse::time::Instant;
///
/// let search = TokenBucket::new(BudgetPolicy::percent(10));
/// let now = Instant::now();
/// assert!((0..10).all(|_| search.withdraw(now)));
/// assert!(!search.withdraw(now), "ten retries were saved up, the eleventh is denied");
///
/// (0..10).for_each(|_| search.deposit());
/// assert!(search.withdraw(now), "ten successes at 10 % pay for one more");
/// ```
///
/// ```
/// use recourse::budget::{Budget, TokenBucket};
/// use recourse::policy::BudgetPolicy;
/// use recourse::time::Instant;
///
/// let budget = TokenBucket::new(BudgetPolicy::percent(50));
/// assert_eq!(budget.balance(), 10);
/// assert!(budget.withdraw(Instant::now()), "a retry that is paid for");
/// assert_eq!(budget.balance(), 9);
/// budget.refund(); // it was never started
/// assert_eq!(budget.balance(), 10);
/// budget.deposit(); // a success without a retry; the bucket is full
/// assert_eq!(budget.balance(), 10);
/// ```
pub trait Budget: Debug + Send + Sync {
    /// Records that a first attempt succeeded.
    fn deposit(&self);

    /// Asks for one retry. Returns true if the retry is granted, and takes it out of the budget.
    #[must_use = "a retry that was granted is taken out of the budget; refund it if it does not start"]
    fn withdraw(&self, now: Instant) -> bool;

    /// Gives back a retry that was granted and never started, because the caller went away before.
    fn refund(&self);

    /// Returns the number of retries that could be granted now, without what the clock adds. For people and gauges.
    fn balance(&self) -> u32;
}

/// Grants every retry. For tests, and for a shared budget that is switched off.
///
/// ```
/// use recourse::budget::{Budget, Unlimited};
///
/// assert!(Unlimited.withdraw(recourse::time::Instant::now()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    fn deposit(&self) {}

    fn withdraw(&self, _now: Instant) -> bool {
        true
    }

    fn refund(&self) {}

    fn balance(&self) -> u32 {
        u32::MAX
    }
}
