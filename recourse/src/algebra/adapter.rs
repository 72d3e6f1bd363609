//! Layers whose services have errors of another type than [`Failure`](super::Failure): the wrapper that converts the
//! errors.

use super::failure::{BoxError, Failure};
use super::lift::{Lift, Mapped, Unboxed};
use super::policy_layer::PolicyLayer;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

impl<L, F> PolicyLayer<Adapter<L, Mapped<F>>> {
    /// Makes a policy of a layer that has an error type of its own. The function makes failures of that layer's errors.
    ///
    /// ```
    /// # use std::task::{Context, Poll};
    /// # #[derive(Clone)]
    /// # struct Checked<S>(S);
    /// # impl<S: tower::Service<u32>> tower::Service<u32> for Checked<S> {
    /// #     type Response = S::Response;
    /// #     type Error = Refused<S::Error>;
    /// #     type Future = futures::future::Either<
    /// #         futures::future::Ready<Result<S::Response, Self::Error>>,
    /// #         futures::future::MapErr<S::Future, fn(S::Error) -> Self::Error>,
    /// #     >;
    /// #     fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
    /// #         self.0.poll_ready(cx).map_err(Refused::Service)
    /// #     }
    /// #     fn call(&mut self, request: u32) -> Self::Future {
    /// #         use futures::{future, TryFutureExt};
    /// #         match request {
    /// #             0 => future::Either::Left(future::ready(Err(Refused::Zero))),
    /// #             _ => future::Either::Right(self.0.call(request).map_err(Refused::Service as fn(_) -> _)),
    /// #         }
    /// #     }
    /// # }
    /// use recourse::algebra::{Failure, PolicyLayer};
    /// use tower::layer::layer_fn;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// /// The errors of a layer that lets no zero through.
    /// enum Refused<E> {
    ///     Zero,
    ///     Service(E),
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let checked = PolicyLayer::mapped(layer_fn(Checked), |error| match error {
    ///     Refused::Zero => Failure::Inner("zero"),
    ///     Refused::Service(failure) => failure,
    /// });
    /// let half = service_fn(async |n: u32| if n % 2 == 0 { Ok(n / 2) } else { Err("odd") });
    ///
    /// let service = (checked.clone() | checked).layer(half);
    /// assert_eq!(service.clone().oneshot(4).await.unwrap(), 2);
    /// assert_eq!(service.oneshot(0).await.unwrap_err().preferred(), Some(&"zero"));
    /// # }
    /// ```
    pub fn mapped<X, E>(layer: L, lift: F) -> Self
    where
        F: Fn(X) -> Failure<E>,
    {
        Self(Adapter::new(layer, Mapped::new(lift)))
    }
}

impl<L, F> PolicyLayer<Adapter<L, Unboxed<F>>> {
    /// Makes a policy of a layer whose errors are boxed, as those of most of tower's layers are. The function converts
    /// the errors that the layer makes itself.
    ///
    /// A failure that the layer has boxed is taken out of the box unchanged. For that, the function has to return the
    /// error type of the service at the bottom; with another type, the boxed failure looks like an error of the layer. If
    /// the service's own error is a box, too, wrap it in [`Boxed`](super::Boxed).
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use std::io;
    /// use std::time::Duration;
    /// use tower::timeout::TimeoutLayer;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let limit = |ms| {
    ///     let layer = TimeoutLayer::new(Duration::from_millis(ms));
    ///     PolicyLayer::boxed(layer, |elapsed| io::Error::new(io::ErrorKind::TimedOut, elapsed))
    /// };
    /// let slow = service_fn(async |name: &'static str| {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    ///     if name == "nobody" { Err(io::Error::from(io::ErrorKind::NotFound)) } else { Ok(name.len()) }
    /// });
    /// let service = (limit(10) | limit(50)).layer(slow);
    ///
    /// assert_eq!(service.clone().oneshot("Ada").await.unwrap(), 3);
    /// let failure = service.oneshot("nobody").await.unwrap_err();
    /// assert_eq!(failure.to_string(), "no side succeeded: left: request timed out; right: entity not found");
    /// # }
    /// ```
    pub fn boxed<E>(layer: L, lift: F) -> Self
    where
        F: Fn(BoxError) -> E,
    {
        Self(Adapter::new(layer, Unboxed::new(lift)))
    }
}

/// A layer with errors of another type; made by [`PolicyLayer::mapped`] and [`PolicyLayer::boxed`].
///
/// ```
/// use recourse::algebra::{Adapter, PolicyLayer, Unboxed};
/// use std::io;
/// use tower::BoxError;
/// use tower::load_shed::LoadShedLayer;
///
/// type Shed = PolicyLayer<Adapter<LoadShedLayer, Unboxed<fn(BoxError) -> io::Error>>>;
/// let shed: Shed = PolicyLayer::boxed(LoadShedLayer::new(), io::Error::other as fn(BoxError) -> io::Error);
/// # let _ = shed;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Adapter<L, M> {
    layer: L,
    lift: M,
}

impl<L, M> Adapter<L, M> {
    const fn new(layer: L, lift: M) -> Self {
        Self { layer, lift }
    }
}

impl<S, L: Layer<S>, M: Clone> Layer<S> for Adapter<L, M> {
    type Service = Adapted<L::Service, M>;

    fn layer(&self, service: S) -> Self::Service {
        Adapted { service: self.layer.layer(service), lift: self.lift.clone() }
    }
}

/// The service of an [`Adapter`].
///
/// ```
/// use recourse::algebra::{Adapted, Leaf, PolicyLayer, Unboxed};
/// use std::future::{Ready, ready};
/// use std::io;
/// use tower::load_shed::{LoadShed, LoadShedLayer};
/// use tower::util::ServiceFn;
/// use tower::{BoxError, service_fn};
///
/// type Client = ServiceFn<fn(u32) -> Ready<io::Result<u32>>>;
/// struct Users(Adapted<LoadShed<Leaf<Client>>, Unboxed<fn(BoxError) -> io::Error>>);
///
/// let client: Client = service_fn(|id| ready(Ok(id)));
/// let shed = PolicyLayer::boxed(LoadShedLayer::new(), io::Error::other as fn(BoxError) -> io::Error);
/// let users = Users(shed.layer(client));
/// # let _ = users.0;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Adapted<S, M> {
    service: S,
    lift: M,
}

impl<S, R, M> Service<R> for Adapted<S, M>
where
    S: Service<R>,
    M: Lift<S::Error> + Clone,
{
    type Response = S::Response;
    type Error = Failure<M::Error>;
    type Future = Adapting<S::Future, M>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx).map_err(|error| self.lift.lift(error))
    }

    fn call(&mut self, request: R) -> Self::Future {
        Adapting { response: self.service.call(request), lift: self.lift.clone() }
    }
}

pin_project! {
    /// The response of an [`Adapted`] service: that of the layer, with its error converted. See [`Adapted`] for an
    /// example.
    ///
    /// # Cancel safety
    ///
    /// Dropping the response drops the layer's own response.
    ///
    /// ```
    /// use recourse::algebra::{Failure, PolicyLayer};
    /// use tower::{Service, layer::util::Identity, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = PolicyLayer::mapped(Identity::new(), |error: Failure<&str>| error.map(str::len));
    /// let mut service = policy.layer(service_fn(|_: ()| std::future::ready(Err::<(), _>("down"))));
    /// let response = service.call(());
    /// assert!(matches!(response.await, Err(Failure::Inner(4))));
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Adapting<F, M> {
        #[pin]
        response: F,
        lift: M,
    }
}

impl<F, T, X, M> Future for Adapting<F, M>
where
    F: Future<Output = Result<T, X>>,
    M: Lift<X>,
{
    type Output = Result<T, Failure<M::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.response.poll(cx).map_err(|error| this.lift.lift(error))
    }
}

impl<F, M> fmt::Debug for Adapting<F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapting").finish_non_exhaustive()
    }
}
