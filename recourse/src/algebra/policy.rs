//! A layer that can be combined with others, and the one after the other.

use super::fallback::FallbackLayer;
use super::fork_join::ForkJoinLayer;
use super::leaf::Leaf;
use std::ops::{Add, BitAnd, BitOr};
use tower_layer::Layer;

/// A tower [`Layer`] that is combined with others by `+`, `&` and `|`, and is a layer itself.
///
/// What is in it stands over services whose error is a [`Failure`](super::Failure) and keeps that type, as ours do, and as
/// tower's own layers without errors of their own do (`ConcurrencyLimitLayer`). [`PolicyLayer::boxed`] and [`PolicyLayer::mapped`] are
/// there for others.
///
/// ```
/// use recourse::algebra::PolicyLayer;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower::util::MapResponseLayer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let polite = PolicyLayer(MapResponseLayer::new(|name: &str| format!("dear {name}")));
/// let loud = PolicyLayer(MapResponseLayer::new(|text: String| text + "!"));
///
/// let ada = service_fn(async |_: ()| Ok::<_, std::io::Error>("Ada"));
/// let service = ServiceBuilder::new().layer(loud + polite).service(ada);
/// assert_eq!(service.oneshot(()).await.unwrap(), "dear Ada!");
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyLayer<L>(pub L);

impl<L> PolicyLayer<L> {
    /// Puts the policy over a service: the same as that of [`Layer`], without the trait in scope.
    pub fn layer<S>(&self, service: S) -> L::Service
    where
        L: Layer<Leaf<S>>,
    {
        self.0.layer(Leaf::new(service))
    }

    /// Puts the policy over a service that is under a policy already, so that there is one [`Failure`](super::Failure) of both,
    /// as `outer + inner` has it. In a `ServiceBuilder` that is `.layer(outer.0).layer(inner)`.
    ///
    /// ```
    /// use recourse::algebra::{Failure, PolicyLayer};
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let inner = PolicyLayer::bare().layer(service_fn(async |_: ()| Err::<(), _>("no")));
    /// let outer = timeout(Duration::from_secs(1)).over(inner);
    /// let failure: Failure<&str> = outer.oneshot(()).await.unwrap_err();
    /// assert_eq!(failure.inner(), Some(&"no"));
    /// # }
    /// ```
    pub fn over<S>(&self, service: S) -> L::Service
    where
        L: Layer<S>,
    {
        self.0.layer(service)
    }
}

impl PolicyLayer<Bare> {
    /// The service as it is: a side without a layer.
    pub const fn bare() -> Self {
        Self(Bare)
    }
}

impl<S, L: Layer<Leaf<S>>> Layer<S> for PolicyLayer<L> {
    type Service = L::Service;

    fn layer(&self, service: S) -> L::Service {
        self.layer(service)
    }
}

/// Adds nothing to a service; made by [`PolicyLayer::bare`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bare;

impl<S> Layer<S> for Bare {
    type Service = S;

    fn layer(&self, service: S) -> S {
        service
    }
}

/// `a + b`: `A` around `B`.
///
/// tower's own `Stack` names the inner one first; here it is as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stack<A, B> {
    outer: A,
    inner: B,
}

impl<A, B> Stack<A, B> {
    /// `outer` around `inner`.
    pub const fn new(outer: A, inner: B) -> Self {
        Self { outer, inner }
    }
}

impl<S, A, B> Layer<S> for Stack<A, B>
where
    A: Layer<B::Service>,
    B: Layer<S>,
{
    type Service = A::Service;

    fn layer(&self, service: S) -> A::Service {
        self.outer.layer(self.inner.layer(service))
    }
}

impl<A, B> Add<PolicyLayer<B>> for PolicyLayer<A> {
    type Output = PolicyLayer<Stack<A, B>>;

    /// The left one around the right one.
    fn add(self, inner: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(Stack::new(self.0, inner.0))
    }
}

impl<A, B> BitAnd<PolicyLayer<B>> for PolicyLayer<A> {
    type Output = PolicyLayer<ForkJoinLayer<A, B>>;

    /// Both at once: the first success wins.
    fn bitand(self, right: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(ForkJoinLayer::new(self.0, right.0))
    }
}

impl<A, B> BitOr<PolicyLayer<B>> for PolicyLayer<A> {
    type Output = PolicyLayer<FallbackLayer<A, B>>;

    /// The left one, and the right one where it fails.
    fn bitor(self, right: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(FallbackLayer::new(self.0, right.0))
    }
}
