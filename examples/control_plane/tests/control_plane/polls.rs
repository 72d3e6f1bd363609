//! What programs read: keys, namespaces and all there is, with tags, and long polls.

use crate::support::{Answer, Plane, USERS, until};
use reqwest::Method;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn one_key_one_namespace_or_all_in_one_document() {
    let plane = Plane::start().await;
    let key = json!({ "version": 7, "key": "users.get", "retry": "3 attempts, no delay", "timeout": "2s" });
    for path in ["users/get", "users.get", "users/get.json", "users.get.json"] {
        let answer = plane.get(&format!("/policies/{path}")).await;
        assert_eq!((answer.status, answer.json()), (200, key.clone()), "{path}");
        assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "no-cache"));
    }
    // Nobody has written this key; what is said of all of its namespace holds for it.
    let inherits = json!({ "version": 7, "key": "users.list", "retry": "3 attempts, no delay" });
    assert_eq!(plane.get("/policies/users/list").await.json(), inherits);

    let users =
        json!({ "version": 7, "users.*": { "retry": "3 attempts, no delay" }, "users.get": { "timeout": "2s" } });
    for path in ["/policies/users", "/policies/users.json"] {
        assert_eq!(plane.get(path).await.json(), users, "{path}");
    }
    assert_eq!(plane.get("/policies/nobody").await.json(), json!({ "version": 7 }));
    let mut all = users;
    all["orders.create"] = json!({ "attempt_timeout": "800ms" });
    for path in ["/policies", "/policies.json"] {
        assert_eq!(plane.get(path).await.json(), all, "{path}");
    }
    let missing = plane.get("/policies/nobody/knows").await;
    assert_eq!((missing.status, missing.header("cache-control")), (404, "no-store"));
    let bad = plane.get("/policies/a%20b/c").await;
    assert!(bad.status == 400 && bad.error().starts_with("key: "), "{bad:?}");
}

#[tokio::test]
async fn who_has_it_is_told_so() {
    let plane = Plane::start().await;
    let first = plane.get("/policies/users/get").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.len() == 34 && tag.starts_with('"'), "{tag}");
    for known in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        let again = plane.get_with("/policies/users/get", &[("if-none-match", &known)]).await;
        assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", &*tag), "{known}");
    }
    let head = plane.send(Method::HEAD, "/policies/users/get", &[], "").await;
    assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", &*tag));
    let other = plane.get_with("/policies/users/get", &[("if-none-match", "\"other\"")]).await;
    assert_eq!((other.status, other.text), (200, first.text));
}

#[tokio::test]
async fn caches_may_be_allowed_to_answer_and_then_nobody_waits() {
    let plane = Plane::with(&[("users.toml", USERS)], |settings| settings.max_age(30)).await;
    let answer = plane.get_with("/policies/users/get", &[("prefer", "wait=0")]).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=30, stale-if-error=86400");
    // A cache would give this answer to those who wait, without a wait.
    assert_eq!(answer.header("preference-applied"), "");
}

/// Asks for news of the namespace, and returns while the answer is held.
async fn held(plane: &Plane) -> tokio::task::JoinHandle<Answer> {
    let tag = plane.get("/policies/users").await.header("etag").to_owned();
    let url = plane.url("/policies/users");
    let poll = tokio::spawn(async move {
        let headers = [("if-none-match", &*tag), ("prefer", "wait=50")];
        crate::support::send(&crate::support::client(), Method::GET, &url, &headers, "").await
    });
    // Answers that come and go meanwhile are no news.
    for _ in 0..5 {
        assert_eq!(plane.get("/policies/users/get").await.status, 200);
    }
    assert!(!poll.is_finished(), "it was answered at once");
    poll
}

#[tokio::test]
async fn a_request_waits_for_news() {
    let plane = Plane::start().await;
    let poll = held(&plane).await;
    assert_eq!(plane.put("users.toml", &USERS.replace("3 attempts", "4 attempts")).await.status, 200);
    let answer = poll.await.expect("an answer");
    assert_eq!((answer.status, answer.header("preference-applied")), (200, "wait=50"));
    assert_eq!(answer.json()["users.*"]["retry"], "4 attempts, no delay");
}

#[tokio::test]
async fn a_wait_that_is_over_says_that_nothing_has_changed() {
    let plane = Plane::start().await;
    let asked = plane.get_with("/policies/users", &[("prefer", "wait=0")]).await;
    assert_eq!((asked.status, asked.header("preference-applied")), (200, "wait=0"));
    let known = [("if-none-match", asked.header("etag")), ("prefer", "wait=0")];
    let over = plane.get_with("/policies/users", &known).await;
    assert_eq!((over.status, over.header("preference-applied")), (304, "wait=0"));
    // Nobody who does not ask for it waits, and nobody waits longer than a minute.
    let known = [("if-none-match", asked.header("etag"))];
    assert_eq!(plane.get_with("/policies/users", &known).await.header("preference-applied"), "");
    let asked = plane.get_with("/policies/users", &[("prefer", "wait=3600")]).await;
    assert_eq!(asked.header("preference-applied"), "wait=55");
}

#[tokio::test]
async fn a_server_that_ends_lets_nobody_wait() {
    let plane = Plane::start().await;
    let poll = held(&plane).await;
    plane.server.stop().await.expect("it ends");
    assert_eq!(poll.await.expect("an answer").status, 304);
}

#[tokio::test]
async fn an_edit_by_hand_is_news_and_a_mistake_is_not() {
    let plane = Plane::start().await;
    let poll = held(&plane).await;
    fs::write(plane.path("users.toml"), USERS.replace("3 attempts", "5 attempts")).expect("an edit");
    assert_eq!(poll.await.expect("an answer").json()["users.*"]["retry"], "5 attempts, no delay");

    fs::write(plane.path("users.toml"), USERS.replace("3 attempts", "3 tries")).expect("an edit");
    until("fault on the page", async || {
        plane.get("/").await.text.contains("The last good state stays in force").then_some(())
    })
    .await;
    assert_eq!(plane.get("/policies/users").await.json()["users.*"]["retry"], "5 attempts, no delay");
    let page = plane.get("/").await.text;
    assert!(page.contains("line 5, column 10") && page.contains("did you mean"), "{page}");
}

#[tokio::test]
async fn documents_that_never_were_good_are_not_served_until_they_are() {
    let plane = Plane::with(&[("users.toml", "[users.get]\ntimeout = \"soon\"\n")], |settings| settings).await;
    let none = plane.get("/policies/users").await;
    assert_eq!((none.status, none.header("retry-after")), (503, "5"));
    assert!(plane.get("/").await.text.contains("Programs get nothing until they are good"));
    assert_eq!(plane.put("users.toml", "[users.get]\ntimeout = \"1s\"\n").await.status, 200);
    assert_eq!(plane.get("/policies/users/get").await.json()["timeout"], "1s");
}
