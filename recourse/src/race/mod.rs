//! Races: several ways to the same answer at once. The first one that succeeds wins, and the others are dropped before the
//! winner is returned. The macro is [`race!`](crate::race!), and its page says all that can be written in it.
//!
//! ```text
//!              0        250ms      500ms
//!  v6 = dial   |──────────────────────────────×      Err: kept in the error, as `error.v6`
//!  v4 = dial              |────────────────────────▶ the winner
//!  relay = dial                      |─────────┤     dropped, before the winner is returned
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
//! # What holds
//!
//! - Branches are **lazy**: the expression of a branch is evaluated when it starts, at most once, and never if the race is
//!   decided before. They borrow freely; a race is `Send` where its branches are.
//! - In one poll all branches that run are polled in declared order, and the first success wins. Then what is due starts, and
//!   is polled. A branch that is ready at the deadline wins over the deadline.
//! - On a win the winner's future is dropped, then the others in declared order, then what was never started, and only then
//!   the winner is returned: a lock that a loser held is free in the next line.
//! - A branch that failed is dropped before any other branch is polled again.
//! - A failure starts the next branch at once, or `min_gap` after the last start. It uses up no step of the schedule. Starting
//!   a branch never disturbs those that run.
//! - A panic of a branch unwinds out of the race and leaves nothing of it behind; with `panics = lose` that branch has lost.
//! - Nothing is allocated and nothing is spawned. A race without options has no timer, and is as large as its branches (each as
//!   its future or its error, whichever is larger) and a word for each. It reads no clock where its first poll decides it.
//!
//! Over an iterator, `race!(max = 4; for a in addrs => connect(a))`, the same holds for [`RaceOver`], but for its costs: the list of
//! errors is allocated, when there are some, and so are the branches where `max` is not a number up to 16; and the clock is read at
//! each start. After 64 starts in one poll other tasks get their turn.
//!
//! # Every option is a method, too
//!
//! | | |
//! |---|---|
//! | `stagger = 250ms` | [`Race::stagger`] |
//! | `min_gap = 10ms` | [`Race::min_gap`], on a race that is staggered |
//! | `deadline = 2s` | [`Race::deadline`] |
//! | `fair` | [`Race::fair`] |
//! | `panics = lose` | [`Race::panics_lose`] |
//! | `first` | [`Race::first`], where all branches give a `Result`, or an `Option`, of one type |
//!
//! [`RaceOver`] has the same, but for the number of its slots.
//!
//! ```
//! use recourse::race::{Fate, exp};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! const MS: Duration = Duration::from_millis(1);
//! let slow = async || -> Result<u32, String> { std::future::pending().await };
//! let race = recourse::race!(slow(), slow(), slow());
//! let error = race.stagger(exp(20 * MS, 2, 80 * MS)).deadline(50 * MS).await.unwrap_err();
//! assert_eq!(error.into_errors(), (Fate::Cancelled, Fate::Cancelled, Fate::NotStarted));
//! # }
//! ```

mod branch;
mod clock;
mod completion;
mod decide;
mod ending;
mod engine;
#[expect(missing_docs, reason = "what has none is named by expanded code only")]
mod entries;
mod error;
mod fate;
mod finish;
mod future;
mod gaps;
mod io;
#[expect(missing_docs, reason = "what has none is named by expanded code only")]
mod list;
mod mark;
mod order;
#[expect(missing_docs, reason = "what has none is named by expanded code only")]
mod over;
mod slot;

pub use decide::NoValue;
pub use entries::{AllFailed, Fates, Times};
pub use error::RaceError;
pub use fate::Fate;
pub use future::Race;
pub use gaps::{Exp, Gaps, exp};
pub use over::{Entry, RaceErrors, RaceOver};
#[cfg(feature = "net")]
pub(crate) use {
    io::CommonKind,
    over::{Source, race_from},
};

/// What the stagger of two tower services is made of.
#[cfg(feature = "tower")]
pub(crate) use engine::{Decision, Engine, Wait};

/// What the expansion of `race!` names.
pub(crate) mod expanded {
    pub use super::branch::{after, branch, enabled, first, map};
    pub use super::entries::{Cause, EachCause, EachDebug, EachDisplay, EachSame, Entries, Shape, Unnamed};
    pub use super::future::{race, race_to_completion};
    pub use super::list::{and, end};
    pub use super::over::{heap, no_slot, race_over, race_over_to_completion, slot};
}
