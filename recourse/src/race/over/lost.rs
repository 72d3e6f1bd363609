//! What a lost race over an iterator gives: what became of each item that was started.

use crate::race::ending::Caught;
use crate::race::entries::{AllFailed, Cause, Fates, Times};
use crate::race::fate::Fate;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

/// One that was started, and did not win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry<E> {
    /// Which item of the iterator it was; the first is 0.
    pub index: usize,
    /// Its own error; a [`Fate`] in a race with `deadline` or `panics = lose`.
    pub error: E,
    /// When it started and ended.
    pub times: Times,
}

/// What an entry shows of a fate: the fate, or the error where nothing else can be.
pub trait Shown {
    /// Panics of branches are caught.
    const CAUGHT: bool = false;
    type Of<E>;
    type Kind;
    fn of<E>(fate: Fate<E>) -> Self::Of<E>;
}

impl Shown for AllFailed {
    type Of<E> = E;
    type Kind = Self;

    fn of<E>(fate: Fate<E>) -> E {
        match fate {
            Fate::Failed(error) => error,
            _ => unreachable!("without a deadline or `panics = lose` a branch that is over has failed"),
        }
    }
}

impl Shown for Fates {
    type Of<E> = Fate<E>;
    type Kind = Self;

    fn of<E>(fate: Fate<E>) -> Fate<E> {
        fate
    }
}

impl Shown for Caught {
    const CAUGHT: bool = true;
    type Of<E> = Fate<E>;
    type Kind = Fates;

    fn of<E>(fate: Fate<E>) -> Fate<E> {
        fate
    }
}

/// No item of a race over an iterator succeeded, or there was none.
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
    pub(super) fn new(mut entries: Vec<Entry<E>>, expired: bool) -> Self {
        entries.sort_by_key(|entry| entry.index);
        Self { entries, expired, kind: PhantomData }
    }

    /// What was started, in the order of the starts; empty where nothing was.
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// The same, to keep.
    pub fn into_entries(self) -> Vec<Entry<E>> {
        self.entries
    }

    /// The deadline ended the race.
    pub const fn expired(&self) -> bool {
        self.expired
    }
}

impl<E> RaceErrors<E, AllFailed> {
    /// The error of the first item, where there was one.
    pub fn preferred(&self) -> Option<&E> {
        self.entries.first().map(|entry| &entry.error)
    }
}

impl<E> RaceErrors<Fate<E>, Fates> {
    /// The error of the first item that failed, if any did.
    pub fn preferred(&self) -> Option<&E> {
        self.entries.iter().find_map(|entry| entry.error.failed())
    }
}

impl<E: fmt::Debug, K> fmt::Debug for RaceErrors<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceErrors")
            .field("entries", &self.entries)
            .field("expired", &self.expired)
            .finish_non_exhaustive()
    }
}

impl<E: fmt::Display, K> fmt::Display for RaceErrors<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no branch of the race succeeded: ")?;
        for (at, entry) in self.entries.iter().enumerate() {
            write!(f, "{}{}: {}", if at == 0 { "" } else { "; " }, entry.index, entry.error)?;
        }
        match (self.entries.is_empty(), self.expired) {
            (false, _) => Ok(()),
            (true, true) => f.write_str("none was started before the deadline"),
            (true, false) => f.write_str("there was none"),
        }
    }
}

impl<E: Error + Cause<K>, K> Error for RaceErrors<E, K> {
    /// The error of the first item that failed.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.entries.iter().find_map(|entry| Cause::cause(&entry.error))
    }
}
