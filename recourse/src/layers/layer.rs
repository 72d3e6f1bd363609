//! The engine as a layer.

use super::reading::Reading;
use super::repeat::Once;
use super::service::Resilient;
use crate::algebra::PolicyLayer;
use crate::algebra::fork::ByClone;
use crate::executor::{By, Executor, RetryIf, Spec};
use crate::outcome::Class;
use recourse_policy::{Capabilities, Key};
use tower_layer::Layer;

/// Puts a service under the engine that the attribute and [`Executor::call`] have: retries and their budget, hedges, circuit,
/// timeouts, timelines and observers.
///
/// The state (breaker, budgets, latencies) belongs to the executor and the key, as it does everywhere; so all services that the
/// layer makes share it, their clones, and those of a clone of the layer. [`retry`](super::retry), [`timeout`](super::timeout),
/// [`circuit`](super::circuit) and [`hedge`](super::hedge) are such layers, each with one mechanism and an executor of its own.
///
/// What the policy gives up with is a [`Failure`](crate::algebra::Failure): the service's own error as it was, or
/// [`Failure::Rejected`](crate::algebra::Failure::Rejected) where there is none, because time was up or the circuit is open.
///
/// ```
/// use recourse::algebra::PolicyLayer as Tower;
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
/// let service = ServiceBuilder::new().layer(users | Tower::bare()).service(get);
/// assert_eq!(service.oneshot(7).await.unwrap(), "user 7");
/// # }
/// ```
///
/// # How failures are read
///
/// A service's own error is retryable, until [`classify`](PolicyLayer::classify) or [`retry_if`](PolicyLayer::retry_if) says otherwise. A
/// refusal of a layer below is not retried: retries would multiply with those made below, and an open circuit is there to fail
/// fast. Only a timeout of a layer that makes no retries is, so `retry + timeout` gives every attempt its time. Where all sides of
/// a `&` or a `|` have failed there is another attempt if one of them alone would get one, after the longest delay that one of the
/// services asked for.
///
/// # Layers in layers
///
/// Each layer makes calls of its own: `retry + timeout` is one call under `retry`, and one under `timeout` for each attempt of it.
/// [`capture`](crate::observe::capture) shows all of them, each by its key. Observers are told of the calls of their own
/// executor, so what is counted there is counted once; the four small layers have executors that nobody observes.
///
/// Where several mechanisms stand one in the other, as the attribute has them, one layer with all of them costs as much as a
/// layer with one; `retry + circuit + timeout` costs about three of them.
#[derive(Clone, Debug)]
pub struct ResilientLayer<F = ByClone, J = Reading> {
    executor: Executor,
    key: Key,
    policy: recourse_policy::Policy,
    /// Requests are repeated.
    repeat: bool,
    idempotent: bool,
    fork: F,
    judge: J,
}

impl ResilientLayer {
    /// The engine, with the policy that is registered for the key in the executor, or else
    /// [`PolicyLayer::defaults`](recourse_policy::Policy::defaults); see [`MissingPolicy`](crate::MissingPolicy).
    ///
    /// Of a key that is not in the program's text the executor may forget the state, when there are a thousand others that are
    /// used later; the layer keeps it then, and layers that are made later begin anew.
    pub fn new(executor: &Executor, key: impl Into<Key>) -> PolicyLayer<Self> {
        PolicyLayer(Self {
            executor: executor.clone(),
            key: key.into(),
            policy: recourse_policy::Policy::new(),
            repeat: true,
            idempotent: false,
            fork: ByClone,
            judge: Reading::PLAIN,
        })
    }
}

impl<F, J> PolicyLayer<ResilientLayer<F, J>> {
    /// What is on. Sections that it names stand before those that the layer has, and behind those that are registered for the key.
    /// Values out of bounds are clamped; the timeline of a call lists what was changed.
    pub fn policy(mut self, policy: recourse_policy::Policy) -> Self {
        self.0.policy = policy.over(self.0.policy);
        self
    }

    /// Another name, for errors and timelines, and in the executor.
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.0.key = key.into();
        self
    }

    /// The service may get a request twice, also at once: then a policy that is registered for the key may hedge. Naming
    /// `hedge` in [`Self::policy`] says so, too.
    pub fn idempotent(mut self) -> Self {
        self.0.idempotent = true;
        self
    }

    /// No request is repeated, so it need not be `Clone`. A policy that asks for retries or hedges is applied without them,
    /// and the timeline of a call says so.
    pub fn once(self) -> PolicyLayer<ResilientLayer<Once, J>> {
        self.forked(Once, false)
    }

    /// How a further attempt gets its request, made before the one before it starts. `None` means that it has none: the call
    /// ends with the attempts that were made.
    ///
    /// ```
    /// use recourse::RetryPolicy;
    /// use recourse::layers::retry;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// enum Body {
    ///     Bytes(&'static [u8]),
    ///     Stream,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let retry = retry(RetryPolicy::attempts(3)).fork(|body: &Body| match body {
    ///     Body::Bytes(bytes) => Some(Body::Bytes(bytes)),
    ///     Body::Stream => None,
    /// });
    /// let attempts = std::cell::Cell::new(0);
    /// let upload = service_fn(async |_: Body| {
    ///     attempts.update(|n| n + 1);
    ///     Err::<(), _>("connection reset")
    /// });
    ///
    /// assert!(retry.layer(upload).oneshot(Body::Stream).await.is_err());
    /// assert_eq!(attempts.get(), 1);
    /// assert!(retry.layer(upload).oneshot(Body::Bytes(b"Ada")).await.is_err());
    /// assert_eq!(attempts.get(), 1 + 3);
    /// # }
    /// ```
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<ResilientLayer<G, J>>
    where
        G: Fn(&R) -> Option<R>,
    {
        self.forked(fork, true)
    }

    fn forked<G>(self, fork: G, repeat: bool) -> PolicyLayer<ResilientLayer<G, J>> {
        let ResilientLayer { executor, key, policy, idempotent, judge, .. } = self.0;
        PolicyLayer(ResilientLayer { executor, key, policy, repeat, idempotent, fork, judge })
    }

    fn judged<New>(self, change: impl FnOnce(J) -> New) -> PolicyLayer<ResilientLayer<F, New>> {
        let ResilientLayer { executor, key, policy, repeat, idempotent, fork, judge } = self.0;
        PolicyLayer(ResilientLayer { executor, key, policy, repeat, idempotent, fork, judge: change(judge) })
    }
}

/// A layer that reads outcomes so.
type Reads<F, Err, Ok, Text> = PolicyLayer<ResilientLayer<F, Reading<Err, Ok, Text>>>;

/// How outcomes are read. The functions are copied into each call, as those of [`Executor::call`] are.
impl<F, Err, Ok, Text> PolicyLayer<ResilientLayer<F, Reading<Err, Ok, Text>>> {
    /// The verdict on a service's own error; without it every one is retryable. Where the type says it for itself:
    /// `.classify(ApiError::classify)`.
    pub fn classify<E, C>(self, classify: C) -> Reads<F, By<C>, Ok, Text>
    where
        C: Fn(&E) -> Class + Copy,
    {
        self.judged(|Reading { ok, text, .. }| Reading { err: By(classify), ok, text })
    }

    /// The short form of [`Self::classify`]: retry, or not.
    pub fn retry_if<E, C>(self, retry: C) -> Reads<F, RetryIf<C>, Ok, Text>
    where
        C: Fn(&E) -> bool + Copy,
    {
        self.judged(|Reading { ok, text, .. }| Reading { err: RetryIf(retry), ok, text })
    }

    /// The verdict on a response, for responses that mean failure; without it every one is a success.
    pub fn classify_ok<T, C>(self, classify: C) -> Reads<F, Err, By<C>, Text>
    where
        C: Fn(&T) -> Class + Copy,
    {
        self.judged(|Reading { err, text, .. }| Reading { err, ok: By(classify), text })
    }

    /// The text of a service's own error, for timelines and for [`Rejection::last_error`](crate::Rejection::last_error).
    pub fn describe<E, C>(self, describe: C) -> Reads<F, Err, Ok, By<C>>
    where
        C: Fn(&E) -> Option<String> + Copy,
    {
        self.judged(|Reading { err, ok, .. }| Reading { err, ok, text: By(describe) })
    }
}

impl<S, F: Clone, J: Copy> Layer<S> for ResilientLayer<F, J> {
    type Service = Resilient<S, F, J>;

    fn layer(&self, service: S) -> Self::Service {
        let Self { executor, key, policy, repeat, idempotent, fork, judge } = self;
        let hedge = *repeat && (*idempotent || policy.hedge.is_some());
        let spec = Spec { capabilities: Capabilities { repeat: *repeat, hedge }, ..Spec::closure(*policy) };
        Resilient::new(service, executor.handle(key, &spec), fork.clone(), *judge)
    }
}
