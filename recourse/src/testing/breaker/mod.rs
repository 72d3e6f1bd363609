//! What every circuit breaker must get right, whatever it counts.

mod closed;
mod driver;
mod half_open;
mod late;
mod threads;

use crate::circuit::CircuitBreaker;
use driver::Driver;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// Drives a breaker through what every one must get right, whatever makes it open or close: for breakers of your own.
///
/// `make` is called many times, with several policies. The breaker may go by them or have settings of its own; nothing of
/// its algorithm is assumed, but that enough failures open it, and enough successes of probes close it again. It is opened
/// by recording failures, and comes back by the `retry_after` of its refusals, on a clock of the suite's. The suite checks
/// that
///
/// - it starts closed; successes, and permits that are dropped, never open it; failures do, and it says so once;
/// - it stays shut until the moment it named, also while the clock stands still or goes back;
/// - half-open it admits probes, which say that they are, and a bounded number of them at a time (100 at the most);
/// - a probe that is dropped, by a panic also, makes room at once; one that never reports makes room some day, and gives no
///   second place back when it goes;
/// - failing probes open it again, succeeding ones close it, and then all goes on as if it were new;
/// - results of permits from before it last changed its state change nothing, and neither do they after a reset or another
///   policy;
/// - what [`allow`](CircuitBreaker::allow), [`record`](CircuitBreaker::record) and [`reset`](CircuitBreaker::reset) tell
///   about changes of state is what [`state`](CircuitBreaker::state) and [`snapshot`](CircuitBreaker::snapshot) show;
/// - many threads at the end of the cooldown do not get more probes out of it than one, lose none, and do not lock up;
/// - no moment makes it panic.
///
/// ```
/// use recourse::circuit::RateBreaker;
/// use recourse::{CircuitPolicy, testing};
/// use std::time::Duration;
///
/// let policy = CircuitPolicy::rate(50, 10, Duration::from_secs(10)).probes(2);
/// testing::breaker_conformance(|_| Box::new(RateBreaker::new(policy).expect("it is a rate")));
/// ```
///
/// # Panics
///
/// With a sentence that says what the breaker did, at the first thing that is wrong. And where it does not open after
/// 100,000 failures, since then nothing can be said about it.
pub fn breaker_conformance(make: impl Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>) {
    let second = Duration::from_secs(1);
    let policies = [
        CircuitPolicy::failures(3).within(second * 10).cooldown(second),
        CircuitPolicy::rate(50, 10, second * 10).max_cooldown(second * 60).probes(3).successes(2),
    ];
    for policy in &policies {
        let new = || Driver::new(make(policy));
        threads::lets_go_of_its_lock(&new);
        closed::check(&new, policy);
        half_open::check(&new);
        late::check(&new);
        threads::check(&new);
    }
}
