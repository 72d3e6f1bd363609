//! Races between futures: several ways to the same answer run at the same time, and the first success wins. All others are
//! dropped before the race returns.
//!
//! Use a race when one way may be slow or down and another one may not: two replicas of a database, a cache and its origin,
//! the IPv6 and the IPv4 address of a host. Races are written with the macro [`race!`](crate::race!), whose page has the grammar.
//!
//! ```text
//!              0        250ms      500ms
//!  v6 = dial   |──────────────────────────────×      fails: its error is kept, as `error.v6`
//!  v4 = dial              |────────────────────────▶ wins
//!  relay = dial                      |─────────┤     is dropped before the winner is returned
//! ```
//!
//! ```
//! use recourse::race;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let dial = async |address: &'static str, takes: u64| {
//!     tokio::time::sleep(Duration::from_millis(takes)).await;
//!     Ok::<_, std::io::Error>(address)
//! };
//! let winner = race!(stagger = 250ms; v6 = dial("[::1]", 400), v4 = dial("127.0.0.1", 10)).await;
//! assert_eq!(winner.unwrap(), "127.0.0.1");
//! # }
//! ```
//!
//! # Guarantees
//!
//! - **Branches are lazy.** The expression of a branch is evaluated when the branch starts, at most once, and never if the race
//!   is decided before. Branches may borrow. A race is `Send` if its branches are.
//! - **Order.** Each poll of a race first polls the running branches in declared order, and the first success wins. Then it
//!   starts the branches that are due, and polls them. Before a deadline ends the race, the running branches are polled
//!   once more, so a branch that is ready by then wins, if it has started before. A race whose deadline is over when it is
//!   first polled starts no branch, and takes no item of its iterator.
//! - **Cleanup.** On a win, the winner's future is dropped, the function after `=>` gets its success, and the other branches
//!   are dropped: first those that run, in declared order, then those that never started. Only then the race returns, so a lock
//!   that a loser held is free in the next line. A branch that fails is dropped before any other branch is polled again.
//! - **Failures.** A failure starts the next branch at once, or `min_gap` after the last start. It uses up no step of the schedule.
//! - **Panics.** A panic in a branch unwinds out of the race and drops all its branches. With `panics = lose` it counts as a
//!   failure.
//! - **Cost.** Nothing is allocated and nothing is spawned. A race without options has no timer. Its size is, for each branch, one
//!   word plus the larger of its future and its error. It reads no clock if its first poll decides it, won or lost.
//!
//! A race over an iterator, `race!(max = 4; for a in addrs => connect(a))`, is a [`RaceOver`]. It keeps the same guarantees except
//! for the cost: it reads the clock at each start, allocates a list of errors when there are some, and allocates its branches
//! unless `max` is written as a number up to 16. Branches that are allocated are polled when they are woken, and at no other time. After
//! 64 starts in one poll, or when tokio's budget for the task is used up, the race yields to other tasks.
//!
//! # Options as methods
//!
//! | option | method |
//! |---|---|
//! | `stagger = 250ms` | [`Race::stagger`] |
//! | `min_gap = 10ms` | [`Race::min_gap`], on a race with a stagger or a deadline; [`RaceOver::min_gap`] needs neither |
//! | `deadline = 2s` | [`Race::deadline`] |
//! | `fair` | [`Race::fair`] |
//! | `panics = lose` | [`Race::panics_lose`] |
//! | `first` | [`Race::first`], if all branches return a `Result` of one type, or an `Option` of one type |
//!
//! [`RaceOver`] has the same methods.
//!
//! ```
//! use recourse::race::{BranchError, exp};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! const MS: Duration = Duration::from_millis(1);
//! let slow = async || -> Result<u32, String> { std::future::pending().await };
//! let race = recourse::race!(slow(), slow(), slow());
//! let error = race.stagger(exp(20 * MS, 2, 80 * MS)).deadline(50 * MS).await.unwrap_err();
//! assert_eq!(error.into_errors(), (BranchError::Cancelled, BranchError::Cancelled, BranchError::NotStarted));
//! # }
//! ```
//!
//! # Errors
//!
//! A race without a winner returns a [`RaceError`] with an entry for each branch: the branch's own error or, if branches can
//! end without one, a [`BranchError`]. Entries are read by name or by position, and moved out with
//! [`into_entries`](RaceError::into_entries). A race over an iterator returns [`RaceErrors`].
//!
//! The text of such an error shows at most 16 entries, and at most 500 bytes of each; it says how many there are besides.

// future    `Race` and its poll: start reading here
// options   the options of a race, as methods
// branch    one branch, its states, the list of all branches
// schedule  when branches start, and in which order they are polled
// over      the race over an iterator
// error     what a race without a winner returns
// misuse    the texts of panics
//
// The list below goes the other way: each module uses only those above it. The blank lines keep rustfmt from sorting them.
mod misuse;

mod error;

mod branch;

mod schedule;

mod over;

mod future;
mod options;

pub use error::{AllFailed, BranchError, Entry, NoValue, NoneSucceeded, RaceError, RaceErrors, Times};
pub use future::Race;
pub use over::RaceOver;
pub use schedule::{Exp, Gaps, exp};

#[cfg(feature = "net")]
pub(crate) use {
    error::{CommonKind, First},
    over::{Source, race_from},
};

/// How much of a list of errors is shown.
#[cfg(any(feature = "net", feature = "tower"))]
pub(crate) use error::{Cut, SHOWN, more};

/// The engine, for the stagger of two tower services.
#[cfg(feature = "tower")]
pub(crate) use schedule::{Decision, Engine, Wait};

/// What the expansion of `race!` names.
pub(crate) mod expanded {
    pub use super::branch::{after, and, branch, enabled, first, map, no_branch};
    pub use super::error::{Each, Entries, SameType, Shape, Unnamed};
    pub use super::future::{race, race_first_completion};
    pub use super::over::{heap, no_slot, race_over, race_over_first_completion, slot};
    pub use super::schedule::{OtherThanGaps, written_gaps};
}
