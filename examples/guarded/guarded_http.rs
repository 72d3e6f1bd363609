//! Guarded calls of reqwest against an axum server that misbehaves, with ready classifiers. Two real ends on loopback.
//!
//! Prints what the caller got and the timeline of each call. A 503 is asked for again, and a 429 when its `Retry-After` says; a 404 is
//! returned at once, and ten of them do not open the circuit; an order that may have been processed is not sent twice. Exits with 0 only
//! if the server has got exactly the requests that were to be sent.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::any;
use recourse::{Classify, Rejected, classifiers, observe, resilient};
use std::collections::HashMap;
use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpSocket};

#[derive(Debug, Classify, thiserror::Error)]
enum ApiError {
    #[error(transparent)]
    #[classify(inherit)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    #[classify(inherit)]
    Rejected(#[from] Rejected),
}

#[resilient(
    key = "users.get",
    retry = "3 attempts, exponential 10ms..100ms",
    circuit = "5 failures",
    timeout = "10s",
    classify_ok = classifiers::reqwest::response
)]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, ApiError> {
    Ok(client.get(url).send().await?)
}

/// A POST: what may have been processed is not sent again.
#[resilient(
    key = "orders.create",
    retry = "3 attempts, exponential 10ms..100ms",
    on_reject = "never",
    classify = classifiers::idempotent_only,
    classify_ok = classifiers::idempotent_only
)]
async fn order(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
    client.post(url).send().await
}

/// How often each path was asked for.
type Seen = Arc<Mutex<HashMap<String, u32>>>;

async fn misbehave(
    State(seen): State<Seen>,
    Path(path): Path<String>,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let mut seen = seen.lock().expect("nobody panics");
    let number = seen.entry(path.clone()).or_default();
    *number += 1;
    match (&*path, *number) {
        ("flaky", 1 | 2) => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")]),
        ("limited", 1) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]),
        ("missing", _) => (StatusCode::NOT_FOUND, [("x-well", "very")]),
        // A proxy that lost the connection behind it: the order may be on its way.
        ("order-lost", _) => (StatusCode::BAD_GATEWAY, [("retry-after", "1")]),
        ("order-refused", 1) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]),
        _ => (StatusCode::OK, [("x-well", "very")]),
    }
}

/// Prints what came of a call, and how.
async fn show<E: Debug>(what: &str, call: impl Future<Output = Result<reqwest::Response, E>>) {
    let (result, timelines) = observe::capture(call).await;
    println!("{what}: {:?}\n{}\n", result.map(|answer| answer.status()), timelines[0]);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seen = Seen::default();
    let router = Router::new().route("/{path}", any(misbehave)).with_state(Arc::clone(&seen));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = |path: &str, at: SocketAddr| format!("http://{at}/{path}");
    let server = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::builder().no_proxy().build()?;

    show("two failures", fetch(&client, &url("flaky", server))).await;
    show("too many requests", fetch(&client, &url("limited", server))).await;
    for _ in 0..10 {
        fetch(&client, &url("missing", server)).await?;
    }
    show("the eleventh 404", fetch(&client, &url("missing", server))).await;
    show("an order that may have been processed", order(&client, &url("order-lost", server))).await;
    show("an order that was refused", order(&client, &url("order-refused", server))).await;

    // A port that is taken, and on which nobody listens.
    let nobody = TcpSocket::new_v4()?;
    nobody.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    show("an order that nobody takes", order(&client, &url("order", nobody.local_addr()?))).await;

    let mut requests: Vec<_> = seen.lock().expect("nobody panics").clone().into_iter().collect();
    requests.sort();
    println!("the server got: {requests:?}");
    let expected = [("flaky", 3), ("limited", 2), ("missing", 11), ("order-lost", 1), ("order-refused", 2)];
    assert_eq!(requests, expected.map(|(path, number)| (path.to_owned(), number)));
    Ok(())
}
