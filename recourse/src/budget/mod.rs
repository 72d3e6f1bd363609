//! Retry budgets: they keep a fleet that retries from burying a dependency that is down.
//!
//! A policy of three attempts triples the load on a dependency at the very moment when the dependency cannot bear it. A budget is
//! shared by all calls of a key, and limits retries to a share of the calls that succeed without a retry: by default 20 %, plus
//! 10 per second so that a quiet service can retry at all. A first attempt is never limited. If a retry is denied, the call returns the operation's own
//! error. A retry that does not fit before the deadline is not withdrawn, so it costs nothing.
//!
//! Sources: "Addressing Cascading Failures" in *Site Reliability Engineering* (2016) for the idea; the retry quota of the AWS SDKs
//! for the bucket that successes fill.

mod contract;
mod token_bucket;

pub use contract::{Budget, Unlimited};
pub use token_bucket::TokenBucket;
