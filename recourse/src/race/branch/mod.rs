//! Branches: how one is put together, how it runs, and how several form a list.
//!
//! ```text
//!  race!(v4 = dial(a4) after 20ms => shake, v6 = dial(a6))
//!
//!  build              after(map(branch(|| dial(a4)), shake), 20ms)     a Branch
//!  slot               Waiting ──▶ Running ──▶ Failed                   what it keeps in each stage of its life
//!  list               And<And<End, Branch>, Branch>                    all branches, in declared order
//! ```
//!
//! A branch turns the output of its future into a success or an error by its [`Decide`]r, which is a type: what a race does
//! not use is not compiled into it.

mod build;
mod completion;
mod decide;
#[expect(missing_docs, reason = "only expanded code names what has no documentation")]
mod list;
mod race_branch;
mod slot;
mod stamp;

pub use build::{after, branch, enabled, first, map};
pub use list::{and, end};

pub(super) use completion::Complete;
pub(super) use decide::{Decide, FirstCompletion, FirstSuccess};
pub(super) use list::{Branches, Found};
pub(super) use race_branch::Rest;
pub(super) use slot::{EndedAt, Stage};
pub(super) use stamp::StartedAt;
