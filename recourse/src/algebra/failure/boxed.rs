//! Failures as boxed errors, for middleware that wants those, and boxed errors under a policy.

use super::model::Failure;
#[cfg(doc)]
use crate::error::Rejected;
use std::error::Error;
use std::fmt;

/// The error of most of tower's own layers.
pub(in crate::algebra) type BoxError = Box<dyn Error + Send + Sync>;

/// A boxed error that is an error itself, which `Box<dyn Error>` is not; for services whose errors are boxed, under a
/// policy.
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

// The box is transparent: its text and its source are those of the error inside.
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

impl<E: Into<BoxError>> Failure<E> {
    /// Makes a boxed error of the failure, for middleware that wants one.
    ///
    /// An error that is alone goes into the box itself, so that it is found there by its type: the service's own error,
    /// or the [`Rejected`]. A list goes into the box as a [`Failure`] of [`Boxed`] errors.
    ///
    /// ```
    /// use recourse::algebra::Failure;
    /// use recourse::layers::timeout;
    /// use std::{io, time::Duration};
    /// use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let service = ServiceBuilder::new()
    ///     .map_err(Failure::into_boxed)
    ///     .layer(timeout(Duration::from_secs(1)))
    ///     .service(service_fn(async |_: ()| Err::<(), _>(io::Error::from(io::ErrorKind::NotFound))));
    /// let error: BoxError = service.oneshot(()).await.unwrap_err();
    /// assert_eq!(error.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::NotFound);
    /// # }
    /// ```
    pub fn into_boxed(self) -> BoxError {
        match self {
            // No failure around an error that is alone: `downcast_ref` looks at the box's own type, and not at sources.
            Self::Inner(error) => error.into(),
            Self::Rejected(rejected) => rejected.into(),
            all @ Self::All(_) => all.map(|error| Boxed(error.into())).into(),
        }
    }
}
