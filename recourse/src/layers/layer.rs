//! The whole engine as one layer.

use super::classifier::LayerClassifier;
use super::service::Resilient;
use crate::algebra::{ByClone, PolicyLayer};
use crate::context::Priority;
use crate::executor::{Executor, KeptSite, Spec};
use recourse_policy::{Capabilities, Key, Policy};
use tower_layer::Layer;

/// Puts a service under the engine that the attribute `#[resilient]` and [`Executor::call`] have: retries and their
/// budget, hedges, circuit breaker, timeouts, timelines and observers.
///
/// Its state (breaker, budgets, latencies) belongs to the executor and the key, as everywhere in recourse. So all
/// services that the layer makes share the state, and so do their clones, and the services of a clone of the layer.
/// [`retry`](super::retry), [`timeout`](super::timeout), [`circuit`](super::circuit) and [`hedge`](super::hedge) are such
/// layers, each with one mechanism and an executor of its own.
///
/// A call that fails gives a [`Failure`](crate::algebra::Failure): the service's own error, unchanged, or
/// [`Failure::Rejected`](crate::algebra::Failure::Rejected) if there is none, because the time was up or the circuit is
/// open.
///
/// ```
/// use recourse::algebra::PolicyLayer;
/// use recourse::layers::ResilientLayer;
/// use recourse::{Executor, Key, Policy, RetryPolicy};
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// # use std::sync::atomic::{AtomicU32, Ordering};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::builder()
///     .policy(Key::from_static("users.get"), Policy::new().timeout(Duration::from_secs(2)))
///     .build();
/// let users = ResilientLayer::new(&executor, Key::from_static("users.get"))
///     .policy(Policy::new().retry(RetryPolicy::attempts(3)))
///     .retry_if(|error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset);
///
/// let resets = AtomicU32::new(2);
/// let get = service_fn(async |id: u32| match resets.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)) {
///     Ok(_) => Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
///     Err(_) => Ok(format!("user {id}")),
/// });
/// let service = ServiceBuilder::new().layer(users | PolicyLayer::bare()).service(get);
/// assert_eq!(service.oneshot(7).await.unwrap(), "user 7");
/// # }
/// ```
///
/// # What can be set
///
/// | method | sets |
/// |---|---|
/// | [`policy`](PolicyLayer::policy) | all sections: retry, budget, hedge, circuit, timeout, attempt timeout |
/// | [`key`](PolicyLayer::key) | the name, and the state in the executor |
/// | [`classify`](PolicyLayer::classify), [`retry_if`](PolicyLayer::retry_if) | which errors of the service are worth another attempt |
/// | [`classify_ok`](PolicyLayer::classify_ok) | which responses are failures, by their status for example |
/// | [`describe`](PolicyLayer::describe) | the text of an error, in timelines |
/// | [`fork`](PolicyLayer::fork) | how a request is made again; [`once`](PolicyLayer::once): never |
/// | [`idempotent`](PolicyLayer::idempotent) | a policy that is registered for the key may hedge |
/// | [`priority`](PolicyLayer::priority) | how much its calls matter, and all that is guarded in them |
///
/// # How failures are classified
///
/// - A service's own error is retryable, unless [`classify`](PolicyLayer::classify) or
///   [`retry_if`](PolicyLayer::retry_if) says otherwise.
/// - A rejection by a layer below is not retried: retries would multiply with those made below, and an open circuit is
///   there to fail fast. The exception is a timeout of a layer that makes no retries, so `retry + timeout` gives every
///   attempt its time.
/// - When all sides of a `&` or a `|` have failed, there is another attempt if one of them alone would get one, after the
///   longest delay that one of the services asked for.
///
/// # Layers in layers
///
/// Each layer makes calls of its own: `retry + timeout` is one call under `retry`, and one under `timeout` for each of
/// its attempts. [`capture`](crate::observe::capture) shows all of them, each under its key. Observers are told of the
/// calls of their own executor, so each call is counted once; the layers of one mechanism have executors that nobody
/// observes.
///
/// If several mechanisms stand one inside the other, as under the attribute, one layer with all of them costs as much as
/// a layer with one of them; `retry + circuit + timeout` costs about three.
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put over a service"]
pub struct ResilientLayer<F = ByClone, C = LayerClassifier> {
    executor: Executor,
    pub(super) key: Key,
    pub(super) policy: Policy,
    /// Requests are repeated.
    repeat: bool,
    pub(super) idempotent: bool,
    pub(super) priority: Option<Priority>,
    fork: F,
    classifier: C,
}

impl ResilientLayer {
    /// Makes a layer with the policy that is registered for the key in the executor, or else with
    /// [`Policy::defaults`](recourse_policy::Policy::defaults); see [`MissingPolicy`](crate::MissingPolicy).
    ///
    /// The executor may forget the state of a key that is not in the program's text, when a thousand other such keys were
    /// used later. The layer keeps the state then, and layers that are made later begin afresh.
    pub fn new(executor: &Executor, key: impl Into<Key>) -> PolicyLayer<Self> {
        PolicyLayer(Self {
            executor: executor.clone(),
            key: key.into(),
            policy: Policy::new(),
            repeat: true,
            idempotent: false,
            priority: None,
            fork: ByClone,
            classifier: LayerClassifier::DEFAULT,
        })
    }
}

impl<F, C> ResilientLayer<F, C> {
    /// Returns the layer with another source of further requests.
    pub(super) fn with_fork<G>(self, fork: G, repeat: bool) -> ResilientLayer<G, C> {
        let Self { executor, key, policy, idempotent, priority, classifier, .. } = self;
        ResilientLayer { executor, key, policy, repeat, idempotent, priority, fork, classifier }
    }

    /// Returns the layer with another classifier.
    pub(super) fn with_classifier<N>(self, change: impl FnOnce(C) -> N) -> ResilientLayer<F, N> {
        let Self { executor, key, policy, repeat, idempotent, priority, fork, classifier } = self;
        ResilientLayer { executor, key, policy, repeat, idempotent, priority, fork, classifier: change(classifier) }
    }
}

impl<S, F: Clone, C: Copy> Layer<S> for ResilientLayer<F, C> {
    type Service = Resilient<S, F, C>;

    fn layer(&self, service: S) -> Self::Service {
        let Self { executor, key, policy, repeat, idempotent, priority, fork, classifier } = self;
        // A hedge sends the request twice, so it needs both: a request that can be repeated, and somebody who says that twice
        // does no harm.
        let hedge = *repeat && (*idempotent || policy.hedge.is_some());
        let spec =
            Spec { capabilities: Capabilities { repeat: *repeat, hedge, reject: true }, ..Spec::closure(policy) };
        Resilient::new(service, KeptSite::new(executor, key, &spec), *priority, fork.clone(), *classifier)
    }
}
