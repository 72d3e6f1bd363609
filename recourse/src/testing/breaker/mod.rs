//! The conformance suite of circuit breakers: what each of them must get right, whatever it counts.
//!
//! A [`Driver`] is a breaker with a clock; each of its steps checks what must always hold. The other files are scenarios: `closed`,
//! `half_open`, `late` results, and many `threads`.

mod closed;
mod driver;
mod half_open;
mod late;
mod threads;

use crate::circuit::CircuitBreaker;
use driver::Driver;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// Drives a circuit breaker of your own through everything that each breaker must get right.
///
/// `make` is called many times, with several policies. The breaker may follow them or have settings of its own. The suite assumes
/// nothing about its algorithm, except that enough failures open the breaker and enough successful probes close it again. The suite
/// opens the breaker by recording failures, and waits for the `retry_after` of its refusals on a clock of its own. It checks that
///
/// - the breaker starts closed; successes and dropped permits never open it; failures do, and the change is returned once;
/// - the breaker stays open until the moment it named, and while the clock stands still or goes back;
/// - half-open, the breaker admits probes, marks them as probes, and admits a limited number at a time (100 at most);
/// - a probe that is dropped makes room at once, even if a panic drops it; a probe that never reports makes room some day, and gives
///   no second place back when it is dropped;
/// - failing probes open the breaker again, succeeding ones close it, and after that everything goes on as if it were new;
/// - results of permits from before the last change of state change nothing, and neither do those from before a reset or another
///   policy;
/// - the changes of state that [`allow`](CircuitBreaker::allow), [`record`](CircuitBreaker::record) and
///   [`reset`](CircuitBreaker::reset) return are those that [`state`](CircuitBreaker::state) and
///   [`snapshot`](CircuitBreaker::snapshot) show;
/// - many threads at the end of the cooldown get no more probes than one thread does, lose none, and do not lock up;
/// - no moment makes the breaker panic.
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
/// Panics at the first thing that is wrong, with a sentence that says what the breaker did. Also panics if the breaker does not open
/// after 100,000 failures, since nothing else can be checked then.
pub fn breaker_conformance(make: impl Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>) {
    let second = Duration::from_secs(1);
    let policies = [
        CircuitPolicy::failures(3).within(second * 10).cooldown(second),
        CircuitPolicy::rate(50, 10, second * 10).max_cooldown(second * 60).probes(3).successes(2),
    ];
    for policy in &policies {
        let new = || Driver::new(make(policy));
        // First, because a breaker that locks up would hang the suite without a message.
        threads::lets_go_of_its_lock(&new);
        closed::check(&new, policy);
        half_open::check(&new);
        late::check(&new);
        threads::check(&new);
    }
}
