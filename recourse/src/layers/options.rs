//! The options of a [`ResilientLayer`], and so of every layer of this module.
//!
//! They are methods of [`PolicyLayer`], because that is what users hold: `retry(..).key(..).classify(..)`.

use super::classifier::LayerClassifier;
use super::layer::ResilientLayer;
use super::repeat::Once;
use crate::algebra::PolicyLayer;
use crate::call::{ByFunction, RetryIf};
use crate::context::IntoPriority;
#[cfg(doc)]
use crate::executor::Executor;
use crate::outcome::Class;
use recourse_policy::{Key, Policy};

impl<F, C> PolicyLayer<ResilientLayer<F, C>> {
    /// Sets the policy. Its sections take precedence over those that the layer has already, and yield to those that are
    /// registered for the key. Values out of bounds are clamped; the timeline of a call lists what was changed.
    ///
    /// ```
    /// use recourse::layers::timeout;
    /// use recourse::{Policy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// // The timeout stays, and further requests are still not made: `timeout` has switched them off.
    /// let limit = timeout(Duration::from_secs(1)).policy(Policy::new().retry(RetryPolicy::attempts(3)));
    /// # let _ = limit;
    /// ```
    pub fn policy(mut self, policy: Policy) -> Self {
        // Section by section: a mechanism that the new policy does not name stays as it was.
        self.0.policy = policy.over(self.0.policy);
        self
    }

    /// Sets another key: the name in errors and timelines, and of the state in the executor.
    ///
    /// ```
    /// use recourse::Key;
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let hangs = service_fn(|_: ()| std::future::pending::<Result<(), std::io::Error>>());
    /// let limit = timeout(Duration::from_millis(50)).key(Key::from_static("users.get"));
    /// let failure = limit.layer(hangs).oneshot(()).await.unwrap_err();
    /// assert_eq!(failure.to_string(), "`users.get` timed out after 50ms, in 1 attempt");
    /// # }
    /// ```
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.0.key = key.into();
        self
    }

    /// Declares that the service may get a request twice, also at the same time, so that a policy registered for the key
    /// may hedge. Naming `hedge` in [`Self::policy`] declares it, too.
    ///
    /// ```
    /// use recourse::layers::ResilientLayer;
    /// use recourse::{Executor, HedgePolicy, Key, Policy};
    /// use std::time::Duration;
    ///
    /// let key = Key::from_static("users.get");
    /// let hedged = Policy::new().hedge(HedgePolicy::after(Duration::from_millis(20)));
    /// let executor = Executor::builder().policy(key.clone(), hedged).build();
    /// let users = ResilientLayer::new(&executor, key).idempotent();
    /// # let _ = users;
    /// ```
    pub fn idempotent(mut self) -> Self {
        self.0.idempotent = true;
        self
    }

    /// Sets how much the calls of the layer matter, each for itself and all that is guarded in it: see
    /// [`Priority`](crate::context::Priority). `None` leaves the priority around a call.
    ///
    /// ```
    /// use recourse::context::{self, Priority};
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let report = service_fn(async |_: ()| Ok::<_, std::io::Error>(context::priority()));
    /// let service = timeout(Duration::from_secs(60)).priority(Priority::Low).layer(report);
    /// assert_eq!(service.oneshot(()).await.unwrap(), Some(Priority::Low));
    /// # }
    /// ```
    pub fn priority(mut self, priority: impl IntoPriority) -> Self {
        self.0.priority = priority.into_priority();
        self
    }

    /// Repeats no request, so that requests need not be `Clone`. A policy that asks for retries or hedges is applied
    /// without them, and the timeline of a call says so.
    ///
    /// ```
    /// use recourse::layers::ResilientLayer;
    /// use recourse::{Executor, Key};
    /// use tower::{ServiceExt, service_fn};
    ///
    /// struct Upload(Vec<u8>);
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let uploads = ResilientLayer::new(&Executor::new(), Key::from_static("uploads")).once();
    /// let service = uploads.layer(service_fn(async |Upload(bytes)| Ok::<_, std::io::Error>(bytes.len())));
    /// assert_eq!(service.oneshot(Upload(vec![1, 2, 3])).await.unwrap(), 3);
    /// # }
    /// ```
    pub fn once(self) -> PolicyLayer<ResilientLayer<Once, C>> {
        PolicyLayer(self.0.with_fork(Once, false))
    }

    /// Makes the request of a further attempt by a function instead of by `Clone`, before the attempt before it starts.
    /// `None` means that there is none: the call ends with the attempts that were made.
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
    ///     attempts.set(attempts.get() + 1);
    ///     Err::<(), _>("connection reset")
    /// });
    ///
    /// assert!(retry.layer(upload).oneshot(Body::Stream).await.is_err());
    /// assert_eq!(attempts.get(), 1);
    /// assert!(retry.layer(upload).oneshot(Body::Bytes(b"Ada")).await.is_err());
    /// assert_eq!(attempts.get(), 1 + 3);
    /// # }
    /// ```
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<ResilientLayer<G, C>>
    where
        G: Fn(&R) -> Option<R>,
    {
        PolicyLayer(self.0.with_fork(fork, true))
    }
}

/// A layer with a classifier that is made of these three functions.
type Classified<F, Err, Ok, Text> = PolicyLayer<ResilientLayer<F, LayerClassifier<Err, Ok, Text>>>;

/// The functions of the layer's classifier. They are copied into each call, as those of [`Executor::call`] are.
impl<F, Err, Ok, Text> PolicyLayer<ResilientLayer<F, LayerClassifier<Err, Ok, Text>>> {
    /// Classifies the service's own errors by a function; without it every error is retryable. For an error type that
    /// classifies itself: `.classify(ApiError::classify)`.
    ///
    /// ```
    /// use recourse::layers::retry;
    /// use recourse::{Class, RetryPolicy};
    ///
    /// let retry = retry(RetryPolicy::attempts(3)).classify(|status: &u16| match status {
    ///     404 => Class::Ignore,
    ///     429 | 500..=599 => Class::RETRYABLE,
    ///     _ => Class::NonRetryable,
    /// });
    /// # let _ = retry;
    /// ```
    pub fn classify<E, N>(self, classify: N) -> Classified<F, ByFunction<N>, Ok, Text>
    where
        N: Fn(&E) -> Class + Copy,
    {
        PolicyLayer(self.0.with_classifier(|LayerClassifier { ok, text, .. }| LayerClassifier {
            err: ByFunction(classify),
            ok,
            text,
        }))
    }

    /// Classifies the service's own errors by one question, the short form of [`Self::classify`]: retry, or not?
    ///
    /// ```
    /// use recourse::RetryPolicy;
    /// use recourse::layers::retry;
    ///
    /// let retry = retry(RetryPolicy::attempts(3)).retry_if(|status: &u16| *status >= 500);
    /// # let _ = retry;
    /// ```
    pub fn retry_if<E, N>(self, retry: N) -> Classified<F, RetryIf<N>, Ok, Text>
    where
        N: Fn(&E) -> bool + Copy,
    {
        PolicyLayer(self.0.with_classifier(|LayerClassifier { ok, text, .. }| LayerClassifier {
            err: RetryIf(retry),
            ok,
            text,
        }))
    }

    /// Classifies responses by a function, for responses that mean failure; without it every response is a success.
    ///
    /// ```
    /// use recourse::layers::retry;
    /// use recourse::{Class, RetryPolicy};
    /// use std::cell::Cell;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let retry = retry(RetryPolicy::attempts(3))
    ///     .classify_ok(|status: &u16| if *status == 503 { Class::RETRYABLE } else { Class::Success });
    /// let calls = Cell::new(0);
    /// let restarts = service_fn(async |_: ()| {
    ///     calls.set(calls.get() + 1);
    ///     Ok::<_, std::io::Error>(if calls.get() == 1 { 503 } else { 200 })
    /// });
    /// assert_eq!(retry.layer(restarts).oneshot(()).await.unwrap(), 200);
    /// # }
    /// ```
    pub fn classify_ok<T, N>(self, classify: N) -> Classified<F, Err, ByFunction<N>, Text>
    where
        N: Fn(&T) -> Class + Copy,
    {
        PolicyLayer(self.0.with_classifier(|LayerClassifier { err, text, .. }| LayerClassifier {
            err,
            ok: ByFunction(classify),
            text,
        }))
    }

    /// Gives the service's own errors a text, for timelines and for
    /// [`Rejection::last_error`](crate::Rejection::last_error).
    ///
    /// ```
    /// use recourse::RetryPolicy;
    /// use recourse::layers::retry;
    ///
    /// let retry = retry(RetryPolicy::attempts(3)).describe(|error: &std::io::Error| Some(error.to_string()));
    /// # let _ = retry;
    /// ```
    pub fn describe<E, N>(self, describe: N) -> Classified<F, Err, Ok, ByFunction<N>>
    where
        N: Fn(&E) -> Option<String> + Copy,
    {
        PolicyLayer(self.0.with_classifier(|LayerClassifier { err, ok, .. }| LayerClassifier {
            err,
            ok,
            text: ByFunction(describe),
        }))
    }
}
