//! The conformance suite of limits: what each of them must get right, whatever it learns from.
//!
//! A [`Driver`] is a limit with a clock; each of its steps checks what must always hold. The other files are scenarios: `load` (time-outs,
//! and the recovery from them), `odd` calls and clocks, and many `threads`.

mod driver;
mod load;
mod odd;
mod threads;

use crate::concurrency::Limit;
use driver::Driver;

/// Drives a limit of your own through everything that each limit must get right.
///
/// `make` is called several times. The suite assumes nothing about the algorithm. It checks that
///
/// - the limit is always one call at least, and [`MOST`](crate::concurrency::MOST) at most;
/// - no class of calls may use more than a higher one, or than the limit, and each may use one slot;
/// - the changes that [`ended`](Limit::ended) returns are those that [`limit`](Limit::limit) shows, and none is left out;
/// - a minute of nothing but time-outs does not raise the limit;
/// - whatever has lowered the limit, quick answers raise it again within five minutes: it is not wedged;
/// - no latency, no moment and no number of running calls makes it panic, or wedges it;
/// - many threads do not lock up.
///
/// ```
/// use recourse::concurrency::AdaptiveLimit;
///
/// recourse::testing::limit_conformance(|| Box::new(AdaptiveLimit::new()));
/// ```
///
/// # Panics
///
/// Panics at the first thing that is wrong, with a sentence that says what the limit did.
pub fn limit_conformance(make: impl Fn() -> Box<dyn Limit>) {
    let new = || Driver::new(make());
    // First, because a limit that locks up would hang the suite without a message.
    threads::check(&new);
    load::check(&new);
    odd::check(&new);
}
