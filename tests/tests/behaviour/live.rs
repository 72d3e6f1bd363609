//! Policies that are registered while the program runs: the next call sees them, calls in flight do not, and what the calls of a key share
//! follows.

use recourse::circuit::State;
use recourse::observe::{AttemptOutcome, EndReason, Observer, PolicyChange, Timeline};
use recourse::policy::Origin;
use recourse::{
    BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, MissingPolicy, Policy, RejectionKind, RetryPolicy,
    resilient,
};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok, timeline};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const THREE: Policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
const ONE: Policy = Policy::new().retry(RetryPolicy::none());

async fn seen(call: impl Future<Output = Result<u32, Fail>>) -> Timeline {
    timeline(call).await.1
}

#[resilient(key = "live.fixed", timeout = "1s", retry = "2 attempts, no delay")]
async fn fixed() -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

#[resilient(key = "live.hedged", hedge = "50ms", retry = "2 attempts, no delay")]
async fn hedged() -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

#[resilient(key = "live.in", executor = executor, retry = "2 attempts, no delay")]
async fn in_executor(executor: &Executor) -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

#[resilient(key = "live.of.{tenant}", retry = "2 attempts, no delay")]
async fn of_tenant(tenant: &str) -> Result<u32, Fail> {
    let _ = tenant;
    Err(Fail::Busy(None))
}

/// site-3: every kind of site; the sections that the policy leaves out stay the function's own.
#[tokio::test(start_paused = true)]
async fn the_next_call_of_every_kind_of_site_runs_under_the_new_policy() {
    let global = Executor::global();
    let own = Executor::new();
    let closure = || own.call(Key::from_static("live.closure"), THREE, || async { Err::<u32, _>(Fail::Busy(None)) });
    for round in 0..3 {
        assert_eq!(seen(fixed()).await.attempt_count(), 2, "round {round}");
        assert_eq!(seen(hedged()).await.attempt_count(), 2);
        assert_eq!(seen(in_executor(&own)).await.attempt_count(), 2);
        assert_eq!((seen(of_tenant("a")).await.attempt_count(), seen(of_tenant("b")).await.attempt_count()), (2, 2));
        assert_eq!(seen(closure().into_future()).await.attempt_count(), 3);

        let four = THREE.retry(RetryPolicy::attempts(4).no_delay());
        for key in ["live.fixed", "live.hedged", "live.of.a"] {
            assert_eq!(global.set_policy(Key::from_static(key), four), None);
        }
        own.set_policy(Key::from_static("live.in"), four);
        own.set_policy(Key::from_static("live.closure"), ONE);
        let timeline = seen(fixed()).await;
        assert_eq!((timeline.attempt_count(), timeline.effective().origin), (4, Origin::Code));
        assert_eq!(timeline.effective().policy.timeout, Some(Duration::from_secs(1)), "of the attribute");
        assert!(fixed().await.is_err(), "outside of a capture, too");
        assert_eq!(seen(hedged()).await.attempt_count(), 4);
        assert_eq!(seen(in_executor(&own)).await.attempt_count(), 4);
        assert_eq!((seen(of_tenant("a")).await.attempt_count(), seen(of_tenant("b")).await.attempt_count()), (4, 2));
        assert_eq!(seen(closure().into_future()).await.attempt_count(), 1);

        for key in ["live.fixed", "live.hedged", "live.of.a"] {
            assert_eq!(global.remove_policy(Key::from_static(key)), Some(four));
        }
        own.remove_policy(Key::from_static("live.in"));
        own.remove_policy(Key::from_static("live.closure"));
    }
    assert_eq!(seen(fixed()).await.effective().origin, Origin::Attribute);
}

/// site-3: back to what the builder was given, which stands above the attribute's.
#[tokio::test(start_paused = true)]
async fn taking_a_policy_back_leaves_the_one_of_the_builder() {
    let key = || Key::from_static("live.built");
    let executor = Executor::builder().policy(key(), THREE).missing_policy(MissingPolicy::Deny).build();
    let call = |key: Key| executor.call(key, Policy::new(), || async { Err::<u32, _>(Fail::Busy(None)) }).into_future();
    assert_eq!(executor.set_policy(key(), ONE), Some(THREE));
    assert_eq!((seen(call(key())).await.attempt_count(), executor.policy(key())), (1, Some(ONE)));
    assert_eq!(executor.remove_policy(key()), Some(ONE));
    assert_eq!(executor.remove_policy(key()), Some(THREE), "it is still there");
    assert_eq!((seen(call(key())).await.attempt_count(), executor.policy(key())), (3, Some(THREE)));

    // A key without any policy is denied until it has one.
    let unknown = || Key::from_static("live.unknown");
    assert_eq!(seen(call(unknown())).await.reason(), EndReason::NoPolicy);
    executor.set_policy(unknown(), ONE);
    assert_eq!(seen(call(unknown())).await.attempt_count(), 1);
    executor.remove_policy(unknown());
    assert_eq!(seen(call(unknown())).await.reason(), EndReason::NoPolicy);
}

/// site-3: before the first call of a key, and before the process-wide executor has met it.
#[tokio::test(start_paused = true)]
async fn a_policy_may_come_before_the_first_call_of_its_key() {
    let executor = Executor::new();
    executor.set_policy(Key::from_static("live.in"), THREE);
    assert_eq!((seen(in_executor(&executor)).await.attempt_count(), executor.keys()), (3, 1));
}

/// site-3: what the function cannot do is left out, and told; values are clamped.
#[tokio::test(start_paused = true)]
async fn a_policy_is_applied_within_what_the_function_can_do() {
    #[resilient(key = "live.once", timeout = "1s")]
    async fn once() -> Result<u32, Fail> {
        Err(Fail::Busy(None))
    }
    assert_eq!(seen(once()).await.attempt_count(), 1);
    let asked = THREE.hedge(HedgePolicy::after(ms(5))).attempt_timeout(Duration::MAX);
    Executor::global().set_policy(Key::from_static("live.once"), asked);
    let timeline = seen(once()).await;
    let told: Vec<_> = timeline.effective().changes.iter().map(|change| change.field).collect();
    assert_eq!((timeline.attempt_count(), told), (1, vec!["attempt_timeout", "retry", "hedge"]));
}

/// site-4.
#[tokio::test(start_paused = true)]
async fn a_call_in_flight_keeps_what_it_began_with() {
    let (executor, key) = (Executor::new(), Key::from_static("live.flight"));
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(20))).attempt_timeout(ms(50));
    let script = Script::new([hangs()]);
    let call = executor.call(key.clone(), policy, || script.play());
    let change = async {
        tokio::time::sleep(ms(60)).await;
        executor.set_policy(key.clone(), ONE.timeout(ms(10)));
    };
    let (before, ()) = tokio::join!(seen(call.into_future()), change);
    let outcomes: Vec<_> = before.attempts().iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::AttemptTimeout; 3]);
    let after = seen(executor.call(key, policy, || script.play()).into_future()).await;
    assert_eq!((after.attempt_count(), after.reason()), (1, EndReason::Timeout));
}

/// site-5: the circuit counts anew, and stays open for what is left of its cooldown.
#[tokio::test(start_paused = true)]
async fn a_circuit_follows_and_an_open_one_stays_open() {
    let (executor, key) = (Executor::new(), Key::from_static("live.circuit"));
    let three = Policy::new().circuit(CircuitPolicy::failures(3).cooldown(Duration::from_secs(5)));
    let four = Policy::new().circuit(CircuitPolicy::failures(4).cooldown(Duration::from_secs(60)));
    let script = Script::new([busy()]);
    let call = || executor.call(key.clone(), three, || script.play()).into_future();
    let seen_now = || executor.breakers().get(&key).unwrap();
    for _ in 0..2 {
        assert!(call().await.is_err());
    }
    executor.set_policy(key.clone(), four);
    for failures in 1..=3 {
        let timeline = seen(call()).await;
        assert!(timeline.effective().changes.is_empty(), "{:?}", timeline.effective().changes);
        assert_eq!((seen_now().snapshot.failures, seen_now().snapshot.state), (failures, State::Closed));
    }
    assert!(call().await.is_err());
    assert_eq!((seen_now().snapshot.state, seen_now().policy), (State::Open, four.circuit.unwrap()));

    executor.remove_policy(&key);
    tokio::time::advance(Duration::from_secs(20)).await;
    assert_eq!(seen(call()).await.reason(), EndReason::CircuitOpen);
    let left = seen_now().snapshot.next_probe.expect("it is open");
    assert_eq!((seen_now().policy, left), (three.circuit.unwrap(), Duration::from_secs(40)), "of its own cooldown");
    tokio::time::advance(left).await;
    assert_eq!(seen(call()).await.attempt_count(), 1);
    assert_eq!(
        seen_now().snapshot.next_probe,
        Some(Duration::from_secs(5)),
        "the probe failed under the policy of now"
    );

    // A policy without a circuit asks nobody, and the state is as before when it is taken back.
    executor.set_policy(key.clone(), Policy::new().circuit(CircuitPolicy::none()));
    assert_eq!(seen(call()).await.attempt_count(), 1);
    executor.remove_policy(&key);
    assert_eq!(seen(call()).await.reason(), EndReason::CircuitOpen);
}

/// site-5: what an operator did to the breaker alone stays while the circuit section stays, and a hold stays anyway.
#[tokio::test(start_paused = true)]
async fn an_operators_policy_of_the_breaker_yields_to_a_changed_circuit_section_only() {
    let (executor, key) = (Executor::new(), Key::from_static("live.operator"));
    let own = Policy::new().circuit(CircuitPolicy::failures(3));
    let call = || executor.call(key.clone(), own, || async { Ok::<u32, Fail>(7) }).into_future();
    let failures = |failures| CircuitPolicy::failures(failures);
    let in_force = || executor.breakers().get(&key).unwrap().policy;
    assert!(call().await.is_ok());
    executor.breakers().set_policy(&key, failures(7)).unwrap();
    executor.set_policy(key.clone(), Policy::new().timeout(ms(100)));
    assert!(call().await.is_ok());
    assert_eq!(in_force(), failures(7));
    executor.set_policy(key.clone(), Policy::new().circuit(failures(5)));
    assert!(call().await.is_ok());
    assert_eq!((in_force(), executor.breakers().held()), (failures(5), vec![]));
    executor.breakers().force_open(&key).unwrap();
    executor.remove_policy(&key);
    assert_eq!(call().await.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen));
    assert_eq!(in_force(), failures(3));
}

/// site-5: sites of one key whose own texts differ. The first one decides, and decides anew when the section has changed.
#[tokio::test(start_paused = true)]
async fn only_a_changed_section_lets_another_site_decide() {
    let (executor, key) = (Executor::new(), Key::from_static("live.shared"));
    let own = |failures, percent| {
        let circuit = CircuitPolicy::failures(failures);
        THREE.circuit(circuit).budget(BudgetPolicy::percent(percent))
    };
    let told = async |policy: Policy| {
        let call = executor.call(key.clone(), policy, || async { Ok::<u32, Fail>(7) });
        let changes = seen(call.into_future()).await.effective().changes.clone();
        changes.iter().map(|change| change.field).collect::<Vec<_>>()
    };
    let (one, other) = (own(3, 10), own(5, 50));
    assert_eq!((told(one).await, told(other).await), (vec![], vec!["budget", "circuit"]));
    executor.set_policy(key.clone(), Policy::new().timeout(ms(50)));
    assert_eq!((told(other).await, told(one).await), (vec!["budget", "circuit"], vec![]));
    // The circuit of the registered policy is that of both; the budget is still the first site's.
    executor.set_policy(key.clone(), Policy::new().circuit(CircuitPolicy::failures(9)));
    assert_eq!((told(other).await, told(one).await), (vec!["budget"], vec![]));
    executor.set_policy(key.clone(), own(9, 99));
    assert_eq!((told(other).await, told(one).await), (vec![], vec![]));
    // Taken back: now the other site is the first one, and stays it.
    executor.remove_policy(&key);
    assert_eq!((told(other).await, told(one).await), (vec![], vec!["budget", "circuit"]));
    assert_eq!((told(other).await, told(one).await), (vec![], vec!["budget", "circuit"]));
}

/// budget-12: keeping what is left within what the new one can save up.
#[tokio::test(start_paused = true)]
async fn a_budget_follows_and_keeps_what_is_left() {
    let (executor, key) = (Executor::new(), Key::from_static("live.budget"));
    let own = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).budget(BudgetPolicy::percent(10));
    let retried = async || {
        let call = executor.call(key.clone(), own, || async { Err::<u32, _>(Fail::Busy(None)) });
        seen(call.into_future()).await.attempt_count() == 2
    };
    // Ten retries are saved up.
    for _ in 0..7 {
        assert!(retried().await);
    }
    executor.set_policy(key.clone(), Policy::new().budget(BudgetPolicy::percent(10).per_second(100)));
    for left in (0..3).rev() {
        assert!(retried().await, "{left} are left");
    }
    assert!(!retried().await, "a larger one brings no retries with it");
    tokio::time::advance(ms(20)).await;
    assert!(retried().await && retried().await && !retried().await, "it fills at 100 per second");
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(retried().await);
    executor.remove_policy(&key);
    for _ in 0..10 {
        assert!(retried().await);
    }
    assert!(!retried().await, "no more than fits into the smaller one");
    executor.set_policy(key.clone(), Policy::new().budget(BudgetPolicy::none()));
    assert!(retried().await && retried().await);
    executor.remove_policy(&key);
    assert!(!retried().await, "the empty one is still there");
}

/// budget-12: of hedges, too.
#[tokio::test(start_paused = true)]
async fn a_budget_of_hedges_follows() {
    let (executor, key) = (Executor::new(), Key::from_static("live.hedges"));
    let hedge = |budget| Policy::new().hedge(HedgePolicy::after(ms(10)).at_most(1).budget(budget));
    let own = hedge(BudgetPolicy::percent(10));
    let script = Script::new([ok(7).after(ms(30))]);
    let hedged = async || {
        let call = executor.call(key.clone(), own, || script.play());
        seen(call.into_future()).await.hedge_count() == 1
    };
    let mut hedges = 0;
    while hedged().await {
        hedges += 1;
        assert!(hedges < 50);
    }
    executor.set_policy(key.clone(), hedge(BudgetPolicy::none()));
    assert!(hedged().await && hedged().await);
    executor.set_policy(key.clone(), hedge(BudgetPolicy::percent(10).per_second(50)));
    tokio::time::advance(ms(500)).await;
    assert!(hedged().await && hedged().await && hedged().await);
}

/// site-6.
#[test]
fn observers_are_told_what_changed() {
    #[derive(Clone, Debug, Default)]
    struct Told(Arc<Mutex<Vec<(String, PolicyChange)>>>);
    impl Observer for Told {
        fn policy_changed(&self, key: &Key, change: &PolicyChange) {
            self.0.lock().unwrap().push((format!("{} {key}: {change}", PolicyChange::NAME), *change));
        }
    }
    let told = Told::default();
    let executor = Executor::builder().observer(told.clone()).policy(Key::from_static("a.b"), ONE).build();
    executor.set_policy(Key::from_static("a.b"), ONE);
    executor.remove_policy(Key::from_static("a.b"));
    executor.remove_policy(Key::from_static("c"));
    assert!(told.0.lock().unwrap().is_empty(), "nothing has changed");
    executor.set_policy(Key::from_static("a.b"), ONE.timeout(ms(20)).circuit(CircuitPolicy::failures(5)));
    executor.remove_policy(Key::from_static("a.b"));
    executor.set_policy(Key::from_static("c"), THREE);
    let told = std::mem::take(&mut *told.0.lock().unwrap());
    let lines: Vec<&str> = told.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "policy_changed a.b: circuit none became 5 failures, timeout none became 20ms",
            "policy_changed a.b: circuit 5 failures became none, timeout 20ms became none",
            "policy_changed c: retry none became 3 attempts, no delay",
        ]
    );
    assert_eq!((told[1].1.new, told[2].1.old, told[2].1.new), (Some(ONE), None, Some(THREE)));
}

#[resilient(key = "live.busy", retry = "2 attempts, no delay", budget = "none")]
async fn busy_site() -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

/// site-3, site-4: calls on two threads and a policy that changes all the time: each call runs under one of the policies from its beginning
/// to its end, and the last one stays.
#[test]
fn a_policy_changes_while_threads_call() {
    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
    }
    let (global, key) = (Executor::global(), Key::from_static("live.busy"));
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                run(async {
                    for _ in 0..2_000 {
                        let timeline = seen(busy_site()).await;
                        let policy = timeline.effective().policy.retry.expect("it retries");
                        assert_eq!(timeline.attempt_count(), policy.max_attempts.unwrap() as usize);
                    }
                });
            });
        }
        threads.spawn(|| {
            for attempts in (1..=5).cycle().take(1_000) {
                let policy = Policy::new().retry(RetryPolicy::attempts(attempts).no_delay());
                global.set_policy(key.clone(), policy);
                // The next call of whoever has changed it sees it.
                assert_eq!(run(seen(busy_site())).attempt_count(), attempts as usize);
            }
        });
    });
    global.remove_policy(&key);
    assert_eq!(run(seen(busy_site())).attempt_count(), 2);
}
