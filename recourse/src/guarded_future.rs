//! The engine for a future that exists already: [`Executor::guard`].

use crate::call::{ByFunction, Classifier, ComposedClassifier, DefaultClassifier, Existing};
use crate::context::IntoPriority;
use crate::error::Rejected;
use crate::executor::{Executor, Spec, StateKey};
use crate::guarded::{ErrOf, Guarded, OkOf};
use crate::outcome::{Class, Outcome};
use pin_project_lite::pin_project;
use recourse_policy::{Key, Policy};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call that is about to be made by [`Executor::guard`]: say how its outcome is to be read, then `.await` it.
///
/// ```
/// use recourse::{Class, Executor, Key, Policy};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let read = async { std::fs::read("/dev/null") };
/// let result = Executor::new()
///     .guard(Key::from_static("files.read"), Policy::new().timeout(Duration::from_secs(2)), read)
///     .classify(|error: &std::io::Error| match error.kind() {
///         std::io::ErrorKind::NotFound => Class::Ignore,
///         _ => Class::NonRetryable,
///     })
///     .await;
/// assert!(result.unwrap().is_empty());
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct GuardedOne<Fut, C = DefaultClassifier>(Guarded<OneFuture<Fut>, Fut, C>);

/// One future, in the place of an operation that makes one for each attempt.
struct OneFuture<Fut>(Fut);

impl Executor {
    /// Guards one future that exists already, such as one that somebody hands you.
    ///
    /// The future cannot be made again, so it is the only attempt: what is left of a policy are the timeouts and the circuit. Retries and
    /// hedges that the policy asks for are left out, and the timeline lists that. If there is a way to make the future again, write
    /// [`call`](Self::call) with a closure.
    ///
    /// How outcomes are read is said as for [`call`](Self::call): [`GuardedOne::classify`] decides what counts against the circuit,
    /// [`GuardedOne::on_reject`] makes an error of a rejection. What [`call`](Self::call) says of keys, state and policies holds here, too. The
    /// call begins with its first poll, and an attempt that is refused is dropped without having been polled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call drops the future, and gives back what the call holds.
    ///
    /// ```
    /// use recourse::{CircuitPolicy, Executor, Key, Policy, Rejected};
    /// use std::time::Duration;
    ///
    /// #[derive(Debug)]
    /// enum LoadError {
    ///     Late,
    ///     Other(std::io::Error),
    /// }
    ///
    /// impl From<Rejected> for LoadError {
    ///     fn from(_: Rejected) -> Self {
    ///         LoadError::Late
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let plugin = async {
    ///     tokio::time::sleep(Duration::from_secs(60)).await;
    ///     std::fs::read("/dev/null").map_err(LoadError::Other)
    /// };
    /// let policy = Policy::new().timeout(Duration::from_secs(2)).circuit(CircuitPolicy::failures(5));
    ///
    /// let loaded = Executor::new().guard(Key::from_static("plugin.load"), policy, plugin).await;
    /// assert!(matches!(loaded, Err(LoadError::Late)));
    /// # }
    /// ```
    pub fn guard<Fut>(&self, key: impl Into<Key>, policy: Policy, future: Fut) -> GuardedOne<Fut>
    where
        Fut: Future<Output: Outcome>,
    {
        let site = self.resolve(&StateKey::shared(key.into()), &Spec::future(&policy));
        GuardedOne(Guarded::new(site, OneFuture(future)))
    }
}

impl<Fut, Err, Ok, Reject, Text> GuardedOne<Fut, ComposedClassifier<Err, Ok, Reject, Text>>
where
    Fut: Future<Output: Outcome>,
{
    /// Classifies an error by a function: see [`Guarded::classify`]. It decides what counts against the circuit.
    pub fn classify<C>(self, classify: C) -> GuardedOne<Fut, ComposedClassifier<ByFunction<C>, Ok, Reject, Text>>
    where
        C: Fn(&ErrOf<Fut>) -> Class + Copy,
    {
        GuardedOne(self.0.classify(classify))
    }

    /// Classifies a value by a function, for values that mean failure: see [`Guarded::classify_ok`].
    ///
    /// ```
    /// use recourse::{Class, Executor, Key, Policy, Rejected};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let call = Executor::new()
    ///     .guard(Key::from_static("users.get"), Policy::new().circuit("defaults".parse().unwrap()), async { Err::<u32, _>(404) })
    ///     .classify(|_: &i32| Class::Ignore)
    ///     .classify_ok(|_: &u32| Class::Success)
    ///     .on_reject(|_: Rejected| 503)
    ///     .describe(|status: &i32| Some(format!("status {status}")));
    /// assert_eq!(call.await, Err(404));
    /// # }
    /// ```
    pub fn classify_ok<C>(self, classify: C) -> GuardedOne<Fut, ComposedClassifier<Err, ByFunction<C>, Reject, Text>>
    where
        C: Fn(&OkOf<Fut>) -> Class + Copy,
    {
        GuardedOne(self.0.classify_ok(classify))
    }

    /// Makes the error of a rejection by a function: see [`Guarded::on_reject`].
    pub fn on_reject<C>(self, reject: C) -> GuardedOne<Fut, ComposedClassifier<Err, Ok, ByFunction<C>, Text>>
    where
        C: Fn(Rejected) -> ErrOf<Fut> + Copy,
    {
        GuardedOne(self.0.on_reject(reject))
    }

    /// Gives an error a text, for timelines: see [`Guarded::describe`].
    pub fn describe<C>(self, describe: C) -> GuardedOne<Fut, ComposedClassifier<Err, Ok, Reject, ByFunction<C>>>
    where
        C: Fn(&ErrOf<Fut>) -> Option<String> + Copy,
    {
        GuardedOne(self.0.describe(describe))
    }
}

impl<Fut, C> GuardedOne<Fut, C> {
    /// Sets how much the call matters, for itself and all that is guarded in it: see [`Guarded::priority`].
    ///
    /// ```
    /// use recourse::context::{self, Priority};
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let work = async { Ok::<_, String>(context::priority()) };
    /// let call = Executor::new().guard(Key::from_static("report"), Policy::defaults(), work).priority(Priority::Low);
    /// assert_eq!(call.await, Ok(Some(Priority::Low)));
    /// # }
    /// ```
    pub fn priority(self, priority: impl IntoPriority) -> Self {
        Self(self.0.priority(priority))
    }
}

impl<Fut, C> fmt::Debug for GuardedOne<Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GuardedOne").field(&self.0).finish()
    }
}

impl<Fut, C> IntoFuture for GuardedOne<Fut, C>
where
    Fut: Future<Output: Outcome>,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;
    type IntoFuture = GuardedOneFuture<Fut, C>;

    fn into_future(self) -> Self::IntoFuture {
        let (site, priority, OneFuture(future), classifier) = self.0.into_parts();
        GuardedOneFuture { call: Existing::new(site, priority, future, classifier) }
    }
}

pin_project! {
    /// The future of a call by [`Executor::guard`].
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    /// use std::future::IntoFuture;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let policy = Policy::new().timeout(Duration::from_secs(1));
    /// let guarded = Executor::new().guard(Key::from_static("users.get"), policy, std::future::pending::<Result<(), String>>());
    /// assert!(guarded.into_future().await.is_err());
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct GuardedOneFuture<Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        call: Existing<Fut, C>,
    }
}

impl<Fut, C> Future for GuardedOneFuture<Fut, C>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for GuardedOneFuture<Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedOneFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
