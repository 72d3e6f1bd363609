//! When no address can be connected to.

use super::{ByFamily, Connects, Network, Nothing, Refuses, SECOND, Together, connector, elapsed};
use recourse::classify::Classify;
use recourse::net::{ConnectError, Connector};
use recourse::race::Fate;
use recourse::{Class, resilient};
use recourse_tests::ms;
use std::error::Error;
use std::io::{self, ErrorKind};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn every_address_is_named_with_its_own_error() {
    let network = Network::new(&[("6a", Refuses(5)), ("4a", Refuses(300))]);
    let error = connector(Together((0, Ok("6a 4a"))), &network).connect("host.example", 443).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot connect to host.example:443: [2001:db8::61]:443: connection refused; 192.0.2.97:443: connection refused"
    );
    let times: Vec<_> = error.attempts().iter().map(|attempt| (attempt.times.start(), attempt.times.end())).collect();
    assert_eq!(times, [(Some(ms(0)), Some(ms(5))), (Some(ms(10)), Some(ms(310)))]);
    assert!(error.source().unwrap().is::<io::Error>());
    assert_eq!(io::Error::from(error).kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_tells_what_was_still_running_and_kinds_that_differ_are_other() {
    let (start, network) = (Instant::now(), Network::new(&[("6a", Refuses(5)), ("4a", Nothing)]));
    let connector = connector(Together((0, Ok("6a 4a 6b"))), &network).deadline(SECOND / 5);
    let error = connector.connect("host.example", 443).await.unwrap_err();
    assert_eq!((elapsed(start), network.open(), error.expired()), (200, 0, true));
    let kinds: Vec<_> = error.attempts().iter().map(recourse::net::Attempt::kind).collect();
    assert_eq!(kinds, [ErrorKind::ConnectionRefused, ErrorKind::TimedOut]);
    assert!(matches!(error.attempts()[1].fate, Fate::Cancelled));
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "of those that failed");
    assert_eq!(
        error.to_string(),
        "cannot connect to host.example:443: [2001:db8::61]:443: connection refused; 192.0.2.97:443: cancelled at the deadline"
    );
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_the_look_up() {
    let (start, network) = (Instant::now(), Network::new(&[]));
    let slow = ByFamily { v6: (9_000, Ok("6a")), v4: (9_000, Ok("4a")) };
    let error = connector(slow, &network).deadline(SECOND).connect("host.example", 443).await.unwrap_err();
    assert_eq!((elapsed(start), error.kind()), (1_000, ErrorKind::TimedOut));
    assert_eq!(error.to_string(), "cannot connect to host.example:443: the deadline came before there was an address");
}

#[tokio::test(start_paused = true)]
async fn a_host_without_addresses_says_why() {
    let network = Network::new(&[]);
    let nothing = ByFamily { v6: (5, Ok("")), v4: (1, Ok("")) };
    let error = connector(nothing, &network).connect("host.example", 443).await.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.kind()),
        ("cannot connect to host.example:443: it has no address", ErrorKind::NotFound)
    );
    let broken = ByFamily { v6: (5, Err(ErrorKind::TimedOut)), v4: (1, Err(ErrorKind::TimedOut)) };
    let error = connector(broken, &network).connect("host.example", 443).await.unwrap_err();
    assert_eq!((error.lookups().len(), error.attempts().len(), error.kind()), (2, 0, ErrorKind::TimedOut));
    assert_eq!(error.to_string(), "cannot connect to host.example:443: timed out; timed out");
    assert!(error.source().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_host_is_told_what_to_write() {
    let asks = |host: &'static str| async move { Connector::new().connect(host, 443).await.unwrap_err() };
    for (host, expected) in [
        ("", "the host is empty: write a name or an IP address"),
        ("example.org:80", "has a port in it: write `connect(\"example.org\", 80)`"),
        ("[::1]:80", "has a port in it: write `connect(\"[::1]\", 80)`"),
        ("https://example.org", "is a URL: write its host only"),
        ("example.org/index", "is a URL: write its host only"),
    ] {
        let error = asks(host).await;
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!((error.kind(), error.classify()), (ErrorKind::InvalidInput, Class::NonRetryable));
    }
}

#[resilient(key = "net.late", timeout = "300ms")]
async fn dial_in_time(network: &Network) -> Result<String, ConnectError> {
    connector(Together((0, Ok("6a 4a"))), network).connect("host.example", 443).await
}

#[tokio::test(start_paused = true)]
async fn a_guarded_function_may_give_this_error() {
    let network = Network::new(&[]);
    let error = dial_in_time(&network).await.unwrap_err();
    assert_eq!((error.kind(), network.open()), (ErrorKind::TimedOut, 0));
    assert_eq!(error.to_string(), "`net.late` timed out after 300ms, in 1 attempt");
    assert_eq!(recourse::rejection(&error).unwrap().kind(), recourse::RejectionKind::Timeout);
}

#[resilient(key = "net.dial", retry = "3 attempts, fixed 100ms")]
async fn dial(network: &Network) -> Result<String, ConnectError> {
    connector(Together((0, Ok("6a 4a"))), network).connect("host.example", 443).await
}

#[tokio::test(start_paused = true)]
async fn each_attempt_of_a_guarded_function_is_a_race_of_its_own() {
    let network = Network::new(&[("6a", Refuses(0)), ("4a", Refuses(0))]);
    let error = dial(&network).await.unwrap_err();
    assert_eq!((error.attempts().len(), network.attempts().len()), (2, 6));
    network.set(&[("4a", Connects(3))]);
    assert_eq!(dial(&network).await.unwrap(), "4a");
}
