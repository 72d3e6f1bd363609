//! Hedges that the budget denies, and credits that come back.

use super::key;
use recourse::observe::{Event, HedgeDenial, capture};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Policy};
use recourse_tests::{Fail, Script, hangs, ms, ok};
use std::sync::atomic::{AtomicU64, Ordering};

/// hedge-1: denied, it neither fails nor delays the call, and is an event.
#[tokio::test(start_paused = true)]
async fn a_denied_hedge_disturbs_nobody() {
    for fail_slow in [false, true] {
        let executor = Executor::new();
        let hedge = HedgePolicy::after(ms(20)).at_most(1).budget(BudgetPolicy::percent(1));
        let policy = Policy::new().hedge(if fail_slow { hedge.fail_slow() } else { hedge });
        // The bucket of ten is spent by calls that need a hedge.
        for _ in 0..10 {
            let stuck = Script::new([hangs(), ok(1)]);
            let _ = executor.call(key(), policy, || stuck.play()).await;
        }
        let script = Script::new([ok(7).after(ms(65)), ok(8)]);
        let start = tokio::time::Instant::now();
        let (result, timelines) = capture(async { executor.call(key(), policy, || script.play()).await }).await;
        assert_eq!((result.expect("the primary"), script.runs()), (7, 1), "fail slow {fail_slow}");
        assert!(start.elapsed() <= ms(66), "{:?}", start.elapsed());
        let denied = timelines[0]
            .events()
            .iter()
            .filter(|moment| moment.event == Event::HedgeDenied { reason: HedgeDenial::Budget })
            .count();
        assert_eq!(denied, 2, "asked after 20ms, and again after 40ms:\n{}", timelines[0]);
    }
}

/// A body that wakes its task all the time does not ask the budget all the time.
#[tokio::test(start_paused = true)]
async fn a_denied_hedge_is_not_asked_for_at_every_poll() {
    let executor = Executor::new();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).budget(BudgetPolicy::percent(1)).at_most(1));
    for _ in 0..10 {
        let stuck = Script::new([hangs(), ok(1)]);
        let _ = executor.call(key(), policy, || stuck.play()).await;
    }
    let restless = async || {
        for _ in 0..65 {
            tokio::time::sleep(ms(1)).await;
        }
        Ok::<_, Fail>(())
    };
    let (result, timelines) = capture(async { executor.call(key(), policy, restless).await }).await;
    let denied = timelines[0]
        .events()
        .iter()
        .filter(|moment| moment.event == Event::HedgeDenied { reason: HedgeDenial::Budget })
        .count();
    assert!(result.is_ok() && denied == 2, "asked after 20ms, and again after 40ms:\n{}", timelines[0]);
}

/// budget-2: a hedge that was paid for and could not be made is given back.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_could_not_be_made_is_given_back() {
    let executor = Executor::new();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).budget(BudgetPolicy::percent(1)).at_most(1));
    for _ in 0..15 {
        let (executor, made) = (executor.clone(), AtomicU64::new(0));
        let task = tokio::spawn(async move {
            let operation = || {
                assert!(made.fetch_add(1, Ordering::Relaxed) == 0, "no second one");
                std::future::pending::<Result<u32, Fail>>()
            };
            executor.call(key(), policy, operation).await
        });
        assert!(task.await.unwrap_err().is_panic());
    }
    let script = Script::new([hangs(), ok(2)]);
    assert_eq!(executor.call(key(), policy, || script.play()).await.expect("there are credits for a hedge"), 2);
}

/// A denied call is asked again when it has run twice as long: the budget that has come in goes to the stalls.
#[tokio::test(start_paused = true)]
async fn a_stall_gets_its_hedge_when_the_budget_has_something_again() {
    let executor = Executor::new();
    let policy =
        Policy::new().hedge(HedgePolicy::after(ms(20)).at_most(1).budget(BudgetPolicy::percent(1).per_second(1)));
    for _ in 0..10 {
        let stuck = Script::new([hangs(), ok(1)]);
        let _ = executor.call(key(), policy, || stuck.play()).await;
    }
    let script = Script::new([hangs(), ok(8)]);
    let start = tokio::time::Instant::now();
    assert_eq!(executor.call(key(), policy, || script.play()).await.expect("the hedge"), 8);
    assert!((ms(640)..ms(1_300)).contains(&start.elapsed()), "one credit a second: {:?}", start.elapsed());
}
