//! Connections by Happy Eyeballs to a host with good and bad addresses: one that never answers, one that refuses, one that works.
//! All of them are sockets of this machine. `cargo run --example happy_eyeballs`
//!
//! Prints, for each of four hosts, one line for each attempt with the time at which it began and ended, and which address won: the first one if all
//! is well, the second after 250 ms beside a black hole and at once after a refusal, and an error that names both if both refuse.

#[path = "happy_eyeballs/loopback.rs"]
mod loopback;
#[path = "happy_eyeballs/watched.rs"]
mod watched;

use loopback::{BlackHole, refuses, sockets_to};
use recourse::net::{ConnectError, Connector};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use watched::{Watched, millis};

/// Connects to these addresses, and prints the attempts, the address that won, and how long it took.
async fn scene(title: &str, addresses: [SocketAddr; 2]) -> (Result<SocketAddr, ConnectError>, Duration) {
    println!("\n{title}");
    let watched = Watched::new();
    let result = Connector::new().dialer(&watched).connect_to(addresses).await;
    let took = watched.elapsed();
    let result = result.map(|stream| stream.peer_addr().expect("it is connected"));
    watched.print(took);
    match &result {
        Ok(address) => println!("  => {address} after {:.1} ms", millis(took)),
        Err(error) => println!("  => {error}"),
    }
    (result, took)
}

fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

async fn black_hole(hole: &BlackHole, good: SocketAddr) -> io::Result<()> {
    let files = open_files();
    let (won, took) = scene("v6 is a black hole: v4 gets its turn after 250 ms", [hole.address, good]).await;
    assert_eq!(won.expect("v4 listens"), good);
    assert!(took >= Duration::from_millis(250), "v4 does not push itself forward");
    println!("  in time (250 to 400 ms): {}", if took <= Duration::from_millis(400) { "yes" } else { "no" });
    if let Some(left) = sockets_to(hole.address, Some(2)) {
        println!("  sockets left in SYN_SENT: {left}");
        assert_eq!(left, 0);
    }
    if let (Some(before), Some(after)) = (files, open_files()) {
        println!("  open files before and after: {before} and {after}");
        assert_eq!(before, after);
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    if TcpListener::bind((v6, 0)).await.is_err() {
        println!("this machine has no ::1, so 127.0.0.2 stands in for it");
        v6 = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    }
    let (good_v6, good_v4) = (TcpListener::bind((v6, 0)).await?, TcpListener::bind((v4, 0)).await?);
    let (good_v6, good_v4) = ((good_v6.local_addr()?, good_v6), (good_v4.local_addr()?, good_v4));

    let (won, _) = scene("all is well: the first address wins", [good_v6.0, good_v4.0]).await;
    assert_eq!(won.expect("both listen"), good_v6.0);

    match BlackHole::at(v6).await? {
        Some(hole) => black_hole(&hole, good_v4.0).await?,
        None => println!("\nthis operating system has no black holes: it answers where Linux does not"),
    }

    let refused = refuses(v6).await?;
    let (won, took) = scene("v6 refuses: v4 is tried at once", [refused, good_v4.0]).await;
    assert_eq!(won.expect("v4 listens"), good_v4.0);
    println!("  in time (under 50 ms): {}", if took < Duration::from_millis(50) { "yes" } else { "no" });

    let (lost, _) = scene("both refuse: the error names both", [refused, refuses(v4).await?]).await;
    let error = lost.expect_err("nobody listens");
    assert_eq!(error.attempts().len(), 2);
    Ok(())
}
