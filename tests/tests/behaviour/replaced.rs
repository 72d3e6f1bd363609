//! What a call site was resolved to, and what takes its place: calls that begin after a change see it, calls in flight do not.
//!
//! A circuit that an operator changes is the change these tests use, since the timeline of a call tells the circuit in force.

use recourse::circuit::State;
use recourse::observe::{Timeline, capture};
use recourse::{CircuitPolicy, Executor, Key, Policy, resilient};
use recourse_tests::{Fail, ms};
use std::future::Future;
use std::thread;

/// What the timeline of a call says about its circuit: nothing, as long as the circuit is that of its site.
async fn told(call: impl Future<Output = Result<u32, Fail>>) -> Vec<String> {
    let (result, timelines) = capture(call).await;
    assert_eq!(result.expect("it succeeds"), 7);
    said(&timelines[0])
}

fn said(timeline: &Timeline) -> Vec<String> {
    timeline.effective().changes.iter().map(ToString::to_string).collect()
}

fn pushed(to: u32) -> [String; 1] {
    [format!("circuit: 3 failures, cooldown 5s became {to} failures: an operator changed it")]
}

fn push(executor: &Executor, key: &'static str, failures: u32) {
    let policy = CircuitPolicy::failures(failures);
    assert_eq!(executor.breakers().set_policy(&Key::from_static(key), policy), Ok(true), "{key}");
}

#[resilient(key = "replaced.fixed", circuit = "3 failures, cooldown 5s")]
async fn fixed() -> Result<u32, Fail> {
    Ok(7)
}

#[resilient(key = "replaced.other", circuit = "3 failures, cooldown 5s")]
async fn other() -> Result<u32, Fail> {
    Ok(7)
}

#[resilient(key = "replaced.hedged", circuit = "3 failures, cooldown 5s", hedge = "50ms")]
async fn hedged() -> Result<u32, Fail> {
    Ok(7)
}

#[resilient(key = "replaced.in", circuit = "3 failures, cooldown 5s", executor = executor)]
async fn in_executor(executor: &Executor) -> Result<u32, Fail> {
    Ok(7)
}

#[resilient(key = "replaced.of.{tenant}", circuit = "3 failures, cooldown 5s")]
async fn of_tenant(tenant: &str) -> Result<u32, Fail> {
    Ok(7)
}

/// site-1.
#[tokio::test(start_paused = true)]
async fn the_next_call_of_a_site_sees_a_change_and_the_sites_of_other_keys_see_none() {
    for _ in 0..3 {
        assert!(told(fixed()).await.is_empty() && told(other()).await.is_empty());
        assert!(fixed().await.is_ok() && other().await.is_ok(), "outside of a capture, too");
    }
    let global = Executor::global();
    push(global, "replaced.fixed", 4);
    assert_eq!(told(fixed()).await, pushed(4));
    assert_eq!(told(fixed()).await, pushed(4), "from then on");
    push(global, "replaced.fixed", 5);
    assert_eq!(told(fixed()).await, pushed(5), "a replacement is replaced");
    assert!(told(other()).await.is_empty());
    // Back to what the site was first resolved to.
    push(global, "replaced.fixed", 3);
    assert_eq!(
        global.breakers().set_policy(&Key::from_static("replaced.fixed"), CircuitPolicy::failures(3)),
        Ok(false)
    );
}

/// site-1.
#[tokio::test(start_paused = true)]
async fn so_does_the_next_call_of_every_other_kind_of_site() {
    assert!(told(hedged()).await.is_empty());
    push(Executor::global(), "replaced.hedged", 4);
    assert_eq!(told(hedged()).await, pushed(4));

    let executor = Executor::new();
    assert!(told(in_executor(&executor)).await.is_empty());
    push(&executor, "replaced.in", 4);
    assert_eq!(told(in_executor(&executor)).await, pushed(4));

    assert!(told(of_tenant("a")).await.is_empty() && told(of_tenant("b")).await.is_empty());
    push(Executor::global(), "replaced.of.a", 4);
    assert_eq!(told(of_tenant("a")).await, pushed(4));
    assert!(told(of_tenant("b")).await.is_empty());

    let policy = Policy::new().circuit("3 failures, cooldown 5s".parse().unwrap());
    let call = || executor.call(Key::from_static("replaced.closure"), policy, || async { Ok::<_, Fail>(7) });
    let call = || call().into_future();
    assert!(told(call()).await.is_empty());
    push(&executor, "replaced.closure", 4);
    assert_eq!(told(call()).await, pushed(4));
}

#[resilient(key = "replaced.flight", circuit = "3 failures, cooldown 5s", retry = "2 attempts, fixed 10ms")]
async fn in_flight() -> Result<u32, Fail> {
    tokio::time::sleep(ms(20)).await;
    Ok(7)
}

/// site-2.
#[tokio::test(start_paused = true)]
async fn a_call_in_flight_keeps_what_it_began_with() {
    assert!(in_flight().await.is_ok(), "the site is resolved, and its breaker made");
    let change = async {
        tokio::time::sleep(ms(10)).await;
        push(Executor::global(), "replaced.flight", 4);
    };
    let (call, ()) = tokio::join!(told(in_flight()), change);
    assert!(call.is_empty(), "{call:?}");
    assert_eq!(told(in_flight()).await, pushed(4));
}

#[resilient(key = "replaced.failing", circuit = "3 failures, cooldown 5s")]
async fn failing() -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

/// The replacement refers to the same breaker.
#[tokio::test(start_paused = true)]
async fn what_was_counted_by_a_replaced_site_is_counted_in_the_circuit_of_its_key() {
    let _ = failing().await;
    push(Executor::global(), "replaced.failing", 2);
    let state = || Executor::global().breakers().get(&Key::from_static("replaced.failing")).unwrap().snapshot.state;
    let _ = failing().await;
    assert_eq!(state(), State::Closed, "a changed policy begins to count anew");
    let _ = failing().await;
    assert_eq!(state(), State::Open);
}

#[resilient(key = "replaced.busy", circuit = "3 failures, cooldown 5s")]
async fn busy() -> Result<u32, Fail> {
    Ok(7)
}

/// Calls on two threads, captures that open and close, and an operator: every call ends, and the last change is what is seen.
#[test]
fn a_site_is_replaced_while_threads_call_it() {
    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
    }
    assert!(run(busy()).is_ok());
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                run(async {
                    for _ in 0..2_000 {
                        assert!(busy().await.is_ok());
                    }
                });
            });
        }
        threads.spawn(|| {
            run(async {
                for _ in 0..500 {
                    assert_eq!(capture(busy()).await.1.len(), 1);
                }
            });
        });
        threads.spawn(|| {
            let key = Key::from_static("replaced.busy");
            for failures in (4..=10).cycle().take(500) {
                let changed = Executor::global().breakers().set_policy(&key, CircuitPolicy::failures(failures));
                assert_eq!(changed, Ok(true));
                // Resolved from what is in force now, or from a later change of the same thread's: there is none.
                assert_eq!(run(told(busy())), pushed(failures));
            }
        });
    });
    let last = Executor::global().breakers().get(&Key::from_static("replaced.busy")).unwrap().policy;
    assert_eq!(run(told(busy())), [format!("circuit: 3 failures, cooldown 5s became {last}: an operator changed it")]);
}
