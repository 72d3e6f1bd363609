//! Retry budgets: what keeps a fleet that retries from burying a dependency that is down.
//!
//! A policy of three attempts triples the load on a dependency at the very moment it cannot bear it. A budget, shared by
//! all calls of a key, lets retries be a share of the ordinary traffic: 20 % by default, and 10 per second on top so that
//! a quiet service can retry at all. The first attempt is never gated. A retry that is denied returns the operation's own
//! error.
//!
//! Source of the idea: "Addressing Cascading Failures" in *Site Reliability Engineering* (2016); of the bucket that
//! successes fill: the retry quota of the AWS SDKs.

mod token_bucket;
mod unlimited;

pub use token_bucket::TokenBucket;
pub use unlimited::Unlimited;

use crate::time::Instant;
use std::fmt::Debug;

/// Decides whether a retry may go out. Shared by all calls of a key, or of several.
///
/// Must not block: it runs in the caller's task, between two attempts. A panic in it unwinds to the caller.
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
pub trait Budget: Debug + Send + Sync {
    /// A first attempt succeeded.
    fn deposit(&self);

    /// Asks for one retry. True grants it, and takes it out of the budget.
    fn withdraw(&self, now: Instant) -> bool;

    /// Gives back a retry that was granted and never started, because the caller went away before it.
    fn refund(&self);

    /// Retries that could be granted now, not counting what the clock adds; for people and gauges.
    fn balance(&self) -> u32;
}
