//! Why a call was refused: the kinds of rejections.

use std::fmt;

/// Why the library ended a call.
///
/// ```
/// use recourse::RejectionKind;
///
/// assert_eq!(RejectionKind::CircuitOpen.as_str(), "circuit_open");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The circuit breaker refused an attempt: the first, so that the body did not run, or a retry after its delay.
    /// [`Rejection::circuit`](super::Rejection::circuit) says why.
    CircuitOpen,
    /// The call's `timeout` came, or the deadline around the call ([`context`](crate::context)): in an attempt, or while the call waited for a slot.
    Timeout,
    /// The last attempt ran into `attempt_timeout`.
    AttemptTimeout,
    /// No policy is known for the key, and the executor denies such calls: the body did not run.
    NoPolicy,
    /// The time of the call was over before it began, as at the deadline around it ([`context`](crate::context)), or under a `timeout` of
    /// [`Duration::ZERO`](std::time::Duration::ZERO): the body did not run, no argument was cloned, and nothing was counted for or against anybody.
    Expired,
    /// No slot of the key's `concurrency` was free, and none came free within its `wait`: the first attempt, or a retry, was not made.
    /// [`Rejection::full`](super::Rejection::full) says how many calls ran and waited.
    Full,
    /// The `rate` of the key did not allow an attempt: the first one, or a retry. [`Rejection::retry_after`](super::Rejection::retry_after) is the
    /// exact time until it allows one.
    RateLimited,
    /// A test injected a fault into the last attempt, in place of an error of the operation.
    Injected,
}

impl RejectionKind {
    /// Returns the reason code: `circuit_open`, `timeout`, `attempt_timeout`, `no_policy`, `expired`, `full`, `rate_limited`, `injected`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CircuitOpen => "circuit_open",
            Self::Timeout => "timeout",
            Self::AttemptTimeout => "attempt_timeout",
            Self::NoPolicy => "no_policy",
            Self::Expired => "expired",
            Self::Full => "full",
            Self::RateLimited => "rate_limited",
            Self::Injected => "injected",
        }
    }
}

impl fmt::Display for RejectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
