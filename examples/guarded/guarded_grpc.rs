//! Guarded calls of tonic, against a server that misbehaves. Two real ends on loopback, over HTTP/2.
//!
//! `UNAVAILABLE` is asked for again, and when the server says (`grpc-retry-pushback-ms`) not before; `NOT_FOUND` is the caller's fault, and is
//! returned at once. Exits with 0 only if the server has got exactly the requests that were to be sent. The service itself is
//! in `src/lib.rs`: what `tonic-build` would write.

use greeter::Greeter;
use recourse::{observe, resilient};
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tonic::Status;
use tonic::transport::Channel;

/// `tonic::Status` has a class, so nothing is to be said here but how often.
#[resilient(key = "greeter.greet", retry = "3 attempts, exponential 10ms..100ms", on_reject = "never")]
async fn greet(channel: &Channel, name: &str) -> Result<String, Status> {
    greeter::greet(channel.clone(), name).await
}

/// Says hello at the third request, and before that `UNAVAILABLE`, to be asked again after 200 ms.
fn misbehaves(name: &str, requests: &AtomicU32) -> Result<String, Status> {
    let number = requests.fetch_add(1, Ordering::Relaxed) + 1;
    match (name, number) {
        ("nobody", _) => Err(Status::not_found("nobody is not here")),
        (_, 1 | 2) => {
            let mut status = Status::unavailable("not yet");
            status.metadata_mut().insert("grpc-retry-pushback-ms", 200.into());
            Err(status)
        }
        _ => Ok(format!("Hello, {name}")),
    }
}

/// Calls, prints what came of it, and counts the attempts.
async fn call(what: &str, channel: &Channel, name: &str) -> (Result<String, Status>, usize) {
    let (result, timelines) = observe::capture(greet(channel, name)).await;
    let got = result.as_ref().map_or_else(ToString::to_string, Clone::clone);
    println!("{what}: {got}\n{}\n", timelines[0]);
    (result, timelines[0].attempt_count())
}

fn channel(address: SocketAddr) -> Channel {
    // Lazy: each call says by itself that there is no connection, and may be repeated.
    Channel::from_shared(format!("http://{address}")).expect("an address").connect_lazy()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let requests = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&requests);
    let server = Greeter(move |name: String| ready(misbehaves(&name, &counted))).spawn().await?;
    let channel_to_server = channel(server);

    let (result, attempts) = call("a server that is not ready yet", &channel_to_server, "Ada").await;
    assert_eq!((result.ok().as_deref(), attempts), (Some("Hello, Ada"), 3));
    let (_, attempts) = call("a name that is not there", &channel_to_server, "nobody").await;
    assert_eq!((attempts, requests.load(Ordering::Relaxed)), (1, 4), "a wrong request is sent once");

    // A port that is taken, and on which nobody listens.
    let nobody = tokio::net::TcpSocket::new_v4()?;
    nobody.bind(([127, 0, 0, 1], 0).into())?;
    let (result, attempts) = call("no server at all", &channel(nobody.local_addr()?), "Ada").await;
    assert_eq!((result.is_err(), attempts), (true, 3));
    Ok(())
}
