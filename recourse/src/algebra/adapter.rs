//! Layers whose services have errors of another type than [`Failure`], and how they join.

use super::failure::Failure;
use super::policy::PolicyLayer;
use pin_project_lite::pin_project;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// What tower's own layers make of every error.
pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// Makes failures of the errors of a layer.
pub trait Lift<X> {
    /// The error of the service at the bottom.
    type Error;
    /// Makes the failure.
    fn lift(&self, error: X) -> Failure<Self::Error>;
}

/// A function that makes failures of a layer's errors.
#[derive(Clone, Copy, Debug)]
pub struct Mapped<F>(F);

impl<F, X, E> Lift<X> for Mapped<F>
where
    F: Fn(X) -> Failure<E>,
{
    type Error = E;

    fn lift(&self, error: X) -> Failure<E> {
        (self.0)(error)
    }
}

/// Takes the failure out of the box, and makes another one, by a function, of an error that the layer has put into it itself.
#[derive(Clone, Copy, Debug)]
pub struct Unboxed<F>(F);

impl<F, X, E> Lift<X> for Unboxed<F>
where
    F: Fn(BoxError) -> E,
    X: Into<BoxError>,
    E: Error + 'static,
{
    type Error = E;

    fn lift(&self, error: X) -> Failure<E> {
        match error.into().downcast::<Failure<E>>() {
            Ok(failure) => *failure,
            Err(foreign) => Failure::Inner((self.0)(foreign)),
        }
    }
}

impl<L, F> PolicyLayer<Adapter<L, Mapped<F>>> {
    /// A layer with an error type of its own, and how its errors become failures.
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
        Self(Adapter { layer, lift: Mapped(lift) })
    }
}

impl<L, F> PolicyLayer<Adapter<L, Unboxed<F>>> {
    /// A layer whose errors are boxed, as those of most of tower's layers are, and what becomes of its own errors.
    ///
    /// A failure that the layer has put into its box is taken out again, and is what it was. For that the function has to give the error
    /// type of the service at the bottom: with another one a failure in the box is just another error to it. Where the service's own error is a
    /// box, too, name it [`Boxed`].
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
        Self(Adapter { layer, lift: Unboxed(lift) })
    }
}

/// A layer with errors of another type; made by [`PolicyLayer::mapped`] and [`PolicyLayer::boxed`].
#[derive(Clone, Copy, Debug)]
pub struct Adapter<L, M> {
    layer: L,
    lift: M,
}

impl<S, L: Layer<S>, M: Clone> Layer<S> for Adapter<L, M> {
    type Service = Adapted<L::Service, M>;

    fn layer(&self, service: S) -> Self::Service {
        Adapted { service: self.layer.layer(service), lift: self.lift.clone() }
    }
}

/// The service of an [`Adapter`].
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
    /// The response of an [`Adapted`] service.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the layer's own response.
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

/// A boxed error that is an error itself, which the box is not; for services under a policy whose errors are boxed.
///
/// ```
/// use recourse::algebra::{Boxed, PolicyLayer};
/// use tower::{BoxError, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let boxed = service_fn(async |_: ()| Err::<(), BoxError>("closed".into()));
/// let failure = PolicyLayer::bare().layer(boxed.map_err(Boxed)).oneshot(()).await.unwrap_err();
/// let error: BoxError = failure.into();
/// assert_eq!(error.to_string(), "closed");
/// # }
/// ```
pub struct Boxed(pub BoxError);

impl From<BoxError> for Boxed {
    fn from(error: BoxError) -> Self {
        Self(error)
    }
}

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Boxed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
