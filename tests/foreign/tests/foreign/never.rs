//! Errors of another crate, which can neither be made from a rejection nor get a `From`.

use crate::port::{Port, client};
use axum::Router;
use axum::routing::get;
use recourse::observe::{AttemptOutcome, EndReason};
use recourse::resilient;
use recourse::testing::{assert_timeline, isolated};
use std::sync::Mutex;

#[resilient(key = "foreign.never", retry = "3 attempts, no delay", on_reject = "never")]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.text().await
}

/// attribute-13: the error is that of the last connection.
#[tokio::test]
async fn a_refused_connection_is_tried_again_and_its_error_returned() {
    let port = Port::refused();
    let (result, timelines) = isolated(fetch(&client(), &port.url("/"))).await;
    assert!(result.expect_err("nobody listens").is_connect());
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Retryable; 3]).reason(EndReason::AttemptsExhausted);
}

#[resilient(key = "foreign.late", retry = "3 attempts, no delay", on_reject = "never")]
async fn fetch_late(
    client: &reqwest::Client,
    url: &str,
    starts: &Mutex<(u32, Option<Port>)>,
) -> Result<String, reqwest::Error> {
    {
        let (attempt, port) = &mut *starts.lock().expect("no attempt panics");
        *attempt += 1;
        if let Some(port) = port.take_if(|_| *attempt == 3) {
            port.serve(Router::new().route("/", get("here I am")));
        }
    }
    client.get(url).send().await?.error_for_status()?.text().await
}

/// attribute-13: what was refused twice may be answered.
#[tokio::test]
async fn a_server_that_starts_meanwhile_is_found() {
    let port = Port::refused();
    let (url, starts) = (port.url("/"), Mutex::new((0, Some(port))));
    let (result, timelines) = isolated(fetch_late(&client(), &url, &starts)).await;
    assert_eq!(result.expect("the third attempt"), "here I am");
    assert_timeline(&timelines[0]).attempts(3).reason(EndReason::Success);
}
