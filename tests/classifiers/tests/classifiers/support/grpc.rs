//! gRPC servers over HTTP/2 on this machine, good and bad.

use greeter::{Greeter, greet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The status that a server sends. The request says which: a code, and behind it, if at all, `retry-info` or `pushback` with milliseconds:
/// `14 pushback 200`.
pub(crate) async fn status(request: &str) -> Status {
    let address = Greeter(answer).spawn().await.expect("a server");
    greet(endpoint(address).connect_lazy(), request).await.expect_err("a status")
}

async fn answer(request: String) -> Result<String, Status> {
    let mut words = request.split(' ');
    let code = Code::from(words.next().and_then(|code| code.parse().ok()).unwrap_or(i32::MAX));
    let (what, value) = (words.next(), words.next().unwrap_or_default());
    match what {
        Some("retry-info") => {
            let delay = Duration::from_millis(value.parse().expect("a number"));
            Err(Status::with_error_details(code, "later", ErrorDetails::with_retry_info(Some(delay))))
        }
        Some("pushback") => {
            let mut status = Status::new(code, "later");
            status.metadata_mut().insert("grpc-retry-pushback-ms", value.parse().expect("a header"));
            Err(status)
        }
        _ => Err(Status::new(code, "as you wish")),
    }
}

pub(crate) fn endpoint(address: SocketAddr) -> Endpoint {
    Channel::from_shared(format!("http://{address}")).expect("an address")
}

/// The status of a call that this side gives up after a millisecond.
pub(crate) async fn timed_out() -> Status {
    let server = Greeter(async |_: String| std::future::pending().await).spawn().await.expect("a server");
    let channel = endpoint(server).timeout(Duration::from_millis(1)).connect_lazy();
    greet(channel, "").await.expect_err("nobody answers")
}

/// The status of a call whose connection is reset, when the server has got the request and not yet answered.
pub(crate) async fn broken_off() -> Status {
    let arrived = Arc::new(Notify::new());
    let notify = Arc::clone(&arrived);
    let hangs = move |_: String| {
        notify.notify_one();
        std::future::pending()
    };
    let server = Greeter(hangs).spawn().await.expect("a server");
    let listener = super::http::listener().await;
    let between = listener.local_addr().expect("an address");
    let way = async {
        let (mut near, _) = listener.accept().await.expect("a client");
        let mut far = TcpStream::connect(server).await.expect("a server");
        let both = tokio::io::copy_bidirectional(&mut near, &mut far);
        tokio::select! {
            ended = both => panic!("the way ended by itself: {ended:?}"),
            () = arrived.notified() => near.set_zero_linger().expect("a socket"),
        }
    };
    tokio::join!(greet(endpoint(between).connect_lazy(), ""), way).0.expect_err("the connection is gone")
}
