//! The builder of an executor.

use crate::circuit::CircuitBreaker;
use crate::executor::instance::Executor;
use crate::executor::policies::registered::RegisteredPolicies;
use crate::executor::settings::{BreakerMakers, LatencySettings, MissingPolicy, NamedTrigger, Settings};
use crate::hedge::{LatencyTracker, TriggerRegistry, Unknown, UnknownTrigger};
use crate::observe::{LiveObservers, Observer, Redact};
use crate::providers::PolicyProvider;
use crate::sync::Arc;
use recourse_policy::{CircuitPolicy, Key, OperatorBounds, Origin, Patterns, Policy};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Builds an [`Executor`].
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
#[must_use = "a builder does nothing until `build` or `install` is called"]
pub struct ExecutorBuilder {
    pub(super) policies: Patterns<Policy>,
    pub(super) providers: Vec<Arc<dyn PolicyProvider>>,
    pub(super) bounds: OperatorBounds,
    pub(super) default_policy: Option<Policy>,
    pub(super) loose_calls: bool,
    pub(super) missing: MissingPolicy,
    pub(super) observers: Vec<Arc<dyn Observer>>,
    pub(super) traces: bool,
    pub(super) redact: Redact,
    latency: LatencySettings,
    triggers: HashMap<Key, NamedTrigger>,
    breakers: BreakerMakers,
    key_capacity: Option<usize>,
}

impl Executor {
    /// Makes an executor with nothing registered: every function keeps the policy it was written with.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts a builder, for policies by key, observers, and what happens to keys without a policy.
    pub fn builder() -> ExecutorBuilder {
        ExecutorBuilder::default()
    }
}

impl Default for Executor {
    fn default() -> Self {
        Self::new()
    }
}

impl ExecutorBuilder {
    /// Hedges the calls of a key by a registered trigger, named as a policy that arrives as data would name it. The trigger takes the
    /// place of the attribute's hedge section, for functions that may be hedged.
    ///
    /// # Errors
    ///
    /// Returns an error for a name that is not registered if `unknown` is [`Unknown::Refuse`]. Otherwise the key is not hedged, and the
    /// timeline of each of its calls says why.
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

    /// Makes the circuit breaker of a key by a function of your own, instead of a built-in breaker or the one that the attribute names.
    ///
    /// `make` is given the circuit section of the policy, and is only called if there is one. It runs under no lock: if the first two calls
    /// of a key come at once, both may make a breaker, and one of the two is kept.
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
    /// A panic of `make` reaches whoever makes the first call: a guarded function panics when it is polled, [`Executor::call`] panics
    /// itself.
    pub fn breaker(
        mut self,
        key: impl Into<Key>,
        make: impl Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker> + Send + Sync + 'static,
    ) -> Self {
        self.breakers.insert(key.into(), make);
        self
    }

    /// Sets how many latencies are kept for each key that hedges, or refuses by a percentile (`at_least`): 64 to 4096, 256 by default. More
    /// latencies make a percentile steadier, and slower to follow a change.
    pub fn latency_slots(mut self, slots: usize) -> Self {
        self.latency.slots = slots;
        self
    }

    /// Times one in `sample` of the calls that can hedge, or whose key refuses by a percentile. The default of 1 times all of them.
    ///
    /// A call that is not timed reads no clock if its attempt is ready at once. It can hedge like any other call. The sample is unbiased,
    /// and the latencies that are kept span `sample` times as many calls.
    pub fn latency_sample(mut self, sample: u32) -> Self {
        self.latency.sample = sample.max(1);
        self
    }

    /// Makes the latency trackers of keys by a function of your own, instead of a [`LatencyRing`](crate::hedge::LatencyRing) for each.
    ///
    /// `make` is called when the first site of the key that goes by latencies is resolved, under no lock: two threads may both make a tracker, and
    /// one of the two is kept.
    ///
    /// ```
    /// use recourse::Executor;
    /// use recourse::hedge::LatencyRing;
    /// use std::sync::Arc;
    ///
    /// let executor = Executor::builder()
    ///     .latency_slots(1_024)
    ///     .latency_sample(8)
    ///     .latency_tracker(|key| Arc::new(LatencyRing::new(if key.namespace() == "db" { 4_096 } else { 256 }, 99)))
    ///     .build();
    /// # let _ = executor;
    /// ```
    pub fn latency_tracker(mut self, make: impl Fn(&Key) -> Arc<dyn LatencyTracker> + Send + Sync + 'static) -> Self {
        self.latency.make_by(make);
        self
    }

    /// Sets the number of keys made at run time that keep their state: 1 to [`MAX_KEY_CAPACITY`](Executor::MAX_KEY_CAPACITY), by default
    /// [`DEFAULT_KEY_CAPACITY`](Executor::DEFAULT_KEY_CAPACITY). A number out of bounds becomes the nearest in bounds;
    /// [`Executor::key_capacity`] returns the number in force.
    ///
    /// Keys of the program's text keep their state for ever, and are not counted. For the others, choose at least the number of
    /// keys that are called within a few minutes. A key with a circuit and a budget takes about 4 kB.
    ///
    /// If there is no room for another key, the state of a key is evicted. A key that comes back after that begins anew, with a full budget
    /// and a closed circuit.
    ///
    /// - State that a call uses is never evicted. So there is at most as much state as the capacity and the calls in flight. The service of a
    ///   layer uses its state as long as it lives.
    /// - State that says nothing goes first, the least recently used before others. State says something if its circuit is not closed, has
    ///   counted failures that still count, or was changed by an operator; if a budget is not full; if the latencies suffice for a percentile.
    ///   A circuit breaker or a latency tracker of your own is not asked: a breaker says something after a failure, a tracker always.
    /// - Then one of the others is drawn by lot, apart from the quarter that was used last: first among those that only count, then among
    ///   those whose circuit is not closed or was changed by an operator. The loss is told to
    ///   [`Observer::evicted`](crate::observe::Observer::evicted).
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// let executor = Executor::builder().key_capacity(20_000).build();
    /// assert_eq!(executor.key_capacity(), 20_000);
    /// assert_eq!(Executor::builder().key_capacity(0).build().key_capacity(), 1);
    /// ```
    pub fn key_capacity(mut self, n: usize) -> Self {
        self.key_capacity = Some(n.clamp(1, Executor::MAX_KEY_CAPACITY));
        self
    }

    /// Makes the executor.
    pub fn build(self) -> Executor {
        let Self {
            policies,
            mut providers,
            bounds,
            default_policy,
            loose_calls,
            missing,
            observers,
            traces,
            redact,
            latency,
            triggers,
            breakers,
            key_capacity,
        } = self;
        // Stable, and reversed before: of two of one kind, the one that was added last stands first.
        providers.reverse();
        providers.sort_by_key(|provider| Reverse(kind(provider.origin())));
        let executor = Executor::of(Settings {
            policies: RegisteredPolicies::new(policies),
            providers,
            bounds,
            loose_calls,
            default_policy: default_policy.unwrap_or(Policy::defaults()),
            missing,
            observers: LiveObservers::new(observers, traces, redact),
            latency,
            triggers,
            breakers,
            key_capacity: key_capacity.unwrap_or(Executor::DEFAULT_KEY_CAPACITY),
        });
        executor.listen_to_providers();
        executor
    }
}

/// The kind of a provider. Whatever else one says of itself, it stands among those of the program's own.
fn kind(origin: Origin) -> Origin {
    if matches!(origin, Origin::Remote | Origin::File) { origin } else { Origin::Provider }
}
