//! What is told of why a circuit has changed, and of why a hedge was denied.

use recourse::circuit::{State, TransitionCause};
use recourse::observe::{BreakerEvent, Event, HedgeDenial, Observer, Timeline, capture};
use recourse::{
    BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Executor, HedgePolicy, Key, Policy, RatePolicy, RetryPolicy,
};
use recourse_tests::{Play, Script, busy, hangs, ms, ok, once};
use std::future::IntoFuture;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEY: Key = Key::from_static("k");

fn second() -> Duration {
    Duration::from_secs(1)
}

/// Makes a call, and returns what happened in it.
async fn seen(executor: &Executor, policy: Policy, plays: impl IntoIterator<Item = Play>) -> Timeline {
    let script = Script::new(plays);
    let (_, mut timelines) = capture(executor.call(KEY, policy, || script.play()).into_future()).await;
    timelines.remove(0)
}

fn causes(timeline: &Timeline) -> Vec<(State, TransitionCause)> {
    let events = timeline.events().iter();
    let changed = events.filter_map(|timed| match timed.event {
        Event::CircuitChanged { to, cause, .. } => Some((to, cause)),
        _ => None,
    });
    changed.collect()
}

/// observe-24.
#[tokio::test(start_paused = true)]
async fn a_circuit_that_changes_says_why() {
    use State::{Closed, HalfOpen, Open};
    let once = Policy::new().retry(RetryPolicy::none());
    let executor = Executor::new();
    let policy = once.circuit(CircuitPolicy::failures(1).cooldown(second()).successes(1));
    let failed = seen(&executor, policy, [busy()]).await;
    assert_eq!(causes(&failed), [(Open, TransitionCause::Failures)]);
    assert!(failed.to_string().contains("circuit: closed -> open at 0, failures\n"), "{failed}");
    tokio::time::advance(second()).await;
    let probe = seen(&executor, policy, [busy()]).await;
    assert_eq!(causes(&probe), [(HalfOpen, TransitionCause::CooldownOver), (Open, TransitionCause::ProbeFailed)]);
    tokio::time::advance(second()).await;
    let probe = seen(&executor, policy, [ok(7)]).await;
    assert_eq!(causes(&probe), [(HalfOpen, TransitionCause::CooldownOver), (Closed, TransitionCause::ProbesSucceeded)]);

    let rate = once.circuit(CircuitPolicy::rate(50, 2, second()));
    let executor = Executor::new();
    assert!(causes(&seen(&executor, rate, [busy()]).await).is_empty());
    assert_eq!(causes(&seen(&executor, rate, [busy()]).await), [(Open, TransitionCause::FailureRate)]);

    let slow = once.circuit(CircuitPolicy::failures(1).slow(ms(50)));
    let slow = seen(&Executor::new(), slow, [ok(7).after(ms(60))]).await;
    assert_eq!(causes(&slow), [(Open, TransitionCause::Slow)]);
}

#[derive(Clone, Debug, Default)]
struct Operated(Arc<Mutex<Vec<&'static str>>>);

impl Observer for Operated {
    fn breaker(&self, _: &Key, event: BreakerEvent) {
        self.0.lock().unwrap().push(event.as_str());
    }
}

/// observe-24: what happens outside of calls has a code, too.
#[tokio::test(start_paused = true)]
async fn what_operators_do_to_a_circuit_has_a_code() {
    let operated = Operated::default();
    let executor = Executor::builder().observer(operated.clone()).build();
    let policy = Policy::new().circuit(CircuitPolicy::failures(3));
    seen(&executor, policy, [ok(7)]).await;
    let breakers = executor.breakers();
    breakers.force_open(KEY).unwrap();
    breakers.force_closed(KEY).unwrap();
    breakers.reset(KEY).unwrap();
    breakers.set_policy(&KEY, CircuitPolicy::failures(9)).unwrap();
    assert_eq!(*operated.0.lock().unwrap(), ["forced_open", "forced_closed", "reset", "policy_changed"]);
}

fn denials(timeline: &Timeline) -> Vec<HedgeDenial> {
    let events = timeline.events().iter();
    let denied = events.filter_map(|timed| match timed.event {
        Event::HedgeDenied { reason } => Some(reason),
        _ => None,
    });
    denied.collect()
}

/// observe-25.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_is_denied_says_why() {
    let hedge = HedgePolicy::after(ms(10)).at_most(1);
    let slow = || [ok(7).after(ms(15)), ok(8)];

    let (executor, policy) = (Executor::new(), Policy::new().hedge(hedge.budget(BudgetPolicy::percent(1))));
    for _ in 0..10 {
        let _ = seen(&executor, policy, [hangs(), ok(1)]).await;
    }
    let denied = seen(&executor, policy, slow()).await;
    assert_eq!(denials(&denied), [HedgeDenial::Budget]);
    assert_eq!(denied.totals().hedges_denied_by(HedgeDenial::Budget), denied.totals().hedges_denied);

    let free = Policy::new().hedge(hedge.budget(BudgetPolicy::none()));
    let one = free.concurrency(ConcurrencyPolicy::at_once(1));
    assert_eq!(denials(&seen(&Executor::new(), one, slow()).await), [HedgeDenial::Concurrency]);

    let rare = free.rate(RatePolicy::per_second(1).burst(1));
    assert_eq!(denials(&seen(&Executor::new(), rare, slow()).await), [HedgeDenial::Rate]);

    // It opens while the call runs. A circuit that refuses a hedge is not asked for another one of the group.
    let (executor, opens) = (Executor::new(), free.circuit(CircuitPolicy::failures(1)).retry(RetryPolicy::none()));
    let script = Script::new([ok(7).after(ms(90)), ok(8)]);
    let (_, timelines) = capture(async {
        let mut call = pin!(executor.call(KEY, opens, || script.play()).into_future());
        assert!(once(&mut call).await.is_pending());
        seen(&executor, opens, [busy()]).await;
        call.await
    })
    .await;
    assert_eq!((denials(&timelines[0]), script.runs()), (vec![HedgeDenial::Circuit], 1));
}
