//! The concurrency section: how many attempts of a key run at once, and how long others wait for their turn.

use crate::{DurationText, limits};
use std::{fmt, time::Duration};

/// How many attempts of a key may run at once: a bulkhead. Setters have no effect on "none".
///
/// ```
/// use recourse_policy::ConcurrencyPolicy;
/// use std::time::Duration;
///
/// const DB: ConcurrencyPolicy = ConcurrencyPolicy::at_once(8).wait(Duration::from_millis(50)).queue(20);
/// assert_eq!(DB.to_string(), "8 at once, wait 50ms, queue 20");
/// assert_eq!(DB, "8 at once, wait 50ms, queue 20".parse()?);
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConcurrencyPolicy {
    /// How many may run.
    pub slots: SlotPolicy,
    /// How long an attempt waits for a slot; `None` if it is refused at once.
    pub wait: Option<Duration>,
    /// How many attempts may wait; `None` for as many as there are slots.
    pub queue: Option<u32>,
}

/// How many attempts may run at once.
///
/// ```
/// use recourse_policy::{ConcurrencyPolicy, SlotPolicy};
///
/// assert_eq!(ConcurrencyPolicy::adaptive().between(4, 200).slots, SlotPolicy::Adaptive { min: 4, max: 200 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SlotPolicy {
    /// Any number: "none".
    Unlimited,
    /// A number.
    Fixed(u32),
    /// As many as the dependency does at once, which is found out while calls are made.
    Adaptive {
        /// The smallest limit.
        min: u32,
        /// The largest limit.
        max: u32,
    },
}

impl ConcurrencyPolicy {
    const fn new(slots: SlotPolicy) -> Self {
        Self { slots, wait: None, queue: None }
    }

    /// Returns "none": no limit.
    ///
    /// ```
    /// use recourse_policy::ConcurrencyPolicy;
    ///
    /// assert!(!ConcurrencyPolicy::none().limits());
    /// assert_eq!(ConcurrencyPolicy::none().queue(7), ConcurrencyPolicy::none(), "setters have no effect");
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self::new(SlotPolicy::Unlimited)
    }

    /// Creates a fixed limit.
    #[must_use]
    pub const fn at_once(limit: u32) -> Self {
        Self::new(SlotPolicy::Fixed(limit))
    }

    /// Creates a limit that finds its number by itself, between 1 and 1,000.
    ///
    /// ```
    /// use recourse_policy::ConcurrencyPolicy;
    ///
    /// assert_eq!(ConcurrencyPolicy::adaptive(), ConcurrencyPolicy::adaptive().between(1, 1_000));
    /// ```
    #[must_use]
    pub const fn adaptive() -> Self {
        Self::new(SlotPolicy::Adaptive { min: limits::DEFAULT_MIN_ADAPTIVE, max: limits::DEFAULT_MAX_ADAPTIVE })
    }

    /// Sets the bounds of an adaptive limit. Has no effect on a fixed one.
    #[must_use]
    pub const fn between(mut self, min: u32, max: u32) -> Self {
        if let SlotPolicy::Adaptive { .. } = self.slots {
            self.slots = SlotPolicy::Adaptive { min, max };
        }
        self
    }

    /// Sets how long an attempt waits for a slot, in place of being refused at once.
    #[must_use]
    pub const fn wait(mut self, wait: Duration) -> Self {
        if self.limits() {
            self.wait = Some(wait);
        }
        self
    }

    /// Sets how many attempts may wait at a time. Without [`wait`](Self::wait) nobody does.
    #[must_use]
    pub const fn queue(mut self, queue: u32) -> Self {
        if self.limits() {
            self.queue = Some(queue);
        }
        self
    }

    /// Returns true if there is a limit.
    pub const fn limits(&self) -> bool {
        !matches!(self.slots, SlotPolicy::Unlimited)
    }

    /// Returns true if there are places to wait at, and nobody who would.
    pub(crate) const fn waits_for_nothing(&self) -> bool {
        self.queue.is_some() && self.wait.is_none()
    }
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for ConcurrencyPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.slots {
            SlotPolicy::Unlimited => return f.write_str("none"),
            SlotPolicy::Fixed(limit) => write!(f, "{limit} at once")?,
            _ if self.slots == Self::adaptive().slots => f.write_str("adaptive")?,
            SlotPolicy::Adaptive { min, max } => write!(f, "adaptive {min}..{max}")?,
        }
        if let Some(wait) = self.wait {
            write!(f, ", wait {}", DurationText(wait))?;
        }
        self.queue.map_or(Ok(()), |queue| write!(f, ", queue {queue}"))
    }
}
