//! From tonic to tonic.

use crate::grpc_service::{Deadlines, ask};
use bytes::Bytes;
use recourse::context;
use recourse::context::http::{CheckLayer, ContextLayer, ServerLayer};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request};
use tower::Layer;

const LONG: Duration = Duration::from_secs(600);

async fn serve(server: &ServerLayer, check: &CheckLayer) -> Channel {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let router = Server::builder().layer(server.clone()).layer(check.clone()).add_service(Deadlines);
    tokio::spawn(router.serve_with_incoming(TcpListenerStream::new(listener)));
    Endpoint::from_shared(format!("http://{address}")).expect("an address").connect().await.expect("a connection")
}

fn layers() -> (ServerLayer, CheckLayer) {
    (ContextLayer::server(), ContextLayer::check().valve(100))
}

/// propagation-11.
#[tokio::test]
async fn what_a_grpc_client_has_left_reaches_the_method() {
    let (server, check) = layers();
    let channel = ContextLayer::client().layer(serve(&server, &check).await);
    let answer = context::within(LONG, ask(channel.clone(), Request::new(Bytes::new()))).await;
    let left: u128 = answer.expect("an answer").parse().expect("a number");
    assert!(left <= LONG.as_millis() - 5 && left > LONG.as_millis() / 2, "{left}");
    assert_eq!(ask(channel, Request::new(Bytes::new())).await.expect("an answer"), "none");
}

/// propagation-11: the header is tonic's own.
#[tokio::test]
async fn a_time_that_tonic_sets_is_read_and_a_shorter_one_stays() {
    let (server, check) = layers();
    let channel = serve(&server, &check).await;
    let request = || {
        let mut request = Request::new(Bytes::new());
        request.set_timeout(LONG / 2);
        request
    };
    let plain = ask(channel.clone(), request()).await;
    let both = context::within(LONG, ask(ContextLayer::client().layer(channel), request())).await;
    for answer in [plain, both] {
        let left: u128 = answer.expect("an answer").parse().expect("a number");
        assert!(left <= LONG.as_millis() / 2 && left > LONG.as_millis() / 4, "{left}");
    }
}

/// propagation-10, propagation-11: an answer that a client of gRPC understands. It is refused for what is left: tonic's own server ends by itself
/// what has nothing left.
#[tokio::test]
async fn a_refusal_is_deadline_exceeded() {
    let (server, check) = (ContextLayer::server(), ContextLayer::check().at_least(LONG));
    let channel = ContextLayer::client().layer(serve(&server, &check).await);
    let refused = context::within(LONG / 2, ask(channel, Request::new(Bytes::new()))).await.expect_err("it is refused");
    assert_eq!(
        (refused.code(), refused.message()),
        (Code::DeadlineExceeded, "refused: the deadline is over, or too near")
    );
    assert_eq!(check.stats().too_little_left, 1);
}
