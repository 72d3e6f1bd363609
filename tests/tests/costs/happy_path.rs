//! Calls in which nothing goes wrong: they allocate nothing, and need no timer, no clock and no runtime.

use allocation_counter::measure;
use futures::executor::block_on;
use recourse::circuit::{CircuitBreaker, RateBreaker};
use recourse::time::Instant;
use recourse::{BudgetPolicy, CircuitPolicy, Class, ConcurrencyPolicy, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::Fail;
use std::time::Duration;

#[resilient(key = "happy", retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms", budget = "20% + 10/s")]
async fn guarded(x: u32) -> Result<u32, Fail> {
    Ok(x)
}

#[resilient(key = "happy.failing", retry = "3 attempts, no delay", budget = "none")]
async fn fails(x: u32) -> Result<u32, Fail> {
    if x < 100 { Err(Fail::Busy(None)) } else { Ok(x) }
}

#[resilient(key = "happy.pending", retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms")]
async fn yields(x: u32) -> Result<u32, Fail> {
    tokio::task::yield_now().await;
    Ok(x)
}

#[resilient(key = "happy.counting", executor = executor, retry = "3 attempts", circuit = "5 failures in 10s")]
async fn counting(executor: &Executor, x: u32) -> Result<u32, Fail> {
    if x < 100 { Ok(x) } else { Err(Fail::Broken) }
}

#[resilient(key = "happy.by_rate", executor = executor, circuit = "defaults", timeout = "1s")]
async fn by_rate(executor: &Executor, x: u32) -> Result<u32, Fail> {
    if x < 100 { Ok(x) } else { Err(Fail::Broken) }
}

#[resilient(key = "happy.slots", concurrency = "2 at once, wait 10ms")]
async fn has_a_slot(x: u32) -> Result<u32, Fail> {
    Ok(x)
}

#[resilient(key = "happy.learned", concurrency = "adaptive", rate = "1000000/s, burst 1000000", timeout = "1s")]
async fn has_a_learned_slot(x: u32) -> Result<u32, Fail> {
    Ok(x)
}

/// Outside of any runtime, where making a timer would panic.
#[test]
fn a_call_that_is_ready_at_once_makes_no_timer() {
    assert_eq!(block_on(guarded(7)).expect("it succeeds"), 7);
}

#[test]
fn a_delay_of_zero_makes_no_timer() {
    assert!(block_on(fails(7)).is_err());
}

/// The test above can fail: an attempt that has to wait does make one.
#[test]
#[should_panic(expected = "has to wait, and there is no tokio runtime here")]
fn a_call_that_has_to_wait_makes_one() {
    let _ = block_on(yields(7));
}

#[test]
fn a_call_that_is_ready_at_once_allocates_nothing() {
    block_on(guarded(7)).expect("the first call works out its policy");
    let info = measure(|| {
        for n in 0..100 {
            assert_eq!(block_on(guarded(n)).expect("it succeeds"), n);
        }
    });
    assert_eq!(info.count_total, 0, "{info:?}");
}

#[test]
fn retries_without_a_delay_allocate_nothing() {
    assert!(block_on(fails(7)).is_err());
    let info = measure(|| assert!(block_on(fails(7)).is_err()));
    assert_eq!(info.count_total, 0, "{info:?}");
}

/// The same through `Executor::call`, whose calls can always hold hedges.
#[test]
fn retries_of_a_closure_allocate_nothing() {
    let (executor, key) = (Executor::new(), Key::from_static("happy.closure"));
    let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay()).budget(BudgetPolicy::none());
    let call = || block_on(executor.call(&key, policy, async || Err::<(), _>(Fail::Busy(None))).into_future());
    assert!(call().is_err());
    let info = measure(|| assert!(call().is_err()));
    assert_eq!(info.count_total, 0, "{info:?}");
}

/// A timer is made for a pending call, in place.
#[test]
fn a_pending_call_allocates_nothing_either() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let run = || runtime.block_on(async { yields(7).await.expect("it succeeds") });
    run();
    let info = measure(|| assert_eq!(run(), 7));
    let bare = measure(|| runtime.block_on(tokio::task::yield_now()));
    assert_eq!(info.count_total, bare.count_total, "guarded {info:?}, bare {bare:?}");
}

/// Both kinds, while they are closed; also after failures, which a success ends.
#[test]
fn a_closed_circuit_allocates_nothing() {
    let executor = Executor::new();
    let run = |x: u32| {
        let (one, other) = (block_on(counting(&executor, x)), block_on(by_rate(&executor, x)));
        assert_eq!((one.is_ok(), other.is_ok()), (x < 100, x < 100));
    };
    run(7);
    run(100);
    let info = measure(|| (0..100).for_each(run));
    assert_eq!(info.count_total, 0, "{info:?}");
}

/// concurrency-35: the slot has a place in the state of its call, and that is all. A wait that is not needed costs nothing.
#[test]
fn a_call_with_a_free_slot_allocates_its_state_and_nothing_else() {
    let (executor, key) = (Executor::new(), Key::from_static("happy.slot_of_a_closure"));
    let policy = Policy::new().concurrency(ConcurrencyPolicy::at_once(2));
    let runs: [&dyn Fn(u32) -> Result<u32, Fail>; 3] =
        [&|x| block_on(has_a_slot(x)), &|x| block_on(has_a_learned_slot(x)), &|x| {
            block_on(executor.call(&key, policy, async || Ok::<_, Fail>(x)).into_future())
        }];
    for run in runs {
        assert_eq!(run(7).expect("a slot is free"), 7);
        let info = measure(|| (0..100).for_each(|x| drop(run(x))));
        assert_eq!(info.count_total, 100, "{info:?}");
    }
}

/// An open one allocates what the caller gets: one rejection.
#[test]
fn a_refusal_allocates_the_rejection_and_nothing_else() {
    let executor = Executor::new();
    (0..5).for_each(|_| assert!(block_on(counting(&executor, 100)).is_err()));
    let refused = || assert!(block_on(counting(&executor, 7)).unwrap_err().rejection().is_some());
    refused();
    let info = measure(refused);
    assert_eq!(info.count_total, 1, "{info:?}");
}

/// cost-6: the number of cores is read from files, which a caller waits for.
#[test]
fn the_number_of_cores_is_asked_for_once() {
    let first_success = || {
        let breaker = RateBreaker::new(CircuitPolicy::defaults()).expect("a rate");
        let now = Instant::from_nanos(1 << 62);
        let permit = breaker.allow(now).permit.expect("it is closed");
        measure(|| {
            let _ = breaker.record(permit, Class::Success, Duration::ZERO, now);
        })
    };
    first_success();
    let second = first_success();
    assert_eq!(second.count_total, 1, "the counters, and nothing else: {second:?}");
}
