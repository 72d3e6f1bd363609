//! What operators, and tests, see and do: breakers by key, holds, resets, injected faults.
//!
//! | file | content |
//! |---|---|
//! | `breakers` `operate` | the breakers of an executor; opening, closing and resetting them |
//! | `holds` `held` | breakers that are held open or closed, by key and by pattern, also of keys to come |
//! | `limits` | limits that are held, by key and pattern |
//! | `levels` `gauges` | how the mechanisms of each key are now, for gauges, and which gauges were set |
//! | `reset` | forgets what budgets and latencies have learnt |
//! | `faults` `inject` | makes the next attempts of a key fail, for tests |

pub(super) mod breakers;
#[cfg(feature = "test-util")]
pub(super) mod faults;
#[cfg(feature = "metrics")]
pub(super) mod gauges;
pub(super) mod held;
pub(super) mod holds;
#[cfg(feature = "test-util")]
pub(super) mod inject;
#[cfg(feature = "metrics")]
pub(super) mod levels;
pub(super) mod limits;
pub(super) mod operate;
pub(super) mod reset;
