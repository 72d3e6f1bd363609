//! What a circuit is told of attempts that a deadline around their call has cut.

use crate::entrances::{ENTRANCES, INNER, executor};
use recourse::{CircuitPolicy, Policy, RetryPolicy, context};
use recourse_tests::{Script, hangs, ms};
use std::time::Duration;

/// context-13: the time of a call is its own timeout, or else what is slow, or else a second. An attempt that had half of it counts.
#[tokio::test(start_paused = true)]
async fn an_outer_deadline_counts_only_with_half_of_the_calls_time() {
    let circuit = CircuitPolicy::failures(1);
    let once = Policy::new().retry(RetryPolicy::none());
    for (policy, half) in [
        (once.circuit(circuit).timeout(ms(400)), 200),
        (once.circuit(circuit.slow(ms(300))), 150),
        (once.circuit(circuit.slow(ms(300))).timeout(ms(400)), 200),
        (once.circuit(circuit), 500),
        // However long the call's own time is: what ran longer than `slow` counts.
        (once.circuit(circuit.slow(ms(50))).timeout(Duration::from_secs(60)), 51),
    ] {
        for (entrance, call) in ENTRANCES {
            for (within, opens) in [(half - 1, false), (half, true)] {
                let (executor, script) = (executor(policy), Script::new([hangs()]));
                context::within(ms(within), call(&executor, &script)).await.unwrap_err();
                let state = executor.breakers().get(&INNER).expect("a circuit").snapshot.state;
                assert_eq!(state.as_str() == "open", opens, "{entrance}, within {within}ms: {policy:?}");
            }
        }
    }
}

/// context-13: also where the call was not polled at the deadline, and dropped with whatever held it.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_its_outer_deadline_counts_like_one_that_was_cut() {
    for (entrance, call) in ENTRANCES {
        for (within, opens) in [(199, false), (200, true)] {
            let policy = Policy::new().retry(RetryPolicy::none()).timeout(ms(400)).circuit(CircuitPolicy::failures(1));
            let (executor, script) = (executor(policy), Script::new([hangs()]));
            let mut begun = call(&executor, &script);
            assert!(context::within(ms(within), recourse_tests::once(&mut begun)).await.is_pending());
            tokio::time::advance(ms(within)).await;
            drop(begun);
            let state = executor.breakers().get(&INNER).expect("a circuit").snapshot.state;
            assert_eq!(state.as_str() == "open", opens, "{entrance}, within {within}ms");
        }
    }
}
