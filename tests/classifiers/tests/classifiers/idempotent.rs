//! The two tables of `classifiers` about what may be sent twice.

use crate::support::grpc::{broken_off, endpoint, status, timed_out};
use crate::support::http::{HALF, Refused, Server, builder, client, resets_after};
use crate::support::postgres::Postgres;
use crate::support::process::wait_for;
use crate::support::redis::{Redis, words};
use greeter::greet;
use recourse::Class;
use recourse::classifiers::{MayHaveRun, for_method, idempotent_only};
use redis::{ErrorKind, Value};
use reqwest::Method;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use std::time::Duration;

/// Asserts that an outcome which is retryable stays so.
#[track_caller]
fn is_retried(outcome: &impl MayHaveRun) {
    let class = outcome.classify();
    assert!(matches!(class, Class::Retryable { .. }), "{class:?}");
    assert_eq!(idempotent_only(outcome), class);
    assert_eq!(for_method(Method::POST, outcome), class);
}

/// Asserts that an outcome which is retryable is not, except for a method that may be repeated.
#[track_caller]
fn is_not_retried(outcome: &impl MayHaveRun) {
    let class = outcome.classify();
    assert!(matches!(class, Class::Retryable { .. }), "{class:?}");
    assert_eq!(idempotent_only(outcome), Class::NonRetryable);
    for method in [Method::POST, Method::PATCH, Method::CONNECT] {
        assert_eq!(for_method(method, outcome), Class::NonRetryable);
    }
    assert_eq!(for_method("get", outcome), Class::NonRetryable, "small letters are another method");
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE] {
        assert_eq!(for_method(method, outcome), class);
    }
}

/// A POST, and what came of it.
async fn post(url: &str) -> reqwest::Result<reqwest::Response> {
    client().post(url).body("an order").send().await
}

/// classify-14.
#[tokio::test]
async fn a_connection_refused() {
    let port = Refused::new();
    is_retried(&post(&port.url()).await.expect_err("nobody listens"));
    is_retried(&tokio::net::TcpStream::connect(("127.0.0.1", port.port())).await.expect_err("nobody listens"));
    let options = sqlx::postgres::PgConnectOptions::new().host("127.0.0.1").port(port.port());
    is_retried(&options.connect().await.expect_err("nobody listens"));
    let redis = redis::Client::open(format!("redis://127.0.0.1:{}/", port.port())).expect("a client");
    is_retried(&redis.get_multiplexed_async_connection().await.expect_err("nobody listens"));
}

/// classify-14.
#[tokio::test]
async fn an_answer_429() {
    let server = Server::start().await;
    for path in ["/seconds/429/2", "/status/425", "/status/408"] {
        let answer = post(&server.url(path)).await.expect("an answer");
        is_retried(&answer);
        is_retried(&answer.status());
        is_retried(&answer.error_for_status_ref().expect_err("an error"));
        is_retried(&http::Response::from(answer));
    }
}

/// classify-14.
#[tokio::test]
async fn a_grpc_connection_refused() {
    let port = Refused::new();
    let channel = endpoint(([127, 0, 0, 1], port.port()).into()).connect_lazy();
    is_retried(&greet(channel, "").await.expect_err("nobody listens"));
}

/// classify-14.
#[tokio::test]
async fn a_pushback_of_a_grpc_server() {
    is_retried(&status("14 pushback 200").await);
    is_retried(&status("8 retry-info 2000").await);
}

/// classify-14.
#[tokio::test]
async fn a_transaction_rolled_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = SqliteConnectOptions::new().filename(folder.path().join("db")).create_if_missing(true);
    let options = options.busy_timeout(Duration::ZERO);
    let [mut one, mut other] = [options.connect().await.expect("a file"), options.connect().await.expect("a file")];
    one.execute("BEGIN IMMEDIATE").await.expect("the first writer");
    is_retried(&other.execute("BEGIN IMMEDIATE").await.expect_err("the second writer"));

    let Some(postgres) = Postgres::shared().await else { return };
    let [mut one, mut other] = [postgres.connect().await.expect("one"), postgres.connect().await.expect("another")];
    one.execute("BEGIN; SELECT * FROM accounts WHERE id = 5 FOR UPDATE").await.expect("a lock");
    is_retried(&other.execute("SELECT * FROM accounts WHERE id = 5 FOR UPDATE NOWAIT").await.expect_err("locked"));
}

/// classify-14.
#[tokio::test]
async fn a_pool_without_a_free_connection() {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(1));
    let pool = pool.connect_lazy("sqlite::memory:").expect("memory");
    let _held = wait_for("a connection", async || pool.acquire().await.ok()).await;
    is_retried(&pool.acquire().await.expect_err("the only connection is in use"));
}

/// classify-14.
#[tokio::test]
async fn a_command_refused_by_redis() {
    let Some(node) = Redis::node().await else { return };
    is_retried(&node.error("INCR a").await);
}

/// classify-14.
#[tokio::test]
async fn a_connection_reset_before_the_answer() {
    is_not_retried(&post(&resets_after("").await).await.expect_err("it was reset"));
}

/// classify-14: nor is one that was reset in the body, by whichever classifier.
#[tokio::test]
async fn a_request_that_timed_out() {
    let server = Server::start().await;
    let impatient = builder().timeout(Duration::from_millis(1)).build().expect("a client");
    is_not_retried(&impatient.post(server.url("/hangs")).send().await.expect_err("it hangs"));
    is_not_retried(&timed_out().await);

    let error = post(&resets_after(HALF).await).await.expect("half an answer").text().await.expect_err("it was reset");
    assert_eq!(idempotent_only(&error), Class::NonRetryable);
}

/// classify-14.
#[tokio::test]
async fn an_answer_503() {
    let server = Server::start().await;
    for path in ["/seconds/503/2", "/status/500", "/status/502", "/status/504"] {
        let answer = post(&server.url(path)).await.expect("an answer");
        is_not_retried(&answer);
        is_not_retried(&answer.error_for_status_ref().expect_err("an error"));
        is_not_retried(&http::Response::from(answer));
    }
}

/// classify-14.
#[tokio::test]
async fn a_grpc_call_that_broke_off() {
    is_not_retried(&broken_off().await);
}

/// classify-14.
#[tokio::test]
async fn a_grpc_unavailable_without_pushback() {
    is_not_retried(&status("14").await);
}

/// classify-14.
#[tokio::test]
async fn a_connection_to_a_database_lost() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut one = postgres.connect().await.expect("one");
    is_not_retried(&one.execute("SELECT pg_terminate_backend(pg_backend_pid())").await.expect_err("terminated"));
    is_not_retried(&one.execute("SELECT 1").await.expect_err("the connection is gone"));
    let _ = one.close().await;
}

/// classify-14.
#[tokio::test]
async fn a_connection_to_redis_lost() {
    let Some(redis) = Redis::start("").await else { return };
    let mut connection = redis.connect().await.expect("a connection");
    drop(redis);
    let error = words("INCR a").query_async::<Value>(&mut connection).await.expect_err("the server is gone");
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    is_not_retried(&error);
}
