//! The error of a race over an iterator.

use super::branch_error::BranchError;
use super::ending::{AllFailed, NoneSucceeded};
use super::shown::{Cut, First, SHOWN, more};
use super::times::Times;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

/// An item that was started and did not win.
///
/// ```
/// use recourse::race;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let error = race!(max = 2; for name in ["a", "b"] => async move { Err::<(), _>(format!("{name} is down")) }).await.unwrap_err();
/// let entry = &error.entries()[1];
/// assert_eq!((entry.index, entry.error.as_str()), (1, "b is down"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry<E> {
    /// The item's position in the iterator, counted from 0.
    pub index: usize,
    /// The item's own error; a [`BranchError`] in a race with `deadline` or `panics = lose`.
    pub error: E,
    /// When the item's branch started and ended.
    pub times: Times,
}

/// No item of a race over an iterator succeeded, or the iterator was empty.
///
/// The text shows the first 16 entries, at most 500 bytes of each, and the number of the others.
///
/// ```
/// use recourse::race;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lost = race!(max = 2; for text in ["one", "2.5"] => async move { text.parse::<u32>() }).await.unwrap_err();
/// assert_eq!(
///     lost.to_string(),
///     "no branch of the race succeeded: 0: invalid digit found in string; 1: invalid digit found in string",
/// );
/// assert_eq!(lost.entries()[1].error, "2.5".parse::<u32>().unwrap_err());
/// # }
/// ```
pub struct RaceErrors<E, K = AllFailed> {
    entries: Vec<Entry<E>>,
    expired: bool,
    kind: PhantomData<fn() -> K>,
}

impl<E, K> RaceErrors<E, K> {
    pub(in crate::race) fn new(mut entries: Vec<Entry<E>>, expired: bool) -> Self {
        // Entries were added as branches ended, and items start in the order of the iterator.
        entries.sort_by_key(|entry| entry.index);
        Self { entries, expired, kind: PhantomData }
    }

    /// Returns an entry for each item that was started, in the order of the starts.
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// Returns the entries by value, in the order of the starts.
    pub fn into_entries(self) -> Vec<Entry<E>> {
        self.entries
    }

    /// Returns true if the deadline ended the race.
    ///
    /// ```
    /// use recourse::race;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = race!(max = 2; for name in ["a", "b"] => async move { Err::<(), _>(format!("{name} is down")) }).await.unwrap_err();
    /// assert!(!error.expired(), "there was no deadline");
    /// assert_eq!(error.preferred().map(String::as_str), Some("a is down"));
    /// assert_eq!(error.into_entries().len(), 2);
    /// # }
    /// ```
    pub const fn expired(&self) -> bool {
        self.expired
    }
}

impl<E> RaceErrors<E, AllFailed> {
    /// Returns the error of the first item, if there was one.
    pub fn preferred(&self) -> Option<&E> {
        self.entries.first().map(|entry| &entry.error)
    }
}

impl<E> RaceErrors<BranchError<E>, NoneSucceeded> {
    /// Returns the error of the first item that failed, if any did.
    pub fn preferred(&self) -> Option<&E> {
        self.entries.iter().find_map(|entry| entry.error.failed())
    }
}

impl<E: fmt::Debug, K> fmt::Debug for RaceErrors<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceErrors")
            .field("entries", &First(&self.entries))
            .field("expired", &self.expired)
            .finish_non_exhaustive()
    }
}

impl<E: fmt::Display, K> fmt::Display for RaceErrors<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no branch of the race succeeded: ")?;
        for (position, entry) in self.entries.iter().take(SHOWN).enumerate() {
            write!(f, "{}{}: {}", if position == 0 { "" } else { "; " }, entry.index, Cut(&entry.error))?;
        }
        if let Some(more) = more(self.entries.len()) {
            write!(f, "; and {more} more")?;
        }
        match (self.entries.is_empty(), self.expired) {
            (false, _) => Ok(()),
            (true, true) => f.write_str("none was started before the deadline"),
            (true, false) => f.write_str("there was none"),
        }
    }
}

impl<E: Error + 'static> Error for RaceErrors<E, AllFailed> {
    /// Returns the error of the first item.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.preferred().map(|error| error as _)
    }
}

impl<E: Error + 'static> Error for RaceErrors<BranchError<E>, NoneSucceeded> {
    /// Returns the error of the first item that failed.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.preferred().map(|error| error as _)
    }
}
