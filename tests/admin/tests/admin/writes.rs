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

/// concurrency-45: limits are held, told and taken back, each on its own.
#[tokio::test]
async fn limits_are_held_and_taken_back() {
    let server = Server::with_writes().await;
    assert_eq!(server.call("users.get").await, None);
    let held = server.post("/limits", r#"{"keys": "users.*", "concurrency": "1 at once", "rate": "1/h"}"#).await;
    let expected = r#"{"pattern":"users.*","concurrency":"1 at once","rate":"1/h","met":true,"did_you_mean":null}"#;
    assert_eq!((held.status, held.text.as_str()), (200, expected));
    assert_eq!(server.call("users.get").await, None);
    let refused = server.call("users.get").await.expect("the rate of one an hour");
    assert!(refused.starts_with("`users.get` was not called: its rate allows the next call in"), "{refused}");
    let site = &server.get("/policies/users.get").await.json()["policies"][0];
    assert_eq!(
        (&site["sources"]["rate"]["origin"], &site["rate"]["rate"]),
        (&"operator".into(), &"1/h, burst 1".into())
    );

    let held = server.post("/limits", r#"{"keys": "users.*", "rate": null}"#).await;
    assert_eq!((&held.json()["concurrency"], &held.json()["rate"]), (&"1 at once".into(), &serde_json::Value::Null));
    assert_eq!((server.call("users.get").await, server.call("users.get").await), (None, None));
    // Again, of which there is nothing to change; and one that is misspelt.
    assert_eq!(server.post("/limits", r#"{"keys": "users.*", "rate": null}"#).await.status, 200);
    let near = server.post("/limits", r#"{"keys": "usres.*", "rate": "5/s"}"#).await.json();
    assert_eq!((&near["met"], &near["did_you_mean"]), (&false.into(), &"users.*".into()));
    let list = server.get("/limits").await.json();
    let patterns: Vec<_> =
        list["limits"].as_array().expect("a list").iter().map(|held| held["pattern"].clone()).collect();
    assert_eq!((patterns, &list["left_out"]), (vec!["users.*".into(), "usres.*".into()], &0.into()));
    assert_eq!(server.post("/limits", r#"{"keys": "users.*", "concurrency": null}"#).await.status, 200);
    assert_eq!(server.get("/limits").await.json()["limits"].as_array().expect("a list").len(), 1);
}

/// concurrency-45: what is no limit is refused, and nothing is held; so is a hold for which there is no room.
#[tokio::test]
async fn a_limit_that_cannot_be_read_is_refused() {
    let server = Server::with_writes().await;
    for (body, says) in [
        (r#"{"keys": "users.*"}"#, "neither `concurrency` nor `rate` is there"),
        (r#"{"keys": "users.*", "concurrency": "0 at once", "rate": "1/s"}"#, "`concurrency`: "),
        (r#"{"keys": "users.*", "concurrency": "1 at once", "rate": "1/d"}"#, "`rate`: "),
        (r#"{"keys": "users.*", "concurrency": "adaptive 200..4"}"#, "did you mean `4..200`?"),
        (r#"{"keys": "users.*", "concurrency": 7}"#, "`concurrency`: "),
        (r#"{"keys": "users.*", "concurrency": "1 at once", "retry": "9 attempts"}"#, "there is no field"),
    ] {
        let refused = server.post("/limits", body).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text);
        assert!(refused.error().contains(says) && refused.error().contains("send such as"), "{body}: {}", refused.text);
    }
    let stranger =
        server.send("POST /resilience/limits", &["content-type: application/json"], r#"{"keys": "a", "rate": "1/h"}"#);
    assert_eq!(stranger.await.status, 403);
    assert_eq!(server.executor.limits().held(), []);
    for number in 0..10_000 {
        let key = format!("tenants.{number}").parse().expect("a key");
        assert!(server.executor.limits().hold_rate(&key, Some("1/s".parse().expect("a rate"))));
    }
    let full = server.post("/limits", r#"{"keys": "users.*", "rate": "1/h"}"#).await;
    assert_eq!(full.status, 409, "{}", full.text);
    assert!(full.error().contains("there is no room"), "{}", full.text);
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
