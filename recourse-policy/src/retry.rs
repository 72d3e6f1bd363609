//! The retry section: how many attempts, and the delay before each further one.

use crate::limits;
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
    /// Attempts in all, the first one included: 1 to 10.
    pub max_attempts: u32,
    /// The delay before each retry, without jitter.
    pub delay: Delay,
    /// How the delay is spread, so that clients do not retry in step.
    pub jitter: Jitter,
}

/// The delay before a retry, before jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delay {
    /// Retries at once.
    None,
    /// The same delay before each retry.
    Fixed(Duration),
    /// Grows by its first value at each retry, up to `max`.
    Linear {
        /// The delay before the first retry.
        initial: Duration,
        /// The longest delay.
        max: Duration,
    },
    /// Grows by a factor at each retry, up to `max`.
    Exponential {
        /// The delay before the first retry.
        initial: Duration,
        /// The longest delay.
        max: Duration,
        /// What each delay is multiplied by to get the next.
        factor: Factor,
    },
}

/// How a delay is spread. Source of the names and formulas: Marc Brooker, "Exponential Backoff And Jitter" (AWS, 2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Jitter {
    /// The delay as it is.
    None,
    /// Anything from zero to the delay.
    Full,
    /// Half of the delay, and anything from zero to the other half.
    Equal,
    /// Anything from the initial delay to three times the delay drawn before, within the longest delay.
    ///
    /// The upper end is cut before the draw, not after it: cutting after it keeps two draws of three at the maximum.
    Decorrelated,
}

/// A growth factor with three decimals, `1.000` to `10.000`. Kept in thousandths, so that it can be compared and is never NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Factor(u32);

impl Factor {
    /// Doubles.
    pub const TWO: Self = Self(2_000);

    /// From a number; rounded to thousandths. NaN becomes 0 and infinity the largest value, both out of bounds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from a float saturates, NaN becomes 0"
    )]
    pub const fn new(factor: f64) -> Self {
        Self((factor * 1_000.0 + 0.5) as u32)
    }

    /// From thousandths: `1500` is x1.5.
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }

    /// In thousandths: x1.5 is `1500`.
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

impl RetryPolicy {
    /// "defaults": 3 attempts, exponential 50ms..1s x2, full jitter.
    pub const fn defaults() -> Self {
        Self::attempts(limits::DEFAULT_ATTEMPTS)
    }

    /// "none": one attempt, no retry.
    pub const fn none() -> Self {
        Self::attempts(1)
    }

    /// `max_attempts` attempts in all, with the default delay (exponential 50ms..1s x2, full jitter).
    pub const fn attempts(max_attempts: u32) -> Self {
        let delay =
            Delay::Exponential { initial: limits::DEFAULT_INITIAL, max: limits::DEFAULT_MAX, factor: Factor::TWO };
        Self { max_attempts, delay, jitter: Jitter::Full }
    }

    /// Retries at once, without jitter.
    pub const fn no_delay(mut self) -> Self {
        self.delay = Delay::None;
        self.jitter = Jitter::None;
        self
    }

    /// The same delay before each retry, without jitter.
    pub const fn fixed(mut self, delay: Duration) -> Self {
        self.delay = Delay::Fixed(delay);
        self.jitter = Jitter::None;
        self
    }

    /// A delay that grows by `initial` at each retry, up to `max`; full jitter.
    pub const fn linear(mut self, initial: Duration, max: Duration) -> Self {
        self.delay = Delay::Linear { initial, max };
        self.jitter = Jitter::Full;
        self
    }

    /// A delay that doubles at each retry, up to `max`; full jitter.
    pub const fn exponential(mut self, initial: Duration, max: Duration) -> Self {
        self.delay = Delay::Exponential { initial, max, factor: Factor::TWO };
        self.jitter = Jitter::Full;
        self
    }

    /// Another growth factor than 2; without effect on delays that are not exponential.
    pub const fn factor(mut self, factor: Factor) -> Self {
        if let Delay::Exponential { initial, max, .. } = self.delay {
            self.delay = Delay::Exponential { initial, max, factor };
        }
        self
    }

    /// Another jitter than the delay brings with it.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// True where a failed call is attempted again at all.
    pub const fn repeats(&self) -> bool {
        self.max_attempts > 1
    }
}
