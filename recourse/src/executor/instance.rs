//! The executor itself: a cheap handle on settings and keyed state.

#[cfg(feature = "test-util")]
use crate::executor::faults::Faults;
use crate::executor::key_state::KeyState;
use crate::executor::settings::Settings;
use crate::registry::LruMap;
use crate::sync::{Arc, Mutex, lock};
use recourse_policy::Key;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// The number of keys that are neither static nor pinned, and keep their state.
const DYNAMIC_KEYS: usize = 1_000;

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
    pub(super) keys: Mutex<LruMap<Key, Arc<KeyState>>>,
    #[cfg(feature = "test-util")]
    pub(super) faults: Arc<Faults>,
}

impl Executor {
    pub(super) fn of(settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings,
                keys: Mutex::new(LruMap::new(DYNAMIC_KEYS)),
                #[cfg(feature = "test-util")]
                faults: Arc::default(),
            }),
        }
    }

    /// Returns the number of panics of observers that were caught so far.
    pub fn observer_panics(&self) -> u64 {
        self.shared.settings.observers.panics()
    }

    /// Returns the number of keys that have state now.
    pub fn keys(&self) -> usize {
        lock(&self.shared.keys).len()
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
