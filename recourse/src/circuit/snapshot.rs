//! What operators see of a breaker, as numbers and as a line of text.

use super::state::State;
use recourse_policy::{CircuitPolicy, DurationText, Key, Pattern};
use std::fmt;
use std::panic::Location;
use std::time::Duration;

/// The state and the counts of a breaker at one moment. Displays as a line for people.
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
    /// The state; half-open as soon as the cooldown is over, even if nobody has asked yet.
    pub state: State,
    /// True if an operator holds the breaker in this state.
    pub forced: bool,
    /// How long the breaker has been in this state; `None` if the state never changed.
    pub since: Option<Duration>,
    /// Failures that count now: those in a row, or those in the window.
    pub failures: u64,
    /// Calls in the window of a rate, failures included; the same as `failures` if no rate is counted.
    pub calls: u64,
    /// Probes that are running.
    pub probes: u32,
    /// Probes that succeeded since the breaker became half-open.
    pub successes: u32,
    /// How long until the next probe may go, if the breaker is open and that is known.
    pub next_probe: Option<Duration>,
}

impl Snapshot {
    /// Creates the snapshot of a breaker of which nothing but the state is known.
    #[must_use]
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

/// Rounds down to milliseconds, which are enough for people.
pub(crate) fn in_ms(time: Duration) -> DurationText {
    DurationText(Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
}

/// The circuit breaker of one key at one moment. Displays as a line for people.
///
/// ```
/// use recourse::circuit::{BreakerStatus, State};
/// use recourse::{CircuitPolicy, Executor, Key, Policy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
/// let policy = Policy::new().circuit(CircuitPolicy::failures(1));
/// executor.call(key.clone(), policy, async || Err::<(), _>("down".to_owned())).await.unwrap_err();
///
/// let status: BreakerStatus = executor.breakers().get(&key).expect("a breaker");
/// assert_eq!(status.snapshot.state, State::Open);
/// assert!(status.to_string().starts_with("users.get  open for 0s"), "{status}");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerStatus {
    /// The key.
    pub key: Key,
    /// What calls complete to the key, if its functions have a template: `db.{shard}`.
    pub template: Option<&'static str>,
    /// The policy in force. A breaker of your own may have settings of its own.
    pub policy: CircuitPolicy,
    /// State and counts.
    pub snapshot: Snapshot,
    /// The key or pattern by which an operator holds the breaker.
    pub held_by: Option<Pattern>,
    /// The place of the attribute, if the key is the path of a function that names no key. The breaker is that function's own.
    pub location: Option<&'static Location<'static>>,
    /// The number of others with state under the same key: functions of one path, and those that write the path as their key. Whoever
    /// looks at the key alone takes them for one; give each function a key.
    pub namesakes: usize,
}

impl fmt::Display for BreakerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, policy, snapshot, location, namesakes, .. } = self;
        write!(f, "{key}  {snapshot}  ({policy})")?;
        if let Some(location) = location {
            write!(f, "  at {}:{}", location.file(), location.line())?;
        }
        match namesakes {
            0 => Ok(()),
            1 => f.write_str("  warning: one more function has this key; write `key = \"..\"` on each"),
            n => write!(f, "  warning: {n} more functions have this key; write `key = \"..\"` on each"),
        }
    }
}
