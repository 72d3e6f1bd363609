//! What operators do by the router, and what the next call notices.

use recourse::{Key, Policy, RetryPolicy};
use recourse_tests_admin::Server;
use std::cell::Cell;

const REFUSED: &str = "`users.get` was not called: its circuit is forced open";

/// admin-6.
#[tokio::test]
async fn a_key_is_forced_open_and_reset() {
    let server = Server::with_writes().await;
    assert_eq!(server.call("users.get").await, None);
    let held = server.post("/force_open", r#"{"keys": "users.get"}"#).await;
    assert_eq!(held.status, 200, "{}", held.text);
    let expected = r#"{"pattern":"users.get","state":"open","policy":null,"met":true,"did_you_mean":null}"#;
    assert_eq!(held.text, expected);
    assert_eq!(server.call("users.get").await.as_deref(), Some(REFUSED));

    let reset = server.post("/reset", r#"{"keys": "users.get"}"#).await;
    assert_eq!((reset.status, reset.text.as_str()), (200, r#"{"reset":"users.get"}"#));
    assert_eq!(server.call("users.get").await, None);
}

/// admin-6: a pattern, with an exception, before any call.
#[tokio::test]
async fn a_pattern_is_forced_open_and_one_of_its_keys_closed() {
    let server = Server::with_writes().await;
    assert_eq!(server.post("/force_open", r#"{"keys": "users.*"}"#).await.status, 200);
    assert_eq!(server.post("/force_closed", r#"{"keys": "users.put"}"#).await.status, 200);
    assert_eq!((server.call("users.get").await.as_deref(), server.call("users.put").await), (Some(REFUSED), None));
    let blocked = server.post("/reset", r#"{"keys": "users.get"}"#).await;
    assert_eq!(
        (blocked.status, blocked.error().as_str()),
        (409, "`users.get` stays forced open: it is held by `users.*`; reset `users.*`")
    );
    assert_eq!(server.post("/reset", r#"{"keys": "users.*"}"#).await.status, 200);
    assert_eq!(server.call("users.get").await, None);
}

/// admin-6: the kill switch.
#[tokio::test]
async fn the_kill_switch_is_thrown_and_taken_back() {
    let server = Server::with_writes().await;
    let attempts = Cell::new(0);
    let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
    let call = || {
        server.executor.call(Key::from_static("users.get"), policy, async || {
            attempts.set(attempts.get() + 1);
            Err::<(), _>("connection reset".to_owned())
        })
    };
    for (on, changed, expected) in [(true, true, 1), (true, false, 1), (false, true, 3), (false, false, 3)] {
        let answer = server.post("/bypass", &format!("{{\"keys\": \"users.*\", \"on\": {on}}}")).await;
        assert_eq!((answer.status, &answer.json()["changed"]), (200, &changed.into()), "{}", answer.text);
        let bypassed = server.get("/bypass").await.json()["bypassed"].as_array().expect("a list").len();
        assert_eq!(bypassed, usize::from(on));
        let _ = call().await;
        assert_eq!(attempts.take(), expected);
    }
}

/// admin-7.
#[tokio::test]
async fn an_unknown_key_is_told_with_the_nearest() {
    let server = Server::with_writes().await;
    assert_eq!(server.call("users.get").await, None);
    let reset = server.post("/reset", r#"{"keys": "users.gett"}"#).await;
    assert_eq!((reset.status, &reset.json()["did_you_mean"]), (404, &"users.get".into()), "{}", reset.text);
    assert!(reset.error().starts_with("`users.gett` has no circuit breaker"), "{}", reset.text);
    for path in ["/breakers/users.gett", "/policies/users.gett"] {
        let read = server.get(path).await;
        assert_eq!((read.status, &read.json()["did_you_mean"]), (404, &"users.get".into()), "{}", read.text);
    }

    // For keys to come it is held all the same, and says so.
    let held = server.post("/force_open", r#"{"keys": "usres.*"}"#).await.json();
    assert_eq!((&held["met"], &held["did_you_mean"]), (&false.into(), &"users.*".into()));
    assert_eq!(server.call("users.get").await, None);
    let list = server.get("/held").await.json();
    assert_eq!((&list["held"][0]["pattern"], &list["held"][0]["did_you_mean"]), (&"usres.*".into(), &"users.*".into()));
}

/// admin-7: there is room for 10,000.
#[tokio::test]
async fn a_hold_for_which_there_is_no_room_is_told() {
    let server = Server::with_writes().await;
    for number in 0..10_000 {
        let key: Key = format!("tenants.{number}").parse().expect("a key");
        server.executor.breakers().force_open(key).expect("room");
    }
    let full = server.post("/force_open", r#"{"keys": "users.*"}"#).await;
    assert_eq!(full.status, 409, "{}", full.text);
    assert!(full.error().starts_with("`users.*` cannot be held: 10000 keys are held already"), "{}", full.text);
    let list = server.get("/held").await.json();
    assert_eq!((list["held"].as_array().expect("a list").len(), &list["left_out"]), (1_000, &9_000.into()));
}
