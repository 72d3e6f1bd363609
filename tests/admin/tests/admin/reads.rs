//! What the router tells.

use recourse::observe::{BreakerEvent, Observer};
use recourse::policy::Pattern;
use recourse::providers::StaticProvider;
use recourse::{Executor, Key, Policy};
use recourse_tests_admin::Server;
use serde_json::json;
use std::time::Duration;

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
    let expected = json!({
        "keys": 3,
        "key_capacity": 50,
        "observer_panics": 1,
        "breakers": { "closed": 2, "open": 1, "half_open": 0, "forced": 1 },
        "held": 1,
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
