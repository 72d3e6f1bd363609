//! How the types that operators see are written.

use recourse::circuit::{Snapshot, State, Transition};
use recourse::observe::{LostState, Observer, PolicyChange};
use recourse::{CircuitPolicy, Executor, Key, Policy, RetryPolicy, resilient};
use serde::Serialize;
use serde_json::{json, to_value};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn written(value: &impl Serialize) -> serde_json::Value {
    to_value(value).expect("JSON")
}

/// admin-9.
#[test]
fn durations_are_texts_and_states_are_codes() {
    let mut snapshot = Snapshot::of(State::HalfOpen);
    snapshot.since = Some(Duration::from_micros(62_500_999));
    let expected = json!({
        "state": "half_open", "forced": false, "since": "1m2.5s", "failures": 0, "calls": 0, "probes": 0, "successes": 0, "next_probe": null,
    });
    assert_eq!(written(&snapshot), expected);
    assert_eq!(
        written(&Transition::new(State::Closed, State::Open)),
        json!({ "from": "closed", "to": "open", "cause": "failures" })
    );
    assert_eq!(written(&LostState::default())["circuit"], json!(null));
    assert_eq!(written(&Key::from_static("users.get")), json!("users.get"));
    assert_eq!(serde_json::from_str::<Key>("\"users.get\"").expect("a key"), "users.get");
    let wrong = serde_json::from_str::<Key>("\"users/get\"").unwrap_err().to_string();
    assert!(wrong.contains("did you mean `users.get`?"), "{wrong}");
}

#[resilient(key = "db.{shard}.{table}", executor = executor, circuit = "5 failures")]
async fn read(
    executor: &Executor,
    shard: &str,
    table: &str,
) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    Ok(executor.keys() + shard.len() + table.len())
}

/// admin-9: a key that was completed comes with its template and values.
#[tokio::test(start_paused = true)]
async fn a_breaker_is_written_with_the_arguments_of_its_key() {
    let executor = Executor::new();
    read(&executor, "eu.1", "users").await.expect("a success");
    let key: Key = "db.eu_x2e1.users".parse().expect("a key");
    executor
        .breakers()
        .set_policy(&key, CircuitPolicy::failures(9).cooldown(Duration::from_millis(1_500)))
        .expect("room");
    let status = executor.breakers().get(&key).expect("a breaker");
    let expected = json!({
        "key": "db.eu_x2e1.users",
        "template": "db.{shard}.{table}",
        "values": { "shard": "eu.1", "table": "users" },
        "state": "closed", "forced": false, "since": "0s", "failures": 0, "calls": 0, "probes": 0, "successes": 0, "next_probe": null,
        "held_by": null,
        "policy": "9 failures, cooldown 1.5s",
        "location": null,
        "namesakes": 0,
    });
    assert_eq!(written(&status), expected);
    let held = executor.breakers().held();
    let expected = json!([{
        "pattern": "db.eu_x2e1.users", "state": null, "policy": "9 failures, cooldown 1.5s", "met": true, "did_you_mean": null,
    }]);
    assert_eq!(written(&held), expected);
}

#[resilient(executor = executor, circuit = "5 failures")]
async fn unnamed(executor: &Executor) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    Ok(executor.keys())
}

/// admin-9: a function that names no key has a place.
#[tokio::test(start_paused = true)]
async fn a_function_without_a_key_is_written_with_its_place() {
    let executor = Executor::new();
    unnamed(&executor).await.expect("a success");
    let status = written(&executor.breakers().list());
    let place = status[0]["location"].as_str().expect("a place");
    assert!(place.contains("written.rs:") && status[0]["values"].is_null(), "{status}");
    assert_eq!(
        written(&executor.sites(Key::parse(status[0]["key"].as_str().expect("a key")).expect("a key")))[0]["location"],
        place
    );
}

/// admin-9: a change of policy, section by section.
#[test]
fn a_change_of_policy_is_written_as_texts() {
    #[derive(Clone, Debug, Default)]
    struct Seen(Arc<Mutex<Vec<PolicyChange>>>);
    impl Observer for Seen {
        fn policy_changed(&self, _: &Key, change: &PolicyChange) {
            self.0.lock().expect("a lock").push(*change);
        }
    }
    let seen = Seen::default();
    let executor = Executor::builder().observer(seen.clone()).build();
    executor.set_policy(Key::from_static("users.get"), Policy::new().retry(RetryPolicy::attempts(2).no_delay()));
    let expected = json!([{ "old": null, "new": { "retry": "2 attempts, no delay" } }]);
    assert_eq!(written(&*seen.0.lock().expect("a lock")), expected);
}
