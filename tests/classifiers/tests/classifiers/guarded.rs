//! Guarded calls with ready classifiers, from attribute to server: what is sent, and what the caller gets.

use crate::support::http::{Server, client, resets_after};
use recourse::observe::AttemptOutcome;
use recourse::testing::{assert_timeline, isolated};
use recourse::{Classify, Rejected, classifiers, resilient};
use std::time::Duration;

#[resilient(
    key = "guarded.get",
    retry = "3 attempts, no delay, pushback up to 1s",
    on_reject = "never",
    classify_ok = classifiers::reqwest::response
)]
async fn get(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
    client.get(url).send().await
}

/// classify-15: a 404 is returned at once, a 503 is asked for again, and the last one returned; one that asks for too long a wait ends the call.
#[tokio::test]
async fn an_answer_is_judged_by_its_status() {
    let server = Server::start().await;
    let mut sent = 0;
    for (path, status, requests) in [("/status/404", 404, 1), ("/status/503", 503, 3), ("/seconds/429/600", 429, 1)] {
        let (answer, _) = isolated(get(&client(), &server.url(path))).await;
        sent += requests;
        assert_eq!((answer.expect("an answer").status().as_u16(), server.requests()), (status, sent), "{path}");
    }
}

#[derive(Debug, Classify)]
enum ApiError {
    #[classify(inherit)]
    Http(reqwest::Error),
    #[classify(inherit)]
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

#[resilient(key = "guarded.text", retry = "3 attempts, no delay", circuit = "3 failures", timeout = "1m")]
async fn text(client: &reqwest::Client, url: &str) -> Result<String, ApiError> {
    Ok(client.get(url).send().await?.error_for_status()?.text().await?)
}

/// classify-15: a variant inherits the class, and only what counts opens the circuit.
#[tokio::test]
async fn wrong_requests_open_no_circuit() {
    let server = Server::start().await;
    isolated(async {
        for _ in 0..10 {
            let error = text(&client(), &server.url("/status/404")).await.expect_err("not found");
            assert!(matches!(error, ApiError::Http(_)), "{error:?}");
        }
        text(&client(), &server.url("/status/500")).await.expect_err("a server error");
        let error = text(&client(), &server.url("/text")).await.expect_err("the circuit is open");
        assert!(matches!(error, ApiError::Rejected(_)), "{error:?}");
    })
    .await;
    assert_eq!(server.requests(), 13);
}

#[resilient(
    key = "guarded.post",
    retry = "3 attempts, no delay",
    on_reject = "never",
    classify = classifiers::idempotent_only,
    classify_ok = classifiers::idempotent_only
)]
async fn post(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
    client.post(url).body("an order").send().await
}

/// classify-14: what may have been processed is sent once, and what was refused is sent again.
#[tokio::test]
async fn an_order_is_not_sent_twice() {
    let server = Server::start().await;
    for (path, requests) in [("/status/503", 1), ("/status/429", 4)] {
        let _ = isolated(post(&client(), &server.url(path))).await;
        assert_eq!(server.requests(), requests, "{path}");
    }
    let url = resets_after("").await;
    let (_, timelines) = isolated(post(&client(), &url)).await;
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::NonRetryable]);
    let nobody = crate::support::http::Refused::new();
    let (_, timelines) = isolated(post(&client(), &nobody.url())).await;
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Retryable; 3]);
}

#[resilient(
    key = "guarded.body",
    retry = "2 attempts, no delay",
    on_reject = "never",
    classify = classifiers::reqwest::body_too
)]
async fn whole(client: &reqwest::Client, url: &str) -> Result<String, reqwest::Error> {
    client.get(url).send().await?.text().await
}

/// classify-10.
#[tokio::test]
async fn a_body_is_asked_for_again_if_the_function_says_so() {
    let url = resets_after(crate::support::http::HALF).await;
    let (_, timelines) = isolated(whole(&client(), &url)).await;
    assert_timeline(&timelines[0]).attempts(2);
    let (_, timelines) = isolated(tokio::time::timeout(Duration::from_secs(60), text(&client(), &url))).await;
    assert_timeline(&timelines[0]).attempts(1);
}

/// classify-7: an attribute needs no classifier.
#[tokio::test]
async fn a_guarded_function_asks() {
    #[recourse::resilient(key = "io.read", retry = "3 attempts, no delay")]
    async fn read(path: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
    let (result, timelines) = isolated(read("/no/such/file")).await;
    assert_eq!(result.expect_err("no file").kind(), std::io::ErrorKind::NotFound);
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Ignored]);
}

#[allow(dead_code, reason = "its `main` is the example's")]
#[path = "../../../../examples/guarded/newcomer.rs"]
mod newcomer;

/// classify-15: the newcomer's program does what it promises.
#[tokio::test]
async fn the_newcomers_function_keeps_its_promises() {
    let server = Server::start().await;
    let mut sent = 0;
    // Zero keeps the backoff, and ten minutes are more than the function has.
    for (path, status, requests) in [
        ("/seconds/429/0", 429, 3),
        ("/seconds/503/0", 503, 3),
        ("/seconds/503/600", 503, 1),
        ("/status/404", 404, 1),
        ("/status/200", 200, 1),
    ] {
        let (answer, _) = isolated(newcomer::get(&client(), &server.url(path))).await;
        sent += requests;
        assert_eq!((answer.expect("an answer").status().as_u16(), server.requests()), (status, sent), "{path}");
    }
}
