//! Breakers of layers: who shares them, and what comes back.

use super::{Fail, Played, asked, ms, once, over, rejection};
use recourse::algebra::Failure;
use recourse::circuit::State;
use recourse::layers::{ResilientLayer, circuit, timeout};
use recourse::{CircuitPolicy, Class, Executor, Key, Policy, RejectionKind};
use recourse_tests::{busy, hangs, ok, panics};
use std::future::ready;
use tower::limit::ConcurrencyLimit;
use tower::{Service, ServiceExt, service_fn};

fn one_failure() -> CircuitPolicy {
    CircuitPolicy::failures(1).cooldown(ms(500)).successes(1)
}

#[tokio::test(start_paused = true)]
async fn all_services_of_a_layer_share_its_breaker_and_two_layers_share_nothing() {
    let (layer, other) = (circuit(one_failure()), circuit(one_failure()));
    let (down, up) = (Played::new([busy()]), Played::new([ok(7)]));
    let mut early = layer.layer(up.clone());
    assert!(asked(&mut layer.layer(down)).await.is_err());
    let refused =
        [asked(&mut early).await, asked(&mut early.clone()).await, asked(&mut layer.clone().layer(up.clone())).await];
    assert!(refused.into_iter().all(|answer| rejection(answer) == RejectionKind::CircuitOpen));
    assert_eq!(asked(&mut other.layer(up)).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn layers_of_one_executor_and_key_share_its_breaker_also_with_calls() {
    let executor = Executor::new();
    let (key, policy) = (Key::from_static("db"), Policy::new().circuit(one_failure()));
    let layer = || ResilientLayer::new(&executor, key.clone()).policy(policy);
    assert!(layer().layer(Played::new([busy()])).oneshot(()).await.is_err());
    let answer = layer().layer(Played::new([ok(7)])).oneshot(()).await;
    assert_eq!(rejection(answer), RejectionKind::CircuitOpen);
    let called = executor.call(key.clone(), policy, || async { Ok::<_, String>(7) }).await;
    assert!(called.unwrap_err().contains("its circuit is open"));
    let answer = ResilientLayer::new(&executor, Key::from_static("cache"))
        .policy(policy)
        .layer(Played::new([ok(7)]))
        .oneshot(())
        .await;
    assert_eq!(answer.unwrap(), 7);
}

/// circuit-1.
#[tokio::test(start_paused = true)]
async fn the_probe_of_a_side_that_loses_gives_its_place_back() {
    let (left, right) = (Played::new([busy(), hangs(), hangs(), ok(7)]), Played::new([ok(8).after(ms(5))]));
    let mut service = (circuit(one_failure()) + over(&left) & over(&right)).layer(());
    assert_eq!(asked(&mut service).await.unwrap(), 8, "the left one fails, and its circuit opens");
    tokio::time::advance(ms(500)).await;
    for probes in 1..=2 {
        assert_eq!(asked(&mut service).await.unwrap(), 8);
        assert_eq!((left.runs(), left.live()), (1 + probes, 0));
    }
    assert_eq!(asked(&mut service).await.unwrap(), 7, "a probe may go a third time, and closes it");
    assert_eq!(left.runs(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_probe_of_a_dropped_response_gives_its_place_back() {
    let played = Played::new([busy(), hangs(), ok(7)]);
    let mut service = circuit(one_failure()).layer(played.clone());
    assert!(asked(&mut service).await.is_err());
    tokio::time::advance(ms(500)).await;
    assert!(super::ready(&mut service).await.is_ready());
    let mut probe = Box::pin(service.call(()));
    assert!(once(&mut probe).await.is_pending());
    assert_eq!(rejection(asked(&mut service).await), RejectionKind::CircuitOpen);
    drop(probe);
    assert_eq!(asked(&mut service).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_panics_counts_as_a_failure_and_the_next_call_works() {
    let played = Played::new([panics(), ok(7)]);
    let layer = circuit(one_failure());
    let call = tokio::spawn(layer.layer(played.clone()).oneshot(()));
    assert!(call.await.unwrap_err().is_panic());
    assert_eq!(rejection(asked(&mut layer.layer(played.clone())).await), RejectionKind::CircuitOpen);
    tokio::time::advance(ms(500)).await;
    assert_eq!(asked(&mut layer.layer(played)).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn timeouts_below_a_circuit_open_it_and_what_is_none_of_its_business_does_not() {
    let policy = circuit(one_failure()) + timeout(ms(50));
    let mut service = policy.layer(Played::new([hangs()]));
    assert_eq!(rejection(asked(&mut service).await), RejectionKind::Timeout);
    assert_eq!(rejection(asked(&mut service).await), RejectionKind::CircuitOpen);

    let ignored = circuit(one_failure()).classify(|_: &Fail| Class::Ignore);
    let mut service = ignored.layer(Played::new([busy()]));
    for _ in 0..3 {
        assert!(matches!(asked(&mut service).await, Err(Failure::Inner(Fail::Busy(_)))));
    }
}

/// It panics where it is called, before there is a response.
#[derive(Clone)]
struct Panics;

impl Service<()> for Panics {
    type Response = u32;
    type Error = Fail;
    type Future = std::future::Ready<Result<u32, Fail>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Fail>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        panic!("a bug")
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_panics_where_it_is_called_gives_its_place_back() {
    let layer = circuit(one_failure());
    assert!(asked(&mut layer.layer(Played::new([busy()]))).await.is_err());
    tokio::time::advance(ms(500)).await;
    assert!(tokio::spawn(layer.layer(Panics).oneshot(())).await.unwrap_err().is_panic());
    tokio::time::advance(ms(500)).await;
    assert_eq!(asked(&mut layer.layer(Played::new([ok(7)]))).await.unwrap(), 7);
}

/// site-1. The service of a layer is resolved when it is made, and is not made anew.
#[tokio::test(start_paused = true)]
async fn a_layer_sees_a_change_of_its_circuit() {
    let (executor, key) = (Executor::new(), Key::from_static("db"));
    let mut service = ResilientLayer::new(&executor, key.clone())
        .policy(Policy::new().circuit(one_failure()))
        .layer(Played::new([ok(7), ok(7)]));
    let (before, timelines) = recourse::observe::capture(asked(&mut service)).await;
    assert!(before.is_ok() && timelines[0].effective().changes.is_empty());

    assert_eq!(executor.breakers().set_policy(&key, CircuitPolicy::failures(9)), Ok(true));
    let (after, timelines) = recourse::observe::capture(asked(&mut service)).await;
    assert!(after.is_ok());
    assert!(timelines[0].effective().changes[0].to_string().ends_with("an operator changed it"), "{}", timelines[0]);
}

/// site-3.
#[tokio::test(start_paused = true)]
async fn a_layer_sees_a_policy_that_is_registered_while_it_serves() {
    let (executor, key) = (Executor::new(), Key::from_static("db"));
    let played = Played::new([busy()]);
    let once = Policy::new().retry(recourse::RetryPolicy::none());
    let mut service = ResilientLayer::new(&executor, key.clone()).policy(once).layer(played.clone());
    let mut copy = service.clone();
    assert!(asked(&mut service).await.is_err());
    assert_eq!(played.runs(), 1);
    executor.set_policy(key.clone(), Policy::new().retry(recourse::RetryPolicy::attempts(3).no_delay()));
    assert!(asked(&mut service).await.is_err());
    assert_eq!(played.runs(), 1 + 3);
    assert!(asked(&mut copy).await.is_err());
    assert_eq!(played.runs(), 1 + 3 + 3, "its copies, too");
    executor.remove_policy(&key);
    assert!(asked(&mut copy).await.is_err());
    assert_eq!(played.runs(), 1 + 3 + 3 + 1);
    // And a hold of a breaker that only the registered policy brings.
    executor.breakers().force_open(&key).unwrap();
    executor.set_policy(key, Policy::new().circuit(one_failure()));
    assert_eq!(rejection(asked(&mut service).await), RejectionKind::CircuitOpen);
}

/// key-5: a layer's service is there for more calls, so its state is not evicted until the service is dropped.
#[tokio::test(start_paused = true)]
async fn the_service_of_a_layer_holds_its_state() {
    let executor = Executor::builder().key_capacity(1).build();
    let policy = Policy::new().circuit(CircuitPolicy::failures(3));
    let of = |key: &str| ResilientLayer::new(&executor, key.parse::<Key>().unwrap()).policy(policy);
    let down = of("down").layer(service_fn(|()| ready(Err::<(), _>(Fail::Broken))));
    for other in 0..3 {
        let up = of(&format!("up.{other}")).layer(service_fn(|()| ready(Ok::<_, Fail>(()))));
        assert!(up.oneshot(()).await.is_ok());
        assert!(down.clone().oneshot(()).await.is_err());
    }
    let key = "down".parse::<Key>().unwrap();
    assert_eq!(executor.breakers().get(&key).expect("it is held").snapshot.state, State::Open);
    assert!(executor.keys() <= 2, "{}", executor.keys());
}

/// tower-10: the circuit that a service was made with is open, and not in force any more.
#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_ready_is_waited_for_once_its_circuit_is_not_in_force() {
    let (executor, key) = (Executor::new(), Key::from_static("db"));
    let layer = ResilientLayer::new(&executor, key.clone()).policy(Policy::new().circuit(one_failure()));
    let busy = ConcurrencyLimit::new(Played::new([hangs()]), 1);
    let mut service = layer.layer(busy);
    assert!(super::ready(&mut service).await.is_ready());
    let _hangs = service.call(());
    executor.breakers().force_open(&key).unwrap();
    assert!(super::ready(&mut service.clone()).await.is_ready(), "a call is about to be refused");
    executor.bypass(true);
    assert!(super::ready(&mut service.clone()).await.is_pending(), "a call is about to be made");
    executor.bypass(false);
    executor.set_policy(key, Policy::new().circuit(CircuitPolicy::none()));
    assert!(super::ready(&mut service.clone()).await.is_pending());
}
