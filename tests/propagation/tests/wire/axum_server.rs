//! From reqwest to axum.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use recourse::context;
use recourse::context::http::{CheckLayer, ContextLayer, ServerLayer, inject};
use std::net::Ipv4Addr;
use std::time::Duration;
use tower::{Layer, Service, ServiceExt};

/// Much longer than any request takes, and shorter than the longest that is believed.
const LONG: Duration = Duration::from_secs(600);

/// Tells the time that is left, in milliseconds.
async fn left() -> String {
    context::remaining().map_or("none".to_owned(), |left| left.as_millis().to_string())
}

/// Serves on a free port; returns the address.
async fn serve(server: &ServerLayer, check: &CheckLayer) -> String {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let router: Router = Router::new().route("/left", get(left)).layer(check.clone()).layer(server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/left")
}

/// A client that asks no proxy, whatever the environment says.
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn layers() -> (ServerLayer, CheckLayer) {
    (ContextLayer::server(), ContextLayer::check().valve(100))
}

async fn text(response: reqwest::Response) -> (u16, String) {
    (response.status().as_u16(), response.text().await.expect("a body"))
}

/// propagation-11.
#[tokio::test]
async fn what_a_client_has_left_reaches_the_handler() {
    let (server, check) = layers();
    let url = serve(&server, &check).await;
    let mut client = ContextLayer::client().headers_of(reqwest::Request::headers_mut).layer(client());
    let request = reqwest::Request::new(reqwest::Method::GET, url.parse().expect("a URL"));
    let answer = context::within(LONG, async { client.ready().await.expect("a client is ready").call(request).await });
    let (status, left) = text(answer.await.expect("a response")).await;
    let left: u128 = left.parse().expect("a number");
    assert_eq!(status, 200);
    assert!(left <= LONG.as_millis() - 5 && left > LONG.as_millis() / 2, "{left}");
    assert_eq!((server.stats().requests, server.stats().with_deadline), (1, 1));
}

/// propagation-11: by hand, without tower.
#[tokio::test]
async fn headers_that_are_written_by_hand_do_as_well() {
    let (server, check) = layers();
    let url = serve(&server, &check).await;
    let mut headers = reqwest::header::HeaderMap::new();
    context::within(LONG, async { inject(&mut headers) }).await;
    let answer = client().get(&url).headers(headers).send().await.expect("a response");
    assert_ne!(text(answer).await.1, "none");
    let answer = client().get(&url).send().await.expect("a response");
    assert_eq!(text(answer).await, (200, "none".to_owned()));
}

/// propagation-10, propagation-11.
#[tokio::test]
async fn a_request_whose_time_is_over_is_refused_with_503() {
    let (server, check) = layers();
    let url = serve(&server, &check).await;
    let mut headers = reqwest::header::HeaderMap::new();
    context::within(Duration::ZERO, async { inject(&mut headers) }).await;
    let answer = client().get(&url).headers(headers).send().await.expect("a response");
    assert_eq!(text(answer).await, (StatusCode::SERVICE_UNAVAILABLE.as_u16(), String::new()));
    assert_eq!((server.stats().expired, check.stats().arrived_expired), (1, 1));
}

/// propagation-3, propagation-11: what no library writes, in raw bytes.
#[tokio::test]
async fn headers_of_strangers_are_served_and_counted() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (server, check) = layers();
    let url = serve(&server, &check).await;
    let address = url.trim_start_matches("http://").trim_end_matches("/left");
    let hostile: [&[u8]; 6] = [
        b"grpc-timeout: 5s",
        b"grpc-timeout: \xff\xfe",
        b"grpc-timeout: 5S\r\ngrpc-timeout: 6S",
        b"grpc-timeout: 99999999H",
        b"x-envoy-expected-rq-timeout-ms: -1",
        b"x-envoy-expected-rq-timeout-ms: 99999999999999999999999999",
    ];
    for header in hostile {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let request =
            [b"GET /left HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n".as_slice(), header, b"\r\n\r\n"]
                .concat();
        stream.write_all(&request).await.expect("it is sent");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.expect("a response");
        let response = String::from_utf8_lossy(&response).into_owned();
        assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("none"), "{response}");
    }
    let stats = server.stats();
    assert_eq!((stats.requests, stats.malformed, stats.repeated, stats.too_long), (6, 4, 1, 1));
}
