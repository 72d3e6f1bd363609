//! What a failure becomes: one of two, a boxed error, a class.

use super::{Cause, Entry, Failure, Failures};
use crate::algebra::adapter::{BoxError, Boxed};
#[cfg(doc)]
use crate::error::Rejected;

impl<E> Failure<Failure<E>> {
    /// The failure of two policies, one over the other, as one. Policies that are combined by operators have it from the beginning.
    ///
    /// ```
    /// use recourse::algebra::{Failure, PolicyLayer};
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let inner = (PolicyLayer::bare() & PolicyLayer::bare()).layer(service_fn(async |_: ()| Err::<(), _>("no")));
    /// let outer = (PolicyLayer::bare() | PolicyLayer::bare()).layer(inner);
    /// let failure: Failure<&str> = outer.oneshot(()).await.unwrap_err().flatten();
    /// assert_eq!(failure.entries().len(), 4);
    /// assert_eq!(failure.entries()[1].label, "left.right");
    /// # }
    /// ```
    pub fn flatten(self) -> Failure<E> {
        match self {
            Self::Inner(failure) => failure,
            Self::Rejected(rejected) => Failure::Rejected(rejected),
            Self::All(all) => {
                let mut entries = Vec::with_capacity(all.entries.len());
                for Entry { label, cause } in all.entries {
                    let cause = match cause {
                        Cause::Inner(Failure::Inner(error)) => Cause::Inner(error),
                        Cause::Rejected(rejected) | Cause::Inner(Failure::Rejected(rejected)) => {
                            Cause::Rejected(rejected)
                        }
                        Cause::Inner(Failure::All(below)) => {
                            entries.extend(below.entries.into_iter().map(|Entry { label: inner, cause }| Entry {
                                label: if label.is_empty() { inner } else { format!("{label}.{inner}").into() },
                                cause,
                            }));
                            continue;
                        }
                    };
                    entries.push(Entry { label, cause });
                }
                Failure::All(Failures { entries })
            }
        }
    }
}

impl<E: Into<BoxError>> Failure<E> {
    /// The failure as a boxed error, for middleware that wants one. What is alone is itself in the box, so that it is found
    /// there by its type: the service's own error, or the [`Rejected`]. A list is a [`Failure`], of [`Boxed`] errors.
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
            Self::Inner(error) => error.into(),
            Self::Rejected(rejected) => rejected.into(),
            all @ Self::All(_) => all.map(|error| Boxed(error.into())).into(),
        }
    }
}
