//! What operators want of the circuit breakers of keys, whether a call has met the key yet or not.
//!
//! # Design notes
//!
//! - What operators want is kept here and not in the breakers. So it holds for a breaker that is made later, and for one that is made anew
//!   because the state of its key was evicted.
//! - State and policy are looked up apart, each from the most specific entry that has it: a key that was given a policy can still be forced
//!   by a pattern.
//! - Nothing is done to a breaker under the lock, since a breaker may be the user's own. Whoever has applied a hold looks whether it has
//!   changed meanwhile, and applies it again: the last change is what is in force in the end, whoever applies it.

use crate::circuit::State;
use crate::executor::key::circuit::KeyCircuit;
use crate::executor::key::entries::entries_of;
use crate::sync::{Mutex, lock};
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Key, Pattern, PatternKind, Patterns};
use std::cell::Cell;

/// The number of keys and patterns for which operators can want something. Names may come from outside, so there is a limit.
pub(in crate::executor) const MOST_HELD: usize = 10_000;

/// What an operator wants of the breaker of a key, or of those of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::executor) struct Hold {
    /// The state to hold the breaker in.
    pub(in crate::executor) state: Option<State>,
    /// The policy to give to the breaker. Only a key has one.
    pub(in crate::executor) policy: Option<CircuitPolicy>,
    /// A call has met a key since, so there is a breaker that obeys.
    pub(in crate::executor) met: Cell<bool>,
}

impl Hold {
    const fn wants_nothing(&self) -> bool {
        self.state.is_none() && self.policy.is_none()
    }
}

/// What is wanted of the breaker of one key, of all entries that match the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::executor) struct Wanted {
    /// The state to hold the breaker in, and the key or pattern that says so.
    pub(in crate::executor) state: Option<(State, Pattern)>,
    /// The policy to give to the breaker.
    pub(in crate::executor) policy: Option<CircuitPolicy>,
}

/// What operators want, by key and pattern.
#[derive(Debug, Default)]
pub(in crate::executor) struct Holds(Mutex<Patterns<Hold>>);

impl Holds {
    /// Returns what is wanted of the breaker of a key.
    pub(in crate::executor) fn get(&self, key: &Key, templates: &[Option<&'static str>]) -> Wanted {
        wanted(&lock(&self.0), key, templates, |_| {})
    }

    /// Returns what is wanted under a key or pattern itself.
    pub(in crate::executor) fn entry(&self, pattern: &Pattern) -> Hold {
        lock(&self.0).get(pattern).cloned().unwrap_or_default()
    }

    /// Changes what is wanted under a key or pattern. False if there is no room for another one.
    pub(in crate::executor) fn change(&self, pattern: &Pattern, change: impl FnOnce(&mut Hold)) -> bool {
        let mut holds = lock(&self.0);
        let known = holds.get(pattern).cloned();
        let has_room = known.is_some() || holds.len() < MOST_HELD;
        let mut hold = known.unwrap_or_default();
        change(&mut hold);
        if hold.wants_nothing() {
            holds.remove(pattern);
            return true;
        }
        if has_room {
            holds.insert(pattern.clone(), hold);
        }
        has_room
    }

    /// Forgets the policy that an operator gave to a breaker.
    pub(in crate::executor) fn forget_policy(&self, key: &Key) {
        self.change(&key.into(), |hold| hold.policy = None);
    }

    /// Returns what is wanted of all keys and patterns, sorted.
    pub(in crate::executor) fn list(&self) -> Vec<(Pattern, Hold)> {
        let holds = lock(&self.0);
        let mut list: Vec<_> = holds.iter().map(|(pattern, hold)| (pattern.clone(), hold.clone())).collect();
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        list
    }

    /// Makes the breaker of a key obey. Cheap if it does already.
    pub(in crate::executor) fn apply(&self, key: &Key, templates: &[Option<&'static str>], circuit: &KeyCircuit) {
        let mut wanted = wanted(&lock(&self.0), key, templates, |hold| hold.met.set(true));
        loop {
            if let Some(policy) = wanted.policy {
                circuit.set_policy(policy, Instant::now());
            }
            match wanted.state {
                Some((state, _)) if circuit.held() != Some(state) => circuit.hold(state, Instant::now()),
                None if circuit.held().is_some() => circuit.reset(Instant::now()),
                _ => {}
            }
            let now_wanted = self.get(key, templates);
            if now_wanted == wanted {
                return;
            }
            wanted = now_wanted;
        }
    }
}

/// What is wanted of the breaker of a key. `meet` is called with each entry that matches.
fn wanted(holds: &Patterns<Hold>, key: &Key, templates: &[Option<&'static str>], meet: impl Fn(&Hold)) -> Wanted {
    let mut wanted = Wanted::default();
    // The most specific comes first, so what is there stays.
    for (pattern, hold) in entries_of(holds, key, templates) {
        meet(hold);
        wanted.state = wanted.state.or_else(|| Some((hold.state?, pattern.clone())));
        wanted.policy = wanted.policy.or(hold.policy.filter(|_| pattern.kind() == PatternKind::Key));
    }
    wanted
}
