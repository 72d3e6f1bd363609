//! Faults that a test injects, through every entrance; and tests of one function that run at the same time.

use recourse::circuit::State;
use recourse::layers::ResilientLayer;
use recourse::observe::{AttemptOutcome, EndReason};
use recourse::testing::{Fault, assert_timeline, fail, fault, isolated};
use recourse::{Class, Executor, Key, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, ms};
use std::sync::atomic::{AtomicU32, Ordering};
use tower::{ServiceBuilder, ServiceExt, service_fn};

const KEY: &str = "injected.get";

#[resilient(key = "injected.get", retry = "3 attempts, fixed 10ms", circuit = "3 failures", timeout = "1s")]
async fn get(runs: &AtomicU32) -> Result<u32, Fail> {
    Ok(runs.fetch_add(1, Ordering::Relaxed))
}

#[resilient(key = "injected.hedged", hedge = "20ms", timeout = "1s")]
async fn hedged(runs: &AtomicU32) -> Result<u32, Fail> {
    tokio::time::sleep(ms(5)).await;
    Ok(runs.fetch_add(1, Ordering::Relaxed))
}

#[resilient(key = "injected.other", circuit = "3 failures")]
async fn other() -> Result<u32, Fail> {
    Ok(7)
}

/// testing-1.
#[tokio::test(start_paused = true)]
async fn attempts_of_an_attribute_fail_without_running_their_bodies() {
    let runs = AtomicU32::new(0);
    let (result, timelines) = isolated(async {
        fail(KEY, 2);
        get(&runs).await
    })
    .await;
    assert_eq!(result.unwrap(), 0, "the body ran once");
    assert_timeline(&timelines[0])
        .outcomes(&[AttemptOutcome::Retryable, AttemptOutcome::Retryable, AttemptOutcome::Success])
        .delays(&[ms(10), ms(10)])
        .reason(EndReason::Success);

    let (result, timelines) = isolated(async {
        fail(KEY, 3);
        let result = get(&runs).await;
        assert_eq!(
            Executor::current().breakers().list()[0].snapshot.state,
            State::Open,
            "they count against the circuit"
        );
        result
    })
    .await;
    let rejected = result.unwrap_err();
    assert_eq!(rejected.rejection(), Some(RejectionKind::Injected));
    assert_timeline(&timelines[0]).attempts(3).reason(EndReason::AttemptsExhausted);
    assert_eq!(timelines[0].attempts()[0].error.as_deref(), Some("`injected.get` failed: a test injected a fault"));
    assert_eq!(runs.into_inner(), 1);
}

/// testing-1.
#[tokio::test(start_paused = true)]
async fn a_fault_has_the_class_that_the_test_says() {
    let runs = AtomicU32::new(0);
    for (class, reason, failures) in [
        (Class::NonRetryable, EndReason::NonRetryable, 1),
        (Class::Ignore, EndReason::Ignored, 0),
        (Class::Success, EndReason::Success, 0),
    ] {
        let (result, timelines) = isolated(async {
            fault(KEY, Fault::fail_as(class));
            let result = get(&runs).await;
            assert_eq!(Executor::current().breakers().list()[0].snapshot.failures, failures, "{class:?}");
            result
        })
        .await;
        assert!(result.is_err());
        assert_timeline(&timelines[0]).attempts(1).reason(reason);
    }
    let (_, timelines) = isolated(async {
        fault(KEY, Fault::fail_as(Class::Retryable { after: Some(ms(70)) }));
        get(&runs).await
    })
    .await;
    assert_timeline(&timelines[0]).delays(&[ms(70)]);
}

/// testing-1.
#[tokio::test(start_paused = true)]
async fn attempts_hang_until_a_limit_ends_them_are_slow_or_pass() {
    let runs = AtomicU32::new(0);
    let (result, timelines) = isolated(async {
        fault(KEY, Fault::pass());
        fault(KEY, Fault::slow(ms(300)));
        fault(KEY, Fault::hang());
        let first = get(&runs).await;
        let second = get(&runs).await;
        (first, second, get(&runs).await)
    })
    .await;
    let (first, second, third) = result;
    assert_eq!((first.unwrap(), second.unwrap()), (0, 1));
    assert_timeline(&timelines[0]).elapsed(ms(0)).attempts(1);
    assert_timeline(&timelines[1]).elapsed(ms(300)).attempts(1);
    assert_timeline(&timelines[2]).elapsed(ms(1000)).outcomes(&[AttemptOutcome::Timeout]).reason(EndReason::Timeout);
    assert_eq!(third.unwrap_err().rejection(), Some(RejectionKind::Timeout));
}

/// testing-1.
#[tokio::test(start_paused = true)]
async fn hedges_meet_faults_in_the_order_they_start() {
    let runs = AtomicU32::new(0);
    let (result, timelines) = isolated(async {
        fault("injected.hedged", Fault::hang());
        fail("injected.hedged", 1);
        hedged(&runs).await
    })
    .await;
    assert_eq!(result.unwrap(), 0);
    assert_timeline(&timelines[0]).hedges(2).outcomes(&[
        AttemptOutcome::Cancelled,
        AttemptOutcome::Retryable,
        AttemptOutcome::Success,
    ]);
    // A slow primary wins over a hedge that hangs.
    let (result, timelines) = isolated(async {
        fault("injected.hedged", Fault::slow(ms(60)));
        fault("injected.hedged", Fault::hang().times(2));
        hedged(&runs).await
    })
    .await;
    assert_eq!(result.unwrap(), 1);
    assert_timeline(&timelines[0]).hedges(2).elapsed(ms(65));
}

/// testing-1.
#[tokio::test(start_paused = true)]
async fn closures_and_layers_meet_the_faults_of_their_executor() {
    let (executor, key) = (Executor::new(), Key::from_static(KEY));
    let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(10)));
    let runs = AtomicU32::new(0);
    executor.inject(&key, Fault::fail());
    let call = executor.call(key.clone(), policy, async || Ok::<_, Fail>(runs.fetch_add(1, Ordering::Relaxed)));
    assert_eq!(call.await.unwrap(), 0);

    let layer = ResilientLayer::new(&executor, key.clone()).policy(policy);
    let service = ServiceBuilder::new()
        .layer(layer | recourse::algebra::PolicyLayer::bare())
        .service(service_fn(async |id: u32| Ok::<_, std::io::Error>(id)));
    executor.inject(&key, Fault::fail());
    let (response, timelines) = recourse::observe::capture(service.oneshot(7)).await;
    assert_eq!(response.unwrap(), 7);
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Retryable, AttemptOutcome::Success]);
}

/// testing-2.
#[tokio::test(start_paused = true)]
async fn other_keys_and_other_executors_are_untouched() {
    let runs = AtomicU32::new(0);
    let ((), timelines) = isolated(async {
        fail(KEY, 1);
        assert_eq!(other().await.unwrap(), 7);
        assert_eq!(Executor::new().scope(get(&runs)).await.unwrap(), 0);
        get(&runs).await.unwrap();
    })
    .await;
    assert_timeline(&timelines[0]).key("injected.other").attempts(1);
    assert_timeline(&timelines[1]).attempts(1);
    assert_timeline(&timelines[2]).attempts(2);
    assert_eq!(get(&runs).await.unwrap(), 2, "the process-wide executor has none");
}

/// testing-3.
#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "a fault was planned for `injected.got`, and no attempt of this key was started; called were: \
                           `injected.get`; did you mean `injected.get`?"
)]
async fn a_misspelt_key_is_told() {
    let runs = AtomicU32::new(0);
    let _ = isolated(async {
        fail("injected.got", 1);
        get(&runs).await
    })
    .await;
}

/// testing-3: the name is right, so it is not called misspelt.
#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "no attempt of this key was started after that, though the key was called: plan the fault before the call"
)]
async fn a_fault_that_comes_too_late_is_told() {
    let runs = AtomicU32::new(0);
    let _ = isolated(async {
        let _ = get(&runs).await;
        fail(KEY, 1);
    })
    .await;
}

/// testing-3.
#[tokio::test(start_paused = true)]
#[should_panic(expected = "a fault needs the key of a guarded call")]
async fn what_is_no_key_is_told() {
    fail("no key", 1);
}

/// testing-3.
#[tokio::test(start_paused = true)]
#[should_panic(expected = "attempts of the call: 1, expected 2\n\ninjected.get")]
async fn an_assertion_that_fails_prints_the_drawing() {
    let runs = AtomicU32::new(0);
    let (_, timelines) = isolated(get(&runs)).await;
    assert_timeline(&timelines[0]).attempts(2);
}

/// testing-4.
#[tokio::test(start_paused = true)]
async fn jitter_is_the_same_in_every_isolated_future_and_not_that_of_its_thread() {
    #[resilient(key = "injected.jitter", retry = "5 attempts, exponential 10ms..1s")]
    async fn jittered() -> Result<u32, Fail> {
        Err(Fail::Busy(None))
    }
    let (_, first) = isolated(jittered()).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let (_, again) = isolated(jittered()).await;
        let (_, outside) = recourse::observe::capture(jittered()).await;
        let delays = |timelines: &[recourse::observe::Timeline]| {
            timelines[0].attempts().iter().map(|attempt| attempt.delay).collect::<Vec<_>>()
        };
        assert_eq!(delays(&first), delays(&again));
        others.push(delays(&outside));
    }
    assert!(others[0] != others[1] || others[1] != others[2], "outside it is random: {others:?}");
}

/// A function whose breaker opens at the first call that fails: three tests of it disturb each other in one process, unless each is isolated.
#[resilient(key = "injected.shared", circuit = "2 failures", retry = "2 attempts, no delay")]
async fn shared(answer: Result<u32, Fail>) -> Result<u32, Fail> {
    tokio::task::yield_now().await;
    answer
}

/// testing-5.
#[test]
fn three_tests_of_one_function_a_hundred_times_beside_each_other_do_not_disturb_each_other() {
    let test = |name: usize| async move {
        match name {
            0 => assert_eq!(shared(Ok(7)).await.unwrap(), 7),
            1 => {
                assert!(shared(Err(Fail::Busy(None))).await.is_err());
                assert_eq!(shared(Ok(7)).await.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen));
            }
            _ => {
                fail("injected.shared", 2);
                assert!(shared(Ok(7)).await.is_err());
            }
        }
    };
    std::thread::scope(|threads| {
        for name in 0..3 {
            threads.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for _ in 0..100 {
                    runtime.block_on(isolated(test(name)));
                }
            });
        }
    });
}
