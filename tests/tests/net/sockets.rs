//! Real sockets on loopback. The clock is paused, so that it goes on to the next event when nothing else can happen.

#[path = "../../../examples/happy_eyeballs/loopback.rs"]
mod loopback;

use super::elapsed;
use loopback::{BlackHole, refuses, sockets_to};
use recourse::net::Connector;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::time::Instant;

const GOOD: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Stands for the other family, which not every machine has.
const BAD: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

#[tokio::test(start_paused = true)]
async fn a_black_hole_costs_250_milliseconds_and_leaves_no_socket() {
    let listener = TcpListener::bind((GOOD, 0)).await.unwrap();
    let hole = BlackHole::at(BAD).await.unwrap().expect("Linux has black holes, on all of 127.0.0.0/8");
    let addresses = [hole.address, listener.local_addr().unwrap()];
    let before = sockets_to(hole.address, None);

    let start = Instant::now();
    let stream = Connector::new().connect_to(addresses).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
    assert_eq!(elapsed(start), 250);
    assert_eq!(sockets_to(hole.address, Some(2)).unwrap_or(0), 0, "no socket is left in SYN_SENT");
    assert_eq!(sockets_to(hole.address, None), before, "nor in any other state");

    // A connection that is given up leaves none either.
    let lost = Connector::new().deadline(super::SECOND).connect_to([hole.address]).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::TimedOut);
    assert_eq!(sockets_to(hole.address, None), before);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_costs_ten_milliseconds_and_two_refusals_are_both_named() {
    let listener = TcpListener::bind((GOOD, 0)).await.unwrap();
    let (refused, also) = (refuses(BAD).await.unwrap(), refuses(GOOD).await.unwrap());
    let start = Instant::now();
    let good = listener.local_addr().unwrap();
    let stream = Connector::new().connect_to([refused, good]).await.unwrap();
    assert_eq!((stream.peer_addr().unwrap(), elapsed(start)), (good, 10));

    let error = Connector::new().connect_to([refused, also]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(error.attempts().iter().map(|attempt| attempt.address).collect::<Vec<_>>(), [refused, also]);
}

/// A link-local address without its link cannot even be dialled.
#[tokio::test(start_paused = true)]
async fn an_address_that_cannot_be_dialled_does_not_stop_the_others() {
    let listener = TcpListener::bind((GOOD, 0)).await.unwrap();
    let nowhere: SocketAddr = "[fe80::1]:1".parse().unwrap();
    assert!(Connector::new().connect_to([nowhere, listener.local_addr().unwrap()]).await.is_ok());
}

/// The resolver of the operating system knows this name on every machine.
#[tokio::test]
async fn the_system_knows_localhost() {
    let listener = TcpListener::bind((GOOD, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    assert!(tokio::spawn(recourse::net::connect("localhost", port)).await.unwrap().is_ok());
    assert!(recourse::net::connect("127.0.0.1", port).await.is_ok());
}
