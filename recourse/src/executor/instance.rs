//! The executor itself: a cheap handle on settings and keyed state.

use crate::executor::key::state::KeyState;
use crate::executor::key::state_key::StateKey;
#[cfg(feature = "test-util")]
use crate::executor::operators::faults::Faults;
#[cfg(feature = "metrics")]
use crate::executor::operators::gauges::GaugeSeries;
use crate::executor::operators::holds::Holds;
use crate::executor::policies::bypass_switches::Bypass;
use crate::executor::policies::held_limits::HeldLimits;
use crate::executor::settings::Settings;
use crate::registry::LruMap;
use crate::sync::{Arc, Mutex, lock};
use recourse_policy::Key;
#[cfg(feature = "metrics")]
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// Holds the state of guarded calls by key: their circuit breakers, retry budgets and latencies.
///
/// An executor is cheap to clone, and clones share their state. Functions with the attribute use the process-wide executor
/// ([`Executor::global`]) unless they name another one: `executor = self.resilience`.
#[derive(Clone)]
pub struct Executor {
    pub(super) shared: Arc<Shared>,
}

/// What the clones of an executor share.
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) keys: Mutex<LruMap<StateKey, Arc<KeyState>>>,
    /// The names of state that belongs to a function. Their number is the program's own.
    pub(super) owned: Mutex<Vec<StateKey>>,
    /// What operators want of circuit breakers.
    pub(super) holds: Holds,
    /// The kill switch.
    pub(super) bypass: Bypass,
    /// The limits that operators hold.
    pub(super) held_limits: HeldLimits,
    /// The gauges that were set last.
    #[cfg(feature = "metrics")]
    pub(super) gauges: Mutex<BTreeSet<GaugeSeries>>,
    #[cfg(feature = "test-util")]
    pub(super) faults: Arc<Faults>,
}

impl Executor {
    /// The number of keys made at run time that keep their state, unless
    /// [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity) says otherwise.
    pub const DEFAULT_KEY_CAPACITY: usize = 1_000;
    /// The largest number that [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity) takes.
    pub const MAX_KEY_CAPACITY: usize = 1_000_000;

    pub(super) fn of(settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                keys: Mutex::new(LruMap::new(settings.key_capacity)),
                owned: Mutex::default(),
                holds: Holds::default(),
                bypass: Bypass::default(),
                held_limits: HeldLimits::default(),
                #[cfg(feature = "metrics")]
                gauges: Mutex::default(),
                settings,
                #[cfg(feature = "test-util")]
                faults: Arc::default(),
            }),
        }
    }

    /// Returns the number of panics of observers that were caught so far.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// assert_eq!(Executor::new().observer_panics(), 0, "nobody observes");
    /// ```
    pub fn observer_panics(&self) -> u64 {
        self.shared.settings.observers.now().panics()
    }

    /// Returns the number of keys that have state now: a gauge to compare with [`Self::key_capacity`].
    ///
    /// Keys of the program's text are counted, too, and of functions that name no key each function. The state of keys that are made at run
    /// time is at most as many as the capacity, and those whose calls are in flight.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let executor = Executor::builder().key_capacity(10).build();
    /// for shard in 0..100 {
    ///     let key: Key = format!("db.{shard}").parse()?;
    ///     executor.call(key, Policy::defaults(), async || Ok::<_, String>(())).await?;
    /// }
    /// assert_eq!(executor.keys(), 10);
    /// # Ok(())
    /// # }
    /// ```
    pub fn keys(&self) -> usize {
        lock(&self.shared.keys).len()
    }

    /// Returns the number of keys made at run time that keep their state beside those whose calls are in flight; see
    /// [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity).
    ///
    /// ```
    /// assert_eq!(recourse::Executor::new().key_capacity(), 1_000);
    /// ```
    pub fn key_capacity(&self) -> usize {
        self.shared.settings.key_capacity
    }
}

impl Executor {
    /// Returns the states of a key: one, or those of the functions that have this path and name no key.
    pub(super) fn states_of(&self, key: &Key) -> Vec<(StateKey, Arc<KeyState>)> {
        let owned: Vec<_> = lock(&self.shared.owned).iter().filter(|name| name.key == *key).cloned().collect();
        let names = owned.into_iter().chain([StateKey::shared(key.clone())]);
        let keys = lock(&self.shared.keys);
        names.filter_map(|name| keys.peek(&name).map(|state| (name, state))).collect()
    }

    /// Copies what is there: breakers may be the user's own, so they are not asked under the lock.
    pub(super) fn states(&self) -> Vec<(StateKey, Arc<KeyState>)> {
        let keys = lock(&self.shared.keys);
        keys.iter().map(|(key, state)| (key.clone(), state.clone())).collect()
    }
}

// Whatever is behind the locks of an executor is whole at all times: user code, which may panic, runs outside of them.
impl UnwindSafe for Executor {}
impl RefUnwindSafe for Executor {}

impl fmt::Debug for Executor {
    /// Counts the keys instead of showing them: there may be a thousand, and their state may be of the user's own types.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("keys", &self.keys()).finish_non_exhaustive()
    }
}
