//! The errors of one branch that the race itself makes: why a branch did not win, and the `None` of an `Option`.

use std::error::Error;
use std::fmt;

/// Why a branch of a race did not win.
///
/// Races with `deadline`, `if` or `panics = lose` report each branch as a `BranchError`, because their branches can end
/// without an error. In all other races without a winner every branch has failed, and its own error is reported as it is.
///
/// ```
/// use recourse::race;
/// use recourse::race::BranchError;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let slow = async || std::future::pending::<Result<u32, String>>().await;
/// let refused = async || Err::<u32, _>("refused");
/// let error = race!(deadline = 1s; slow = slow(), refused = refused()).await.unwrap_err();
/// assert_eq!(error.slow, BranchError::Cancelled);
/// assert_eq!(error.refused, BranchError::Failed("refused"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BranchError<E> {
    /// The branch failed with this error.
    Failed(E),
    /// The branch was still running at the deadline.
    Cancelled,
    /// The deadline came before the branch was started.
    NotStarted,
    /// The condition after the branch's `if` was false.
    Disabled,
    /// The branch panicked, in a race with `panics = lose`.
    Panicked,
}

impl<E> BranchError<E> {
    /// Returns the branch's own error, if the branch failed.
    ///
    /// ```
    /// use recourse::race::BranchError;
    ///
    /// assert_eq!(BranchError::Failed("down").failed(), Some(&"down"));
    /// assert_eq!(BranchError::<&str>::NotStarted.failed(), None);
    /// ```
    pub const fn failed(&self) -> Option<&E> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for BranchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed(error) => return error.fmt(f),
            Self::Cancelled => "cancelled at the deadline",
            Self::NotStarted => "not started before the deadline",
            Self::Disabled => "disabled",
            Self::Panicked => "panicked",
        })
    }
}

impl<E: Error> Error for BranchError<E> {
    /// Returns the source of the branch's own error, because `Display` has shown that error already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}

/// The error of a branch that returned `None`.
///
/// ```
/// use recourse::race;
/// use recourse::race::NoValue;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // A branch may be an `Option`: `None` loses, with `NoValue` for an error.
/// let error = race!(cached = std::future::ready(None::<u8>), fresh = std::future::ready(None::<u8>)).await.unwrap_err();
/// assert_eq!(*error.cached.to_string(), NoValue.to_string());
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "`None` carries nothing that a field could hold")]
pub struct NoValue;

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value")
    }
}

impl Error for NoValue {}
