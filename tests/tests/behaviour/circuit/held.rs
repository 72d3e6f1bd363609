//! What operators want of a breaker holds for keys to come, and for breakers that are made anew.

use super::{POLICY, get, key};
use recourse::circuit::{self, State};
use recourse::{CircuitPolicy, Executor, HeldBreaker, Key, Policy, RejectionKind, resilient};
use recourse_tests::{Fail, Script, Stage, ms, ok};
use std::thread;

fn kind(result: &Result<u32, Fail>) -> Option<RejectionKind> {
    result.as_ref().err().and_then(Fail::rejection)
}

fn only(executor: &Executor) -> HeldBreaker {
    let mut held = executor.breakers().held();
    assert_eq!(held.len(), 1, "{held:?}");
    held.remove(0)
}

/// circuit-28: the first call finds it.
#[tokio::test(start_paused = true)]
async fn a_breaker_is_forced_before_the_first_call_of_its_key() {
    let stage = Stage::new([ok(7)]);
    let breakers = stage.executor.breakers();
    let held = breakers.force_open(key()).unwrap();
    assert_eq!((held.state, held.met), (Some(State::Open), false));
    assert_eq!((breakers.get(&key()), stage.executor.keys()), (None, 0), "no state is made for it");
    assert_eq!(kind(&get(&stage).await), Some(RejectionKind::CircuitOpen));
    assert_eq!(stage.script.runs(), 0);
    let snapshot = breakers.get(&key()).unwrap().snapshot;
    assert_eq!((snapshot.state, snapshot.forced, only(&stage.executor).met), (State::Open, true, true));

    breakers.reset(key()).unwrap();
    assert!(breakers.held().is_empty());
    assert!(get(&stage).await.is_ok());
}

#[resilient(key = "held.before", circuit = "1 failures")]
async fn guarded() -> Result<u32, Fail> {
    Ok(7)
}

/// circuit-28: and through the attribute; a hold that is released before the first call is none.
#[tokio::test(start_paused = true)]
async fn a_guarded_function_and_a_hold_that_is_released_in_time() {
    let (key, breakers) = (Key::from_static("held.before"), Executor::global().breakers());
    breakers.force_open(&key).unwrap();
    assert_eq!(kind(&guarded().await), Some(RejectionKind::CircuitOpen));
    breakers.reset(&key).unwrap();
    assert!(guarded().await.is_ok());

    let stage = Stage::new([ok(7)]);
    let breakers = stage.executor.breakers();
    breakers.force_open(super::key()).unwrap();
    breakers.reset(super::key()).unwrap();
    assert!(breakers.reset(super::key()).is_err(), "there is nothing to reset any more");
    assert!(get(&stage).await.is_ok());
}

/// circuit-28: held closed it counts nothing, from the first failure on.
#[tokio::test(start_paused = true)]
async fn held_closed_before_its_first_call_it_never_opens() {
    let stage = Stage::new([recourse_tests::broken()]);
    stage.executor.breakers().force_closed(key()).unwrap();
    for _ in 0..20 {
        assert_eq!(kind(&get(&stage).await), None);
    }
}

/// circuit-28: a breaker of the user's own, too.
#[tokio::test(start_paused = true)]
async fn a_breaker_of_ones_own_is_held_before_it_is_made() {
    let executor = Executor::builder().breaker(key(), |policy: &CircuitPolicy| circuit::built_in(policy)).build();
    let stage = Stage { script: Script::new([ok(7)]), executor };
    stage.executor.breakers().force_open(key()).unwrap();
    assert_eq!(kind(&get(&stage).await), Some(RejectionKind::CircuitOpen));
    stage.executor.breakers().reset(key()).unwrap();
    assert!(get(&stage).await.is_ok());
}

/// circuit-28: a policy for a breaker to come.
#[tokio::test(start_paused = true)]
async fn a_breaker_is_given_a_policy_before_the_first_call_of_its_key() {
    let stage = Stage::new([recourse_tests::broken()]);
    let breakers = stage.executor.breakers();
    assert_eq!(breakers.set_policy(&key(), CircuitPolicy::failures(1)), Ok(true));
    assert_eq!(breakers.set_policy(&key(), CircuitPolicy::failures(1)), Ok(false));
    assert_eq!(kind(&get(&stage).await), None);
    assert_eq!(kind(&get(&stage).await), Some(RejectionKind::CircuitOpen));
    assert_eq!(breakers.get(&key()).unwrap().policy, CircuitPolicy::failures(1));
    assert_eq!((only(&stage.executor).policy, only(&stage.executor).state), (Some(CircuitPolicy::failures(1)), None));
}

/// circuit-29: what is misspelt is told, and harms nobody.
#[tokio::test(start_paused = true)]
async fn a_held_key_that_no_call_has_met_is_told_with_the_nearest_key() {
    let stage = Stage::new([ok(7)]);
    assert!(get(&stage).await.is_ok());
    let misspelt = Key::from_static("db.gett");
    let told = "db.gett  forced open, no call with a circuit has met this key; did you mean `db.get`?";
    assert_eq!(stage.executor.breakers().force_open(&misspelt).unwrap().to_string(), told);
    assert_eq!(only(&stage.executor).to_string(), told);
    assert_eq!(only(&stage.executor).did_you_mean, Some(key().into()));
    assert!(get(&stage).await.is_ok());
    stage.executor.breakers().reset(&misspelt).unwrap();

    // No key is near.
    let far = stage.executor.breakers().force_open(Key::from_static("orders")).unwrap();
    assert_eq!(far.to_string(), "orders  forced open, no call with a circuit has met this key");
}

/// circuit-29: names may come from outside.
#[test]
fn the_number_of_held_keys_is_bounded() {
    let executor = Executor::new();
    let name = |number: usize| -> Key { format!("tenants.{number}").parse().unwrap() };
    for number in 0..10_000 {
        executor.breakers().force_open(name(number)).unwrap();
    }
    let full = executor.breakers().force_open(name(10_000)).unwrap_err().to_string();
    assert!(full.starts_with("`tenants.10000` cannot be held: 10000 keys are held already"), "{full}");
    executor.breakers().force_closed(name(7)).unwrap();
    executor.breakers().reset(name(7)).unwrap();
    executor.breakers().force_open(name(10_000)).unwrap();
}

/// circuit-30: state that is evicted takes no hold with it.
#[tokio::test(start_paused = true)]
async fn a_hold_outlives_the_state_of_its_key() {
    let executor = Executor::builder().key_capacity(2).build();
    let policy = Policy::new().circuit(POLICY);
    let call = |number: usize| {
        let key: Key = format!("db.{number}").parse().unwrap();
        executor.call(key, policy, || async { Ok::<u32, Fail>(7) }).into_future()
    };
    for number in 0..8 {
        executor.breakers().force_open(format!("db.{number}").parse::<Key>().unwrap()).unwrap();
    }
    for _ in 0..3 {
        for number in 0..8 {
            assert_eq!(kind(&call(number).await), Some(RejectionKind::CircuitOpen));
        }
    }
    assert!(executor.keys() <= 3, "{}", executor.keys());
}

/// circuit-28: whoever comes first, the operator or the first call.
#[test]
fn an_operator_and_the_first_call_may_come_together() {
    for round in 0..300 {
        let (executor, key) = (Executor::new(), Key::from_static("db.get"));
        let call = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
            let policy = Policy::new().circuit(POLICY).timeout(ms(100));
            runtime.block_on(executor.call(key.clone(), policy, || async { Ok::<u32, Fail>(7) }).into_future())
        };
        thread::scope(|threads| {
            threads.spawn(|| {
                executor.breakers().force_open(&key).unwrap();
                if round % 2 == 1 {
                    executor.breakers().reset(&key).unwrap();
                }
            });
            threads.spawn(call);
        });
        let expected = (round % 2 == 0).then_some(RejectionKind::CircuitOpen);
        assert_eq!(kind(&call()), expected, "round {round}");
    }
}
