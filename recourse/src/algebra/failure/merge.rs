//! One failure of several: of the two sides of an operator, and of two policies, one over the other.
//!
//! The list of a failure stays flat. A side that reports a list is taken over entry by entry, and the name of the side is
//! put in front of each entry's own name. So a reader finds a leaf by one dotted name, however deep it is, and no type
//! grows with the depth of a policy.

use super::model::{Cause, Entry, Failure, Failures};
use std::borrow::Cow;

/// The names of sides that have none.
pub(in crate::algebra) const DEFAULT_LABELS: [&str; 2] = ["left", "right"];

impl<E> Failure<E> {
    /// Makes the failure of an operator whose sides have both failed.
    pub(in crate::algebra) fn both(labels: [&'static str; 2], left: Self, right: Self) -> Self {
        let mut entries = Vec::with_capacity(left.leaves() + right.leaves());
        left.append_to(&mut entries, labels[0]);
        right.append_to(&mut entries, labels[1]);
        Self::All(Failures { entries })
    }

    fn leaves(&self) -> usize {
        if let Self::All(all) = self { all.entries.len() } else { 1 }
    }

    /// Appends one entry for each leaf, named by the side it stands on.
    fn append_to(self, entries: &mut Vec<Entry<E>>, side: &'static str) {
        let cause = match self {
            Self::Inner(error) => Cause::Inner(error),
            Self::Rejected(rejected) => Cause::Rejected(rejected),
            Self::All(all) => {
                let below = |Entry { label, cause }| Entry { label: joined(side.into(), label), cause };
                return entries.extend(all.entries.into_iter().map(below));
            }
        };
        entries.push(Entry { label: Cow::Borrowed(side), cause });
    }
}

impl<E> Failure<Failure<E>> {
    /// Makes one failure of that of two policies, one over the other. Policies that are combined by operators report one
    /// from the beginning.
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
        let all = match self {
            Self::Inner(failure) => return failure,
            Self::Rejected(rejected) => return Failure::Rejected(rejected),
            Self::All(all) => all,
        };
        let mut entries = Vec::with_capacity(all.entries.len());
        for Entry { label, cause } in all.entries {
            let cause = match cause {
                Cause::Inner(Failure::Inner(error)) => Cause::Inner(error),
                Cause::Rejected(rejected) | Cause::Inner(Failure::Rejected(rejected)) => Cause::Rejected(rejected),
                // The inner policy has a list itself: its entries take the place of this one, under both names.
                Cause::Inner(Failure::All(below)) => {
                    let renamed =
                        |entry: Entry<E>| Entry { label: joined(label.clone(), entry.label), cause: entry.cause };
                    entries.extend(below.entries.into_iter().map(renamed));
                    continue;
                }
            };
            entries.push(Entry { label, cause });
        }
        Failure::All(Failures { entries })
    }
}

/// Returns the name of a side within a side. An empty name adds nothing.
fn joined(outer: Cow<'static, str>, inner: Cow<'static, str>) -> Cow<'static, str> {
    match (&*outer, &*inner) {
        ("", _) => inner,
        (_, "") => outer,
        _ => format!("{outer}.{inner}").into(),
    }
}
