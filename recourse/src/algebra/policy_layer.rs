//! The wrapper that makes a tower layer an operand, and the layer that does nothing.

use super::leaf::Leaf;
use tower_layer::Layer;

/// A tower [`Layer`] that can be combined with others by `+`, `&` and `|`, and is a layer itself.
///
/// The layer inside stands over services whose error is a [`Failure`](super::Failure), and keeps that error type. The
/// layers of recourse do, and so do those of tower that have no errors of their own, such as `ConcurrencyLimitLayer`.
/// Other layers join by [`PolicyLayer::boxed`] and [`PolicyLayer::mapped`].
///
/// A `PolicyLayer` is no [`recourse::Policy`](crate::Policy), which describes the retries, timeouts and limits of one
/// call as data.
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
#[must_use = "a policy does nothing until it is put over a service"]
pub struct PolicyLayer<L>(pub L);

impl<L> PolicyLayer<L> {
    /// Puts the policy over a service. The service becomes a [`Leaf`], so its errors become [`Failure`](super::Failure)s.
    ///
    /// Does the same as the method of [`Layer`], without that trait in scope.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = PolicyLayer::bare() | PolicyLayer::bare();
    /// let service = policy.layer(service_fn(async |n: u32| Ok::<_, std::io::Error>(n + 1)));
    /// assert_eq!(service.oneshot(1).await.unwrap(), 2);
    /// # }
    /// ```
    pub fn layer<S>(&self, service: S) -> L::Service
    where
        L: Layer<Leaf<S>>,
    {
        self.0.layer(Leaf::new(service))
    }

    /// Puts the policy over a service that has a policy already, so that both report one [`Failure`](super::Failure), as
    /// those of `outer + inner` do. In a `ServiceBuilder` that is `.layer(outer.0).layer(inner)`.
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
    /// Makes a policy that leaves the service as it is, for a side without a layer.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    ///
    /// // The second side has no timeout.
    /// let policy = timeout(Duration::from_millis(50)) | PolicyLayer::bare();
    /// # let _ = policy;
    /// ```
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

/// A layer that adds nothing to a service; made by [`PolicyLayer::bare`].
///
/// ```
/// use recourse::algebra::{Bare, FallbackLayer, PolicyLayer};
///
/// let twice: PolicyLayer<FallbackLayer<Bare, Bare>> = PolicyLayer::bare() | PolicyLayer::bare();
/// # let _ = twice;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bare;

impl<S> Layer<S> for Bare {
    type Service = S;

    fn layer(&self, service: S) -> S {
        service
    }
}
