//! How a race can end without a winner, as types.
//!
//! | | entries of the error | panics | chosen by |
//! |---|---|---|---|
//! | [`OwnErrors`] | the branches' own errors | unwind | default |
//! | [`WithBranchErrors<false>`] | [`BranchError`]s | unwind | `deadline`, `if` |
//! | [`WithBranchErrors<true>`] | [`BranchError`]s | caught | `panics = lose` |
//! | [`CannotFail`] | no error: the first completion wins | unwind | `first` between branches, without `deadline`, `if` or `panics = lose` |
//!
//! A race over an iterator always has an error, since there may be no item:
//!
//! | [`RaceOver`](crate::race::RaceOver) | entries of the error | panics | chosen by |
//! |---|---|---|---|
//! | [`OwnErrors`] | the items' own errors; none with `first` | unwind | default, `first` |
//! | [`WithBranchErrors<false>`] | [`BranchError`]s | unwind | `deadline` |
//! | [`WithBranchErrors<true>`] | [`BranchError`]s | caught | `panics = lose` |
//!
//! # Design notes
//!
//! - The ending is a type parameter of the race, not a flag. So the entries of a race in which every branch must have failed are
//!   the branches' own errors, without a `BranchError` around them, and a race that cannot fail returns a bare success.
//! - The payload of a caught panic is not kept. With it, a `BranchError` could be neither compared nor cloned, nor shared
//!   between threads; and the panic hook has reported the panic already.

use super::branch_error::BranchError;

/// How a race reports that no branch has won.
pub trait Ending {
    /// Panics of branches are caught and count as failures.
    const CATCHES_PANICS: bool = false;
    /// False if the race always has a winner. No times are kept then, since no error will show them.
    const CAN_FAIL: bool = true;
    /// The second parameter of the error's type: [`AllFailed`] or [`NoneSucceeded`].
    type Kind;
    /// The ending of the same race when a branch may also end without an error.
    type WithBranchErrors: Ending;
    /// The ending of the same race when the first completion wins.
    type First: Ending;
    /// The entry of a branch whose own error is an `E`.
    type Entry<E>;
    /// The output of a race for a `T`, with an `E` as its error.
    type Output<T, E>;

    fn entry<E>(error: BranchError<E>) -> Self::Entry<E>;
    fn output<T, E>(result: Result<T, E>) -> Self::Output<T, E>;
}

/// Every branch failed: each entry of the error is the branch's own error.
///
/// ```
/// use recourse::race;
/// use recourse::race::{AllFailed, RaceError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let fails = async |text: &str| Err::<(), _>(text.to_owned());
/// // Every branch failed, so there is an error of each.
/// let error: RaceError<_, AllFailed> = race!(one = fails("one"), two = fails("two")).await.unwrap_err();
/// assert_eq!(error.preferred(), "one");
/// # }
/// ```
#[derive(Debug)]
pub struct AllFailed;

/// No branch succeeded: each entry of the error is a [`BranchError`].
///
/// ```
/// use recourse::race;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // With a deadline, a branch may have no error of its own.
/// let hangs = std::future::pending::<Result<(), String>>;
/// let error = race!(deadline = Duration::from_secs(1); one = hangs(), two = hangs()).await.unwrap_err();
/// assert_eq!(error.preferred(), None);
/// # }
/// ```
#[derive(Debug)]
pub struct NoneSucceeded;

/// The ending of a race in which every branch must have failed.
#[derive(Debug)]
pub struct OwnErrors;

/// The ending of a race whose branches can end without an error.
#[derive(Debug)]
pub struct WithBranchErrors<const CATCHES_PANICS: bool>;

/// The ending of a race for the first completion: no branch can fail, and nothing else ends the race.
///
/// `Kind` and `Entry` are never seen, because such a race has no error.
#[derive(Debug)]
pub struct CannotFail;

impl Ending for OwnErrors {
    type Kind = AllFailed;
    type WithBranchErrors = WithBranchErrors<false>;
    type First = CannotFail;
    type Entry<E> = E;
    type Output<T, E> = Result<T, E>;

    fn entry<E>(error: BranchError<E>) -> E {
        match error {
            BranchError::Failed(error) => error,
            _ => unreachable!("without a deadline, an `if` or `panics = lose` a branch that has ended has failed"),
        }
    }

    #[inline]
    fn output<T, E>(result: Result<T, E>) -> Result<T, E> {
        result
    }
}

impl<const CATCHES_PANICS: bool> Ending for WithBranchErrors<CATCHES_PANICS> {
    const CATCHES_PANICS: bool = CATCHES_PANICS;
    type Kind = NoneSucceeded;
    type WithBranchErrors = Self;
    // A deadline still ends the race before any branch completes, and a panic is still no completion.
    type First = Self;
    type Entry<E> = BranchError<E>;
    type Output<T, E> = Result<T, E>;

    fn entry<E>(error: BranchError<E>) -> BranchError<E> {
        error
    }

    #[inline]
    fn output<T, E>(result: Result<T, E>) -> Result<T, E> {
        result
    }
}

impl Ending for CannotFail {
    const CAN_FAIL: bool = false;
    type Kind = NoneSucceeded;
    type WithBranchErrors = WithBranchErrors<false>;
    type First = Self;
    type Entry<E> = BranchError<E>;
    type Output<T, E> = T;

    fn entry<E>(error: BranchError<E>) -> BranchError<E> {
        error
    }

    #[inline]
    fn output<T, E>(result: Result<T, E>) -> T {
        result.unwrap_or_else(|_| unreachable!("the first branch that completes wins, and nothing else ends this race"))
    }
}
