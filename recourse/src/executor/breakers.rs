//! The circuit breakers of an executor, for operators.

use crate::circuit::{BreakerStatus, State};
use crate::executor::Executor;
use crate::executor::circuit::Circuit;
use crate::observe::BreakerEvent;
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::text::did_you_mean;
use recourse_policy::{CircuitPolicy, Key};
use std::error::Error;
use std::fmt;

/// The circuit breakers of an executor: what they are doing, and hands on them. A key has one from its first call on.
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
    /// The circuit breakers, for operators.
    pub const fn breakers(&self) -> Breakers<'_> {
        Breakers { executor: self }
    }
}

impl Breakers<'_> {
    /// All of them, by key.
    pub fn list(&self) -> Vec<BreakerStatus> {
        let now = Instant::now();
        let mut list: Vec<BreakerStatus> =
            self.circuits().into_iter().map(|(key, circuit)| seen(key, &circuit, now)).collect();
        list.sort_by(|one, other| one.key.cmp(&other.key));
        list
    }

    /// That of a key.
    pub fn get(&self, key: &Key) -> Option<BreakerStatus> {
        self.find(key).ok().map(|circuit| seen(key.clone(), &circuit, Instant::now()))
    }

    /// Refuses every call of the key, until it is reset. What runs is not disturbed, and not counted.
    ///
    /// # Errors
    ///
    /// Where the key has no breaker, because no call of it was made yet, or because its policy has no circuit. The same holds
    /// for what stands below.
    pub fn force_open(&self, key: &Key) -> Result<(), UnknownBreaker> {
        self.force(key, State::Open)
    }

    /// Lets every call of the key go, and counts nothing, until it is reset.
    pub fn force_closed(&self, key: &Key) -> Result<(), UnknownBreaker> {
        self.force(key, State::Closed)
    }

    /// Closes it with nothing counted, and leaves it to itself. Results of calls from before are not counted.
    pub fn reset(&self, key: &Key) -> Result<(), UnknownBreaker> {
        self.find(key)?.reset(Instant::now());
        self.tell(key, BreakerEvent::Reset);
        Ok(())
    }

    /// Gives it another policy, for all sites of the key. A changed one begins anew: true. An equal one changes nothing.
    /// Values out of bounds are clamped. A breaker of your own decides for itself what it takes over.
    pub fn set_policy(&self, key: &Key, policy: CircuitPolicy) -> Result<bool, UnknownBreaker> {
        let changed = self.find(key)?.set_policy(policy, Instant::now());
        if changed {
            self.tell(key, BreakerEvent::PolicyChanged);
        }
        Ok(changed)
    }

    fn force(self, key: &Key, to: State) -> Result<(), UnknownBreaker> {
        self.find(key)?.force(to, Instant::now());
        self.tell(key, BreakerEvent::Forced(to));
        Ok(())
    }

    fn tell(self, key: &Key, event: BreakerEvent) {
        self.executor.inner.audience.breaker(key, event);
    }

    fn find(self, key: &Key) -> Result<Arc<Circuit>, UnknownBreaker> {
        let entry = lock(&self.executor.inner.entries).peek(key);
        let circuit = entry.and_then(|entry| entry.circuit().cloned());
        circuit.ok_or_else(|| UnknownBreaker::new(key, self.circuits().into_iter().map(|(key, _)| key)))
    }

    /// Breakers may be the user's, so they are not asked under the lock.
    fn circuits(self) -> Vec<(Key, Arc<Circuit>)> {
        let entries = lock(&self.executor.inner.entries);
        entries.iter().filter_map(|(key, entry)| Some((key.clone(), entry.circuit()?.clone()))).collect()
    }
}

fn seen(key: Key, circuit: &Circuit, now: Instant) -> BreakerStatus {
    BreakerStatus { key, policy: circuit.policy(), snapshot: circuit.snapshot(now) }
}

/// A key has no circuit breaker.
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
