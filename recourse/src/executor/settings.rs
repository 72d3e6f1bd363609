//! What an [`ExecutorBuilder`](crate::ExecutorBuilder) is given, and an executor keeps.

use crate::circuit::CircuitBreaker;
use crate::executor::policies::registered::RegisteredPolicies;
use crate::hedge::{LatencyRing, LatencyTracker, MIN_SAMPLES, Trigger, UnknownTrigger};
use crate::observe::LiveObservers;
use crate::providers::PolicyProvider;
use crate::sync::Arc;
use recourse_policy::{CircuitPolicy, Key, OperatorBounds, Policy};
use std::collections::HashMap;
use std::fmt;

/// What the builder was given.
pub(super) struct Settings {
    pub(super) policies: RegisteredPolicies,
    /// The strongest first.
    pub(super) providers: Vec<Arc<dyn PolicyProvider>>,
    /// How far policies of providers may go.
    pub(super) bounds: OperatorBounds,
    /// A call may ask for more than the policy in force.
    pub(super) loose_calls: bool,
    /// What stands for the defaults.
    pub(super) default_policy: Policy,
    pub(super) missing: MissingPolicy,
    pub(super) observers: LiveObservers,
    pub(super) latency: LatencySettings,
    pub(super) triggers: HashMap<Key, NamedTrigger>,
    pub(super) breakers: BreakerMakers,
    /// The number of keys that are neither static nor pinned, and keep their state.
    pub(super) key_capacity: usize,
}

/// Decides about a call for which nobody wrote a policy: an attribute that names no mechanism, for a key that has no policy registered.
///
/// ```
/// use recourse::{Executor, Key, MissingPolicy, Policy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let strict = Executor::builder().missing_policy(MissingPolicy::Deny).build();
/// let error = strict.call(Key::from_static("users.get"), Policy::new(), async || Ok::<(), String>(())).await.unwrap_err();
/// assert_eq!(error, "`users.get` was not called: there is no policy for it");
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingPolicy {
    /// The call gets the [default policy](crate::ExecutorBuilder::default_policy) of the executor.
    #[default]
    Defaults,
    /// The call is rejected, and its body does not run.
    Deny,
}

/// Functions that make the circuit breakers of certain keys.
#[derive(Default)]
pub(super) struct BreakerMakers(HashMap<Key, Box<BreakerMaker>>);

type BreakerMaker = dyn Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker> + Send + Sync;

impl BreakerMakers {
    pub(super) fn insert(
        &mut self,
        key: Key,
        make: impl Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker> + Send + Sync + 'static,
    ) {
        self.0.insert(key, Box::new(make));
    }

    pub(super) fn get(&self, key: &Key) -> Option<&BreakerMaker> {
        self.0.get(key).map(|make| &**make)
    }
}

impl fmt::Debug for BreakerMakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A trigger that was asked for by name, or the reason why there is none.
pub(super) type NamedTrigger = Result<Arc<dyn Trigger>, UnknownTrigger>;

/// How latencies are recorded.
pub(super) struct LatencySettings {
    pub(super) slots: usize,
    /// One call in `sample` is timed.
    pub(super) sample: u32,
    make: Option<Box<MakeTracker>>,
}

type MakeTracker = dyn Fn(&Key) -> Arc<dyn LatencyTracker> + Send + Sync;

impl Default for LatencySettings {
    fn default() -> Self {
        Self { slots: LatencyRing::DEFAULT_SLOTS, sample: 1, make: None }
    }
}

impl fmt::Debug for LatencySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LatencySettings")
            .field("slots", &self.slots)
            .field("sample", &self.sample)
            .finish_non_exhaustive()
    }
}

impl LatencySettings {
    pub(super) fn make_by(&mut self, make: impl Fn(&Key) -> Arc<dyn LatencyTracker> + Send + Sync + 'static) {
        self.make = Some(Box::new(make));
    }

    /// Makes the tracker of a key. A ring keeps this percentile ready.
    pub(super) fn tracker(&self, key: &Key, percentile: u32) -> Latencies {
        if let Some(make) = &self.make {
            return Latencies { tracker: make(key), ring: None };
        }
        let ring = Arc::new(LatencyRing::new(self.slots, percentile));
        Latencies { tracker: ring.clone(), ring: Some(ring) }
    }
}

/// The tracker of a key.
#[derive(Debug)]
pub(super) struct Latencies {
    pub(super) tracker: Arc<dyn LatencyTracker>,
    /// The same, if it is ours.
    ring: Option<Arc<LatencyRing>>,
}

impl Latencies {
    /// True if there is a percentile. A tracker of the user's own is not asked, since this is asked under a lock: it counts as one that
    /// has learnt.
    pub(super) fn has_learnt(&self) -> bool {
        self.ring.as_ref().is_none_or(|ring| ring.count() >= MIN_SAMPLES)
    }
}
