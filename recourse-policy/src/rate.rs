//! The rate section: how many attempts of a key are made in a time.

use crate::{DurationText, limits};
use std::{fmt, time::Duration};

/// How many attempts of a key may be made in a second, a minute or an hour. Setters have no effect on "none".
///
/// ```
/// use recourse_policy::RatePolicy;
/// use std::time::Duration;
///
/// const GEOCODER: RatePolicy = RatePolicy::per_second(10).burst(20).wait(Duration::from_millis(500));
/// assert_eq!(GEOCODER.to_string(), "10/s, burst 20, wait 500ms");
/// assert_eq!(GEOCODER, "10/s, burst 20, wait 500ms".parse()?);
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RatePolicy {
    /// How many in which time; `None` for "none".
    pub amount: Option<(u32, RateUnit)>,
    /// How many may come at once after a quiet time; `None` for a tenth of a second's worth, and at least 1.
    pub burst: Option<u32>,
    /// How long an attempt waits for its moment; `None` if it is refused at once.
    pub wait: Option<Duration>,
    /// True if the first attempt of a call counts, and retries and hedges do not.
    pub per_call: bool,
}

/// The time of a rate.
///
/// ```
/// use recourse_policy::{RatePolicy, RateUnit};
///
/// assert_eq!(RatePolicy::per_minute(90).amount, Some((90, RateUnit::Minute)));
/// assert_eq!(RateUnit::Minute.seconds(), 60);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateUnit {
    /// `N/s`
    Second,
    /// `N/m`
    Minute,
    /// `N/h`
    Hour,
}

impl RateUnit {
    /// Returns the number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
        }
    }

    /// Returns the letter in a text.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
        }
    }
}

impl RatePolicy {
    const fn new(amount: Option<(u32, RateUnit)>) -> Self {
        Self { amount, burst: None, wait: None, per_call: false }
    }

    /// Returns "none": any number.
    ///
    /// ```
    /// use recourse_policy::RatePolicy;
    ///
    /// assert!(!RatePolicy::none().limits());
    /// assert_eq!(RatePolicy::none().burst(7), RatePolicy::none(), "setters have no effect");
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self::new(None)
    }

    /// Creates a rate of so many attempts a second.
    #[must_use]
    pub const fn per_second(attempts: u32) -> Self {
        Self::new(Some((attempts, RateUnit::Second)))
    }

    /// Creates a rate of so many attempts a minute.
    ///
    /// ```
    /// use recourse_policy::RatePolicy;
    ///
    /// assert_eq!(RatePolicy::per_minute(90).to_string(), "90/m");
    /// ```
    #[must_use]
    pub const fn per_minute(attempts: u32) -> Self {
        Self::new(Some((attempts, RateUnit::Minute)))
    }

    /// Creates a rate of so many attempts an hour.
    ///
    /// ```
    /// use recourse_policy::RatePolicy;
    ///
    /// assert_eq!(RatePolicy::per_hour(1_000).per_call().to_string(), "1000/h, per call");
    /// ```
    #[must_use]
    pub const fn per_hour(attempts: u32) -> Self {
        Self::new(Some((attempts, RateUnit::Hour)))
    }

    /// Sets how many may come at once after a quiet time.
    #[must_use]
    pub const fn burst(mut self, burst: u32) -> Self {
        if self.limits() {
            self.burst = Some(burst);
        }
        self
    }

    /// Sets how long an attempt waits for its moment, in place of being refused at once.
    #[must_use]
    pub const fn wait(mut self, wait: Duration) -> Self {
        if self.limits() {
            self.wait = Some(wait);
        }
        self
    }

    /// Lets only the first attempt of a call count.
    #[must_use]
    pub const fn per_call(mut self) -> Self {
        self.per_call = self.limits();
        self
    }

    /// Returns true if there is a limit.
    pub const fn limits(&self) -> bool {
        self.amount.is_some()
    }

    /// Returns the most that may be written in this unit: a million a second.
    pub(crate) const fn most(unit: RateUnit) -> u32 {
        limits::MAX_RATE_PER_SECOND * unit.seconds()
    }
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for RatePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((attempts, unit)) = self.amount else { return f.write_str("none") };
        write!(f, "{attempts}/{}", unit.letter())?;
        if let Some(burst) = self.burst {
            write!(f, ", burst {burst}")?;
        }
        if let Some(wait) = self.wait {
            write!(f, ", wait {}", DurationText(wait))?;
        }
        if self.per_call { f.write_str(", per call") } else { Ok(()) }
    }
}
