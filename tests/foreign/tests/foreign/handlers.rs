//! Guarded handlers of axum, whose arguments are patterns.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use recourse::observe::Timeline;
use recourse::testing::{assert_timeline, isolated};
use recourse::{Classify, Rejected, resilient};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing::instrument;

#[derive(Debug, Classify)]
enum DbError {
    #[classify(retryable)]
    Busy,
    #[classify(ignore)]
    NoSuchUser,
    #[classify(inherit)]
    Rejected(Rejected),
}

impl From<Rejected> for DbError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl IntoResponse for DbError {
    fn into_response(self) -> Response {
        match self {
            Self::Busy => StatusCode::BAD_GATEWAY.into_response(),
            Self::NoSuchUser => StatusCode::NOT_FOUND.into_response(),
            Self::Rejected(rejected) => (StatusCode::SERVICE_UNAVAILABLE, rejected.to_string()).into_response(),
        }
    }
}

/// Users, and how often each of them cannot be read.
#[derive(Clone, Debug, Default)]
struct Db(Arc<Mutex<HashMap<u32, u32>>>);

impl Db {
    async fn read(&self, id: u32) -> Result<String, DbError> {
        tokio::task::yield_now().await;
        match self.0.lock().expect("no test panics here").get_mut(&id) {
            None => Err(DbError::NoSuchUser),
            Some(0) => Ok(format!("user {id}")),
            Some(failures) => {
                *failures -= 1;
                Err(DbError::Busy)
            }
        }
    }
}

#[resilient(key = "users.{id}", retry = "3 attempts, no delay", circuit = "3 failures")]
async fn user(Path(id): Path<u32>, State(db): State<Db>) -> Result<String, DbError> {
    db.read(id).await
}

/// As it stands in a service: the span below knows the names that the patterns bind.
#[resilient(key = "traced.{id}", retry = "3 attempts, no delay", timeout = "10s")]
#[instrument(err(Debug), skip(db), fields(user = %id))]
async fn traced(State(db): State<Db>, Path(id): Path<u32>) -> Result<String, DbError> {
    db.read(id).await
}

#[derive(Clone)]
struct Service {
    db: Db,
}

impl Service {
    #[resilient(key = "pairs.{first}.{second}", retry = "2 attempts, no delay")]
    async fn pair(
        State(Self { db }): State<Self>,
        Path((first, second)): Path<(u32, u32)>,
    ) -> Result<(StatusCode, String), DbError> {
        let both = [db.read(first).await?, db.read(second).await?];
        Ok((StatusCode::OK, both.join(" and ")))
    }
}

fn router(users: impl IntoIterator<Item = (u32, u32)>) -> Router {
    let db = Db(Arc::new(Mutex::new(users.into_iter().collect())));
    let pairs =
        Router::new().route("/pairs/{first}/{second}", get(Service::pair)).with_state(Service { db: db.clone() });
    Router::new().route("/users/{id}", get(user)).route("/traced/{id}", get(traced)).with_state(db).merge(pairs)
}

/// Sends requests through a router, one after another.
async fn ask(router: Router, paths: &[&str]) -> (Vec<(u16, String)>, Vec<Timeline>) {
    isolated(async {
        let mut answers = Vec::new();
        for path in paths {
            let request = Request::get(*path).body(Body::empty()).expect("a request");
            let (head, body) = router.clone().oneshot(request).await.expect("a router does not fail").into_parts();
            let body = to_bytes(body, 1024).await.expect("a body");
            answers.push((head.status.as_u16(), String::from_utf8_lossy(&body).into_owned()));
        }
        answers
    })
    .await
}

/// attribute-11.
#[tokio::test]
async fn a_handler_is_retried_under_a_key_with_its_path() {
    let (answers, timelines) = ask(router([(7, 2)]), &["/users/7", "/traced/7", "/users/8"]).await;
    assert_eq!(answers[..2], [(200, "user 7".to_owned()), (200, "user 7".to_owned())]);
    assert_eq!(answers[2].0, 404);
    assert_timeline(&timelines[0]).key("users.7").attempts(3);
    assert_timeline(&timelines[1]).key("traced.7").attempts(1);
    assert_timeline(&timelines[2]).key("users.8").attempts(1);
}

/// attribute-11: each user has a circuit; what is said of the others is the business of keys.
#[tokio::test]
async fn a_user_who_cannot_be_read_opens_one_circuit() {
    let (answers, _) = ask(router([(7, 9), (8, 0)]), &["/users/7", "/users/7", "/users/8"]).await;
    assert_eq!(answers.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [502, 503, 200]);
    assert!(answers[1].1.contains("users.7"), "{}", answers[1].1);
}

/// attribute-11: patterns within patterns.
#[tokio::test]
async fn patterns_within_patterns_are_matched_once() {
    let (answers, timelines) = ask(router([(7, 1), (8, 0)]), &["/pairs/7/8"]).await;
    assert_eq!(answers, [(200, "user 7 and user 8".to_owned())]);
    assert_timeline(&timelines[0]).key("pairs.7.8").attempts(2);
}
