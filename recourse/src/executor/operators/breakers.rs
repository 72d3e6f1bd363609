//! The operators' view of circuit breakers: what they are doing, and what operators want of them.

use crate::circuit::{BreakerStatus, State};
use crate::executor::instance::Executor;
use crate::executor::key::circuit::KeyCircuit;
use crate::executor::key::state::KeyState;
use crate::executor::key::state_key::StateKey;
use crate::executor::operators::held::{HeldBreaker, Known};
use crate::executor::operators::holds::Holds;
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{Key, Pattern};
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
    pub(in crate::executor) executor: &'a Executor,
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
        statuses(&self.executor.states(), &self.executor.shared.holds)
    }

    /// Returns the status of the breaker of a key. Of functions that have one path and name no key, each has a breaker: then this is the first one
    /// that is not closed, or the first one, in the order of [`list`](Self::list), which shows all of them.
    pub fn get(&self, key: &Key) -> Option<BreakerStatus> {
        let mut statuses = statuses(&self.executor.states_of(key), &self.executor.shared.holds);
        let not_closed = statuses.iter().position(|status| status.snapshot.state != State::Closed);
        (!statuses.is_empty()).then(|| statuses.swap_remove(not_closed.unwrap_or(0)))
    }

    /// Returns what operators want of breakers: the keys and patterns that are forced, or were given a policy, sorted. A key or pattern that
    /// no call has met is most likely misspelt; the nearest key that has a breaker, or the nearest pattern of one, is told.
    pub fn held(&self) -> Vec<HeldBreaker> {
        let known = self.known();
        // The search compares each entry that no call has met with each key: after so many, misspelt ones are not what is wrong.
        let mut searches = (2_000_000 / known.0.len().max(1)).max(10);
        let list = self.executor.shared.holds.list().into_iter();
        let told = list.map(|(pattern, hold)| {
            let search = !hold.met.get() && searches > 0;
            searches -= usize::from(search);
            HeldBreaker::new(pattern, hold, search.then_some(&known))
        });
        told.collect()
    }

    /// Returns the breakers of a key, or of a pattern, with the keys and states that they belong to.
    pub(in crate::executor) fn circuits_of(self, pattern: &Pattern) -> Vec<(Key, Arc<KeyState>, Arc<KeyCircuit>)> {
        let states = match Key::parse(pattern.as_str()) {
            Ok(key) => self.executor.states_of(&key),
            Err(_) => self.executor.states(),
        };
        let matching = states.into_iter().filter(|(name, state)| state.is_meant_by(pattern, &name.key));
        matching.filter_map(|(name, state)| Some((name.key, state.clone(), state.circuit()?.clone()))).collect()
    }

    /// Returns the keys that have a breaker.
    pub(in crate::executor) fn known(self) -> Known {
        let states = self.executor.states().into_iter();
        let with_circuit = states.filter(|(_, state)| state.circuit().is_some());
        let names = with_circuit.flat_map(|(StateKey { key, .. }, state)| {
            state.templates().into_iter().map(move |template| (key.clone(), template))
        });
        Known(names.collect())
    }
}

/// Returns the status of each of these that has a breaker, in the order of [`Breakers::list`].
fn statuses(states: &[(StateKey, Arc<KeyState>)], holds: &Holds) -> Vec<BreakerStatus> {
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
        let template = state.template();
        let held_by = holds.get(key, &state.templates()).state.map(|(_, pattern)| pattern);
        Some(BreakerStatus { key: key.clone(), template, policy, snapshot, held_by, location, namesakes })
    };
    let mut statuses: Vec<BreakerStatus> = states.iter().filter_map(status).collect();
    statuses.sort_by(|one, other| (&one.key, one.location).cmp(&(&other.key, other.location)));
    statuses
}
