//! Hedges under random scripts and policies: the number of attempts is bounded, and the order of arrival does not
//! matter.

use super::key;
use proptest::prelude::*;
use recourse::observe::{Event, capture};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Policy, RetryPolicy};
use recourse_tests::{Play, Script, broken, busy, hangs, missing, ms, ok};

fn any_plays() -> impl Strategy<Value = Vec<Play>> {
    let act = prop_oneof![Just(ok(1)), Just(busy()), Just(busy()), Just(broken()), Just(missing()), Just(hangs())];
    prop::collection::vec((act, 0u64..60).prop_map(|(play, delay)| play.after(ms(delay))), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// hedge-9: started attempts never exceed `max_attempts x (1 + max_hedges)`, each is in the timeline and ends once;
    /// hedge-3: none starts after the decision; call-1: none outlives the call.
    #[test]
    fn attempts_are_bounded_and_all_are_accounted_for(
        plays in any_plays(), attempts in 1u32..4, hedges in 0u32..4, delay in 1u64..40, slow: bool, timeout in 50u64..400
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let hedge = HedgePolicy::after(ms(delay)).at_most(hedges).budget(BudgetPolicy::none());
            let policy = Policy::new()
                .retry(RetryPolicy::attempts(attempts).fixed(ms(7)))
                .budget(BudgetPolicy::none())
                .hedge(if slow { hedge.fail_slow() } else { hedge })
                .attempt_timeout(ms(45))
                .timeout(ms(timeout));
            let script = Script::new(plays);
            let executor = Executor::new();
            let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify);
            let (_, timelines) = capture(call.into_future()).await;
            let timeline = &timelines[0];
            assert_eq!(script.live(), 0);
            assert!(script.runs() <= (attempts * (1 + hedges)) as usize, "{timeline}");
            assert_eq!(timeline.attempt_count(), script.runs(), "{timeline}");
            for attempt in 1..=u32::try_from(script.runs()).expect("few") {
                let ends = timeline.events().iter().filter(|m| matches!(m.event, Event::AttemptEnded { attempt: a, .. } if a == attempt));
                assert_eq!(ends.count(), 1, "attempt {attempt}:\n{timeline}");
            }
            assert!(timeline.elapsed() <= ms(timeout + 1), "{timeline}");
        });
    }

    /// hedge-2: among retryable failures (with `fail slow`: among all), the outcome of a group does not depend on the order
    /// of arrival.
    #[test]
    fn the_outcome_does_not_depend_on_the_order_of_arrival(delays in prop::collection::vec(50u64..90, 3), order in Just([0usize, 1, 2]).prop_shuffle(), what in prop::collection::vec(0usize..3, 3), slow: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let outcome = |delays: Vec<u64>| runtime.block_on(async {
            let fails = |at: usize| if slow { [busy(), broken(), missing()][what[at]].clone() } else { busy() };
            // All three run before the first one fails.
            let plays = (0..3).map(|at| fails(at).after(ms(delays[at] + 10 * (2 - at as u64))));
            let hedge = HedgePolicy::after(ms(10)).at_most(2).budget(BudgetPolicy::none());
            let policy = Policy::new().hedge(if slow { hedge.fail_slow() } else { hedge });
            let script = Script::new(plays);
            let executor = Executor::new();
            let result = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify).await;
            assert_eq!(script.runs(), 3);
            result.unwrap_err().to_string()
        });
        let shuffled: Vec<u64> = order.iter().map(|at| delays[*at]).collect();
        prop_assert_eq!(outcome(delays), outcome(shuffled));
    }
}
