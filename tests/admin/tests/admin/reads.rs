//! What the router tells.

use recourse::observe::{BreakerEvent, Observer};
use recourse::policy::Pattern;
use recourse::providers::StaticProvider;
use recourse::{Executor, Key, Policy, RatePolicy};
use recourse_tests_admin::Server;
use serde_json::json;
use std::future::{Future, IntoFuture};
use std::task::{Context, Waker};
use std::time::Duration;

/// The context of a call that nobody waits for.
const fn idle() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

#[derive(Debug)]
struct Panics;

impl Observer for Panics {
    fn breaker(&self, _: &Key, _: BreakerEvent) {
        panic!("on purpose");
    }
}

/// admin-8.
#[tokio::test]
async fn the_overview_counts() {
    let table = StaticProvider::new();
    table.set("usres.*".parse().expect("a pattern"), Policy::defaults());
    let executor = Executor::builder().provider(table).observer(Panics).key_capacity(50).build();
    let server = Server::of(executor.clone(), recourse::admin::router(&executor)).await;
    for key in ["users.get", "users.put", "orders.get"] {
        assert_eq!(server.call(key).await, None);
    }
    executor.breakers().force_open(Key::from_static("orders.get")).expect("room");
    executor.bypass_keys(&"users.*".parse().expect("a pattern"), true);
    executor.limits().hold_rate(&"orders.*".parse().expect("a pattern"), Some(RatePolicy::per_second(5)));
    let expected = json!({
        "keys": 3,
        "key_capacity": 50,
        "observer_panics": 1,
        "breakers": { "closed": 2, "open": 1, "half_open": 0, "forced": 1 },
        "held": 1,
        "held_limits": 1,
        "bypassed": { "first": ["users.*"], "all": 1 },
        "unmatched_policies": { "first": ["`usres.*`"], "all": 1 },
        "writes": false,
    });
    let overview = server.get("").await;
    assert_eq!((overview.status, overview.json()), (200, expected));
    assert!(overview.head.contains("cache-control: no-store"), "{}", overview.head);
}

/// admin-8.
#[tokio::test]
async fn breakers_are_listed_by_key_and_pattern() {
    let server = Server::reads().await;
    for key in ["users.get", "users.put", "orders.get"] {
        assert_eq!(server.call(key).await, None);
    }
    server.executor.breakers().force_open("users.*".parse::<Pattern>().expect("a pattern")).expect("room");
    let keys = |rows: serde_json::Value| {
        let rows = rows["breakers"].as_array().expect("a list").clone();
        rows.iter().map(|row| format!("{} {}", row["key"], row["state"])).collect::<Vec<_>>()
    };
    let all = [r#""orders.get" "closed""#, r#""users.get" "open""#, r#""users.put" "open""#];
    assert_eq!(keys(server.get("/breakers").await.json()), all);
    assert_eq!(keys(server.get("/breakers/users.*").await.json()), all[1..]);
    assert_eq!(keys(server.get("/breakers/orders.get").await.json()), all[..1]);
    assert_eq!(keys(server.get("/breakers/nothing.*").await.json()), [""; 0]);
    let row = &server.get("/breakers/users.get").await.json()["breakers"][0];
    assert_eq!(
        (&row["forced"], &row["held_by"], &row["policy"]),
        (&true.into(), &"users.*".into(), &"3 failures".into())
    );
}

/// admin-8: the policy in force, and who decided each section.
#[tokio::test]
async fn policies_are_told_with_their_sources() {
    let server = Server::reads().await;
    assert_eq!(server.call("users.get").await, None);
    server.executor.set_policy(
        "users.*".parse::<Pattern>().expect("a pattern"),
        Policy::new().timeout(Duration::from_millis(1_500)),
    );
    let answer = server.get("/policies/users.get").await.json();
    let site = &answer["policies"][0];
    assert_eq!(site["policy"], json!({ "circuit": "3 failures", "timeout": "1.5s" }));
    let sources = json!({
        "circuit": { "origin": "attribute", "place": null },
        "timeout": { "origin": "code", "place": "users.*" },
    });
    assert_eq!((&site["key"], &site["sources"]), (&"users.get".into(), &sources));

    // Thrown, and no call was made since: the next one is under this.
    server.executor.bypass(true);
    let site = &server.get("/policies").await.json()["policies"][0];
    assert_eq!((&site["policy"], &site["origin"]), (&json!({ "timeout": "1.5s" }), &"bypass".into()));
    assert_eq!(site["sources"]["enabled"], json!({ "origin": "bypass", "place": "*" }));
}

/// observe-31: the limits of a key, in the words of events and metrics.
#[tokio::test]
async fn limits_are_told_with_their_numbers() {
    let server = Server::reads().await;
    let policy = |concurrency: &str| {
        let rate = "1/h, burst 5, wait 1s".parse().expect("a rate");
        Policy::new().rate(rate).concurrency(concurrency.parse().expect("a limit"))
    };
    let call = || {
        let key = Key::from_static("db");
        server.executor.call(key, policy("2 at once, wait 1m, queue 4"), std::future::pending::<Result<(), String>>)
    };
    let mut calls: Vec<_> = (0..3).map(|_| Box::pin(call().into_future())).collect();
    for call in &mut calls {
        assert!(call.as_mut().poll(&mut idle()).is_pending());
    }
    let site = &server.get("/policies/db").await.json()["policies"][0];
    let limit = json!({
        "slots": "2 at once", "limit": 2, "running": 2, "waiting": 1, "queue": 4, "last_change": null, "since": null,
    });
    assert_eq!(site["concurrency"], limit);
    assert_eq!(site["rate"], json!({ "rate": "1/h, burst 5", "left": 3, "retry_after": "0s" }));

    server.executor.set_policy(Key::from_static("db"), policy("adaptive 1..1"));
    calls.push(Box::pin(call().into_future()));
    let last = calls.last_mut().expect("one");
    assert!(last.as_mut().poll(&mut idle()).is_ready(), "it is full");
    let mut site = server.get("/policies").await.json()["policies"][0]["concurrency"].take();
    assert!(site["since"].take().as_str().is_some_and(|since| since.ends_with('s')), "{site}");
    let change = json!({ "from": 2, "to": 1, "reason": "policy" });
    let limit = json!({
        "slots": "adaptive 1..1", "limit": 1, "running": 2, "waiting": 1, "queue": 1, "last_change": change, "since": null,
    });
    assert_eq!(site, limit);

    assert_eq!(server.call("users.get").await, None);
    let site = &server.get("/policies/users.get").await.json()["policies"][0];
    assert_eq!((&site["concurrency"], &site["rate"]), (&json!(null), &json!(null)));
}

/// admin-8: a list has an end, which it tells.
#[tokio::test]
async fn a_list_ends_after_a_thousand_rows() {
    let executor = Executor::builder().key_capacity(1_200).build();
    let server = Server::of(executor.clone(), recourse::admin::router(&executor)).await;
    for number in 0..1_200 {
        assert_eq!(server.call(&format!("tenants.{number}")).await, None);
    }
    for (path, name) in [("/breakers", "breakers"), ("/policies", "policies")] {
        let list = server.get(path).await.json();
        assert_eq!((list[name].as_array().expect("a list").len(), &list["left_out"]), (1_000, &200.into()));
    }
}
