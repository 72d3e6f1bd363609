//! When branches start, and in which order the running branches are polled.
//!
//! ```text
//!  one poll of a race            StartPolicy:  Untimed (all branches start at the first poll)
//!     │                                        Timed   (the engine says when; one timer)
//!     ├── PollOrder              which of the branches that run is polled first
//!     └── Engine                 takes `now`, returns a decision; knows no branch and no timer
//!            └── Gaps            how long to wait between two starts
//! ```

mod engine;
mod gaps;
mod order;
mod start_policy;
mod timed;
mod written;

pub use gaps::{Exp, Gaps, exp};
pub use written::{OtherThanGaps, written_gaps};

pub(crate) use engine::{Decision, Engine, Wait};

pub(super) use gaps::NoStagger;
pub(super) use order::{DeclaredOrder, RotatingOrder};
pub(super) use start_policy::{StartPolicy, Untimed};
pub(super) use timed::Timed;
