//! The failure of a policy: one error, one rejection, or a flat list of both.

use crate::error::{FromRejection, Rejected};
use std::borrow::Cow;

/// Why a policy gave no response. `E` is the error of the service at the bottom, however deep the policy is.
///
/// ```
/// use recourse::algebra::PolicyLayer;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let dial = service_fn(async |_: &str| Err::<(), _>("connection refused"));
/// let [a, b, c] = [PolicyLayer::bare(); 3];
/// let policy = ((a & b).label("v6", "v4") | c).label("direct", "relay");
///
/// let failure = policy.layer(dial).oneshot("example.com").await.unwrap_err();
/// assert_eq!(failure.preferred(), Some(&"connection refused"));
/// assert_eq!(failure.entries().len(), 3, "one for each leaf, in the order they are written");
/// assert_eq!(
///     failure.to_string(),
///     "no side succeeded: direct.v6: connection refused; direct.v4: connection refused; relay: connection refused",
/// );
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Failure<E> {
    /// The service's own error, unchanged.
    Inner(E),
    /// A layer of recourse gave up, for instance after a timeout or because a circuit is open.
    Rejected(Rejected),
    /// All sides of a `&` or a `|` failed.
    All(Failures<E>),
}

/// The failures of all leaves that were asked, one [`Entry`] each, in the order they are written.
///
/// ```
/// use recourse::algebra::{Failure, PolicyLayer};
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let policy = (PolicyLayer::bare() | PolicyLayer::bare()).label("near", "far");
/// let failure = policy.layer(service_fn(async |_: ()| Err::<(), _>("refused"))).oneshot(()).await.unwrap_err();
/// let Failure::All(all) = failure else { unreachable!("both sides failed") };
/// assert_eq!(all.entries()[0].label, "near");
/// assert_eq!(all.get("far").unwrap().inner(), Some(&"refused"));
/// assert_eq!(all.into_entries().len(), 2);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Failures<E> {
    pub(super) entries: Vec<Entry<E>>,
}

/// A leaf that failed: which one, and why.
///
/// ```
/// use recourse::algebra::{Cause, Entry};
///
/// fn log(entry: &Entry<std::io::Error>) -> String {
///     match &entry.cause {
///         Cause::Inner(error) => format!("{} failed: {error}", entry.label),
///         Cause::Rejected(rejected) => format!("{} gave up: {rejected}", entry.label),
///         _ => entry.label.to_string(),
///     }
/// }
/// # let _ = log;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry<E> {
    /// The names of the sides above the leaf, from the outermost: `direct.v6`. A side without a name is `left` or
    /// `right`.
    pub label: Cow<'static, str>,
    /// Why the leaf failed.
    pub cause: Cause<E>,
}

/// Why one leaf failed. See [`Entry`] for an example.
///
/// ```
/// use recourse::algebra::Cause;
///
/// let cause: Cause<String> = Cause::Inner("connection reset".to_owned());
/// assert_eq!(cause.inner().map(String::as_str), Some("connection reset"));
/// assert!(cause.rejected().is_none());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cause<E> {
    /// The service's own error.
    Inner(E),
    /// A layer of recourse gave up.
    Rejected(Rejected),
}

impl<E> Failure<E> {
    /// Returns the service's own error, if that is all there is.
    ///
    /// ```
    /// use recourse::algebra::Failure;
    ///
    /// assert_eq!(Failure::Inner("refused").inner(), Some(&"refused"));
    /// ```
    pub const fn inner(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the rejection, if that is all there is.
    ///
    /// ```
    /// use recourse::RejectionKind;
    /// use recourse::layers::timeout;
    /// use std::time::Duration;
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let hangs = service_fn(|_: ()| std::future::pending::<Result<(), std::io::Error>>());
    /// let failure = timeout(Duration::from_millis(50)).layer(hangs).oneshot(()).await.unwrap_err();
    /// assert_eq!(failure.rejected().unwrap().kind(), RejectionKind::Timeout);
    /// # }
    /// ```
    pub const fn rejected(&self) -> Option<&Rejected> {
        match self {
            Self::Rejected(rejected) => Some(rejected),
            _ => None,
        }
    }

    /// Returns the entries of [`Failure::All`], and none when only one leaf was asked.
    ///
    /// ```
    /// use recourse::algebra::Failure;
    ///
    /// assert!(Failure::Inner("refused").entries().is_empty());
    /// ```
    pub fn entries(&self) -> &[Entry<E>] {
        match self {
            Self::All(all) => &all.entries,
            _ => &[],
        }
    }

    /// Returns the service's own error, of the first leaf that has one.
    ///
    /// ```
    /// use recourse::algebra::Failure;
    ///
    /// assert_eq!(Failure::Inner("refused").preferred(), Some(&"refused"));
    /// ```
    pub fn preferred(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Rejected(_) => None,
            Self::All(all) => all.entries.iter().find_map(|entry| entry.cause.inner()),
        }
    }

    /// Makes one error of the service's own type: its first own error, if there is one, or else the first rejection,
    /// converted by [`FromRejection`].
    ///
    /// ```
    /// use recourse::layers::timeout;
    /// use std::{io, time::Duration};
    /// use tower::{ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let hangs = service_fn(|_: ()| std::future::pending::<io::Result<()>>());
    /// let failure = timeout(Duration::from_millis(50)).layer(hangs).oneshot(()).await.unwrap_err();
    /// let error: io::Error = failure.into_preferred();
    /// assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    /// # }
    /// ```
    #[expect(clippy::missing_panics_doc, reason = "it never does")]
    pub fn into_preferred(self) -> E
    where
        E: FromRejection,
    {
        let rejected = match self {
            Self::Inner(error) => return error,
            Self::Rejected(rejected) => rejected,
            Self::All(all) => {
                // An own error says more to the caller than a rejection does, also when it stands further back in the list.
                let mut first = None;
                for entry in all.entries {
                    match entry.cause {
                        Cause::Inner(error) => return error,
                        Cause::Rejected(rejected) => first = first.or(Some(rejected)),
                    }
                }
                first.expect("there are two entries at least")
            }
        };
        E::from_rejection(rejected)
    }

    /// Converts every error of the service, and keeps rejections and names.
    ///
    /// ```
    /// use recourse::algebra::Failure;
    ///
    /// let failure = Failure::Inner("refused").map(str::len);
    /// assert_eq!(failure.inner(), Some(&7));
    /// ```
    pub fn map<X>(self, mut change: impl FnMut(E) -> X) -> Failure<X> {
        match self {
            Self::Inner(error) => Failure::Inner(change(error)),
            Self::Rejected(rejected) => Failure::Rejected(rejected),
            Self::All(all) => {
                let entry = |Entry { label, cause }| match cause {
                    Cause::Inner(error) => Entry { label, cause: Cause::Inner(change(error)) },
                    Cause::Rejected(rejected) => Entry { label, cause: Cause::Rejected(rejected) },
                };
                Failure::All(Failures { entries: all.entries.into_iter().map(entry).collect() })
            }
        }
    }
}

impl<E> Failures<E> {
    /// Returns one entry for each leaf that was asked, in the order they are written.
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// Returns the entries by value.
    pub fn into_entries(self) -> Vec<Entry<E>> {
        self.entries
    }

    /// Returns the cause of the leaf with this name.
    pub fn get(&self, label: &str) -> Option<&Cause<E>> {
        self.entries.iter().find(|entry| entry.label == label).map(|entry| &entry.cause)
    }
}

impl<E> Cause<E> {
    /// Returns the service's own error.
    pub const fn inner(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Rejected(_) => None,
        }
    }

    /// Returns the rejection.
    pub const fn rejected(&self) -> Option<&Rejected> {
        match self {
            Self::Rejected(rejected) => Some(rejected),
            Self::Inner(_) => None,
        }
    }
}

impl<E> From<Rejected> for Failure<E> {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
