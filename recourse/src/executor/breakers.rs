//! The operators' view of circuit breakers: what they are doing, and ways to hold, reset and change them.

use crate::circuit::{BreakerStatus, State};
use crate::executor::held::{Fault, HeldBreaker, UnknownBreaker};
use crate::executor::holds::Hold;
use crate::executor::instance::Executor;
use crate::executor::key_circuit::KeyCircuit;
use crate::executor::key_state::KeyState;
use crate::executor::state_key::StateKey;
use crate::observe::BreakerEvent;
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Key};
use std::collections::HashMap;

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
        statuses(&self.executor.states())
    }

    /// Returns the status of the breaker of a key. Of functions that have one path and name no key, each has a breaker: then this is the first one
    /// that is not closed, or the first one, in the order of [`list`](Self::list), which shows all of them.
    pub fn get(&self, key: &Key) -> Option<BreakerStatus> {
        let mut statuses = statuses(&self.executor.states_of(key));
        let not_closed = statuses.iter().position(|status| status.snapshot.state != State::Closed);
        (!statuses.is_empty()).then(|| statuses.swap_remove(not_closed.unwrap_or(0)))
    }

    /// Refuses every call of the key until the breaker is reset. Calls in flight go on, and their results are not counted.
    ///
    /// The breaker is held also if no call has met the key yet: then the first call that needs a breaker finds it open. A key whose policy
    /// has no circuit has no breaker, and its calls are not refused. A misspelt key is held, too, and harms nobody; what is returned says
    /// that no call has met the key, with the nearest key that has a breaker, and so does [`held`](Self::held).
    ///
    /// # Errors
    ///
    /// Returns an error if operators hold 10,000 keys already.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let executor = Executor::new();
    /// let call = || executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
    /// call().await?;
    ///
    /// let held = executor.breakers().force_open(&Key::from_static("users.gett"))?;
    /// assert_eq!(held.to_string(), "users.gett  forced open, no call with a circuit has met this key; did you mean `users.get`?");
    /// assert!(call().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn force_open(&self, key: &Key) -> Result<HeldBreaker, UnknownBreaker> {
        self.hold(key, State::Open)
    }

    /// Admits every call of the key, and counts nothing, until the breaker is reset; also if no call has met the key yet.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn force_closed(&self, key: &Key) -> Result<HeldBreaker, UnknownBreaker> {
        self.hold(key, State::Closed)
    }

    /// Closes the breaker with nothing counted, and releases it if it was forced. Results of calls from before are not counted.
    ///
    /// # Errors
    ///
    /// Returns an error if there is nothing to reset: the key has no breaker, because no call of the key was made yet or because its
    /// policy has no circuit, and is not held.
    pub fn reset(&self, key: &Key) -> Result<(), UnknownBreaker> {
        let mut was_held = false;
        self.executor.shared.holds.change(key, |hold| was_held = hold.state.take().is_some());
        let circuits = self.circuits_of(key);
        if circuits.is_empty() && !was_held {
            return Err(UnknownBreaker::new(key, &self.known(), Fault::Unknown));
        }
        for (_, circuit) in circuits {
            circuit.reset(Instant::now());
            // An operator may have come in between, and what is wanted last is in force.
            self.executor.shared.holds.apply(key, &circuit);
        }
        self.report(key, BreakerEvent::Reset);
        Ok(())
    }

    /// Gives the breaker another policy, for all sites of the key. Returns true if the policy differs from the one in force. Its counts then
    /// begin anew. An open breaker stays open for what is left of its cooldown, a half-open one goes on with its probes, and a forced one
    /// stays forced; [`Self::reset`] closes it. Values out of bounds are clamped. A breaker of your own decides for itself what it takes over.
    ///
    /// The policy is kept for the key also if no call has met the key yet. [`Executor::set_policy`], which changes the other sections,
    /// too, takes its place when it changes the circuit.
    ///
    /// # Errors
    ///
    /// See [`Self::force_open`].
    pub fn set_policy(&self, key: &Key, policy: CircuitPolicy) -> Result<bool, UnknownBreaker> {
        let before = self.executor.shared.holds.get(key).policy;
        self.want(key, |hold| hold.policy = Some(policy))?;
        let circuits = self.circuits_of(key);
        let mut any_changed = circuits.is_empty() && before != Some(policy);
        for (state, circuit) in circuits {
            if circuit.set_policy(policy, Instant::now()) {
                // The timelines of calls that begin from now on show the policy in force.
                state.changed();
                any_changed = true;
            }
            self.executor.shared.holds.apply(key, &circuit);
        }
        if any_changed {
            self.report(key, BreakerEvent::PolicyChanged);
        }
        Ok(any_changed)
    }

    /// Returns what operators want of breakers: the keys that are forced, or were given a policy, sorted by key. A key that no call has met
    /// is most likely misspelt; the nearest key that has a breaker is told.
    pub fn held(&self) -> Vec<HeldBreaker> {
        let known = self.known();
        let list = self.executor.shared.holds.list();
        list.into_iter().map(|(key, hold)| HeldBreaker::new(key, hold, &known)).collect()
    }

    fn hold(self, key: &Key, state: State) -> Result<HeldBreaker, UnknownBreaker> {
        // First what is wanted, then the breakers that are there: one that is made in between obeys, too.
        self.want(key, |hold| hold.state = Some(state))?;
        for (_, circuit) in self.circuits_of(key) {
            self.executor.shared.holds.apply(key, &circuit);
        }
        self.report(key, BreakerEvent::Forced(state));
        let hold = self.executor.shared.holds.get(key);
        Ok(HeldBreaker::new(key.clone(), hold, &self.known()))
    }

    fn want(self, key: &Key, change: impl FnOnce(&mut Hold)) -> Result<(), UnknownBreaker> {
        let has_room = self.executor.shared.holds.change(key, change);
        if has_room { Ok(()) } else { Err(UnknownBreaker::new(key, &self.known(), Fault::TooMany)) }
    }

    fn report(self, key: &Key, event: BreakerEvent) {
        self.executor.shared.settings.observers.breaker(key, event);
    }

    /// Returns the breakers of a key.
    fn circuits_of(self, key: &Key) -> Vec<(Arc<KeyState>, Arc<KeyCircuit>)> {
        let states = self.executor.states_of(key).into_iter();
        states.filter_map(|(_, state)| Some((state.clone(), state.circuit()?.clone()))).collect()
    }

    /// Returns the keys that have a breaker.
    fn known(self) -> Vec<Key> {
        let states = self.executor.states().into_iter();
        states.filter(|(_, state)| state.circuit().is_some()).map(|(state, _)| state.key).collect()
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
