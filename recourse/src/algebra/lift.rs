//! How the errors of a layer become [`Failure`]s.

use super::failure::{BoxError, Failure};
use std::error::Error;

/// Makes failures of the errors of a layer.
///
/// You need not implement the trait: [`Mapped`] and [`Unboxed`] do, for
/// [`PolicyLayer::mapped`](super::PolicyLayer::mapped) and [`PolicyLayer::boxed`](super::PolicyLayer::boxed). Name it in
/// a function that is generic over both.
///
/// ```
/// use recourse::algebra::{Adapted, Failure, Lift};
///
/// /// The error that callers of an adapted service see.
/// type ErrorOf<M, X> = Failure<<M as Lift<X>>::Error>;
///
/// fn failure<M: Lift<X>, X>(lift: &M, error: X) -> ErrorOf<M, X> {
///     lift.lift(error)
/// }
/// # let _ = failure::<recourse::algebra::Mapped<fn(u8) -> Failure<u8>>, u8>;
/// ```
pub trait Lift<X> {
    /// The error of the service at the bottom.
    type Error;
    /// Makes the failure.
    fn lift(&self, error: X) -> Failure<Self::Error>;
}

/// Makes failures by a function; the second parameter of what [`PolicyLayer::mapped`](super::PolicyLayer::mapped)
/// returns.
///
/// ```
/// use recourse::algebra::{Adapter, Bare, Failure, Mapped, PolicyLayer};
///
/// type Renamed = PolicyLayer<Adapter<Bare, Mapped<fn(u8) -> Failure<u8>>>>;
/// let renamed: Renamed = PolicyLayer::mapped(Bare::default(), Failure::Inner as fn(u8) -> Failure<u8>);
/// # let _ = renamed;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Mapped<F>(F);

impl<F> Mapped<F> {
    pub(super) const fn new(lift: F) -> Self {
        Self(lift)
    }
}

impl<F, X, E> Lift<X> for Mapped<F>
where
    F: Fn(X) -> Failure<E>,
{
    type Error = E;

    fn lift(&self, error: X) -> Failure<E> {
        (self.0)(error)
    }
}

/// Takes failures out of a box, and makes failures of all other errors in it by a function; the second parameter of what
/// [`PolicyLayer::boxed`](super::PolicyLayer::boxed) returns. See [`Adapter`](super::Adapter) for an example.
///
/// ```
/// use recourse::algebra::{Failure, PolicyLayer};
/// use std::io;
/// use tower::{ServiceExt, service_fn, timeout::TimeoutLayer};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // tower's timeout boxes every error, and `Unboxed` takes those apart that were boxed below.
/// let policy = PolicyLayer::boxed(TimeoutLayer::new(std::time::Duration::from_secs(1)), io::Error::other);
/// let service = policy.layer(service_fn(|_: ()| std::future::ready(Err::<(), _>(io::Error::other("down")))));
/// assert!(matches!(service.oneshot(()).await, Err(Failure::Inner(error)) if error.to_string() == "down"));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Unboxed<F>(F);

impl<F> Unboxed<F> {
    pub(super) const fn new(lift: F) -> Self {
        Self(lift)
    }
}

impl<F, X, E> Lift<X> for Unboxed<F>
where
    F: Fn(BoxError) -> E,
    X: Into<BoxError>,
    E: Error + 'static,
{
    type Error = E;

    fn lift(&self, error: X) -> Failure<E> {
        // What comes from below the layer is a failure already. Anything else is the layer's own, and only the function knows it.
        match error.into().downcast::<Failure<E>>() {
            Ok(failure) => *failure,
            Err(foreign) => Failure::Inner((self.0)(foreign)),
        }
    }
}
