//! The text grammars: how each section of a policy is written, read and explained.
//!
//! | section | text |
//! |---|---|
//! | duration | `250ms`, `1.5s`, `2m`, `1m30s`, `500us`: a number and a unit (us, ms, s, m, h), the larger unit first |
//! | retry | `defaults`, `none`, or `N attempts` or `forever`, then `[, delay] [, jitter] [, pushback up to D] [, fresh after D] [, over nested]` |
//! | delay | `no delay`, `fixed D`, `linear D..D`, `exponential D..D [xF]` |
//! | jitter | `no jitter`, `full jitter`, `equal jitter`, `decorrelated jitter` |
//! | hedge | `none`, or `p50`..`p99` `[or D]` or a delay, then `[, at most N] [, budget B] [, fail slow]` |
//! | circuit | `none`, `defaults`, `sensitive`, or `N failures [in D]` or `N% of M in D`, then `[, slow D] [, cooldown C] [, N probes] [, N successes]` |
//! | cooldown | `D`; `D..D` doubles at each reopening up to the second; `..D` begins with the default |
//! | budget | `none`, `defaults`, or `N% [+ N/s]` |
//! | concurrency | `none`, or `N at once` or `adaptive [A..B]`, then `[, wait D] [, queue N]` |
//! | `at_least` | a duration, or `p50`..`p99` `[or D]` |
//! | rate | `none`, or `N/s`, `N/m` or `N/h`, then `[, burst N] [, wait D] [, per call]` |
//!
//! The first part of a text comes first; the others may come in any order, each once. Singular and plural are both read. A section
//! displays as the shortest text that is read as itself.
//!
//! There are two ways to read a text. [`strict`] reports every fault at once, including values out of bounds; the attribute uses it.
//! `str::parse` refuses only what cannot be read and keeps values out of bounds, for
//! [`Policy::normalize`](crate::Policy::normalize) to clamp and report.
//!
//! ```
//! use recourse_policy::{RetryPolicy, text};
//!
//! let faults = text::strict::<RetryPolicy>("500 attempts, exponental 10ms..250ms").unwrap_err();
//! assert_eq!(faults.len(), 2);
//! assert!(faults[0].is_bound());
//! assert_eq!(faults[1].to_string(), "retry: unknown word `exponental`; did you mean `exponential`?");
//! assert_eq!(faults[1].range(), 14..24);
//! ```

mod at_least;
mod attempts;
mod budget;
mod circuit;
mod concurrency;
mod duration;
mod fault;
mod hedge;
mod part;
mod percentile;
mod rate;
mod reader;
mod retry;
mod sections;
mod words;

pub use crate::duration_text::DurationText;
pub use duration::{duration, strict_duration};
pub use fault::{Read, TextError};
pub use sections::{Text, strict};
pub use words::did_you_mean;
