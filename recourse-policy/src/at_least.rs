//! The least time that a call begins with.

use std::time::Duration;

/// The least time that a call begins with: a time, or a percentile of what the attempts of the key took lately.
///
/// ```
/// use recourse_policy::AtLeast;
/// use std::time::Duration;
///
/// const MEDIAN: AtLeast = AtLeast::percentile(50).or(Duration::from_millis(40));
/// assert_eq!(MEDIAN.to_string(), "p50 or 40ms");
/// assert_eq!(MEDIAN, "p50 or 40ms".parse()?);
/// assert_eq!(MEDIAN.written(), Some(Duration::from_millis(40)));
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AtLeast {
    /// A time that is written.
    Time(Duration),
    /// A percentile of recent attempts.
    Percentile {
        /// The percentile: 50 to 99.
        percentile: u32,
        /// The time until there are enough samples. Without it any time is enough until then.
        or: Option<Duration>,
    },
}

impl AtLeast {
    /// Creates a least time that is written.
    ///
    /// ```
    /// use recourse_policy::AtLeast;
    /// use std::time::Duration;
    ///
    /// let least = AtLeast::time(Duration::from_millis(40));
    /// assert_eq!((least, least.to_string()), ("40ms".parse()?, "40ms".to_owned()));
    /// # Ok::<(), recourse_policy::TextError>(())
    /// ```
    #[must_use]
    pub const fn time(time: Duration) -> Self {
        Self::Time(time)
    }

    /// Creates a least time that is a percentile (50 to 99) of recent attempts.
    ///
    /// ```
    /// use recourse_policy::AtLeast;
    ///
    /// assert_eq!(AtLeast::percentile(50), "p50".parse()?);
    /// # Ok::<(), recourse_policy::TextError>(())
    /// ```
    #[must_use]
    pub const fn percentile(percentile: u32) -> Self {
        Self::Percentile { percentile, or: None }
    }

    /// Sets the time of a percentile until there are enough samples. Has no effect on a time that is written.
    #[must_use]
    pub const fn or(self, time: Duration) -> Self {
        match self {
            Self::Time(_) => self,
            Self::Percentile { percentile, .. } => Self::Percentile { percentile, or: Some(time) },
        }
    }

    /// Returns the time that is written: the whole section, or what counts until there are enough samples.
    pub const fn written(&self) -> Option<Duration> {
        match *self {
            Self::Time(time) => Some(time),
            Self::Percentile { or, .. } => or,
        }
    }
}

impl From<Duration> for AtLeast {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}
