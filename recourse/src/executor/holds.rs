//! What operators want of the circuit breakers of keys, whether a call has met the key yet or not.
//!
//! # Design notes
//!
//! - What operators want is kept here and not in the breakers. So it holds for a breaker that is made later, and for one that is made anew
//!   because the state of its key was evicted.
//! - Nothing is done to a breaker under the lock, since a breaker may be the user's own. Whoever has applied a hold looks whether it has
//!   changed meanwhile, and applies it again: the last change is what is in force in the end, whoever applies it.

use crate::circuit::State;
use crate::executor::key_circuit::KeyCircuit;
use crate::sync::{Mutex, lock};
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Key};
use std::collections::BTreeMap;

/// The number of keys for which operators can want something. Names may come from outside, so there is a limit.
pub(super) const MOST_HELD: usize = 10_000;

/// What an operator wants of the breaker of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hold {
    /// The state to hold the breaker in.
    pub(super) state: Option<State>,
    /// The policy to give to the breaker.
    pub(super) policy: Option<CircuitPolicy>,
    /// A call has met the key since, so there is a breaker that obeys.
    pub(super) met: bool,
}

impl Hold {
    const fn wants_nothing(&self) -> bool {
        self.state.is_none() && self.policy.is_none()
    }
}

/// What operators want, by key.
#[derive(Debug, Default)]
pub(super) struct Holds(Mutex<BTreeMap<Key, Hold>>);

impl Holds {
    /// Returns what is wanted of the breaker of a key.
    pub(super) fn get(&self, key: &Key) -> Hold {
        lock(&self.0).get(key).copied().unwrap_or_default()
    }

    /// Changes what is wanted of a key. False if there is no room for another key.
    pub(super) fn change(&self, key: &Key, change: impl FnOnce(&mut Hold)) -> bool {
        let mut holds = lock(&self.0);
        let mut hold = holds.get(key).copied().unwrap_or_default();
        change(&mut hold);
        if hold.wants_nothing() {
            holds.remove(key);
            return true;
        }
        let has_room = holds.len() < MOST_HELD || holds.contains_key(key);
        if has_room {
            holds.insert(key.clone(), hold);
        }
        has_room
    }

    /// Forgets the policy that an operator gave to a breaker.
    pub(super) fn forget_policy(&self, key: &Key) {
        self.change(key, |hold| hold.policy = None);
    }

    /// Returns what is wanted of all keys, sorted by key.
    pub(super) fn list(&self) -> Vec<(Key, Hold)> {
        lock(&self.0).iter().map(|(key, hold)| (key.clone(), *hold)).collect()
    }

    /// Makes the breaker of a key obey. Cheap if it does already.
    pub(super) fn apply(&self, key: &Key, circuit: &KeyCircuit) {
        let mut wanted = self.meet(key);
        loop {
            if let Some(policy) = wanted.policy {
                circuit.set_policy(policy, Instant::now());
            }
            match wanted.state {
                Some(state) if circuit.held() != Some(state) => circuit.hold(state, Instant::now()),
                None if circuit.held().is_some() => circuit.reset(Instant::now()),
                _ => {}
            }
            let now_wanted = self.get(key);
            if now_wanted == wanted {
                return;
            }
            wanted = now_wanted;
        }
    }

    fn meet(&self, key: &Key) -> Hold {
        let mut holds = lock(&self.0);
        let Some(hold) = holds.get_mut(key) else { return Hold::default() };
        hold.met = true;
        *hold
    }
}
