//! Branches: how one is put together, how it runs, and how several form a list.
//!
//! ```text
//!  race!(v4 = dial(a4) after 20ms => shake, v6 = dial(a6))
//!
//!  build              after(map(branch(|| dial(a4)), shake), 20ms)     makes a Branch
//!  single, state      Branch<.., BranchState>                          one branch, and what it keeps in each stage of its life
//!  list               And<And<NoBranch, Branch>, Branch>               all branches, in declared order
//! ```
//!
//! A branch turns the output of its future into a success or an error by its [`Decide`]r. Everything that can be written
//! around a branch is a type parameter of it: what a race does not use is not compiled into it, and takes no bytes.
//!
//! # Design notes
//!
//! Types are arranged so that rustc reports a mistake in a branch once, at that branch (see [`Decide`] and `RaceBranch`). Two
//! mistakes are still reported twice, a branch that is not a future and a stagger that is not a schedule: their types are
//! well-formed, so rustc complains again at `.await`.

mod build;
mod decide;
mod into_first;
#[expect(missing_docs, reason = "only expanded code names what has no documentation")]
mod list;
mod race_branch;
mod single;
mod stamp;
mod state;

pub use build::{after, branch, enabled, first, map};
pub use list::{and, no_branch};

pub(super) use decide::{Decide, FirstCompletion, FirstSuccess};
pub(super) use into_first::IntoFirst;
pub(super) use list::{Branches, Found};
pub(super) use race_branch::DropRound;
pub(super) use stamp::StartedAt;
pub(super) use state::{EndTime, Stage};
