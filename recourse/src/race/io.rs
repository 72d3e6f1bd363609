//! Errors of input and output: many become one, and keep the kind that they have in common.

use super::entries::{AllFailed, EachSame, Entries, Fates};
use super::error::RaceError;
use super::fate::Fate;
use super::over::RaceErrors;
use std::error::Error;
use std::io;

/// The kind of many errors, seen one after the other.
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

    /// `Other` where they differ; `none` where there was no error.
    pub(crate) fn or(self, none: io::ErrorKind) -> io::ErrorKind {
        if self.differ { io::ErrorKind::Other } else { self.common.unwrap_or(none) }
    }
}

/// Keeps the kind that all branches have in common; otherwise the kind is `Other`.
impl<L> From<RaceError<L, AllFailed>> for io::Error
where
    RaceError<L, AllFailed>: Error + Send + Sync + 'static,
    L: Entries + EachSame<One = io::Error>,
{
    fn from(error: RaceError<L, AllFailed>) -> Self {
        let mut kind = CommonKind::default();
        error.each_same(&mut |error| kind.see(error));
        io::Error::new(kind.or(io::ErrorKind::Other), error)
    }
}

/// Keeps the kind that all branches that failed have in common, and is `TimedOut` where none did; otherwise the kind is `Other`.
impl<L> From<RaceError<L, Fates>> for io::Error
where
    RaceError<L, Fates>: Error + Send + Sync + 'static,
    L: Entries + EachSame<One = Fate<io::Error>>,
{
    fn from(error: RaceError<L, Fates>) -> Self {
        let (mut kind, mut late) = (CommonKind::default(), false);
        error.each_same(&mut |fate| match fate {
            Fate::Failed(error) => kind.see(error),
            Fate::Cancelled | Fate::NotStarted => late = true,
            Fate::Disabled | Fate::Panicked => {}
        });
        io::Error::new(kind.or(if late { io::ErrorKind::TimedOut } else { io::ErrorKind::Other }), error)
    }
}

/// Keeps the kind that all items have in common; otherwise the kind is `Other`, and `NotFound` where there was no item.
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

/// Keeps the kind that all items that failed have in common. Where none did it is `TimedOut` at the deadline, `NotFound` where
/// there was no item, and otherwise `Other`.
impl From<RaceErrors<Fate<io::Error>, Fates>> for io::Error {
    fn from(error: RaceErrors<Fate<io::Error>, Fates>) -> Self {
        let kind: CommonKind = error.entries().iter().filter_map(|entry| entry.error.failed()).collect();
        let none = match (error.expired(), error.entries().is_empty()) {
            (true, _) => io::ErrorKind::TimedOut,
            (false, true) => io::ErrorKind::NotFound,
            (false, false) => io::ErrorKind::Other,
        };
        io::Error::new(kind.or(none), error)
    }
}
