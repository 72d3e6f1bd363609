//! Helpers for tests of guarded code and of circuit breakers (feature `test-util`).
//!
//! Time needs no helper: it is tokio's, which a test can pause.

mod breaker;

pub use breaker::breaker_conformance;

/// Seeds the jitter of this thread, so that delays are the same in every run.
///
/// ```
/// use recourse::backoff::Backoff;
/// use recourse::{RetryPolicy, testing};
///
/// testing::fix_jitter(7);
/// let delays: Vec<_> = Backoff::new(RetryPolicy::defaults()).collect();
/// testing::fix_jitter(7);
/// assert_eq!(Backoff::new(RetryPolicy::defaults()).collect::<Vec<_>>(), delays);
/// ```
pub fn fix_jitter(seed: u64) {
    crate::rng::seed(seed);
}
