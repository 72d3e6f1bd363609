//! Operators: the list of breakers, opening, closing, and changes of policy.

use super::{POLICY, get, is_refused, key, open, state};
use recourse::circuit::{self, DecisionReason, State};
use recourse::observe::{BreakerEvent, Observer};
use recourse::{CircuitPolicy, Executor, Key, Policy, RejectionKind};
use recourse_tests::{Fail, Script, Stage, busy, hangs, ok};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn the_list_says_what_each_breaker_is_doing() {
    let stage = open([]).await;
    tokio::time::advance(Duration::from_millis(200)).await;
    let other = Policy::new().circuit("50% of 4 in 10s".parse().unwrap());
    let script = Script::new([ok(1), busy(), ok(2)]);
    for _ in 0..3 {
        let _ = stage.executor.call(Key::from_static("a.search"), other, || script.play()).await;
    }
    let shown: Vec<String> = stage.executor.breakers().list().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "a.search  closed, 1 of 3 calls failed  (50% of 4 in 10s)",
            "db.get  open for 200ms, next probe in 800ms  (3 failures, cooldown 1s, 1 success)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_operator_opens_it_and_leaves_it_to_itself_again() {
    let stage = Stage::new([ok(7)]);
    assert!(get(&stage).await.is_ok());
    let breakers = stage.executor.breakers();
    breakers.force_open(key()).unwrap();
    let refused = super::refusal(get(&stage).await);
    assert_eq!((refused.retry_after(), refused.circuit()), (None, Some(DecisionReason::ForcedOpen)), "nobody knows");
    assert_eq!(refused.to_string(), "`db.get` was not called: its circuit is forced open");
    tokio::time::advance(Duration::from_secs(86_400)).await;
    assert!(is_refused(&get(&stage).await), "no cooldown ends it");
    breakers.reset(key()).unwrap();
    assert_eq!((get(&stage).await.unwrap(), state(&stage)), (7, State::Closed));
}

#[tokio::test(start_paused = true)]
async fn an_operator_closes_it_and_nothing_is_counted() {
    let stage = open([busy()]).await;
    let breakers = stage.executor.breakers();
    breakers.force_closed(key()).unwrap();
    for _ in 0..100 {
        assert!(!is_refused(&get(&stage).await));
    }
    breakers.reset(key()).unwrap();
    assert_eq!(breakers.get(&key()).unwrap().snapshot.failures, 0);
    for _ in 0..3 {
        assert!(!is_refused(&get(&stage).await));
    }
    assert!(is_refused(&get(&stage).await), "left to itself, it opens again");
}

/// What runs while an operator acts belongs to another time.
#[tokio::test(start_paused = true)]
async fn results_of_calls_from_before_are_not_counted() {
    let stage = super::due([hangs(), ok(7)]).await;
    let mut probe = pin!(get(&stage));
    assert!(poll_fn(|cx| Poll::Ready(probe.as_mut().poll(cx).is_pending())).await);
    stage.executor.breakers().reset(key()).unwrap();
    assert_eq!(state(&stage), State::Closed);
    drop(stage.executor.clone());
    let failures = || stage.executor.breakers().get(&key()).unwrap().snapshot.failures;
    assert_eq!(failures(), 0);
    assert_eq!(get(&stage).await.unwrap(), 7);
}

/// circuit-8.
#[tokio::test(start_paused = true)]
async fn an_equal_policy_keeps_the_breaker_and_a_changed_one_leaves_it_open() {
    let stage = open([busy()]).await;
    let breakers = stage.executor.breakers();
    assert_eq!(breakers.set_policy(&key(), POLICY), Ok(false));
    assert_eq!(state(&stage), State::Open);
    let left = || breakers.get(&key()).unwrap().snapshot.next_probe;
    let before = left();
    assert_eq!(breakers.set_policy(&key(), CircuitPolicy::failures(5)), Ok(true));
    assert_eq!((state(&stage), left()), (State::Open, before));
    assert!(before.is_some() && is_refused(&get(&stage).await));
    breakers.reset(key()).unwrap();
    for _ in 0..5 {
        assert!(!is_refused(&get(&stage).await), "the site's own policy is not what counts any more");
    }
    assert!(is_refused(&get(&stage).await));

    let by_rate = "10% of 2 in 10s, slow 50ms".parse().unwrap();
    assert_eq!(breakers.set_policy(&key(), by_rate), Ok(true));
    breakers.reset(key()).unwrap();
    let _ = get(&stage).await;
    let _ = get(&stage).await;
    assert!(is_refused(&get(&stage).await), "a counting breaker has become one by rate");
    assert_eq!(breakers.get(&key()).unwrap().policy, by_rate);

    assert_eq!(breakers.set_policy(&key(), CircuitPolicy::none()), Ok(true));
    for _ in 0..100 {
        assert!(!is_refused(&get(&stage).await), "and one that never opens");
    }
    let absurd = CircuitPolicy::failures(0).cooldown(Duration::MAX).probes(0);
    assert_eq!(breakers.set_policy(&key(), absurd), Ok(true));
    assert_eq!(breakers.get(&key()).unwrap().policy.to_string(), "1 failure, cooldown 5m");
}

#[tokio::test(start_paused = true)]
async fn a_breaker_is_half_open_since_its_cooldown_was_over() {
    let stage = open([]).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    let seen = stage.executor.breakers().get(&key()).unwrap().snapshot;
    assert_eq!((seen.state, seen.since, seen.next_probe), (State::HalfOpen, Some(Duration::from_secs(59)), None));
}

/// Timelines of calls that are made after a push say what is in force, and whose doing it was.
#[tokio::test(start_paused = true)]
async fn a_pushed_policy_is_told_as_an_operators() {
    let stage = Stage::new([ok(7)]);
    assert!(get(&stage).await.is_ok());
    stage.executor.breakers().set_policy(&key(), CircuitPolicy::failures(9)).unwrap();
    let policy = Policy::new().circuit(POLICY).timeout(Duration::from_secs(1));
    let call = stage.executor.call(key(), policy, || stage.script.play()).into_future();
    let changes = super::seen(call).await.1.effective().changes.clone();
    let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["circuit: 3 failures, cooldown 1s, 1 success became 9 failures: an operator changed it"]);
}

/// A breaker of the user's need not defend itself against what no policy can be.
#[tokio::test(start_paused = true)]
async fn a_pushed_policy_is_clamped_for_whatever_breaker() {
    let make = |policy: &CircuitPolicy| circuit::built_in(policy);
    let executor = Executor::builder().breaker(key(), make).build();
    let stage = Stage { script: Script::new([ok(7)]), executor };
    assert!(get(&stage).await.is_ok());
    let absurd = CircuitPolicy::failures(3).probes(0).cooldown(Duration::ZERO);
    assert_eq!(stage.executor.breakers().set_policy(&key(), absurd), Ok(true));
    assert_eq!(stage.executor.breakers().get(&key()).unwrap().policy.to_string(), "3 failures, cooldown 100ms");
}

#[tokio::test(start_paused = true)]
async fn a_key_without_a_breaker_is_named() {
    let stage = Stage::new([ok(7)]);
    let unknown = stage.executor.breakers().reset(key()).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "`db.get` has no circuit breaker: a key whose policy has a circuit gets one at its first call"
    );
    assert!(get(&stage).await.is_ok());
    let unknown = stage.executor.breakers().reset(Key::from_static("db.gte")).unwrap_err();
    assert!(unknown.to_string().ends_with("; did you mean `db.get`?"), "{unknown}");
    assert!(stage.executor.breakers().get(&Key::from_static("db.gte")).is_none());
}

/// What operators do is told to observers, since it is no event of a call.
#[tokio::test(start_paused = true)]
async fn observers_are_told_what_operators_do() {
    #[derive(Clone, Debug, Default)]
    struct Seen(Arc<Mutex<Vec<BreakerEvent>>>);
    impl Observer for Seen {
        fn breaker(&self, key: &Key, event: BreakerEvent) {
            assert_eq!(key.as_str(), "db.get");
            self.0.lock().unwrap().push(event);
        }
    }
    let seen = Seen::default();
    let stage = Stage { script: Script::new([ok(7)]), executor: Executor::builder().observer(seen.clone()).build() };
    assert!(get(&stage).await.is_ok());
    let breakers = stage.executor.breakers();
    breakers.force_open(key()).unwrap();
    breakers.force_closed(key()).unwrap();
    breakers.reset(key()).unwrap();
    breakers.set_policy(&key(), POLICY).unwrap();
    breakers.set_policy(&key(), CircuitPolicy::failures(9)).unwrap();
    let expected = [
        BreakerEvent::Forced(State::Open),
        BreakerEvent::Forced(State::Closed),
        BreakerEvent::Reset,
        BreakerEvent::PolicyChanged,
    ];
    assert_eq!(*seen.0.lock().unwrap(), expected);
}

/// A policy from code, too, is only clamped.
#[tokio::test(start_paused = true)]
async fn a_forced_breaker_keeps_its_state_over_a_change_of_policy() {
    let stage = Stage::new([ok(7)]);
    assert!(get(&stage).await.is_ok());
    let breakers = stage.executor.breakers();
    breakers.force_open(key()).unwrap();
    assert_eq!(breakers.set_policy(&key(), CircuitPolicy::failures(9)), Ok(true));
    let refused = get(&stage).await.err().as_ref().and_then(Fail::rejection);
    assert_eq!(refused, Some(RejectionKind::CircuitOpen));
}
