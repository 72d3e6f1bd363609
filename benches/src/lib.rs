//! The calls that the benchmarks compare: one operation, bare and guarded in every form, and the same job done by peers.
//!
//! `cargo bench -p recourse-benches --bench overhead` shows time and allocations of each form. `--bench targets` prints the
//! project's targets as ratios; `benches/icount.sh` counts instructions.

#![allow(clippy::missing_panics_doc, reason = "a benchmark that cannot go on may panic")]
#![allow(clippy::unused_async, reason = "being ready at once is one of the tempers")]

pub mod breakers;
pub mod calls;
pub mod circuits;
pub mod hedging;
pub mod keys;
pub mod limited;
pub mod limits;
pub mod providers;
pub mod races;
pub mod rounds;
