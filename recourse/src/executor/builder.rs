//! Assembling an executor.

use crate::circuit::CircuitBreaker;
use crate::executor::{Executor, Inner, global};
use crate::hedge::{LatencyRing, LatencyTracker, Trigger, TriggerRegistry, Unknown, UnknownTrigger};
use crate::observe::{Observer, Observers};
use crate::registry::LruMap;
use crate::sync::{Arc, Mutex};
use recourse_policy::{CircuitPolicy, HedgePolicy, HedgeWhen, Key, Policy};
use std::collections::HashMap;
use std::fmt;

/// Keys of closures and of dynamic keys that an executor keeps state for; keys of attributes come on top.
const KEYS: usize = 1_000;

/// What becomes of a call for which nobody wrote a policy: an attribute that names no mechanism, and no policy registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingPolicy {
    /// It gets [`Policy::defaults`].
    #[default]
    Defaults,
    /// It is rejected, and its body does not run.
    Deny,
}

/// Assembles an [`Executor`].
///
/// ```
/// use recourse::{Executor, Key, MissingPolicy, Policy};
/// use std::time::Duration;
///
/// let executor = Executor::builder()
///     .policy(Key::from_static("users.get"), Policy::new().timeout(Duration::from_secs(1)))
///     .missing_policy(MissingPolicy::Deny)
///     .build();
/// ```
#[derive(Debug, Default)]
pub struct ExecutorBuilder {
    policies: HashMap<Key, Policy>,
    missing: MissingPolicy,
    observers: Vec<Arc<dyn Observer>>,
    latency: Latency,
    triggers: HashMap<Key, Named>,
    breakers: Makers,
}

/// What makes the breakers of keys.
#[derive(Default)]
pub(super) struct Makers(HashMap<Key, Box<Maker>>);

type Maker = dyn Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker> + Send + Sync;

impl Makers {
    pub(super) fn get(&self, key: &Key) -> Option<&Maker> {
        self.0.get(key).map(|make| &**make)
    }
}

impl fmt::Debug for Makers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A trigger that was asked for by name, or why there is none.
pub(super) type Named = Result<Arc<dyn Trigger>, UnknownTrigger>;

/// How latencies are recorded.
pub(super) struct Latency {
    slots: usize,
    pub(super) sample: u32,
    make: Option<Box<MakeTracker>>,
}

type MakeTracker = dyn Fn(&Key) -> Arc<dyn LatencyTracker> + Send + Sync;

impl Default for Latency {
    fn default() -> Self {
        Self { slots: LatencyRing::DEFAULT_SLOTS, sample: 1, make: None }
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latency").field("slots", &self.slots).field("sample", &self.sample).finish_non_exhaustive()
    }
}

impl Latency {
    /// The tracker of a key: it keeps the percentile ready that the policy hedges by.
    pub(super) fn tracker(&self, key: &Key, policy: HedgePolicy) -> Arc<dyn LatencyTracker> {
        match (&self.make, policy.when) {
            (Some(make), _) => make(key),
            (None, HedgeWhen::Percentile { percentile, .. }) => Arc::new(LatencyRing::new(self.slots, percentile)),
            (None, _) => Arc::new(LatencyRing::new(self.slots, 99)),
        }
    }
}

impl ExecutorBuilder {
    /// Registers a policy for a key. Its sections stand before those of the attribute; sections it leaves out fall to it.
    pub fn policy(mut self, key: impl Into<Key>, policy: Policy) -> Self {
        self.policies.insert(key.into(), policy);
        self
    }

    /// What becomes of calls without a policy.
    pub fn missing_policy(mut self, missing: MissingPolicy) -> Self {
        self.missing = missing;
        self
    }

    /// Adds an observer; all that are added are told, in this order.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Hedges the calls of a key by the trigger of this name, as a policy that arrives as data may ask for. It stands before
    /// what the attribute says, for functions that may be hedged.
    ///
    /// # Errors
    ///
    /// For a name that is not registered, where `unknown` says so. Else the key is not hedged, and the timeline of each of its
    /// calls says why.
    ///
    /// ```
    /// use recourse::hedge::{FixedDelay, TriggerRegistry, Unknown};
    /// use recourse::{Executor, Key};
    /// use std::time::Duration;
    ///
    /// let triggers = TriggerRegistry::new();
    /// triggers.register("early", FixedDelay::new(Duration::from_millis(5)))?;
    /// let executor = Executor::builder()
    ///     .hedge_by(Key::from_static("users.get"), &triggers, "early", Unknown::Refuse)?
    ///     .build();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hedge_by(
        mut self,
        key: impl Into<Key>,
        triggers: &TriggerRegistry,
        name: &str,
        unknown: Unknown,
    ) -> Result<Self, UnknownTrigger> {
        let named = triggers.find(name);
        match (&named, unknown) {
            (Err(error), Unknown::Refuse) => return Err(error.clone()),
            _ => self.triggers.insert(key.into(), named),
        };
        Ok(self)
    }

    /// Makes the circuit breaker of a key, instead of the built-in ones. It stands before the one that the attribute names.
    ///
    /// `make` is given the settings of the circuit section, and is only asked where there is one. It is asked under no lock; two
    /// threads that come first at once may both ask, and one breaker stays.
    ///
    /// ```
    /// use recourse::{Executor, Key, circuit};
    ///
    /// let executor = Executor::builder()
    ///     .breaker(Key::from_static("users.get"), |policy| {
    ///         println!("a breaker is made: {policy}");
    ///         circuit::built_in(policy)
    ///     })
    ///     .build();
    /// ```
    ///
    /// # Panics
    ///
    /// A panic of `make` goes to the caller of the first call: from a guarded function when it is polled, from
    /// [`Executor::call`] itself.
    pub fn breaker(
        mut self,
        key: impl Into<Key>,
        make: impl Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker> + Send + Sync + 'static,
    ) -> Self {
        self.breakers.0.insert(key.into(), Box::new(make));
        self
    }

    /// How many latencies are kept per key that hedges: 64 to 4096, 256 by default. More of them make a percentile steadier,
    /// and slower to follow.
    pub fn latency_slots(mut self, slots: usize) -> Self {
        self.latency.slots = slots;
        self
    }

    /// Times one call in `sample` of those that can hedge; 1, the default, times all. A call that is not timed reads no clock
    /// while its attempt is ready at once; it can hedge like any other. Unbiased, and the latencies that are kept then
    /// span so many times more calls.
    pub fn latency_sample(mut self, sample: u32) -> Self {
        self.latency.sample = sample.max(1);
        self
    }

    /// Makes the latency trackers of keys, instead of [`LatencyRing`]s.
    ///
    /// It is asked where a key is first hedged, under no lock. Two threads that come first at once may both ask; one tracker stays.
    pub fn latency_tracker(mut self, make: impl Fn(&Key) -> Arc<dyn LatencyTracker> + Send + Sync + 'static) -> Self {
        self.latency.make = Some(Box::new(make));
        self
    }

    /// The executor.
    pub fn build(self) -> Executor {
        let Self { policies, missing, observers, latency, triggers, breakers } = self;
        let (audience, entries) = (Arc::new(Observers::new(observers)), Mutex::new(LruMap::new(KEYS)));
        Executor { inner: Arc::new(Inner { policies, missing, audience, latency, triggers, breakers, entries }) }
    }

    /// Builds it and makes it the process-wide one, which functions with the attribute use.
    ///
    /// # Errors
    ///
    /// Where one is installed already, or a guarded function has run before and so made the default one: call this first
    /// thing in `main`.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// Executor::builder().install().expect("nothing ran before");
    /// assert!(Executor::builder().install().is_err());
    /// ```
    pub fn install(self) -> Result<&'static Executor, AlreadyInstalled> {
        global::install(self.build())
    }
}

/// The process-wide executor exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled;

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the process-wide executor is in use already: install it before the first guarded call, and only once",
        )
    }
}

impl std::error::Error for AlreadyInstalled {}
