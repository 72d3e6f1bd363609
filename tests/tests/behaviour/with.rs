//! `recourse::with`: what one call asks for.

use recourse::layers::ResilientLayer;
use recourse::observe::{Timeline, capture};
use recourse::policy::{Origin, Section};
use recourse::providers::StaticProvider;
use recourse::testing::{Fault, fault};
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, Policy, RejectionKind, RetryPolicy, resilient, with};
use recourse_tests::{Fail, ms};
use std::future::Future;
use std::pin::Pin;
use tokio::time::Instant;
use tower::{ServiceExt, service_fn};

#[resilient(key = "with.inner", retry = "2 attempts, no delay", timeout = "5s")]
async fn inner() -> Result<u32, Fail> {
    Err(Fail::Broken)
}

#[resilient(key = "with.outer", retry = "3 attempts, fixed 10ms", timeout = "5s")]
async fn outer(waits: u64) -> Result<u32, Fail> {
    tokio::time::sleep(ms(waits)).await;
    inner().await
}

#[resilient(key = "with.hedged", hedge = "20ms", timeout = "5s")]
async fn hedged() -> Result<u32, Fail> {
    tokio::time::sleep(ms(30)).await;
    inner().await
}

async fn timelines(call: impl Future) -> Vec<Timeline> {
    capture(call).await.1
}

fn limit(timeline: &Timeline) -> Option<std::time::Duration> {
    timeline.effective().policy.timeout
}

/// source-8.
#[tokio::test(start_paused = true)]
async fn a_call_under_with_is_tighter_and_those_below_are_not() {
    let hurry = Policy::new().timeout(ms(300)).retry(RetryPolicy::none());
    // Ready at the first poll of the body, and after a wait.
    for waits in [0, 5] {
        let told = timelines(with(hurry, outer(waits))).await;
        assert_eq!((told[0].key().as_str(), limit(&told[0])), ("with.outer", Some(ms(300))), "{}", told[0]);
        assert_eq!(told[0].effective().sources.of(Section::Timeout).unwrap().origin, Origin::Call);
        assert_eq!((told[1].key().as_str(), limit(&told[1])), ("with.inner", Some(ms(5_000))), "waits {waits}");
    }
    let told = timelines(outer(0)).await;
    assert_eq!(limit(&told[0]), Some(ms(5_000)), "and it is over afterwards");
}

/// source-8: hedges, closures and layers make calls below, too.
#[tokio::test(start_paused = true)]
async fn what_hedges_closures_and_layers_call_is_below() {
    let hurry = Policy::new().timeout(ms(300));
    // The primary hangs, so that the hedge makes the call.
    let executor = Executor::new();
    executor.inject(&Key::from_static("with.hedged"), Fault::hang());
    let told = timelines(with(hurry, executor.scope(hedged()))).await;
    assert_eq!((limit(&told[0]), told[0].hedge_count()), (Some(ms(300)), 2));
    assert_eq!((told[1].key().as_str(), limit(&told[1])), ("with.inner", Some(ms(5_000))));

    let executor = Executor::new();
    // The closure makes the call below while it makes its future.
    let below = || executor.call(Key::from_static("with.below"), Policy::new().timeout(ms(4_000)), inner).into_future();
    let call = || executor.call(Key::from_static("with.closure"), Policy::new().timeout(ms(3_000)), &below);
    let told = timelines(with(hurry, async { call().await })).await;
    let limits: Vec<_> = told.iter().map(|timeline| (timeline.key().as_str(), limit(timeline))).collect();
    assert_eq!(limits[0], ("with.closure", Some(ms(300))));
    assert!(limits.contains(&("with.below", Some(ms(4_000)))), "{limits:?}");

    let layer = ResilientLayer::new(&executor, Key::from_static("with.layer")).policy(Policy::new().timeout(ms(2_000)));
    let service = layer.layer(service_fn(async |()| inner().await));
    let told = timelines(with(hurry, async { service.clone().oneshot(()).await })).await;
    assert_eq!((limit(&told[0]), limit(&told[1])), (Some(ms(300)), Some(ms(5_000))));
    let told = timelines(service.clone().oneshot(())).await;
    assert_eq!(limit(&told[0]), Some(ms(2_000)));
}

/// source-9.
#[tokio::test(start_paused = true)]
async fn it_may_only_tighten_unless_the_executor_allows_more() {
    let more = Policy::new()
        .timeout(ms(9_000))
        .retry(RetryPolicy::attempts(5).no_delay())
        .hedge(HedgePolicy::after(ms(5)))
        .circuit(CircuitPolicy::none());
    let strict = Executor::new();
    let told = timelines(with(more, strict.scope(outer(0)))).await;
    let effective = told[0].effective();
    assert_eq!(effective.policy.timeout, Some(ms(5_000)));
    let fields: Vec<_> = effective.changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["timeout", "retry.max_attempts", "hedge", "circuit"]);
    assert_eq!(effective.origin, Origin::Attribute);

    let loose = Executor::builder().loose_calls(true).build();
    let told = timelines(with(more, loose.scope(outer(0)))).await;
    assert_eq!(told[0].effective().policy.timeout, Some(ms(9_000)));
    assert_eq!(told[0].effective().policy.retry.unwrap().max_attempts, Some(5));
    assert_eq!(told[0].effective().policy.hedge, None, "nobody vouched for the function");
}

/// source-9.
#[tokio::test(start_paused = true)]
async fn it_stands_before_a_provider_and_behind_the_kill_switch() {
    let table = StaticProvider::new();
    table.set("with.*".parse().unwrap(), Policy::new().timeout(ms(1_000)));
    let executor = Executor::builder().provider(table).build();
    let call = || executor.scope(outer(0));
    let asked = Policy::new().timeout(ms(700)).retry(RetryPolicy::attempts(2));
    let told = timelines(with(asked, call())).await;
    assert_eq!(limit(&told[0]), Some(ms(700)));
    // An inner one tightens an outer one, and takes nothing back.
    let told = timelines(with(asked, with(Policy::new().timeout(ms(900)), call()))).await;
    assert_eq!(limit(&told[0]), Some(ms(700)));
    assert_eq!(told[0].effective().policy.retry.unwrap().max_attempts, Some(2));
    executor.bypass(true);
    let told = timelines(with(asked, call())).await;
    assert_eq!(told[0].effective().origin, Origin::Bypass);
    assert_eq!(told[0].attempt_count(), 1);
}

/// source-8: the state is that of the key.
#[tokio::test(start_paused = true)]
async fn calls_under_with_share_the_state_of_their_key() {
    let (executor, key) = (Executor::new(), Key::from_static("with.state"));
    let policy = Policy::new().circuit(CircuitPolicy::failures(2));
    let call = || executor.call(key.clone(), policy, async || Err::<u32, _>(Fail::Busy(None)));
    let hurry = Policy::new().timeout(ms(300));
    for _ in 0..2 {
        assert!(with(hurry, async { call().await }).await.is_err());
    }
    assert_eq!(call().await.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen));

    // A panic in the future leaves nothing behind.
    let panics = tokio::spawn(with(hurry, async { panic!("of the user's") }));
    assert!(panics.await.is_err());
    fault("with.outer", Fault::pass());
    let told = timelines(outer(0)).await;
    assert_eq!(limit(&told[0]), Some(ms(5_000)));
}

/// source-10: the limits of the call, and those of the default policy.
#[tokio::test(start_paused = true)]
async fn the_kill_switch_leaves_every_time_limit() {
    let executor = Executor::builder().default_policy(Policy::new().timeout(ms(900))).build();
    executor.bypass(true);
    let call = |policy| {
        executor
            .call(Key::from_static("with.bypassed"), policy, async || std::future::pending::<Result<u32, Fail>>().await)
    };
    let took = async |call: Pin<Box<dyn Future<Output = Result<u32, Fail>> + '_>>| {
        let start = Instant::now();
        assert_eq!(call.await.unwrap_err().rejection(), Some(RejectionKind::Timeout));
        start.elapsed()
    };
    assert_eq!(took(Box::pin(async { call(Policy::new()).await })).await, ms(900));
    let own = Policy::new().timeout(ms(700));
    let asked = |asked| Box::pin(with(Policy::new().timeout(asked), async { call(own).await }));
    assert_eq!(took(asked(ms(300))).await, ms(300));
    assert_eq!(took(asked(ms(800))).await, ms(700), "a call may only tighten its policy");
}
