//! What happens to the state of a key outside of calls: to its circuit breaker, and when it is evicted.

use crate::circuit::{Snapshot, State};
use std::fmt;

/// Something that happened to the circuit breaker of a key outside of any call: an operator's action, or an eviction.
///
/// ```
/// use recourse::circuit::State;
/// use recourse::observe::{BreakerEvent, Observer};
/// use recourse::{Executor, Key};
///
/// #[derive(Debug)]
/// struct Log;
///
/// impl Observer for Log {
///     fn breaker(&self, key: &Key, event: BreakerEvent) {
///         eprintln!("{key}: {event:?}");
///         assert_eq!(event, BreakerEvent::Forced(State::Open));
///     }
/// }
///
/// let executor = Executor::builder().observer(Log).build();
/// let _ = executor.breakers().force_open(Key::from_static("users.get"));
/// assert_eq!(executor.observer_panics(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerEvent {
    /// An operator holds the breaker open or closed until it is reset.
    Forced(State),
    /// The breaker was reset: it is closed, nothing is counted, and nothing is forced.
    Reset,
    /// The breaker has another policy, and begins anew.
    PolicyChanged,
    /// The breaker was evicted with the state of its key, because there was no room for another key. The breaker was not closed, had
    /// counted failures, or was changed by an operator. [`Observer::evicted`](super::Observer::evicted) is told what was lost.
    Evicted,
}

impl BreakerEvent {
    /// Returns the code: `forced_open`, `forced_closed`, `reset`, `policy_changed`, `evicted`.
    ///
    /// ```
    /// use recourse::circuit::State;
    /// use recourse::observe::BreakerEvent;
    ///
    /// assert_eq!(BreakerEvent::Forced(State::Open).as_str(), "forced_open");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forced(State::Closed) => "forced_closed",
            Self::Forced(_) => "forced_open",
            Self::Reset => "reset",
            Self::PolicyChanged => "policy_changed",
            Self::Evicted => "evicted",
        }
    }
}

/// What was lost with the state of a key that was evicted. Displays as a line for people.
///
/// ```
/// use recourse::observe::{LostState, Observer};
/// use recourse::{BudgetPolicy, Executor, Key, Policy, RetryPolicy};
///
/// #[derive(Debug)]
/// struct Warns;
///
/// impl Observer for Warns {
///     fn evicted(&self, key: &Key, lost: &LostState) {
///         // "db.1: 99 retries left"
///         eprintln!("{key}: {lost}; choose a larger `key_capacity`");
///         assert_eq!(lost.retries_left, Some(99));
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::builder().key_capacity(1).observer(Warns).build();
/// let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).budget(BudgetPolicy::defaults());
/// for key in ["db.1", "db.2"] {
///     let key: Key = key.parse().unwrap();
///     executor.call(key, policy, async || Err::<(), _>("down".to_owned())).await.unwrap_err();
/// }
/// # assert_eq!(executor.observer_panics(), 0);
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LostState {
    /// The circuit breaker, if it was not closed, had counted failures, or was changed by an operator. Of a breaker of your own this is what
    /// was last known.
    pub circuit: Option<Snapshot>,
    /// The retries that the budget had left, unless it was full.
    pub retries_left: Option<u32>,
    /// The hedges that the budget had left, unless it was full.
    pub hedges_left: Option<u32>,
    /// True if the latencies sufficed for a percentile, or if the tracker was one of your own.
    pub latencies: bool,
    /// The adaptive limit on concurrency, if it had learned something.
    pub limit: Option<u32>,
    /// The attempts that the rate allowed at once, unless a whole burst was left.
    pub rate_left: Option<u32>,
}

impl fmt::Display for LostState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { circuit, retries_left, hedges_left, latencies, limit, rate_left } = self;
        let circuit = circuit.as_ref().map(|snapshot| format!("circuit {snapshot}"));
        let retries = retries_left.map(|left| format!("{left} retries left"));
        let hedges = hedges_left.map(|left| format!("{left} hedges left"));
        let latencies = latencies.then(|| "latencies".to_owned());
        let limit = limit.map(|limit| format!("limit {limit}"));
        let rate = rate_left.map(|left| format!("{left} of the rate left"));
        let parts: Vec<String> = [circuit, retries, hedges, latencies, limit, rate].into_iter().flatten().collect();
        f.write_str(&parts.join(", "))
    }
}
