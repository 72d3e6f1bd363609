//! The operators `+`, `&` and `|` of [`PolicyLayer`], and the layer that `+` makes.

use super::fallback::FallbackLayer;
use super::fork_join::ForkJoinLayer;
use super::policy_layer::PolicyLayer;
use std::ops::{Add, BitAnd, BitOr};
use tower_layer::Layer;

/// The layer of `a + b`: `A` around `B`.
///
/// The parameters stand in the order of the operands. tower's own `Stack` names the inner layer first.
///
/// ```
/// use recourse::algebra::{PolicyLayer, Stack};
/// use tower::limit::ConcurrencyLimitLayer;
/// use tower::util::MapRequestLayer;
///
/// let doubled = MapRequestLayer::new((|n| n * 2) as fn(u32) -> u32);
/// let limit = ConcurrencyLimitLayer::new(10);
/// let by_operator = PolicyLayer(doubled.clone()) + PolicyLayer(limit.clone());
/// let by_name = PolicyLayer(Stack::new(doubled, limit));
/// # fn same<T>(_: T, _: T) {}
/// # same(by_operator, by_name);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stack<A, B> {
    outer: A,
    inner: B,
}

impl<A, B> Stack<A, B> {
    /// Makes a layer that puts `outer` around `inner`.
    #[must_use = "a layer does nothing until it is put over a service"]
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

    /// Puts the left policy around the right one.
    fn add(self, inner: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(Stack::new(self.0, inner.0))
    }
}

impl<A, B> BitAnd<PolicyLayer<B>> for PolicyLayer<A> {
    type Output = PolicyLayer<ForkJoinLayer<A, B>>;

    /// Runs both policies at once; the first success wins.
    fn bitand(self, right: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(ForkJoinLayer::new(self.0, right.0))
    }
}

impl<A, B> BitOr<PolicyLayer<B>> for PolicyLayer<A> {
    type Output = PolicyLayer<FallbackLayer<A, B>>;

    /// Runs the left policy, and the right one when the left one fails.
    fn bitor(self, right: PolicyLayer<B>) -> Self::Output {
        PolicyLayer(FallbackLayer::new(self.0, right.0))
    }
}
