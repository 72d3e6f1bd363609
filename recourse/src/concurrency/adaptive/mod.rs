//! The adaptive limit: finds out how many calls a dependency does at once.

// From the bottom up: `law` is the law as plain code, with `window`, `service_time` and `dip` for its parts. `adaptive_limit` puts a lock
// around the law, and counts beside the lock, in `tally`.
mod adaptive_limit;
mod constants;
mod dip;
mod law;
mod service_time;
mod tally;
#[cfg(all(test, not(loom)))]
mod tests;
mod window;

pub use adaptive_limit::AdaptiveLimit;
