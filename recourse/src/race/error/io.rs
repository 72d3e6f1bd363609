//! Races of `io::Result`s: the error of the race becomes an `io::Error` that keeps the kind its entries have in common.

use super::branch_error::BranchError;
use super::ending::{AllFailed, NoneSucceeded};
use super::entries::{Entries, SameType};
use super::race_error::RaceError;
use super::race_errors::RaceErrors;
use std::error::Error;
use std::io;

/// The kind of several errors, seen one after the other.
#[derive(Debug, Default)]
pub(crate) struct CommonKind {
    common: Option<io::ErrorKind>,
    differ: bool,
}

impl<'a> FromIterator<&'a io::Error> for CommonKind {
    fn from_iter<I: IntoIterator<Item = &'a io::Error>>(errors: I) -> Self {
        let mut kind = Self::default();
        for error in errors {
            kind.see(error);
        }
        kind
    }
}

impl CommonKind {
    fn see(&mut self, error: &io::Error) {
        self.differ |= self.common.is_some_and(|kind| kind != error.kind());
        self.common = Some(error.kind());
    }

    /// Returns `Other` if the kinds differ, and `none` if no error was seen.
    pub(crate) fn or(self, none: io::ErrorKind) -> io::ErrorKind {
        if self.differ { io::ErrorKind::Other } else { self.common.unwrap_or(none) }
    }
}

/// Keeps the kind that all branches have in common. Otherwise the kind is `Other`.
impl<L> From<RaceError<L, AllFailed>> for io::Error
where
    RaceError<L, AllFailed>: Error + Send + Sync + 'static,
    L: Entries + SameType<Entry = io::Error>,
{
    fn from(error: RaceError<L, AllFailed>) -> Self {
        let mut kind = CommonKind::default();
        error.each(&mut |_, error| kind.see(error));
        io::Error::new(kind.or(io::ErrorKind::Other), error)
    }
}

/// Keeps the kind that all branches that failed have in common. If none failed, the kind is `TimedOut` for a race that its
/// deadline ended. Otherwise the kind is `Other`.
impl<L> From<RaceError<L, NoneSucceeded>> for io::Error
where
    RaceError<L, NoneSucceeded>: Error + Send + Sync + 'static,
    L: Entries + SameType<Entry = BranchError<io::Error>>,
{
    fn from(error: RaceError<L, NoneSucceeded>) -> Self {
        let (mut kind, mut expired) = (CommonKind::default(), false);
        error.each(&mut |_, entry| match entry {
            BranchError::Failed(error) => kind.see(error),
            BranchError::Cancelled | BranchError::NotStarted => expired = true,
            // Neither has anything to do with time or with input and output.
            BranchError::Disabled | BranchError::Panicked => {}
        });
        io::Error::new(kind.or(if expired { io::ErrorKind::TimedOut } else { io::ErrorKind::Other }), error)
    }
}

/// Keeps the kind that all items have in common. The kind is `NotFound` if there was no item, and `Other` if kinds differ.
///
/// ```
/// use std::io::{self, ErrorKind};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let refused = async |_| -> io::Result<()> { Err(ErrorKind::ConnectionRefused.into()) };
/// let lost = recourse::race!(max = 2; for port in [1, 2] => refused(port)).await.unwrap_err();
/// assert_eq!(io::Error::from(lost).kind(), ErrorKind::ConnectionRefused);
/// # }
/// ```
impl From<RaceErrors<io::Error>> for io::Error {
    fn from(error: RaceErrors<io::Error>) -> Self {
        let kind: CommonKind = error.entries().iter().map(|entry| &entry.error).collect();
        io::Error::new(kind.or(io::ErrorKind::NotFound), error)
    }
}

/// Keeps the kind that all items that failed have in common. If none failed, the kind is `TimedOut` at the deadline and
/// `NotFound` if there was no item. Otherwise the kind is `Other`.
impl From<RaceErrors<BranchError<io::Error>, NoneSucceeded>> for io::Error {
    fn from(error: RaceErrors<BranchError<io::Error>, NoneSucceeded>) -> Self {
        let kind: CommonKind = error.entries().iter().filter_map(|entry| entry.error.failed()).collect();
        let none = match (error.expired(), error.entries().is_empty()) {
            (true, _) => io::ErrorKind::TimedOut,
            (false, true) => io::ErrorKind::NotFound,
            (false, false) => io::ErrorKind::Other,
        };
        io::Error::new(kind.or(none), error)
    }
}
