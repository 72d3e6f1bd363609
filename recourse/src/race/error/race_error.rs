//! The error of a race between branches that are written one by one.

use super::branch_error::BranchError;
use super::ending::{AllFailed, NoneSucceeded};
use super::entries::{Each, Entries, SameType};
use super::shown::Cut;
use super::times::Times;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::ops::Deref;

/// No branch of a race succeeded. The error holds an entry for each branch, in declared order.
///
/// An entry is the branch's own error; in a race with `deadline`, `if` or `panics = lose` it is a [`BranchError`]. Entries are
/// read by the name of their branch, `error.v6`, or by position, `error.0` if branches have no names. The text shows at most 500 bytes
/// of each.
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
    // Needed because a branch may itself return a `BranchError`: the entry type alone does not tell the two kinds apart.
    kind: PhantomData<fn() -> K>,
}

impl<L: Entries, K> RaceError<L, K> {
    pub(in crate::race) const fn new(entries: L, times: L::Times) -> Self {
        Self { entries, times, kind: PhantomData }
    }

    /// Returns the entries by value, to be moved out by name or by position.
    ///
    /// Reading `error.v6` borrows the entry, because the error owns all of them. The value that this method returns has the
    /// same names, and each of its fields can be moved out. If branches have no names it is a tuple.
    ///
    /// ```
    /// use recourse::race;
    /// use std::io;
    ///
    /// # async fn dial(address: &str) -> io::Result<()> { Err(io::Error::other(format!("{address} is down"))) }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = race!(v6 = dial("[::1]"), v4 = dial("127.0.0.1")).await.unwrap_err();
    /// let entries = error.into_entries();
    /// let (v4, v6): (io::Error, io::Error) = (entries.v4, entries.v6);
    /// assert_eq!((v4.to_string(), v6.to_string()), ("127.0.0.1 is down".into(), "[::1] is down".into()));
    /// # }
    /// ```
    pub fn into_entries(self) -> L {
        self.entries
    }

    /// Returns the entries as a tuple, in declared order, whether or not branches have names.
    pub fn into_errors(self) -> L::Tuple {
        self.entries.into_tuple()
    }

    /// Returns when each branch started and ended, in declared order.
    ///
    /// ```
    /// use recourse::race;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use std::time::Duration;
    ///
    /// let fails = async || {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    ///     Err::<(), _>("down")
    /// };
    /// let error = race!(stagger = 5ms; one = fails(), two = fails()).await.unwrap_err();
    /// assert_eq!(error.times()[1].start(), Some(Duration::from_millis(5)));
    /// assert_eq!(error.times()[1].end(), Some(Duration::from_millis(25)));
    /// assert_eq!(error.preferred(), &"down");
    /// # }
    /// ```
    pub fn times(&self) -> &[Times] {
        self.times.as_ref()
    }
}

impl<L: Entries + SameType> RaceError<L, AllFailed> {
    /// Returns the error of the first declared branch. Available only if all branches have one error type.
    #[expect(clippy::missing_panics_doc, reason = "a race has at least one branch")]
    pub fn preferred(&self) -> &L::Entry {
        first_of(&self.entries, Some).expect("a race has a branch")
    }
}

impl<E, L: Entries + SameType<Entry = BranchError<E>>> RaceError<L, NoneSucceeded> {
    /// Returns the error of the first declared branch that failed, if any did. Available only if all branches have one error type.
    pub fn preferred(&self) -> Option<&E> {
        first_of(&self.entries, BranchError::failed)
    }
}

fn first_of<'a, L: SameType, T>(entries: &'a L, select: impl Fn(&'a L::Entry) -> Option<T>) -> Option<T> {
    let mut first = None;
    entries.each(&mut |_, entry| {
        if first.is_none() {
            first = select(entry);
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

impl<'d, L: Entries + Each<dyn Debug + 'd>, K> Debug for RaceError<L, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("RaceError");
        self.entries.each(&mut |name, entry| {
            text.field(name, &entry);
        });
        text.finish_non_exhaustive()
    }
}

impl<'d, L: Entries + Each<dyn Display + 'd>, K> Display for RaceError<L, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut written, mut separator) = (f.write_str("no branch of the race succeeded"), ": ");
        self.entries.each(&mut |name, entry| {
            // The closure cannot stop the walk, so it skips the entries after a failed write.
            if written.is_ok() {
                written = write!(f, "{separator}{name}: {}", Cut(entry));
            }
            separator = "; ";
        });
        written
    }
}

impl<'d, L, K> Error for RaceError<L, K>
where
    L: Entries + Each<dyn Debug + 'd> + Each<dyn Display + 'd> + Each<dyn Error, K>,
{
    /// Returns the error of the first declared branch that failed.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let mut first = None;
        Each::<dyn Error, K>::each(&self.entries, &mut |_, error| {
            first = first.or(Some(error));
        });
        first
    }
}
