//! The three tests of a client that everybody writes first. Breaker and budget belong to the key, so in one executor they disturb each other.

use crate::port::{Port, client};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use recourse::observe::EndReason;
use recourse::testing::{assert_timeline, fail, isolated};
use recourse::{Class, Classify, Executor, Rejected, RejectionKind, resilient};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use tokio::runtime::Builder;

#[derive(Debug)]
enum ApiError {
    Http(reqwest::Error),
    Rejected(Rejected),
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl Classify for ApiError {
    fn classify(&self) -> Class {
        match self {
            Self::Http(error) => {
                error.status().map_or(Class::RETRYABLE, |status| recourse::classify::http(status.as_u16(), None))
            }
            Self::Rejected(rejected) => rejected.classify(),
        }
    }
}

#[resilient(key = "foreign.users", retry = "3 attempts, no delay", circuit = "3 failures", budget = "20% + 1/s")]
async fn get_user(client: &reqwest::Client, url: &str) -> Result<String, ApiError> {
    Ok(client.get(url).send().await?.error_for_status()?.text().await?)
}

/// The server is busy once, and then answers.
async fn a_server_that_is_busy_is_asked_again() {
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    let answer = async move || match counted.fetch_add(1, Ordering::Relaxed) {
        0 => Err(StatusCode::SERVICE_UNAVAILABLE),
        _ => Ok("Ada"),
    };
    let port = Port::refused();
    let url = port.url("/users/7");
    port.serve(Router::new().route("/users/{id}", get(answer)));
    let client = client();
    assert_eq!(get_user(&client, &url).await.expect("the second attempt"), "Ada");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

/// Nobody listens: three attempts open the circuit.
async fn a_dead_server_opens_the_circuit() {
    let port = Port::refused();
    let (client, url) = (client(), port.url("/users/7"));
    let error = get_user(&client, &url).await.expect_err("nobody listens");
    assert!(matches!(error, ApiError::Http(error) if error.is_connect()));
    let error = get_user(&client, &url).await.expect_err("the circuit is open");
    assert!(matches!(error, ApiError::Rejected(rejected) if rejected.kind() == RejectionKind::CircuitOpen));
}

/// No server at all: the attempts fail because the test says so.
async fn faults_need_no_server() {
    fail("foreign.users", 3);
    let error = get_user(&client(), "http://never.asked/").await.expect_err("a fault");
    assert!(matches!(error, ApiError::Rejected(rejected) if rejected.kind() == RejectionKind::Injected));
}

fn run<T>(test: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test)
}

/// testing-5: a hundred times, on three threads at once.
#[test]
fn three_tests_of_one_client_a_hundred_times_on_parallel_threads() {
    for _ in 0..100 {
        thread::scope(|threads| {
            threads.spawn(|| {
                let ((), timelines) = run(isolated(a_server_that_is_busy_is_asked_again()));
                assert_timeline(&timelines[0]).attempts(2).reason(EndReason::Success);
            });
            threads.spawn(|| {
                let ((), timelines) = run(isolated(a_dead_server_opens_the_circuit()));
                assert_timeline(&timelines[0]).attempts(3);
                assert_timeline(&timelines[1]).attempts(0);
            });
            threads.spawn(|| {
                let ((), timelines) = run(isolated(faults_need_no_server()));
                assert_timeline(&timelines[0]).attempts(3);
            });
        });
    }
}

/// The same tests in one executor, one after another: that they can disturb each other is what `isolated` is for.
#[test]
fn in_one_executor_the_circuit_of_one_test_refuses_another() {
    let shared = Executor::new();
    run(shared.scope(a_dead_server_opens_the_circuit()));
    let error = run(shared.scope(async {
        let port = Port::refused();
        let url = port.url("/users/7");
        port.serve(Router::new().route("/users/{id}", get("Ada")));
        get_user(&client(), &url).await
    }));
    assert!(matches!(error, Err(ApiError::Rejected(rejected)) if rejected.kind() == RejectionKind::CircuitOpen));
}
