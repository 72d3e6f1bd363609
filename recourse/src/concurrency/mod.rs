//! Overload: limits on how many calls run at once.

mod concurrency_limit;
mod full;
mod in_force;
mod limit;
#[cfg(all(test, loom))]
mod loom_tests;
mod priority;
mod queue;
mod running;
mod slot;
mod slots;
#[cfg(all(test, not(loom)))]
mod tests;

pub use concurrency_limit::ConcurrencyLimit;
pub use full::Full;
pub use limit::{Limit, LimitChange, LimitReason, MOST, Sample};
pub use priority::{Priority, Share};
pub use slot::{Entered, Slot, Waiting};
