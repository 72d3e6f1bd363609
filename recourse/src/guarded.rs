//! The engine for closures: [`Executor::call`], the front end without the attribute.

mod priority;

use crate::call::{ByFunction, Classifier, ComposedClassifier, DefaultClassifier, Driven, RetryIf, WithAttempt};
use crate::context::{Attempt, Priority};
use crate::error::Rejected;
use crate::executor::{Executor, ResolvedSite, Spec, StateKey};
use crate::outcome::{Class, Outcome};
use crate::sync::Arc;
use pin_project_lite::pin_project;
use recourse_policy::{Key, Policy};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call that is about to be made by [`Executor::call`]: say how its outcomes are to be read, then `.await` it.
///
/// The functions that are given here are copied into the call, so a closure may capture references but no values. Write
/// `let config = &config;` in front of it.
///
/// ```
/// use recourse::{Class, Executor, Key, Policy, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let result = Executor::new()
///     .call(Key::from_static("files.read"), Policy::new().retry(RetryPolicy::defaults()), || async { std::fs::read("/dev/null") })
///     .retry_if(|error| error.kind() == std::io::ErrorKind::Interrupted)
///     .describe(|error| Some(error.to_string()))
///     .await;
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Guarded<F, Fut, C = DefaultClassifier> {
    site: Arc<ResolvedSite>,
    operation: F,
    classifier: C,
    priority: Option<Priority>,
    /// The future that the operation makes: the methods below name its types.
    attempt: PhantomData<fn() -> Fut>,
}

/// The value type of an operation.
pub(crate) type OkOf<Fut> = <<Fut as Future>::Output as Outcome>::Ok;
/// The error type of an operation.
pub(crate) type ErrOf<Fut> = <<Fut as Future>::Output as Outcome>::Err;

impl Executor {
    /// Calls `operation` under `policy`: the same engine as the attribute, for closures.
    ///
    /// The operation is called once for each attempt. Every error counts as [`Class::RETRYABLE`] until
    /// [`Guarded::classify`] or [`Guarded::retry_if`] says otherwise.
    ///
    /// State (circuit breakers, budgets, latencies) belongs to the executor and the key. Of keys that are not in the program's text a limited
    /// number keep their state: [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity) says how many, and which go first.
    ///
    /// A policy that is registered for the key takes the place of `policy`, section by section, as it does for attributes. An empty policy,
    /// `Policy::new()`, means the registered one, or [`Policy::defaults`] (up to 3 attempts, and a circuit) until there is one;
    /// `Policy::new().retry(RetryPolicy::none())` is one attempt and nothing else. A `timeout` of zero is a deadline that is over: the call is
    /// rejected as [`Expired`](crate::RejectionKind::Expired), and `operation` is not called. Values out of bounds are clamped, and the timeline of a call lists what was
    /// changed.
    ///
    /// The policy is that of the moment at which `call` is called, and the call begins with its first poll: a change of the policy in between
    /// does not concern the call. The circuit and the budget are asked when the call begins.
    ///
    /// The returned value becomes a future by `.await`, or by `.into_future()` if a future is wanted (for `tokio::spawn`, or `join!`). The
    /// future is `Send` if the operation's future and its result are.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call drops the attempt that runs, and gives back what the call holds. Nothing goes on behind it.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let left = std::cell::Cell::new(2);
    ///
    /// let result: Result<&str, String> = executor
    ///     .call(Key::from_static("users.get"), Policy::new().retry(RetryPolicy::attempts(3)), async || {
    ///         if left.replace(left.get() - 1) > 0 { Err("connection reset".to_string()) } else { Ok("Ada") }
    ///     })
    ///     .await;
    ///
    /// assert_eq!(result, Ok("Ada"));
    /// # }
    /// ```
    pub fn call<F, Fut>(&self, key: impl Into<Key>, policy: Policy, operation: F) -> Guarded<F, Fut>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output: Outcome>,
    {
        let site = self.resolve(&StateKey::shared(key.into()), &Spec::closure(&policy));
        Guarded::new(site, operation)
    }
}

impl Executor {
    /// Calls `operation` under `policy` like [`call`](Self::call), and gives it the [`Attempt`] that it makes: its number, what time is left, an
    /// identity of the call for idempotency keys, one of several targets. [`context::attempt`](crate::context::attempt) finds it below.
    ///
    /// It costs two allocations more than [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// As for [`call`](Self::call).
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
    /// let result: Result<u32, String> = Executor::new()
    ///     .call_with(Key::from_static("users.get"), policy, async |attempt| {
    ///         if attempt.is_last() { Ok(attempt.number()) } else { Err("connection reset".to_owned()) }
    ///     })
    ///     .await;
    /// assert_eq!(result, Ok(3));
    /// # }
    /// ```
    pub fn call_with<F, Fut>(&self, key: impl Into<Key>, policy: Policy, operation: F) -> Guarded<WithAttempt<F>, Fut>
    where
        F: FnMut(Attempt) -> Fut,
        Fut: Future<Output: Outcome>,
    {
        let spec = Spec { shows: true, ..Spec::closure(&policy) };
        Guarded::new(self.resolve(&StateKey::shared(key.into()), &spec), WithAttempt(operation))
    }
}

impl<F, Fut, Err, Ok, Reject, Text> Guarded<F, Fut, ComposedClassifier<Err, Ok, Reject, Text>>
where
    Fut: Future<Output: Outcome>,
{
    /// Classifies errors by a function. Without one every error is retryable.
    ///
    /// ```
    /// use recourse::{Class, Executor, Key, Policy, Rejected};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let call = Executor::new()
    ///     .call(Key::from_static("users.get"), Policy::defaults(), async || Err::<u32, _>(404))
    ///     .classify(|status: &i32| if *status == 404 { Class::Ignore } else { Class::RETRYABLE })
    ///     .classify_ok(|value: &u32| if *value == 0 { Class::RETRYABLE } else { Class::Success })
    ///     .on_reject(|_: Rejected| 503);
    /// assert_eq!(call.await, Err(404));
    /// # }
    /// ```
    pub fn classify<C>(self, classify: C) -> Guarded<F, Fut, ComposedClassifier<ByFunction<C>, Ok, Reject, Text>>
    where
        C: Fn(&ErrOf<Fut>) -> Class + Copy,
    {
        self.with_classifier(|parts| parts.with_err(ByFunction(classify)))
    }

    /// Classifies errors by a function that says whether to retry: the short form of [`Self::classify`].
    pub fn retry_if<C>(self, retry: C) -> Guarded<F, Fut, ComposedClassifier<RetryIf<C>, Ok, Reject, Text>>
    where
        C: Fn(&ErrOf<Fut>) -> bool + Copy,
    {
        self.with_classifier(|parts| parts.with_err(RetryIf(retry)))
    }

    /// Classifies values by a function, for values that mean failure. Without one every value is a success.
    pub fn classify_ok<C>(self, classify: C) -> Guarded<F, Fut, ComposedClassifier<Err, ByFunction<C>, Reject, Text>>
    where
        C: Fn(&OkOf<Fut>) -> Class + Copy,
    {
        self.with_classifier(|parts| parts.with_ok(ByFunction(classify)))
    }

    /// Makes the error of a rejection by a function, for error types that cannot implement `From<Rejected>`.
    pub fn on_reject<C>(self, reject: C) -> Guarded<F, Fut, ComposedClassifier<Err, Ok, ByFunction<C>, Text>>
    where
        C: Fn(Rejected) -> ErrOf<Fut> + Copy,
    {
        self.with_classifier(|parts| parts.with_reject(ByFunction(reject)))
    }

    /// Gives errors a text, for timelines and for [`Rejection::last_error`](crate::Rejection::last_error).
    pub fn describe<C>(self, describe: C) -> Guarded<F, Fut, ComposedClassifier<Err, Ok, Reject, ByFunction<C>>>
    where
        C: Fn(&ErrOf<Fut>) -> Option<String> + Copy,
    {
        self.with_classifier(|parts| parts.with_text(ByFunction(describe)))
    }
}

impl<F, Fut> Guarded<F, Fut> {
    pub(crate) const fn new(site: Arc<ResolvedSite>, operation: F) -> Self {
        Self { site, operation, classifier: DefaultClassifier::DEFAULT, priority: None, attempt: PhantomData }
    }
}

impl<F, Fut, C> Guarded<F, Fut, C> {
    pub(crate) fn into_parts(self) -> (Arc<ResolvedSite>, Option<Priority>, F, C) {
        (self.site, self.priority, self.operation, self.classifier)
    }

    fn with_classifier<New>(self, change: impl FnOnce(C) -> New) -> Guarded<F, Fut, New> {
        let Self { site, operation, classifier, priority, attempt } = self;
        Guarded { site, operation, classifier: change(classifier), priority, attempt }
    }
}

impl<F, Fut, C> IntoFuture for Guarded<F, Fut, C>
where
    F: FnMut() -> Fut,
    Fut: Future<Output: Outcome>,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;
    type IntoFuture = GuardedFuture<F, Fut, C>;

    fn into_future(self) -> Self::IntoFuture {
        let (site, priority, operation, classifier) = self.into_parts();
        GuardedFuture { call: Driven::new(site, priority, operation, classifier) }
    }
}

impl<F, Fut, C> IntoFuture for Guarded<WithAttempt<F>, Fut, C>
where
    F: FnMut(Attempt) -> Fut,
    Fut: Future<Output: Outcome>,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;
    type IntoFuture = GuardedFuture<WithAttempt<F>, Fut, C>;

    fn into_future(self) -> Self::IntoFuture {
        let (site, priority, operation, classifier) = self.into_parts();
        GuardedFuture { call: Driven::new(site, priority, operation, classifier) }
    }
}

impl<F, Fut, C> fmt::Debug for Guarded<F, Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("key", &self.site.key).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Guarded`] call.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    /// use std::future::IntoFuture;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let call = Executor::new().call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
    /// let future = call.into_future(); // for whoever takes a future, such as `tokio::join!`
    /// assert_eq!(future.await.unwrap(), "Ada");
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct GuardedFuture<F, Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        call: Driven<F, Fut, C>,
    }
}

impl<F, Fut, C> Future for GuardedFuture<F, Fut, C>
where
    F: FnMut() -> Fut,
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<F, Fut, C> Future for GuardedFuture<WithAttempt<F>, Fut, C>
where
    F: FnMut(Attempt) -> Fut,
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<F, Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for GuardedFuture<F, Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
