//! What a lost race gives: what became of each branch.

use super::entries::{AllFailed, EachCause, EachDebug, EachDisplay, EachSame, Entries, Fates, Times};
use super::fate::Fate;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// No branch of a race succeeded. Holds what became of each of them, in declared order, each with its own type.
///
/// Entries are read by name or by position, and are the errors of the branches: `error.v6`, or `error.0`. In a race with
/// `deadline`, `if` or `panics = lose` they are [`Fate`]s.
///
/// ```
/// use recourse::race;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lost = race!(number = async { "four".parse::<u32>() }, flag = async { Err::<u32, _>("no flags here") });
/// let error = lost.await.unwrap_err();
/// assert_eq!(error.flag, "no flags here");
/// assert_eq!(
///     error.to_string(),
///     "no branch of the race succeeded: number: invalid digit found in string; flag: no flags here",
/// );
/// let (number, _) = error.into_errors();
/// assert_eq!(number, "four".parse::<u32>().unwrap_err());
/// # }
/// ```
pub struct RaceError<L: Entries, K = AllFailed> {
    entries: L,
    times: L::Times,
    kind: PhantomData<fn() -> K>,
}

impl<L: Entries, K> RaceError<L, K> {
    pub(super) const fn new(entries: L, times: L::Times) -> Self {
        Self { entries, times, kind: PhantomData }
    }

    /// The entries as a tuple, in declared order.
    pub fn into_errors(self) -> L::Tuple {
        self.entries.into_tuple()
    }

    /// When each branch started and ended, in declared order.
    pub fn times(&self) -> &[Times] {
        self.times.as_ref()
    }
}

impl<L: Entries + EachSame> RaceError<L, AllFailed> {
    /// The error of the first declared branch; there where all have one type.
    #[expect(clippy::missing_panics_doc, reason = "it never does")]
    pub fn preferred(&self) -> &L::One {
        first(&self.entries, Some).expect("a race has a branch")
    }
}

impl<E, L: Entries + EachSame<One = Fate<E>>> RaceError<L, Fates> {
    /// The error of the first declared branch that failed, if any did; there where all have one type.
    pub fn preferred(&self) -> Option<&E> {
        first(&self.entries, Fate::failed)
    }
}

fn first<'a, L: EachSame, T>(entries: &'a L, found: impl Fn(&'a L::One) -> Option<T>) -> Option<T> {
    let mut first = None;
    entries.each_same(&mut |entry| {
        if first.is_none() {
            first = found(entry);
        }
    });
    first
}

impl<L: Entries, K> Deref for RaceError<L, K> {
    type Target = L;

    fn deref(&self) -> &L {
        &self.entries
    }
}

impl<L: Entries + EachDebug, K> fmt::Debug for RaceError<L, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("RaceError");
        self.entries.each_debug(&mut |name, entry| {
            text.field(name, &entry);
        });
        text.finish_non_exhaustive()
    }
}

impl<L: Entries + EachDisplay, K> fmt::Display for RaceError<L, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut written, mut between) = (f.write_str("no branch of the race succeeded"), ": ");
        self.entries.each_display(&mut |name, entry| {
            if written.is_ok() {
                written = write!(f, "{between}{name}: {entry}");
            }
            between = "; ";
        });
        written
    }
}

impl<L: Entries + EachDebug + EachDisplay + EachCause<K>, K> Error for RaceError<L, K> {
    /// The error of the first declared branch that failed.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let mut first = None;
        self.entries.each_cause(&mut |cause| {
            first = first.or(Some(cause));
        });
        first
    }
}
