//! What the router tells of control planes.

use recourse::Executor;
use recourse::providers::RemoteProvider;
use recourse::providers::remote::{FetchAnswer, FetchFuture, FetchRequest, RemoteError, RemoteErrorKind, Transport};
use recourse_tests_admin::Server;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What changes with a fetch.
const FIELDS: [&str; 7] = ["held", "entries", "version", "stale", "fetches", "failures_in_a_row", "is_polling"];

/// A control plane that is there, until it is not.
#[derive(Clone, Debug, Default)]
struct Plane {
    is_gone: Arc<AtomicBool>,
}

impl Transport for Plane {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let is_gone = self.is_gone.load(Ordering::Relaxed);
        Box::pin(async move {
            if is_gone {
                let says = format!("{}: no connection: <b>refused</b>", request.shown_url());
                return Err(RemoteError::new(RemoteErrorKind::Connect, says));
            }
            let text = r#"{ "version": 7, "users.get": { "timeout": "2s" }, "users.*": { "retry": "100 attempts" } }"#;
            Ok(FetchAnswer::new(200, text))
        })
    }
}

/// admin-10.
#[tokio::test]
async fn the_state_of_each_control_plane_is_told() {
    let none = Server::reads().await;
    assert_eq!(none.get("/remotes").await.json(), json!({ "remotes": [], "left_out": 0 }));

    let plane = Plane::default();
    let url = "https://control.example/policies/{namespace}?token=canary";
    let remote = RemoteProvider::builder(url).transport(plane.clone()).prefetch(["users"]).start().expect("a provider");
    let executor = Executor::builder().provider(remote.clone()).build();
    let server = Server::of(executor.clone(), recourse::admin::router(&executor)).await;
    let row = async || {
        let answer = server.get("/remotes").await;
        assert!(
            answer.status == 200 && !answer.text.contains("canary") && !answer.text.contains('<'),
            "{}",
            answer.text
        );
        answer.json()["remotes"][0].clone()
    };
    let of = |row: &Value, fields: &[&str]| fields.iter().map(|field| row[*field].clone()).collect::<Vec<_>>();

    let before = row().await;
    assert_eq!(of(&before, &FIELDS), [json!(0), json!(0), json!(null), json!(0), json!(0), json!(0), json!(true)]);
    assert_eq!(of(&before, &["last_fetch", "last_success", "last_error", "oldest"]), [(); 4].map(|()| json!(null)));
    assert!(before["next_fetch_in"].is_string(), "{before}");

    remote.refresh().await.expect("a document");
    let good = row().await;
    assert_eq!(of(&good, &FIELDS), [json!(1), json!(2), json!(7), json!(0), json!(1), json!(0), json!(true)]);
    for field in ["last_fetch", "last_success", "next_fetch_in", "oldest"] {
        assert!(good[field].is_string(), "{field}: {good}");
    }
    assert!(good["documents"][0]["reports"][0].as_str().expect("a report").contains("100 became 10"), "{good}");

    plane.is_gone.store(true, Ordering::Relaxed);
    for _ in 0..2 {
        remote.refresh().await.expect_err("it is gone");
    }
    let gone = row().await;
    assert_eq!(of(&gone, &FIELDS), [json!(1), json!(2), json!(7), json!(1), json!(3), json!(2), json!(true)]);
    assert_eq!((&gone["last_error"]["kind"], &gone["outage"]["failures"]), (&json!("connect"), &json!(2)));
}
