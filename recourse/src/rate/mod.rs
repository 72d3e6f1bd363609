//! Rates: at most so many calls in a second, a minute or an hour, with room for bursts.
//!
//! A quota of a service is a rate: whoever exceeds it gets errors, and often a longer ban. A limit on the own side keeps calls within the
//! quota, and tells each call that is refused the exact moment from which the next one is allowed.
//!
//! ```
//! use recourse::rate::{Rate, RateLimit};
//! use recourse::time::Instant;
//! use std::time::Duration;
//!
//! static MAPS: RateLimit = RateLimit::new(Rate::per_second(100).burst(20));
//!
//! let now = Instant::now();
//! assert!((0..20).all(|_| MAPS.take(now).is_ok()), "a burst of 20 at once");
//! let refused = MAPS.take(now).unwrap_err();
//! assert_eq!(refused.retry_after, Duration::from_millis(10), "and then one every 10 ms");
//! assert!(MAPS.take(now.saturating_add(refused.retry_after)).is_ok());
//! ```
//!
//! # What it does
//!
//! - Calls are spread evenly: a rate of 100 a second is one call in 10 ms, and never 100 in the first millisecond of each second. A burst
//!   lets calls that were not made earlier come at once.
//! - The state is one word, the moment at which the last call that was allowed would have been due. There is no timer, no queue and no
//!   window whose edge lets twice the rate through.
//! - A rate that changes while calls are made forgets nothing of what was used: a call that was paid for at the old rate
//!   counts as one call at the new rate.
//! - A clock that stands still allows no more, and on one that goes back nobody waits longer than until the used burst has come back.
//!
//! A rate is no protection against overload. It does not know what the dependency can do now; a limit of
//! [`concurrency`](crate::concurrency) does.
//!
//! Source: the Generic Cell Rate Algorithm, ITU-T Recommendation I.371 (virtual scheduling).

mod rate_limit;
mod settings;
mod status;
#[cfg(test)]
mod tests;

pub use rate_limit::{RateLimit, RateLimited};
pub use settings::Rate;
pub use status::RateStatus;
