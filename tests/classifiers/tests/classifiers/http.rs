//! The table of `classifiers::http`, on the answers of a real server.

use crate::support::http::{Server, client};
use crate::support::table::shows;
use http::{Request, Response, StatusCode};
use recourse::{Class, Classify as _, classifiers};
use std::time::Duration;

/// The answer of a server, in the types of `http`.
async fn answer(path: &str) -> Response<reqwest::Body> {
    let server = Server::start().await;
    client().get(server.url(path)).send().await.expect("an answer").into()
}

async fn class(path: &str) -> Class {
    classifiers::http::response(&answer(path).await)
}

fn is_after(class: Class, seconds: std::ops::RangeInclusive<u64>) {
    let Class::Retryable { after: Some(after) } = class else { panic!("{class:?}") };
    assert!(seconds.contains(&after.as_secs()), "{after:?}");
}

/// classify-8.
#[tokio::test]
async fn success_or_redirect() {
    shows("http", "success or redirect", class("/status/204").await);
    shows("http", "success or redirect", class("/status/304").await);
}

/// classify-8.
#[tokio::test]
async fn not_found() {
    for status in [404, 400, 401, 403, 409, 422] {
        shows("http", "not found", class(&format!("/status/{status}")).await);
    }
    shows("http", "not found", class("/seconds/404/2").await);
}

/// classify-8.
#[tokio::test]
async fn request_timeout() {
    shows("http", "request timeout", class("/status/408").await);
}

/// classify-8.
#[tokio::test]
async fn too_early() {
    shows("http", "too early", class("/status/425").await);
}

/// classify-8.
#[tokio::test]
async fn too_many_requests_with_seconds() {
    let class = class("/seconds/429/2").await;
    shows("http", "too many requests with seconds", class);
    is_after(class, 2..=2);
}

/// classify-8: the server's clock is this machine's, and its date has no fractions.
#[tokio::test]
async fn too_many_requests_with_a_date() {
    let class = class("/date/429/3600").await;
    assert!(crate::support::table::documented("http", "too many requests with a date").starts_with("retryable, after"));
    is_after(class, 3_500..=3_600);
}

/// classify-8.
#[tokio::test]
async fn too_many_requests_with_neither() {
    shows("http", "too many requests with neither", class("/status/429").await);
    shows("http", "too many requests with neither", class("/seconds/429/soon").await);
}

/// classify-8.
#[tokio::test]
async fn unavailable_with_seconds() {
    let class = class("/seconds/503/7").await;
    shows("http", "unavailable with seconds", class);
    is_after(class, 7..=7);
}

/// classify-8.
#[tokio::test]
async fn server_error() {
    for status in [500, 502, 503, 504, 507] {
        shows("http", "server error", class(&format!("/status/{status}")).await);
    }
}

/// classify-8.
#[tokio::test]
async fn not_implemented() {
    shows("http", "not implemented", class("/seconds/501/2").await);
}

/// classify-8.
#[tokio::test]
async fn version_not_supported() {
    shows("http", "version not supported", class("/status/505").await);
}

/// classify-8: the header is out of sight.
#[tokio::test]
async fn status_code_alone() {
    let answer = answer("/seconds/503/7").await;
    is_after(answer.classify(), 7..=7);
    let status: StatusCode = answer.status();
    assert_eq!(status.classify(), Class::Retryable { after: None::<Duration> });
    assert_eq!(StatusCode::NOT_FOUND.classify(), Class::Ignore);
}

/// classify-8.
#[tokio::test]
async fn invalid_request() {
    let error = Request::get("http://no host/").body(()).expect_err("a host has no space");
    shows("http", "invalid request", error.classify());
}
