//! The operators' view of circuit breakers: what they are doing, and ways to hold, reset and change them.

use crate::circuit::{BreakerStatus, State};
use crate::executor::instance::Executor;
use crate::executor::key_circuit::KeyCircuit;
use crate::executor::key_state::KeyState;
use crate::observe::BreakerEvent;
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::text::did_you_mean;
use recourse_policy::{CircuitPolicy, Key};
use std::error::Error;
use std::fmt;

/// The circuit breakers of an executor, to be read and changed by operators. A key has a breaker from its first call on.
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
    /// Returns the status of every breaker, sorted by key.
    pub fn list(&self) -> Vec<BreakerStatus> {
        let now = Instant::now();
        let mut list: Vec<BreakerStatus> =
            self.circuits().into_iter().map(|(key, circuit)| status(key, &circuit, now)).collect();
        list.sort_by(|one, other| one.key.cmp(&other.key));
        list
    }

    /// Returns the status of the breaker of a key.
    pub fn get(&self, key: &Key) -> Option<BreakerStatus> {
        let (_, circuit) = self.state_of(key)?;
        Some(status(key.clone(), &circuit, Instant::now()))
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
        self.find(key)?.1.reset(Instant::now());
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
        let (state, circuit) = self.find(key)?;
        let changed = circuit.set_policy(policy, Instant::now());
        if changed {
            // The timelines of calls that begin from now on show the policy in force.
            state.changed();
            self.report(key, BreakerEvent::PolicyChanged);
        }
        Ok(changed)
    }

    fn hold(self, key: &Key, state: State) -> Result<(), UnknownBreaker> {
        self.find(key)?.1.hold(state, Instant::now());
        self.report(key, BreakerEvent::Forced(state));
        Ok(())
    }

    fn report(self, key: &Key, event: BreakerEvent) {
        self.executor.shared.settings.observers.breaker(key, event);
    }

    fn find(self, key: &Key) -> Result<(Arc<KeyState>, Arc<KeyCircuit>), UnknownBreaker> {
        self.state_of(key).ok_or_else(|| UnknownBreaker::new(key, self.circuits().into_iter().map(|(key, _)| key)))
    }

    fn state_of(self, key: &Key) -> Option<(Arc<KeyState>, Arc<KeyCircuit>)> {
        let state = lock(&self.executor.shared.keys).peek(key)?;
        let circuit = state.circuit()?.clone();
        Some((state, circuit))
    }

    /// Copies what is there: breakers may be the user's own, so they are not asked under the lock.
    fn circuits(self) -> Vec<(Key, Arc<KeyCircuit>)> {
        let keys = lock(&self.executor.shared.keys);
        keys.iter().filter_map(|(key, state)| Some((key.clone(), state.circuit()?.clone()))).collect()
    }
}

fn status(key: Key, circuit: &KeyCircuit, now: Instant) -> BreakerStatus {
    BreakerStatus { key, policy: circuit.policy(), snapshot: circuit.snapshot(now) }
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
