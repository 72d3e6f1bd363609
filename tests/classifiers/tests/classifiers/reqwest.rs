//! The table of `classifiers::reqwest`.

use crate::support::http::{HALF, Refused, Server, builder, client, hangs_after, resets_after, self_signed};
use crate::support::table::shows;
use recourse::{Class, Classify as _, classifiers};
use std::time::Duration;

/// The error of a request without a body.
async fn error(url: &str) -> reqwest::Error {
    client().get(url).send().await.expect_err("an error")
}

/// The error of reading an answer.
async fn in_body(client: reqwest::Client, url: &str) -> reqwest::Error {
    client.get(url).send().await.expect("the head of an answer").text().await.expect_err("an error in the body")
}

/// classify-9.
#[tokio::test]
async fn connection_refused() {
    let port = Refused::new();
    shows("reqwest", "connection refused", error(&port.url()).await.classify());
    // RFC 6761: nobody has such a name.
    shows("reqwest", "connection refused", error("http://host.invalid/").await.classify());
}

/// classify-9.
#[tokio::test]
async fn certificate_not_trusted() {
    let error = error(&self_signed().await).await;
    assert!(error.is_connect(), "{error:?}");
    shows("reqwest", "certificate not trusted", error.classify());
}

/// classify-9.
#[tokio::test]
async fn no_tls_at_all() {
    let server = Server::start().await;
    let error = error(&server.url.replace("http:", "https:")).await;
    assert!(error.is_connect(), "{error:?}");
    shows("reqwest", "no TLS at all", error.classify());
}

/// classify-9.
#[tokio::test]
async fn reset_before_the_answer() {
    shows("reqwest", "reset before the answer", error(&resets_after("").await).await.classify());
    shows("reqwest", "reset before the answer", error(&resets_after("HTTP/1.1 2").await).await.classify());
}

/// classify-9.
#[tokio::test]
async fn timed_out() {
    let server = Server::start().await;
    let impatient = builder().timeout(Duration::from_millis(1)).build().expect("a client");
    let error = impatient.get(server.url("/hangs")).send().await.expect_err("it hangs");
    assert!(error.is_timeout(), "{error:?}");
    shows("reqwest", "timed out", error.classify());
}

/// classify-9, classify-10.
#[tokio::test]
async fn reset_in_the_body() {
    let error = in_body(client(), &resets_after(HALF).await).await;
    shows("reqwest", "reset in the body", error.classify());
    assert_eq!(classifiers::reqwest::body_too(&error), Class::RETRYABLE);
}

/// classify-9, classify-10.
#[tokio::test]
async fn timed_out_in_the_body() {
    let client = builder().read_timeout(Duration::from_millis(100)).build().expect("a client");
    let error = in_body(client, &hangs_after(HALF).await).await;
    assert!(error.is_timeout(), "{error:?}");
    shows("reqwest", "timed out in the body", error.classify());
    assert_eq!(classifiers::reqwest::body_too(&error), Class::RETRYABLE);
}

/// classify-9, classify-10: a body that came whole is not asked for again.
#[tokio::test]
async fn body_of_another_form() {
    let server = Server::start().await;
    let answer = client().get(server.url("/text")).send().await.expect("an answer");
    let error = answer.json::<u32>().await.expect_err("no number");
    assert!(error.is_decode(), "{error:?}");
    shows("reqwest", "body of another form", error.classify());
    assert_eq!(classifiers::reqwest::body_too(&error), Class::NonRetryable);
}

/// classify-9.
#[tokio::test]
async fn too_many_redirects() {
    let server = Server::start().await;
    shows("reqwest", "too many redirects", error(&server.url("/round")).await.classify());
}

/// classify-9.
#[tokio::test]
async fn invalid_url() {
    shows("reqwest", "invalid URL", error("no url").await.classify());
    shows("reqwest", "invalid URL", error("ftp://localhost/").await.classify());
}

/// classify-9.
#[tokio::test]
async fn status_as_an_error() {
    let server = Server::start().await;
    for (status, expected) in
        [(404, Class::Ignore), (429, Class::RETRYABLE), (501, Class::NonRetryable), (503, Class::RETRYABLE)]
    {
        let answer = client().get(server.url(&format!("/status/{status}"))).send().await.expect("an answer");
        assert_eq!(answer.error_for_status().expect_err("an error").classify(), expected, "{status}");
    }
}

/// classify-9.
#[tokio::test]
async fn status_as_an_answer() {
    let server = Server::start().await;
    let after = Class::Retryable { after: Some(Duration::from_secs(2)) };
    for (path, expected) in [
        ("/status/200", Class::Success),
        ("/seconds/404/2", Class::Ignore),
        ("/seconds/429/2", after),
        ("/seconds/503/2", after),
    ] {
        let answer = client().get(server.url(path)).send().await.expect("an answer");
        assert_eq!(classifiers::reqwest::response(&answer), expected, "{path}");
        assert_eq!(answer.classify(), expected, "{path}");
    }
}
