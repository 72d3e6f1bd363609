//! The table of `classifiers::tonic`, on the answers of a real server.

use crate::support::grpc::{broken_off, endpoint, status, timed_out};
use crate::support::http::Refused;
use crate::support::table::shows;
use greeter::greet;
use recourse::{Class, Classify as _};
use std::time::Duration;
use tonic::Code;

/// Asks a server for a status, and compares its class with that of the row.
async fn is(row: &str, request: &str) -> Class {
    let status = status(request).await;
    let code = request.split(' ').next().and_then(|code| code.parse::<i32>().ok()).map(Code::from);
    assert_eq!(Some(status.code()), code, "{status:?}");
    shows("tonic", row, status.classify());
    status.classify()
}

const fn after(millis: u64) -> Class {
    Class::Retryable { after: Some(Duration::from_millis(millis)) }
}

/// classify-11.
#[tokio::test]
async fn unavailable() {
    assert_eq!(is("unavailable", "14").await, Class::RETRYABLE);
}

/// classify-11.
#[tokio::test]
async fn unavailable_with_retryinfo() {
    assert_eq!(is("unavailable with RetryInfo", "14 retry-info 2000").await, after(2000));
}

/// classify-11.
#[tokio::test]
async fn unavailable_with_pushback() {
    assert_eq!(is("unavailable with pushback", "14 pushback 200").await, after(200));
    assert_eq!(is("unavailable with pushback", "8 pushback 0").await, after(0));
}

/// classify-11: what is no number counts like a negative one.
#[tokio::test]
async fn pushback_that_forbids() {
    for pushback in ["-1", "soon", "1.5"] {
        is("pushback that forbids", &format!("14 pushback {pushback}")).await;
    }
}

/// classify-11.
#[tokio::test]
async fn resource_exhausted_with_retryinfo() {
    assert_eq!(is("resource exhausted with RetryInfo", "8 retry-info 2000").await, after(2000));
}

/// classify-11.
#[tokio::test]
async fn resource_exhausted() {
    is("resource exhausted", "8").await;
}

/// classify-11.
#[tokio::test]
async fn deadline_exceeded() {
    is("deadline exceeded", "4").await;
}

/// classify-11.
#[tokio::test]
async fn aborted() {
    is("aborted", "10").await;
    is("aborted", "10 retry-info 2000").await;
}

/// classify-11.
#[tokio::test]
async fn cancelled() {
    is("cancelled", "1").await;
}

/// classify-11.
#[tokio::test]
async fn unknown() {
    is("unknown", "2").await;
}

/// classify-11.
#[tokio::test]
async fn internal() {
    is("internal", "13").await;
}

/// classify-11.
#[tokio::test]
async fn data_loss() {
    is("data loss", "15").await;
}

/// classify-11.
#[tokio::test]
async fn unimplemented() {
    is("unimplemented", "12").await;
}

/// classify-11.
#[tokio::test]
async fn invalid_argument() {
    is("invalid argument", "3").await;
}

/// classify-11.
#[tokio::test]
async fn not_found() {
    is("not found", "5").await;
    is("not found", "5 retry-info 2000").await;
}

/// classify-11.
#[tokio::test]
async fn already_exists() {
    is("already exists", "6").await;
}

/// classify-11.
#[tokio::test]
async fn permission_denied() {
    is("permission denied", "7").await;
}

/// classify-11.
#[tokio::test]
async fn unauthenticated() {
    is("unauthenticated", "16").await;
}

/// classify-11.
#[tokio::test]
async fn failed_precondition() {
    is("failed precondition", "9").await;
}

/// classify-11.
#[tokio::test]
async fn out_of_range() {
    is("out of range", "11").await;
}

/// classify-11.
#[tokio::test]
async fn no_server() {
    let port = Refused::new();
    let channel = endpoint(([127, 0, 0, 1], port.port()).into()).connect_lazy();
    shows("tonic", "no server", greet(channel, "").await.expect_err("nobody listens").classify());
}

/// classify-11.
#[tokio::test]
async fn connection_lost() {
    shows("tonic", "connection lost", broken_off().await.classify());
}

/// classify-11.
#[tokio::test]
async fn timeout_of_the_channel() {
    let status = timed_out().await;
    assert_eq!(status.code(), Code::Cancelled, "{status:?}");
    shows("tonic", "timeout of the channel", status.classify());
}
