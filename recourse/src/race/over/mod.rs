//! Races over an iterator: one branch for each item, and at most `max` of them at the same time.
//!
//! ```text
//!  Source ── next item ──▶ make(item) ── future ──▶ Slots (at most `max`) ──▶ the winner, or an entry of the error
//!                              ▲
//!                            Engine: when the next item starts
//! ```
//!
//! # Design notes
//!
//! - `max` as a number up to 16 is a list of slots in the race itself, so nothing is boxed. A larger number, or any other
//!   expression, puts the branches on the heap.
//! - Items come from a [`Source`], which may also say that its next item is yet to come. So `net` lets addresses join a race that
//!   runs. An item that comes late waits for the rest of its gap, or for the rest of `min_gap` if a branch has failed since.

mod future;
mod options;
mod poll;
#[expect(missing_docs, reason = "only expanded code names what has no documentation")]
mod slots;
mod source;

pub use future::{RaceOver, race_over, race_over_first_completion};
pub use slots::{heap, no_slot, slot};

#[cfg(feature = "net")]
pub(crate) use {future::race_from, source::Source};
