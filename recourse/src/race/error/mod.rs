//! What a race without a winner returns: an error with one entry for each branch, and the times of each branch.
//!
//! ```text
//!                      branches by name or position        items of an iterator
//!  the error           RaceError<L, K>                     RaceErrors<E, K>
//!  an entry            the branch's own error if every branch must have failed (K = AllFailed),
//!                      else a BranchError (K = NoneSucceeded)
//! ```
//!
//! [`Ending`] decides which of the two an entry is. This module polls nothing; but two constants of `Ending`, `CATCHES_PANICS` and
//! `CAN_FAIL`, steer the poll.

mod branch_error;
mod ending;
#[expect(missing_docs, reason = "only expanded code names what has no documentation")]
mod entries;
mod io;
mod race_error;
mod race_errors;
mod times;
mod tuples;

pub use branch_error::{BranchError, NoValue};
pub use ending::{AllFailed, NoneSucceeded};
pub use entries::{Each, Entries, SameType, Shape, Unnamed};
pub use race_error::RaceError;
pub use race_errors::{Entry, RaceErrors};
pub use times::Times;

pub(super) use ending::{CannotFail, Ending, OwnErrors, WithBranchErrors};
#[cfg(feature = "net")]
pub(crate) use io::CommonKind;
