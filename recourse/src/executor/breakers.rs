//! The operators' view of circuit breakers: what they are doing, and ways to hold, reset and change them.

use crate::circuit::{BreakerStatus, State};
use crate::executor::instance::Executor;
use crate::executor::key_circuit::KeyCircuit;
use crate::executor::key_state::KeyState;
use crate::executor::state_key::StateKey;
use crate::observe::BreakerEvent;
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::text::did_you_mean;
use recourse_policy::{CircuitPolicy, Key};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;

/// The circuit breakers of an executor, to be read and changed by operators. A key has a breaker from its first call on.
///
/// If several functions have one path and name no key, each has a breaker under that key. What changes the breaker of a key changes all
/// of them, and is reported once.
///
/// ```
/// use recourse::circuit::State;
/// use recourse::{CircuitPolicy, Executor, Key, Policy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
/// let policy = Policy::new().circuit(CircuitPolicy::defaults());
/// let call = || executor.call(key.clone(), policy, async || Ok::<_, String>("Ada"));
/// assert!(call().await.is_ok());
///
/// executor.breakers().force_open(&key)?;
/// assert_eq!(call().await.unwrap_err(), "`users.get` was not called: its circuit is forced open");
///
/// let breakers = executor.breakers().list();
/// assert_eq!((breakers[0].snapshot.state, breakers[0].snapshot.forced), (State::Open, true));
///
/// executor.breakers().reset(&key)?;
/// assert!(call().await.is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Breakers<'a> {
    executor: &'a Executor,
}

impl Executor {
    /// Returns the circuit breakers, for operators.
    pub const fn breakers(&self) -> Breakers<'_> {
        Breakers { executor: self }
    }
}

impl Breakers<'_> {
    /// Returns the status of every breaker, sorted by key, and by place in the source for functions of one key.
    pub fn list(&self) -> Vec<BreakerStatus> {
        statuses(&self.states())
    }

    /// Returns the status of the breaker of a key. Of functions that have one path and name no key, each has a breaker: then this is the first one
    /// that is not closed, or the first one, in the order of [`list`](Self::list), which shows all of them.
    pub fn get(&self, key: &Key) -> Option<BreakerStatus> {
        let mut statuses = statuses(&self.states_of(key));
        let not_closed = statuses.iter().position(|status| status.snapshot.state != State::Closed);
        (!statuses.is_empty()).then(|| statuses.swap_remove(not_closed.unwrap_or(0)))
    }

    /// Refuses every call of the key until the breaker is reset. Calls in flight go on, and their results are not counted.
    ///
    /// # Errors
    ///
    /// Returns an error if the key has no breaker, because no call of the key was made yet or because its policy has no circuit. The
    /// other methods that change a breaker do the same.
    pub fn force_open(&self, key: &Key) -> Result<(), UnknownBreaker> {
        self.hold(key, State::Open)
    }

    /// Admits every call of the key, and counts nothing, until the breaker is reset.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn force_closed(&self, key: &Key) -> Result<(), UnknownBreaker> {
        self.hold(key, State::Closed)
    }

    /// Closes the breaker with nothing counted, and releases it if it was forced. Results of calls from before are not counted.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn reset(&self, key: &Key) -> Result<(), UnknownBreaker> {
        for (_, circuit) in self.find(key)? {
            circuit.reset(Instant::now());
        }
        self.report(key, BreakerEvent::Reset);
        Ok(())
    }

    /// Gives the breaker another policy, for all sites of the key. Returns true if the policy differs from the one in force. Its counts then
    /// begin anew. An open breaker stays open for what is left of its cooldown, a half-open one goes on with its probes, and a forced one
    /// stays forced; [`Self::reset`] closes it. Values out of bounds are clamped. A breaker of your own decides for itself what it takes over.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn set_policy(&self, key: &Key, policy: CircuitPolicy) -> Result<bool, UnknownBreaker> {
        let mut any_changed = false;
        for (state, circuit) in self.find(key)? {
            if circuit.set_policy(policy, Instant::now()) {
                // The timelines of calls that begin from now on show the policy in force.
                state.changed();
                any_changed = true;
            }
        }
        if any_changed {
            self.report(key, BreakerEvent::PolicyChanged);
        }
        Ok(any_changed)
    }

    fn hold(self, key: &Key, state: State) -> Result<(), UnknownBreaker> {
        for (_, circuit) in self.find(key)? {
            circuit.hold(state, Instant::now());
        }
        self.report(key, BreakerEvent::Forced(state));
        Ok(())
    }

    fn report(self, key: &Key, event: BreakerEvent) {
        self.executor.shared.settings.observers.breaker(key, event);
    }

    /// Returns the breakers of a key.
    fn find(self, key: &Key) -> Result<Vec<(Arc<KeyState>, Arc<KeyCircuit>)>, UnknownBreaker> {
        let states = self.states_of(key).into_iter();
        let found: Vec<_> = states.filter_map(|(_, state)| Some((state.clone(), state.circuit()?.clone()))).collect();
        if found.is_empty() {
            let with_breaker = self.states().into_iter().filter(|(_, state)| state.circuit().is_some());
            return Err(UnknownBreaker::new(key, with_breaker.map(|(state, _)| state.key)));
        }
        Ok(found)
    }

    fn states_of(self, key: &Key) -> Vec<(StateKey, Arc<KeyState>)> {
        let owned: Vec<_> = lock(&self.executor.shared.owned).iter().filter(|name| name.key == *key).cloned().collect();
        let names = owned.into_iter().chain([StateKey::shared(key.clone())]);
        let keys = lock(&self.executor.shared.keys);
        names.filter_map(|name| keys.peek(&name).map(|state| (name, state))).collect()
    }

    /// Copies what is there: breakers may be the user's own, so they are not asked under the lock.
    fn states(self) -> Vec<(StateKey, Arc<KeyState>)> {
        let keys = lock(&self.executor.shared.keys);
        keys.iter().map(|(key, state)| (key.clone(), state.clone())).collect()
    }
}

/// Returns the status of each of these that has a breaker, in the order of [`Breakers::list`].
fn statuses(states: &[(StateKey, Arc<KeyState>)]) -> Vec<BreakerStatus> {
    let now = Instant::now();
    let mut sharing: HashMap<&Key, usize> = HashMap::new();
    for (StateKey { key, .. }, _) in states {
        *sharing.entry(key).or_default() += 1;
    }
    let status = |(StateKey { key, owner }, state): &(StateKey, Arc<KeyState>)| {
        let circuit = state.circuit()?;
        let (policy, snapshot) = (circuit.policy(), circuit.snapshot(now));
        let location = owner.map(|owner| owner.location);
        let namesakes = sharing.get(key).map_or(0, |states| states - 1);
        Some(BreakerStatus { key: key.clone(), policy, snapshot, location, namesakes })
    };
    let mut statuses: Vec<BreakerStatus> = states.iter().filter_map(status).collect();
    statuses.sort_by(|one, other| (&one.key, one.location).cmp(&(&other.key, other.location)));
    statuses
}

/// The error of [`Breakers`]: the key has no circuit breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBreaker {
    key: Key,
    near: Option<String>,
}

impl UnknownBreaker {
    fn new(key: &Key, known: impl Iterator<Item = Key>) -> Self {
        let known: Vec<Key> = known.collect();
        let names: Vec<&str> = known.iter().map(Key::as_str).collect();
        Self { key: key.clone(), near: did_you_mean(key.as_str(), &names).map(str::to_owned) }
    }
}

impl fmt::Display for UnknownBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` has no circuit breaker: a key whose policy has a circuit gets one at its first call",
            self.key
        )?;
        match &self.near {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl Error for UnknownBreaker {}
