//! `Executor::reset_state`: circuits, budgets and latencies are as if no call had been made.

use recourse::circuit::State;
use recourse::layers::ResilientLayer;
use recourse::testing::{assert_timeline, fail, isolated};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, ms};
use std::future::IntoFuture;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tower::{ServiceExt, service_fn};

#[resilient(key = "reset.get", retry = "2 attempts, no delay", budget = "1%", circuit = "100 failures")]
async fn get() -> Result<u32, Fail> {
    Ok(7)
}

#[resilient(key = "reset.hedged", hedge = "p50", timeout = "1s")]
async fn hedged(time: u64) -> Result<u32, Fail> {
    tokio::time::sleep(ms(time)).await;
    Ok(7)
}

/// testing-6.
#[tokio::test(start_paused = true)]
async fn budgets_and_circuits_of_an_attribute_begin_anew() {
    let ((), timelines) = isolated(async {
        let executor = Executor::current();
        // A budget of 1 % has the ten retries that are saved up at first.
        fail("reset.get", 21);
        for _ in 0..11 {
            let _ = get().await;
        }
        assert_eq!(executor.breakers().list()[0].snapshot.failures, 21);
        executor.reset_state();
        assert_eq!(executor.breakers().list()[0].snapshot.failures, 0);
        fail("reset.get", 1);
        assert_eq!(get().await.unwrap(), 7);
    })
    .await;
    assert_timeline(&timelines[10]).attempts(1);
    assert_timeline(&timelines[11]).attempts(2);
}

/// testing-6.
#[tokio::test(start_paused = true)]
async fn latencies_are_forgotten() {
    let ((), timelines) = isolated(async {
        for _ in 0..60 {
            hedged(10).await.unwrap();
        }
        hedged(100).await.unwrap();
        Executor::current().reset_state();
        hedged(100).await.unwrap();
    })
    .await;
    assert!(timelines[60].hedge_count() > 0, "{}", timelines[60]);
    assert_timeline(&timelines[61]).hedges(0);
}

/// testing-6.
#[tokio::test(start_paused = true)]
async fn so_does_the_state_of_closures_and_layers_and_other_executors_keep_theirs() {
    let (executor, other) = (Executor::new(), Executor::new());
    let key = Key::from_static("reset.both");
    let policy = Policy::new().circuit(CircuitPolicy::failures(1));
    let call = |executor: &Executor| {
        executor.call(key.clone(), policy, async || Err::<u32, _>(Fail::Busy(None))).into_future()
    };
    let layer = ResilientLayer::new(&executor, key.clone()).policy(policy);
    let service = layer.layer(service_fn(async |id: u32| Ok::<_, std::io::Error>(id)));
    for executor in [&executor, &other] {
        assert!(call(executor).await.is_err());
    }
    assert!(service.clone().oneshot(7).await.is_err(), "the breaker of the key is open");
    executor.reset_state();
    assert_eq!(service.oneshot(7).await.unwrap(), 7);
    assert!(matches!(call(&executor).await.unwrap_err(), Fail::Busy(_)));
    assert!(matches!(call(&other).await.unwrap_err(), Fail::Rejected(_)), "the other one is open as before");
}

/// testing-7.
#[tokio::test(start_paused = true)]
async fn what_was_set_stays_and_calls_in_flight_are_not_counted() {
    let (executor, key) = (Executor::new(), Key::from_static("reset.flight"));
    let policy = Policy::new()
        .circuit(CircuitPolicy::failures(2))
        .retry(RetryPolicy::attempts(2).fixed(ms(10)))
        .budget(BudgetPolicy::percent(20))
        .hedge(HedgePolicy::after(ms(500)));
    let call = || {
        executor.call(key.clone(), policy, async || {
            tokio::time::sleep(ms(20)).await;
            Err::<u32, _>(Fail::Broken)
        })
    };
    let (result, ()) = tokio::join!(call(), async {
        tokio::time::sleep(ms(5)).await;
        executor.reset_state();
    });
    assert!(matches!(result, Err(Fail::Broken)));
    assert_eq!(executor.breakers().get(&key).unwrap().snapshot.failures, 1, "the first attempt began before");
    executor.breakers().force_open(&key).unwrap();
    executor.set_policy(key.clone(), Policy::new().timeout(ms(7)));
    executor.reset_state();
    let breaker = executor.breakers().get(&key).unwrap().snapshot;
    assert_eq!((breaker.state, breaker.forced), (State::Open, true));
    assert_eq!(executor.policy(&key), Some(Policy::new().timeout(ms(7))));
}

/// testing-8: a breaker that is held open refuses also while the state is reset.
#[test]
fn no_call_gets_through_a_breaker_that_is_held_open() {
    let (executor, key) = (Executor::new(), Key::from_static("reset.held"));
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let policy = Policy::new().circuit(CircuitPolicy::failures(3));
    let call = || executor.call(key.clone(), policy, async || Ok::<u32, Fail>(7)).into_future();
    runtime().block_on(call()).unwrap();
    executor.breakers().force_open(&key).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            for _ in 0..5_000 {
                executor.reset_state();
            }
            is_over.store(true, Ordering::Release);
        });
        let runtime = runtime();
        while !is_over.load(Ordering::Acquire) {
            assert!(runtime.block_on(call()).is_err());
        }
    });
}
