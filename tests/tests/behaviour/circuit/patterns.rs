//! What operators want of the breakers of a pattern: of those that are there, and of those to come.

use super::{POLICY, key};
use recourse::circuit::State;
use recourse::observe::{BreakerEvent, Observer};
use recourse::policy::Pattern;
use recourse::{CircuitPolicy, Executor, Key, Policy, RejectionKind, resilient};
use recourse_tests::Fail;
use std::sync::{Arc, Mutex};

fn pattern(text: &str) -> Pattern {
    text.parse().expect("a pattern")
}

async fn call(executor: &Executor, key: &str) -> Option<RejectionKind> {
    let key: Key = key.parse().expect("a key");
    let call = executor.call(key, Policy::new().circuit(POLICY), || async { Ok::<u32, Fail>(7) });
    call.await.err().as_ref().and_then(Fail::rejection)
}

const OPEN: Option<RejectionKind> = Some(RejectionKind::CircuitOpen);

/// circuit-32: breakers that are there, and those to come.
#[tokio::test(start_paused = true)]
async fn a_pattern_holds_the_breakers_of_all_its_keys() {
    let (executor, users) = (Executor::new(), pattern("users.*"));
    assert_eq!((call(&executor, "users.get").await, call(&executor, "orders.get").await), (None, None));
    let held = executor.breakers().force_open(&users).unwrap();
    assert_eq!((held.pattern, held.met), (users.clone(), true));
    for key in ["users.get", "users.put", "users.admin.get"] {
        assert_eq!(call(&executor, key).await, OPEN, "{key}");
    }
    assert_eq!((call(&executor, "orders.get").await, call(&executor, "users").await), (None, None));
    let by = |key: &str| executor.breakers().get(&key.parse().unwrap()).unwrap().held_by;
    assert_eq!((by("users.put"), by("orders.get")), (Some(users.clone()), None));

    executor.breakers().reset(&users).unwrap();
    assert!(executor.breakers().held().is_empty());
    for key in ["users.get", "users.put", "users.later"] {
        assert_eq!(call(&executor, key).await, None, "{key}");
    }
}

/// circuit-32: the most specific entry counts, whichever came first.
#[tokio::test(start_paused = true)]
async fn the_most_specific_entry_counts() {
    for round in 0..2 {
        let (executor, users, get) = (Executor::new(), pattern("users.*"), pattern("users.get"));
        assert_eq!(call(&executor, "users.get").await, None);
        let breakers = executor.breakers();
        if round == 0 {
            breakers.force_open(Pattern::any()).unwrap();
            breakers.force_closed(&get).unwrap();
        } else {
            breakers.force_closed(&get).unwrap();
            breakers.force_open(Pattern::any()).unwrap();
        }
        breakers.force_open(&users).unwrap();
        assert_eq!((call(&executor, "users.get").await, call(&executor, "users.put").await), (None, OPEN));

        // What one entry leaves falls to the next one.
        breakers.reset(&get).unwrap();
        assert_eq!(call(&executor, "users.get").await, OPEN);
        breakers.reset(&users).unwrap();
        assert_eq!((call(&executor, "users.get").await, call(&executor, "users.put").await), (OPEN, OPEN));
        breakers.reset(Pattern::any()).unwrap();
        assert_eq!((call(&executor, "users.get").await, call(&executor, "users.put").await), (None, None));
    }
}

/// circuit-33: a reset that would change nothing says what is in the way.
#[tokio::test(start_paused = true)]
async fn a_key_that_a_pattern_holds_is_not_reset_by_its_own_name() {
    let executor = Executor::new();
    assert_eq!(call(&executor, "users.get").await, None);
    executor.breakers().force_open(pattern("users.*")).unwrap();
    let refused = executor.breakers().reset(Key::from_static("users.get")).unwrap_err();
    assert_eq!(refused.to_string(), "`users.get` stays forced open: it is held by `users.*`; reset `users.*`");
    assert!(!refused.is_unknown());
    assert_eq!(call(&executor, "users.get").await, OPEN);
}

/// circuit-33: a more specific entry outlives the reset of a pattern.
#[tokio::test(start_paused = true)]
async fn a_reset_of_a_pattern_leaves_other_entries() {
    let executor = Executor::new();
    let breakers = executor.breakers();
    breakers.force_open(Key::from_static("users.get")).unwrap();
    breakers.force_open(pattern("users.*")).unwrap();
    assert_eq!(call(&executor, "users.get").await, OPEN);
    assert_eq!(call(&executor, "users.put").await, OPEN);
    breakers.reset(pattern("users.*")).unwrap();
    assert_eq!((call(&executor, "users.get").await, call(&executor, "users.put").await), (OPEN, None));
    let held: Vec<_> = breakers.held().iter().map(|held| held.pattern.to_string()).collect();
    assert_eq!(held, ["users.get"]);
}

#[resilient(key = "held.{shard}", circuit = "1 failures")]
async fn shard(shard: &str) -> Result<usize, Fail> {
    Ok(shard.len())
}

/// circuit-32: a template stands for its call site, whatever the values.
#[tokio::test(start_paused = true)]
async fn a_template_holds_the_keys_that_it_completes_to() {
    let executor = Executor::new();
    let template = pattern("held.{shard}");
    executor.breakers().force_open(&template).unwrap();
    let call_shard = |name: &'static str| executor.scope(shard(name));
    let refused = call_shard("eu.1").await.unwrap_err();
    assert_eq!(refused.rejection(), OPEN);
    assert_eq!(call(&executor, "held.other").await, None, "the same name, and no call of the site");
    let status = executor.breakers().get(&Key::from_static("held.eu_x2e1")).unwrap();
    assert_eq!((status.template, status.held_by), (Some("held.{shard}"), Some(template.clone())));
    executor.breakers().reset(&template).unwrap();
    assert!(call_shard("eu.1").await.is_ok() && call_shard("eu-2").await.is_ok());
}

/// circuit-33: what is misspelt is told, with the nearest of its kind.
#[tokio::test(start_paused = true)]
async fn a_pattern_that_no_call_has_met_is_told_with_the_nearest() {
    let executor = Executor::new();
    assert_eq!(call(&executor, "users.get").await, None);
    let held = executor.breakers().force_open(pattern("usres.*")).unwrap();
    let told = "usres.*  forced open, no call with a circuit has met a key of this pattern; did you mean `users.*`?";
    assert_eq!(held.to_string(), told);
    let unknown = executor.breakers().reset(pattern("user.*")).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "`user.*` matches no key that has a circuit breaker: a key whose policy has a circuit gets one at its first call; did you mean \
         `users.*`?"
    );
    assert_eq!(
        (unknown.is_unknown(), unknown.did_you_mean(), unknown.pattern().as_str()),
        (true, Some(&pattern("users.*")), "user.*")
    );
}

/// circuit-34: an operator's policy for a key and a pattern that forces it do not replace each other.
#[tokio::test(start_paused = true)]
async fn a_policy_of_a_key_and_a_pattern_that_forces_it_stand_beside_each_other() {
    let executor = Executor::new();
    assert_eq!(call(&executor, "db.get").await, None);
    executor.breakers().set_policy(&key(), CircuitPolicy::failures(9)).unwrap();
    executor.breakers().force_open(pattern("db.*")).unwrap();
    let status = executor.breakers().get(&key()).unwrap();
    assert_eq!(
        (status.policy, status.snapshot.state, status.snapshot.forced),
        (CircuitPolicy::failures(9), State::Open, true)
    );
    executor.breakers().reset(pattern("db.*")).unwrap();
    let status = executor.breakers().get(&key()).unwrap();
    assert_eq!(
        (status.policy, status.snapshot.state, status.snapshot.forced),
        (CircuitPolicy::failures(9), State::Closed, false)
    );
}

/// circuit-34: of each key once, and of no key that another entry holds.
#[tokio::test(start_paused = true)]
async fn observers_are_told_of_each_key() {
    #[derive(Clone, Debug, Default)]
    struct Seen(Arc<Mutex<Vec<(String, BreakerEvent)>>>);
    impl Observer for Seen {
        fn breaker(&self, key: &Key, event: BreakerEvent) {
            self.0.lock().unwrap().push((key.to_string(), event));
        }
    }
    let seen = Seen::default();
    let executor = Executor::builder().observer(seen.clone()).build();
    for key in ["a.x", "a.y", "a.z", "b.x"] {
        assert_eq!(call(&executor, key).await, None);
    }
    let told = || std::mem::take(&mut *seen.0.lock().unwrap());
    executor.breakers().force_closed(Key::from_static("a.z")).unwrap();
    assert_eq!(told(), [("a.z".to_owned(), BreakerEvent::Forced(State::Closed))]);
    executor.breakers().force_open(pattern("a.*")).unwrap();
    let opened = BreakerEvent::Forced(State::Open);
    assert_eq!(told(), [("a.x".to_owned(), opened), ("a.y".to_owned(), opened)]);
    executor.breakers().reset(Key::from_static("a.z")).unwrap();
    assert_eq!(told(), [("a.z".to_owned(), opened)], "the pattern holds it now");
    executor.breakers().reset(pattern("a.*")).unwrap();
    let names: Vec<_> = told().into_iter().map(|(key, event)| (key, event == BreakerEvent::Reset)).collect();
    assert_eq!(names, [("a.x".to_owned(), true), ("a.y".to_owned(), true), ("a.z".to_owned(), true)]);
}
