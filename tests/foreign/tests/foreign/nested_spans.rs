//! Spans of the user's own beside ours: in destructors of bodies, below spans that a subscriber filters out, and what is told outside of calls.

use crate::spans::Captured;
use recourse::circuit::State;
use recourse::policy::Pattern;
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tracing::{Instrument, Level, info, info_span};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

const KEY: Key = Key::from_static("k");

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Tells that it is gone, as a guard of a connection does.
struct Tells;

impl Drop for Tells {
    fn drop(&mut self) {
        info!(resilience.event.name = "gone");
    }
}

async fn hangs() -> Result<u32, String> {
    let _tells = Tells;
    std::future::pending().await
}

#[resilient(executor = executor, retry = "2 attempts, no delay", attempt_timeout = "10ms")]
async fn cut(executor: &Executor) -> Result<u32, String> {
    hangs().await
}

/// Where the events of destructors stand: the index of the attempt, or the name of another span.
fn gone_in(captured: &Captured) -> Vec<String> {
    let spans = captured.spans.lock().unwrap();
    let events = captured.events.lock().unwrap();
    let gone =
        events.iter().filter(|(_, event)| event.fields.get("resilience.event.name").is_some_and(|is| is == "gone"));
    gone.map(|(_, event)| {
        let span = event.parent.map(|id| &spans[&id]);
        let index = span.and_then(|span| span.fields.get("resilience.attempt.index"));
        index.cloned().unwrap_or_else(|| span.map_or("none", |span| span.name).to_owned())
    })
    .collect()
}

/// observe-26.
#[tokio::test(start_paused = true)]
async fn destructors_of_a_body_run_in_the_span_of_their_attempt() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().build();
    // A limit cuts both attempts.
    cut(&executor).await.unwrap_err();
    assert_eq!(gone_in(&captured), ["0", "1"]);
    // The caller goes away, in the first attempt.
    {
        let mut call = pin!(cut(&executor));
        poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
    }
    assert_eq!(gone_in(&captured)[2..], ["0"]);
    // A hedge wins, and the primary is dropped; a caller drops both.
    let policy = Policy::new().hedge(HedgePolicy::after(ms(10)).at_most(1));
    let runs = std::cell::Cell::new(0);
    let body = || {
        runs.set(runs.get() + 1);
        let run = runs.get();
        async move { if run == 2 { Ok(run) } else { hangs().await } }
    };
    executor.call(KEY, policy, body).await.unwrap();
    assert_eq!(gone_in(&captured)[3..], ["0"]);
    {
        let mut call = pin!(executor.call(KEY, policy, hangs).into_future());
        let until = tokio::time::sleep(ms(20));
        let mut until = pin!(until);
        poll_fn(|cx| if call.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { until.as_mut().poll(cx) }).await;
    }
    assert_eq!(gone_in(&captured)[4..], ["0", "1"]);
}

/// observe-27: whoever filters out our spans has their own, and our events, below what is around the call.
#[tokio::test(start_paused = true)]
async fn spans_that_are_filtered_out_detach_nothing() {
    let captured = Captured::default();
    let no_spans = filter_fn(|metadata| !(metadata.is_span() && metadata.target() == "recourse"));
    let _guard = tracing::subscriber::set_default(Registry::default().with(captured.clone().with_filter(no_spans)));
    let executor = Executor::builder().tracing().build();
    let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(10))).circuit(CircuitPolicy::failures(2));
    let body = || async { Err::<(), _>("down".to_owned()) }.instrument(info_span!("work"));
    let call = executor.call(KEY, policy, body).into_future();
    call.instrument(info_span!("outside")).await.unwrap_err();

    assert!(captured.spans("resilience.call").is_empty() && captured.spans("resilience.attempt").is_empty());
    let work = captured.spans("work");
    assert_eq!(work.len(), 2);
    assert!(work.iter().all(|(_, around)| around.as_ref().is_some_and(|around| around.name == "outside")), "{work:?}");
    let spans = captured.spans.lock().unwrap();
    let events = captured.events.lock().unwrap();
    assert_eq!(events.len(), 3, "{events:?}");
    for (_, event) in events.iter() {
        let around = event.parent.map(|id| spans[&id].name);
        assert_eq!(around, Some("outside"), "{event:?}");
    }
}

/// observe-29.
#[tokio::test(start_paused = true)]
async fn what_happens_outside_of_calls_is_told_by_events() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().key_capacity(1).build();
    // A closure that names no hedge cannot be hedged, so that part of the policy is left out: said once, not for each call.
    executor.set_policy("t.*".parse::<Pattern>().unwrap(), Policy::new().hedge(HedgePolicy::after(ms(10))));
    let policy = Policy::new().circuit(CircuitPolicy::failures(1)).retry(RetryPolicy::none());
    for tenant in ["t.1", "t.1", "t.2"] {
        let fails = async || Err::<(), _>("down".to_owned());
        executor.call(Key::parse(tenant).unwrap(), policy, fails).await.unwrap_err();
    }
    executor.set_policy(Key::from_static("t.2"), Policy::new().timeout(ms(50)));
    executor.breakers().force_open(Key::from_static("t.2")).unwrap();
    let told: Vec<(Level, String)> = captured.told();
    let outside = ["policy_changed", "policy_resolved", "key_evicted", "circuit_operated"];
    let told: Vec<_> =
        told.iter().map(|(level, name)| (*level, &**name)).filter(|(_, name)| outside.contains(name)).collect();
    let of = |name: &str| told.iter().filter(|(_, told)| *told == name).count();
    assert_eq!((of("policy_resolved"), of("key_evicted"), of("policy_changed")), (2, 1, 1), "{told:?}");
    assert_eq!(of("circuit_operated"), 2, "evicted, and forced open: {told:?}");
    let events = captured.events.lock().unwrap();
    let last = &events.last().unwrap().1.fields;
    assert_eq!((&*last["resilience.circuit.action"], &*last["resilience.operation.key"]), ("forced_open", "t.2"));
    assert_eq!(executor.breakers().get(&Key::from_static("t.2")).unwrap().snapshot.state, State::Open);
    let resolved = events.iter().find(|(_, event)| event.fields.contains_key("resilience.policy.notes")).unwrap();
    assert!(resolved.1.fields["resilience.policy.notes"].contains("hedge"), "{resolved:?}");
}
