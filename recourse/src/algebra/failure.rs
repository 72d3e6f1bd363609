//! The one error type of the algebra, at every depth.

mod into;

use crate::error::{FromRejection, Rejected};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

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
    /// A layer of recourse refused to go on: a timeout, an open circuit.
    Rejected(Rejected),
    /// All sides of a `&` or a `|` failed.
    All(Failures<E>),
}

/// What became of each leaf, one [`Entry`] each, in the order they are written.
#[derive(Clone, Debug)]
pub struct Failures<E> {
    entries: Vec<Entry<E>>,
}

/// One leaf that failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry<E> {
    /// The names of the sides that it stands on, from the outermost: `direct.v6`. A side without a name is `left` or `right`.
    pub label: Cow<'static, str>,
    /// Why it failed.
    pub cause: Cause<E>,
}

/// Why one leaf failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cause<E> {
    /// The service's own error.
    Inner(E),
    /// A layer of recourse refused to go on.
    Rejected(Rejected),
}

impl<E> Failure<E> {
    /// Both sides have failed. Stays flat: what a side lists already is taken over.
    pub(crate) fn both(labels: [&'static str; 2], left: Self, right: Self) -> Self {
        let mut entries = Vec::with_capacity(left.leaves() + right.leaves());
        left.list(labels[0], &mut entries);
        right.list(labels[1], &mut entries);
        Self::All(Failures { entries })
    }

    fn leaves(&self) -> usize {
        if let Self::All(all) = self { all.entries.len() } else { 1 }
    }

    fn list(self, label: &'static str, entries: &mut Vec<Entry<E>>) {
        let cause = match self {
            Self::Inner(error) => Cause::Inner(error),
            Self::Rejected(rejected) => Cause::Rejected(rejected),
            Self::All(all) => {
                let below = |Entry { label: inner, cause }| Entry { label: joined(label, inner), cause };
                return entries.extend(all.entries.into_iter().map(below));
            }
        };
        entries.push(Entry { label: Cow::Borrowed(label), cause });
    }

    /// The service's own error, where that is all there is.
    pub const fn inner(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            _ => None,
        }
    }

    /// The refusal, where that is all there is.
    pub const fn rejected(&self) -> Option<&Rejected> {
        match self {
            Self::Rejected(rejected) => Some(rejected),
            _ => None,
        }
    }

    /// The entries of [`Failure::All`]; none where only one leaf was asked.
    pub fn entries(&self) -> &[Entry<E>] {
        match self {
            Self::All(all) => &all.entries,
            _ => &[],
        }
    }

    /// The service's own error, that of the first leaf that has one.
    pub fn preferred(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Rejected(_) => None,
            Self::All(all) => all.entries.iter().find_map(|entry| entry.cause.inner()),
        }
    }

    /// The same, to keep: an error of the service where there is one, or else the first refusal, which becomes one.
    #[expect(clippy::missing_panics_doc, reason = "it never does")]
    pub fn into_preferred(self) -> E
    where
        E: FromRejection,
    {
        let rejected = match self {
            Self::Inner(error) => return error,
            Self::Rejected(rejected) => rejected,
            Self::All(all) => {
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

    /// The same failure, with another type of error.
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

/// The name of a side in a side. One that is empty adds nothing.
fn joined(outer: &'static str, inner: Cow<'static, str>) -> Cow<'static, str> {
    match (outer, &*inner) {
        ("", _) => inner,
        (_, "") => outer.into(),
        _ => format!("{outer}.{inner}").into(),
    }
}

impl<E> Failures<E> {
    /// One for each leaf that was asked, in the order they are written.
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// The same, to keep.
    pub fn into_entries(self) -> Vec<Entry<E>> {
        self.entries
    }

    /// The cause of the leaf of this name.
    pub fn get(&self, label: &str) -> Option<&Cause<E>> {
        self.entries.iter().find(|entry| entry.label == label).map(|entry| &entry.cause)
    }
}

impl<E> Cause<E> {
    /// The service's own error.
    pub const fn inner(&self) -> Option<&E> {
        match self {
            Self::Inner(error) => Some(error),
            Self::Rejected(_) => None,
        }
    }

    /// The refusal.
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

impl<E: fmt::Display> fmt::Display for Failure<E> {
    /// What failed speaks for itself; only a list has words of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::All(all) => all.fmt(f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Failures<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no side succeeded")?;
        for (at, Entry { label, cause }) in self.entries.iter().enumerate() {
            write!(f, "{} {label}: {cause}", if at == 0 { ':' } else { ';' })?;
        }
        Ok(())
    }
}

impl<E: fmt::Display> fmt::Display for Cause<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for Failure<E> {
    /// What is below the one error, since the failure already speaks with its words; of a list, its first entry.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inner(error) => error.source(),
            Self::Rejected(rejected) => rejected.source(),
            Self::All(all) => all.source(),
        }
    }
}

impl<E: Error + 'static> Error for Failures<E> {
    /// The first entry's own error.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.entries.first()?.cause {
            Cause::Inner(error) => Some(error),
            Cause::Rejected(rejected) => Some(rejected),
        }
    }
}

impl<E: Error + 'static> Error for Cause<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inner(error) => error.source(),
            Self::Rejected(rejected) => rejected.source(),
        }
    }
}
