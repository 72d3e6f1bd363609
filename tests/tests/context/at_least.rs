//! What has less time left than it takes is not begun.

use crate::entrances::{ENTRANCES, Entrance, GUARD, executor};
use futures::executor::block_on;
use recourse::observe::{EndReason, capture};
use recourse::{AtLeast, CircuitPolicy, Executor, Policy, RejectionKind, RetryPolicy, context, resilient};
use recourse_tests::{Fail, Script, busy, ms, ok};
use std::future::IntoFuture as _;
use std::time::Duration;
use tokio::time::sleep;

const CAREFUL: Policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).at_least(AtLeast::time(ms(40)));

/// context-25: whatever the entrance; the moment itself is enough.
#[tokio::test(start_paused = true)]
async fn a_call_with_less_time_left_is_refused_before_its_body() {
    for (entrance, call) in ENTRANCES.into_iter().chain([GUARD]) {
        let (executor, script) = (executor(CAREFUL.circuit(CircuitPolicy::failures(3))), Script::new([ok(7)]));
        for (left, runs) in [(39, 0), (40, 1), (500, 2)] {
            let (result, timelines) = capture(context::within(ms(left), call(&executor, &script))).await;
            assert_eq!(script.runs(), runs, "{entrance}, {left}ms left: {}", timelines[0]);
            if runs == 0 {
                let error = result.unwrap_err();
                assert_eq!(error.rejection(), Some(RejectionKind::Expired), "{entrance}");
                let says = "was not called: 39ms was left of its time, less than its `at_least`";
                assert!(error.to_string().ends_with(says), "{entrance}: {error}");
                assert_eq!(
                    (timelines[0].reason(), timelines[0].attempt_count()),
                    (EndReason::Expired, 0),
                    "{entrance}"
                );
            } else {
                assert_eq!(result.unwrap(), 7, "{entrance}, {left}ms left");
            }
        }
        assert_eq!(call(&executor, &script).await.unwrap(), 7, "{entrance}: there is no deadline");
    }
}

/// context-25: time that passes counts, in the first poll of a call as in a later one.
#[tokio::test(start_paused = true)]
async fn what_is_left_of_the_call_around_counts() {
    for (entrance, call) in ENTRANCES {
        let (inner, script) = (executor(CAREFUL), Script::new([ok(7)]));
        let outer = Executor::new();
        let within = async |timeout: u64, work: u64| {
            let body = async || {
                if work > 0 {
                    sleep(ms(work)).await;
                }
                call(&inner, &script).await
            };
            outer.call(recourse::Key::from_static("outer"), Policy::new().timeout(ms(timeout)), body).await
        };
        assert_eq!(within(100, 50).await.unwrap(), 7, "{entrance}");
        assert_eq!(within(100, 61).await.unwrap_err().rejection(), Some(RejectionKind::Expired), "{entrance}");
        assert_eq!(within(39, 0).await.unwrap_err().rejection(), Some(RejectionKind::Expired), "{entrance}, at once");
        assert_eq!(script.runs(), 1, "{entrance}");
    }
}

/// context-25: what is left when a slot has come.
#[tokio::test(start_paused = true)]
async fn a_call_that_waited_too_long_for_its_slot_does_not_begin() {
    let policy = Policy::new().concurrency("1 at once, wait 200ms".parse().unwrap()).at_least(AtLeast::time(ms(40)));
    let executor = Executor::new();
    let call = || {
        executor.call(recourse::Key::from_static("slot"), policy, async || {
            sleep(ms(80)).await;
            Ok::<u32, Fail>(7)
        })
    };
    for (left, kind) in [(119, Some(RejectionKind::Expired)), (500, None)] {
        let (first, second) = tokio::join!(call().into_future(), context::within(ms(left), call().into_future()));
        assert_eq!((first.unwrap(), second.err().and_then(|fail| fail.rejection())), (7, kind), "{left}ms");
    }
}

/// context-25: a retry is no call that begins.
#[tokio::test(start_paused = true)]
async fn a_retry_may_have_less_left() {
    let (executor, script) = (executor(CAREFUL), Script::new([busy().after(ms(30)), ok(7)]));
    assert_eq!(context::within(ms(50), ENTRANCES[0].1(&executor, &script)).await.unwrap(), 7);
    assert_eq!(script.runs(), 2);
}

#[resilient(key = "at_least.alone", at_least = "40ms")]
async fn alone(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "at_least.given", at_least = "40ms", deadline = left, timeout = limit)]
async fn given(script: &Script, left: Option<Duration>, limit: Duration) -> Result<u32, Fail> {
    script.play().await
}

/// context-25: in the attribute, alone, and with the time that a call is given.
#[tokio::test(start_paused = true)]
async fn a_function_says_how_much_it_needs() {
    let script = Script::new([busy(), ok(7)]);
    assert!(
        matches!(alone(&script).await, Err(Fail::Busy(None))),
        "one attempt, as with any mechanism that stands alone"
    );
    let late = context::within(ms(30), alone(&script)).await;
    assert_eq!(late.unwrap_err().rejection(), Some(RejectionKind::Expired));
    for (left, limit) in [(Some(ms(39)), ms(500)), (None, ms(39)), (Some(ms(500)), ms(39))] {
        let refused = given(&script, left, limit).await.unwrap_err();
        assert_eq!(refused.rejection(), Some(RejectionKind::Expired), "{left:?}, {limit:?}");
    }
    assert_eq!(given(&script, Some(ms(40)), ms(40)).await.unwrap(), 7);
    assert_eq!(script.runs(), 2);
}

#[resilient(key = "at_least.all_of_it", timeout = "1h")]
async fn all_of_it(call: &impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Fail> {
    call().await
}

#[resilient(key = "at_least.an_hour", at_least = "1h")]
async fn an_hour() -> Result<u32, Fail> {
    Ok(7)
}

/// context-25: on a clock that goes on meanwhile. The time of the call around has not begun to count, so all of it is left.
#[test]
fn a_time_that_has_not_begun_to_count_is_left_in_full() {
    let hour = Duration::from_secs(3600);
    let (executor, script) = (executor(Policy::new().at_least(AtLeast::time(hour))), Script::new([ok(7)]));
    for (entrance, call) in ENTRANCES.into_iter().chain([GUARD]) {
        let call = async || call(&executor, &script).await;
        assert_eq!(block_on(all_of_it(&call)).unwrap(), 7, "{entrance}");
        assert_eq!(block_on(capture(all_of_it(&call))).0.unwrap(), 7, "{entrance}, recorded");
    }
    let call = async || an_hour().await;
    for _ in 0..50 {
        assert_eq!(block_on(all_of_it(&call)).unwrap(), 7, "a function that is resolved once");
    }
    let too_short = Policy::new().timeout(hour.saturating_sub(ms(1)));
    let refused = block_on(Executor::new().call(recourse::Key::from_static("short"), too_short, call).into_future());
    assert_eq!(refused.unwrap_err().rejection(), Some(RejectionKind::Expired));
}

const MEDIAN: Policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).at_least(AtLeast::percentile(50));

/// Calls with this much time left, one after the other, and counts those that begin.
async fn begun(calls: usize, left: u64, call: Entrance, executor: &Executor, script: &Script) -> usize {
    let before = script.runs();
    for _ in 0..calls {
        let _ = context::within(ms(left), call(executor, script)).await;
    }
    script.runs() - before
}

/// context-26: whatever the entrance.
#[tokio::test(start_paused = true)]
async fn the_key_finds_out_how_long_its_calls_take() {
    for (entrance, call) in ENTRANCES.into_iter().chain([GUARD]) {
        let (executor, script) = (executor(MEDIAN), Script::new([ok(7).after(ms(100))]));
        assert_eq!(begun(10, 1, call, &executor, &script).await, 10, "{entrance}: nothing is known");
        for _ in 0..50 {
            assert_eq!(call(&executor, &script).await.unwrap(), 7, "{entrance}");
        }
        assert_eq!(begun(20, 101, call, &executor, &script).await, 20, "{entrance}");
        let (refused, timelines) = capture(context::within(ms(50), call(&executor, &script))).await;
        assert_eq!(refused.unwrap_err().rejection(), Some(RejectionKind::Expired), "{entrance}");
        assert_eq!(timelines[0].reason(), EndReason::Expired, "{entrance}");
    }
}

/// context-26: what was learnt from calls that began is unlearnt, although nobody has as much time left.
#[tokio::test(start_paused = true)]
async fn what_was_learnt_in_a_brown_out_does_not_stay() {
    let call = ENTRANCES[0].1;
    let executor = executor(MEDIAN);
    let (slow, fast) = (Script::new([ok(7).after(ms(400))]), Script::new([ok(7).after(ms(20))]));
    for _ in 0..300 {
        call(&executor, &slow).await.unwrap();
    }
    assert_eq!(begun(100, 300, call, &executor, &slow).await, 10, "a tenth of the work for callers that may be gone");
    // After at most ten, five and two more calls, of which one each began and ended in time, nobody is refused.
    assert!((3..6).contains(&begun(17, 300, call, &executor, &fast).await));
    assert_eq!(begun(100, 300, call, &executor, &fast).await, 100);
    assert_eq!(begun(11, 300, call, &executor, &slow).await, 2, "the first that is cut ends that");
}

/// context-26: what callers without time have cut does not make the key believe that its calls are fast.
#[tokio::test(start_paused = true)]
async fn what_a_deadline_cuts_teaches_nothing() {
    let (call, executor, slow) = (ENTRANCES[0].1, executor(MEDIAN), Script::new([ok(7).after(ms(400))]));
    for _ in 0..300 {
        call(&executor, &slow).await.unwrap();
    }
    assert_eq!(begun(5_000, 100, call, &executor, &slow).await, 500);
    assert_eq!(begun(100, 200, call, &executor, &slow).await, 10, "as before");
}

/// context-26: the calls of a key are counted together, also those that have a policy of their own.
#[tokio::test(start_paused = true)]
async fn calls_with_a_policy_of_their_own_are_tried_as_well() {
    let (call, executor, slow) = (ENTRANCES[0].1, executor(MEDIAN), Script::new([ok(7).after(ms(400))]));
    for _ in 0..300 {
        call(&executor, &slow).await.unwrap();
    }
    let before = slow.runs();
    for _ in 0..100 {
        let own = recourse::with(Policy::new().retry(RetryPolicy::none()), call(&executor, &slow));
        let _ = context::within(ms(300), own).await;
    }
    assert_eq!(slow.runs() - before, 10);
}

/// context-26: a time that is written counts until there are enough samples.
#[tokio::test(start_paused = true)]
async fn a_time_stands_in_for_the_samples() {
    let policy = Policy::new().retry(RetryPolicy::none()).at_least(AtLeast::percentile(90).or(ms(40)));
    let (call, executor, script) = (ENTRANCES[0].1, executor(policy), Script::new([ok(7).after(ms(5))]));
    assert_eq!(begun(9, 39, call, &executor, &script).await, 0);
    assert_eq!(begun(50, 40, call, &executor, &script).await, 50);
    assert_eq!(begun(9, 39, call, &executor, &script).await, 9, "they take five");
}

#[resilient(key = "at_least.median", at_least = "p50 or 40ms")]
async fn median(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

/// context-26: in the attribute.
#[tokio::test(start_paused = true)]
async fn a_function_may_leave_it_to_the_key() {
    let script = Script::new([ok(7)]);
    assert_eq!(context::within(ms(39), median(&script)).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    assert_eq!(context::within(ms(40), median(&script)).await.unwrap(), 7);
}
