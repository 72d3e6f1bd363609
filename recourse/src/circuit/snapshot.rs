//! What operators see of a breaker.

use super::State;
use recourse_policy::DurationText;
use std::fmt;
use std::time::Duration;

/// A breaker at one moment. Displays as a line for people.
///
/// ```
/// use recourse::circuit::{Snapshot, State};
/// use std::time::Duration;
///
/// let mut snapshot = Snapshot::of(State::Open);
/// snapshot.since = Some(Duration::from_micros(2_000_123));
/// snapshot.next_probe = Some(Duration::from_secs(3));
/// assert_eq!(snapshot.to_string(), "open for 2s, next probe in 3s");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The state; half-open also where the cooldown is over and nobody has asked yet.
    pub state: State,
    /// An operator holds it there.
    pub forced: bool,
    /// How long it has been in that state; `None` where it never changed.
    pub since: Option<Duration>,
    /// Failures that count now: those in a row, or those in the window.
    pub failures: u64,
    /// Calls in the window of a rate, failures included. Otherwise the same as `failures`.
    pub calls: u64,
    /// Probes that are on their way.
    pub probes: u32,
    /// Probes that succeeded since it is half-open.
    pub successes: u32,
    /// When the next probe may go, where it is open and that is known.
    pub next_probe: Option<Duration>,
}

impl Snapshot {
    /// Of a breaker of which nothing but the state is known.
    pub const fn of(state: State) -> Self {
        let (failures, calls, probes, successes) = (0, 0, 0, 0);
        Self { state, forced: false, since: None, failures, calls, probes, successes, next_probe: None }
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, forced, since, failures, calls, probes, successes, next_probe } = self;
        f.write_str(if *forced { "forced " } else { "" })?;
        state.fmt(f)?;
        if let Some(since) = since {
            write!(f, " for {}", in_ms(*since))?;
        }
        if *calls > *failures {
            write!(f, ", {failures} of {calls} calls failed")?;
        } else if *failures > 0 {
            write!(f, ", {failures} failed")?;
        }
        if *probes > 0 || *successes > 0 {
            write!(f, ", {successes} probes succeeded, {probes} on their way")?;
        }
        match next_probe {
            Some(next) => write!(f, ", next probe in {}", in_ms(*next)),
            None => Ok(()),
        }
    }
}

/// Whole milliseconds are enough for people.
fn in_ms(time: Duration) -> DurationText {
    DurationText(Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
}
