//! The retry section: how many attempts a call makes, and the delay before each further one.

use crate::{Factor, limits};
use std::time::Duration;

/// How often a call is attempted, and how long it waits before each further attempt.
///
/// Attempts count everything: `3 attempts` is one first attempt and two retries.
///
/// ```
/// use recourse_policy::{Jitter, RetryPolicy};
/// use std::time::Duration;
///
/// const FAST: RetryPolicy = RetryPolicy::attempts(3).fixed(Duration::from_millis(5));
/// assert_eq!(FAST.to_string(), "3 attempts, fixed 5ms");
/// assert_eq!(FAST.jitter, Jitter::None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first one included: 1 to 100. `None` has no end: it retries until an attempt succeeds, fails for good, or
    /// something else ends the call.
    pub max_attempts: Option<u32>,
    /// The delay before each retry, without jitter.
    pub delay: Delay,
    /// How delays are spread, so that clients do not retry in step.
    pub jitter: Jitter,
    /// The longest time for which a call waits because the dependency asks it to. A call that is told to wait longer ends at once, with
    /// its own error. `None`: what is left of the timeout, or 30 s without a timeout.
    pub max_pushback: Option<Duration>,
    /// The attempts are counted anew from an attempt that ran at least this long.
    pub fresh_after: Option<Duration>,
    /// Attempts are made also over those of guarded calls inside. Without that, an attempt that failed because a call inside of it has used
    /// up its attempts is the last one, so that attempts do not multiply.
    pub over_nested: bool,
}

/// The delay before a retry, before jitter.
///
/// ```
/// use recourse_policy::{Delay, RetryPolicy};
/// use std::time::Duration;
///
/// let retry: RetryPolicy = "4 attempts, fixed 20ms".parse()?;
/// assert_eq!(retry.delay, Delay::Fixed(Duration::from_millis(20)));
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delay {
    /// No delay: retries at once.
    None,
    /// The same delay before each retry.
    Fixed(Duration),
    /// A delay that grows by its first value at each retry, up to `max`.
    Linear {
        /// The delay before the first retry.
        initial: Duration,
        /// The longest delay.
        max: Duration,
    },
    /// A delay that grows by a factor at each retry, up to `max`.
    Exponential {
        /// The delay before the first retry.
        initial: Duration,
        /// The longest delay.
        max: Duration,
        /// The factor from one delay to the next.
        factor: Factor,
    },
}

/// How a delay is spread. Source of the names and formulas: Marc Brooker, "Exponential Backoff And Jitter" (AWS, 2015).
///
/// ```
/// use recourse_policy::{Jitter, RetryPolicy};
///
/// let retry: RetryPolicy = "3 attempts, exponential 10ms..1s, decorrelated jitter".parse()?;
/// assert_eq!(retry.jitter, Jitter::Decorrelated);
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Jitter {
    /// The delay without change.
    None,
    /// A draw from zero to the delay.
    Full,
    /// Half of the delay, and a draw from zero to the other half.
    Equal,
    /// A draw from the initial delay to three times the delay drawn before, within the longest delay.
    ///
    /// The upper end is limited before the draw, not after it: a limit after it would keep two draws of three at the maximum.
    Decorrelated,
}

impl RetryPolicy {
    /// Returns "defaults": 3 attempts, exponential 50ms..1s x2, full jitter.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert_eq!(RetryPolicy::defaults(), "defaults".parse()?);
    /// assert_eq!(RetryPolicy::defaults(), RetryPolicy::attempts(3));
    /// # Ok::<(), recourse_policy::TextError>(())
    /// ```
    #[must_use]
    pub const fn defaults() -> Self {
        Self::attempts(limits::DEFAULT_ATTEMPTS)
    }

    /// Returns "none": one attempt, no retry.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert!(!RetryPolicy::none().repeats());
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self::attempts(1)
    }

    /// Creates a section of `max_attempts` attempts in all, with the default delay (exponential 50ms..1s x2, full jitter).
    #[must_use]
    pub const fn attempts(max_attempts: u32) -> Self {
        let delay =
            Delay::Exponential { initial: limits::DEFAULT_INITIAL, max: limits::DEFAULT_MAX, factor: Factor::TWO };
        Self {
            max_attempts: Some(max_attempts),
            delay,
            jitter: Jitter::Full,
            max_pushback: None,
            fresh_after: None,
            over_nested: false,
        }
    }

    /// Creates a section without a last attempt, with the default delay (exponential 50ms..1s x2, full jitter).
    ///
    /// A call goes on until an attempt succeeds or fails for good, its timeout is over, its circuit is open, or its caller drops it.
    /// There is no retry budget unless the policy names one: a budget would end what is to have no end. A delay is needed.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const SUBSCRIBE: RetryPolicy = RetryPolicy::forever()
    ///     .exponential(Duration::from_secs(1), Duration::from_secs(60))
    ///     .fresh_after(Duration::from_secs(300));
    /// assert_eq!(SUBSCRIBE.to_string(), "forever, exponential 1s..1m, fresh after 5m");
    /// ```
    #[must_use]
    pub const fn forever() -> Self {
        let mut endless = Self::defaults();
        endless.max_attempts = None;
        endless
    }

    /// Sets no delay and no jitter: retries at once.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert_eq!(RetryPolicy::attempts(2).no_delay().to_string(), "2 attempts, no delay");
    /// ```
    #[must_use]
    pub const fn no_delay(mut self) -> Self {
        self.delay = Delay::None;
        self.jitter = Jitter::None;
        self
    }

    /// Sets the same delay before each retry, without jitter.
    #[must_use]
    pub const fn fixed(mut self, delay: Duration) -> Self {
        self.delay = Delay::Fixed(delay);
        self.jitter = Jitter::None;
        self
    }

    /// Sets a delay that grows by `initial` at each retry, up to `max`, with full jitter.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// let retry = RetryPolicy::attempts(5).linear(Duration::from_millis(100), Duration::from_millis(300));
    /// assert_eq!(retry.to_string(), "5 attempts, linear 100ms..300ms");
    /// ```
    #[must_use]
    pub const fn linear(mut self, initial: Duration, max: Duration) -> Self {
        self.delay = Delay::Linear { initial, max };
        self.jitter = Jitter::Full;
        self
    }

    /// Sets a delay that doubles at each retry, up to `max`, with full jitter.
    #[must_use]
    pub const fn exponential(mut self, initial: Duration, max: Duration) -> Self {
        self.delay = Delay::Exponential { initial, max, factor: Factor::TWO };
        self.jitter = Jitter::Full;
        self
    }

    /// Sets the growth factor, which is 2 by default. Has no effect on delays that are not exponential.
    ///
    /// ```
    /// use recourse_policy::{Factor, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let steep = RetryPolicy::attempts(4).exponential(Duration::from_millis(10), Duration::from_secs(1)).factor(Factor::new(1.5));
    /// assert_eq!(steep.to_string(), "4 attempts, exponential 10ms..1s x1.5");
    /// ```
    #[must_use]
    pub const fn factor(mut self, factor: Factor) -> Self {
        if let Delay::Exponential { initial, max, .. } = self.delay {
            self.delay = Delay::Exponential { initial, max, factor };
        }
        self
    }

    /// Sets the jitter. Call it after the delay, which sets a jitter of its own.
    #[must_use]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets how long a dependency can ask a call to wait. A call that is told to wait longer ends at once, with its own error.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// let patient = RetryPolicy::attempts(5).pushback_up_to(Duration::from_secs(600));
    /// assert_eq!(patient.to_string(), "5 attempts, pushback up to 10m");
    /// ```
    #[must_use]
    pub const fn pushback_up_to(mut self, max_pushback: Duration) -> Self {
        self.max_pushback = Some(max_pushback);
        self
    }

    /// Counts the attempts anew from one that ran at least this long: it is the first of the new count, and the delays begin anew, too.
    /// For attempts that work for hours, such as a subscription. It refills no budget.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// let subscription = RetryPolicy::attempts(5).fresh_after(Duration::from_secs(60));
    /// assert_eq!(subscription.to_string(), "5 attempts, fresh after 1m");
    /// ```
    #[must_use]
    pub const fn fresh_after(mut self, ran: Duration) -> Self {
        self.fresh_after = Some(ran);
        self
    }

    /// Makes further attempts also after a guarded call inside of one has used up its own: all of them multiply. Three attempts over a call
    /// that makes three are nine.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert_eq!(RetryPolicy::attempts(2).over_nested().to_string(), "2 attempts, over nested");
    /// ```
    #[must_use]
    pub const fn over_nested(mut self) -> Self {
        self.over_nested = true;
        self
    }

    /// Returns true if a failed call is attempted again at all.
    pub const fn repeats(&self) -> bool {
        self.allows_more_than(1)
    }

    /// Returns true if another attempt may follow this number of attempts.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert!(RetryPolicy::attempts(3).allows_more_than(2) && !RetryPolicy::attempts(3).allows_more_than(3));
    /// assert!(RetryPolicy::forever().allows_more_than(u32::MAX));
    /// ```
    pub const fn allows_more_than(&self, attempts: u32) -> bool {
        match self.max_attempts {
            Some(max) => max > attempts,
            None => true,
        }
    }

    /// Returns true if there is no last attempt.
    ///
    /// ```
    /// use recourse_policy::RetryPolicy;
    /// assert!(RetryPolicy::forever().is_endless() && !RetryPolicy::attempts(100).is_endless());
    /// ```
    pub const fn is_endless(&self) -> bool {
        self.max_attempts.is_none()
    }
}
