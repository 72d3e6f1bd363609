//! The circuit section: when calls are refused because the dependency is down, and when it is probed again.

use crate::limits;
use std::time::Duration;

/// When a circuit breaker opens, and how it closes again. Setters have no effect on "none".
///
/// ```
/// use recourse_policy::CircuitPolicy;
/// use std::time::Duration;
///
/// const DB: CircuitPolicy = CircuitPolicy::failures(5).within(Duration::from_secs(10)).cooldown(Duration::from_secs(2));
/// assert_eq!(DB.to_string(), "5 failures in 10s, cooldown 2s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CircuitPolicy {
    /// What opens the circuit.
    pub trip: Trip,
    /// The duration above which a success counts as a failure.
    pub slow: Option<Duration>,
    /// How long the circuit stays open before it admits probes; `None` is the default of 5 s plus up to 10 % of jitter.
    pub cooldown: Option<Duration>,
    /// The limit up to which the cooldown doubles each time the circuit opens again; `None` if it does not grow.
    pub max_cooldown: Option<Duration>,
    /// The limit of probes at a time while the circuit is half-open.
    pub probes: u32,
    /// The number of successful probes that close the circuit.
    pub successes: u32,
}

/// What opens a circuit.
///
/// ```
/// use recourse_policy::{CircuitPolicy, Trip};
///
/// assert_eq!(CircuitPolicy::failures(5).trip, Trip::Failures { failures: 5, window: None });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trip {
    /// Nothing: "none".
    Never,
    /// A number of failures in a row.
    Failures {
        /// The number of failures.
        failures: u32,
        /// The time within which they must fall; `None` for any time.
        window: Option<Duration>,
    },
    /// More than a share of the calls within a sliding window.
    Rate {
        /// The share in percent. The circuit opens above it.
        percent: u32,
        /// The number of calls in the window below which the circuit never opens.
        min_calls: u32,
        /// The window.
        window: Duration,
    },
}

impl CircuitPolicy {
    /// Returns "none": a circuit that never opens.
    ///
    /// ```
    /// use recourse_policy::CircuitPolicy;
    /// use std::time::Duration;
    ///
    /// assert!(!CircuitPolicy::none().trips());
    /// assert_eq!(CircuitPolicy::none().slow(Duration::from_secs(1)), CircuitPolicy::none(), "setters have no effect");
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self::trip(Trip::Never)
    }

    /// Returns "defaults": more than 50% failures of at least 20 calls in 10s; cooldown 5s, 1 probe at a time, 3 successes close.
    ///
    /// ```
    /// use recourse_policy::CircuitPolicy;
    /// use std::time::Duration;
    ///
    /// assert_eq!(CircuitPolicy::defaults(), CircuitPolicy::rate(50, 20, Duration::from_secs(10)));
    /// ```
    #[must_use]
    pub const fn defaults() -> Self {
        Self::rate(50, 20, limits::DEFAULT_WINDOW)
    }

    /// Returns "sensitive": 5 failures in a row within 10s; the rest as in "defaults".
    ///
    /// ```
    /// use recourse_policy::CircuitPolicy;
    /// use std::time::Duration;
    ///
    /// assert_eq!(CircuitPolicy::sensitive(), CircuitPolicy::failures(5).within(Duration::from_secs(10)));
    /// ```
    #[must_use]
    pub const fn sensitive() -> Self {
        Self::failures(5).within(limits::DEFAULT_WINDOW)
    }

    /// Creates a circuit that opens after a number of failures in a row.
    #[must_use]
    pub const fn failures(failures: u32) -> Self {
        Self::trip(Trip::Failures { failures, window: None })
    }

    /// Creates a circuit that opens when more than `percent` % of at least `min_calls` calls within `window` failed.
    #[must_use]
    pub const fn rate(percent: u32, min_calls: u32, window: Duration) -> Self {
        Self::trip(Trip::Rate { percent, min_calls, window })
    }

    const fn trip(trip: Trip) -> Self {
        let (probes, successes) = (limits::DEFAULT_PROBES, limits::DEFAULT_SUCCESSES);
        Self { trip, slow: None, cooldown: None, max_cooldown: None, probes, successes }
    }

    /// Sets the time within which the failures in a row must fall, or the window of a rate.
    #[must_use]
    pub const fn within(mut self, window: Duration) -> Self {
        self.trip = match self.trip {
            Trip::Never => Trip::Never,
            Trip::Failures { failures, .. } => Trip::Failures { failures, window: Some(window) },
            Trip::Rate { percent, min_calls, .. } => Trip::Rate { percent, min_calls, window },
        };
        self
    }

    /// Sets the duration above which a success counts as a failure.
    #[must_use]
    pub const fn slow(mut self, slow: Duration) -> Self {
        if self.trips() {
            self.slow = Some(slow);
        }
        self
    }

    /// Sets how long the circuit stays open, exactly and without jitter.
    #[must_use]
    pub const fn cooldown(mut self, cooldown: Duration) -> Self {
        if self.trips() {
            self.cooldown = Some(cooldown);
        }
        self
    }

    /// Lets the cooldown double each time the circuit opens again, up to `max`.
    ///
    /// ```
    /// use recourse_policy::CircuitPolicy;
    /// use std::time::Duration;
    ///
    /// let patient = CircuitPolicy::failures(3).cooldown(Duration::from_secs(1)).max_cooldown(Duration::from_secs(60)).probes(2).successes(5);
    /// assert_eq!(patient.to_string(), "3 failures, cooldown 1s..1m, 2 probes, 5 successes");
    /// ```
    #[must_use]
    pub const fn max_cooldown(mut self, max: Duration) -> Self {
        if self.trips() {
            self.max_cooldown = Some(max);
        }
        self
    }

    /// Sets the limit of probes at a time while the circuit is half-open.
    #[must_use]
    pub const fn probes(mut self, probes: u32) -> Self {
        if self.trips() {
            self.probes = probes;
        }
        self
    }

    /// Sets the number of successful probes that close the circuit.
    #[must_use]
    pub const fn successes(mut self, successes: u32) -> Self {
        if self.trips() {
            self.successes = successes;
        }
        self
    }

    /// Returns true if the circuit can open at all.
    pub const fn trips(&self) -> bool {
        !matches!(self.trip, Trip::Never)
    }
}
