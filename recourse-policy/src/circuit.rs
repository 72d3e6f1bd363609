//! The circuit section: when calls are refused because the dependency is down, and how it is asked again.

use crate::limits;
use std::time::Duration;

/// When a circuit breaker opens, and how it closes again. Setters are without effect on "none".
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
    /// What opens it.
    pub trip: Trip,
    /// A success slower than this counts as a failure.
    pub slow: Option<Duration>,
    /// How long it stays open before it lets probes through; `None` is the default of 5 s with up to 10 % of jitter on top.
    pub cooldown: Option<Duration>,
    /// What the cooldown doubles up to when the circuit opens again and again; `None`: it does not grow.
    pub max_cooldown: Option<Duration>,
    /// Probes at a time while half-open.
    pub probes: u32,
    /// Successful probes that close it.
    pub successes: u32,
}

/// What opens a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trip {
    /// Nothing: "none".
    Never,
    /// So many failures in a row.
    Failures {
        /// How many.
        failures: u32,
        /// All of them within this time; `None`: however long it took.
        window: Option<Duration>,
    },
    /// More than a share of the calls within a sliding window.
    Rate {
        /// The share, in percent: opens above it.
        percent: u32,
        /// Calls in the window below which it never opens.
        min_calls: u32,
        /// The window.
        window: Duration,
    },
}

impl CircuitPolicy {
    /// "none": never opens.
    pub const fn none() -> Self {
        Self::trip(Trip::Never)
    }

    /// "defaults": more than 50% failures of at least 20 calls in 10s; cooldown 5s, 1 probe at a time, 3 successes close.
    pub const fn defaults() -> Self {
        Self::rate(50, 20, limits::DEFAULT_WINDOW)
    }

    /// "sensitive": 5 consecutive failures in 10s; the rest as in "defaults".
    pub const fn sensitive() -> Self {
        Self::failures(5).within(limits::DEFAULT_WINDOW)
    }

    /// Opens after so many failures in a row.
    pub const fn failures(failures: u32) -> Self {
        Self::trip(Trip::Failures { failures, window: None })
    }

    /// Opens above `percent` % of failures of at least `min_calls` calls within `window`.
    pub const fn rate(percent: u32, min_calls: u32, window: Duration) -> Self {
        Self::trip(Trip::Rate { percent, min_calls, window })
    }

    const fn trip(trip: Trip) -> Self {
        let (probes, successes) = (limits::DEFAULT_PROBES, limits::DEFAULT_SUCCESSES);
        Self { trip, slow: None, cooldown: None, max_cooldown: None, probes, successes }
    }

    /// The time within which the failures in a row must fall, or the window of a rate.
    pub const fn within(mut self, window: Duration) -> Self {
        self.trip = match self.trip {
            Trip::Never => Trip::Never,
            Trip::Failures { failures, .. } => Trip::Failures { failures, window: Some(window) },
            Trip::Rate { percent, min_calls, .. } => Trip::Rate { percent, min_calls, window },
        };
        self
    }

    /// Counts a success slower than this as a failure.
    pub const fn slow(mut self, slow: Duration) -> Self {
        if self.trips() {
            self.slow = Some(slow);
        }
        self
    }

    /// How long it stays open; exact, without jitter.
    pub const fn cooldown(mut self, cooldown: Duration) -> Self {
        if self.trips() {
            self.cooldown = Some(cooldown);
        }
        self
    }

    /// Doubles the cooldown at each reopening, up to `max`.
    pub const fn max_cooldown(mut self, max: Duration) -> Self {
        if self.trips() {
            self.max_cooldown = Some(max);
        }
        self
    }

    /// Probes at a time while half-open.
    pub const fn probes(mut self, probes: u32) -> Self {
        if self.trips() {
            self.probes = probes;
        }
        self
    }

    /// Successful probes that close it.
    pub const fn successes(mut self, successes: u32) -> Self {
        if self.trips() {
            self.successes = successes;
        }
        self
    }

    /// True where it can open at all.
    pub const fn trips(&self) -> bool {
        !matches!(self.trip, Trip::Never)
    }
}
