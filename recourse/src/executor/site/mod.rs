//! Where calls come from: what a call site asks for, what it was resolved to, and who remembers that.
//!
//! | file | content |
//! |---|---|
//! | `spec` | what the function can do, as the macro wrote it down |
//! | `resolve` `hedging` | puts the policy of a site together, and finds the state of its key |
//! | `resolved` | the result, which a call starts from |
//! | `latency` | how latencies are recorded |
//! | `least_time` `late` | what a call must have left to begin, and calls that come too late |
//! | `slot` | remembers the result for a guarded function and for a layer |
//! | `status` | the sites, for operators |

pub(super) mod hedging;
mod late;
pub(super) mod latency;
pub(super) mod least_time;
pub(super) mod limits;
pub(super) mod resolve;
pub(super) mod resolved;
pub(super) mod slot;
pub(super) mod spec;
pub(super) mod status;
