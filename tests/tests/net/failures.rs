//! Connections that fail: the error names each address, and why.

use super::{ByFamily, Connects, Network, Nothing, Refuses, SECOND, Together, connector, elapsed};
use recourse::classify::Classify;
use recourse::net::{ConnectError, Connector};
use recourse::race::BranchError;
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
async fn the_deadline_tells_what_was_still_running() {
    let (start, network) = (Instant::now(), Network::new(&[("6a", Refuses(5)), ("4a", Nothing)]));
    let connector = connector(Together((0, Ok("6a 4a"))), &network).deadline(SECOND / 5);
    let error = connector.connect("host.example", 443).await.unwrap_err();
    assert_eq!((elapsed(start), network.open(), error.expired()), (200, 0, true));
    let kinds: Vec<_> = error.attempts().iter().map(recourse::net::Attempt::kind).collect();
    assert_eq!(kinds, [ErrorKind::ConnectionRefused, ErrorKind::TimedOut]);
    assert!(matches!(error.attempts()[1].failure, BranchError::Cancelled));
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
    assert_eq!(error.to_string(), "cannot connect to host.example:443: look-up: timed out; look-up: timed out");
    assert!(error.source().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_failed_is_told_and_does_not_hide_what_the_addresses_said() {
    let network = Network::new(&[("4a", Refuses(1))]);
    let half = ByFamily { v6: (0, Err(ErrorKind::TimedOut)), v4: (0, Ok("4a")) };
    let error = connector(half, &network).connect("host.example", 443).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(
        error.to_string(),
        "cannot connect to host.example:443: look-up: timed out; 192.0.2.97:443: connection refused"
    );
    // In the order of the questions, where both are answered at once.
    let both = ByFamily { v6: (0, Err(ErrorKind::TimedOut)), v4: (0, Err(ErrorKind::NotFound)) };
    let error = connector(both, &network).connect("host.example", 443).await.unwrap_err();
    assert_eq!(
        error.lookups().iter().map(io::Error::kind).collect::<Vec<_>>(),
        [ErrorKind::TimedOut, ErrorKind::NotFound]
    );
    assert_eq!(error.kind(), ErrorKind::Other);
    // The other answer was still to come at the deadline.
    let late = ByFamily { v6: (0, Err(ErrorKind::ConnectionReset)), v4: (9_000, Ok("4a")) };
    let error = connector(late, &network).deadline(SECOND).connect("host.example", 443).await.unwrap_err();
    assert_eq!((error.kind(), error.expired()), (ErrorKind::TimedOut, true));
    assert_eq!(
        error.to_string(),
        "cannot connect to host.example:443: look-up: connection reset; the deadline came before there was an address"
    );
}

#[tokio::test(start_paused = true)]
async fn addresses_that_were_not_tried_before_the_deadline_are_named_too() {
    let network = Network::new(&[("6a", Refuses(0))]);
    let connector = connector(Together((0, Ok("6a 4a 6b"))), &network);
    let error = connector.clone().deadline(SECOND / 5).connect("host.example", 443).await.unwrap_err();
    assert_eq!((error.host(), error.port()), (Some("host.example"), Some(443)));
    let fates: Vec<_> =
        error.attempts().iter().map(|attempt| (super::name(attempt.address), attempt.times.start())).collect();
    assert_eq!(fates, [("6a".into(), Some(ms(0))), ("4a".into(), Some(ms(10))), ("6b".into(), None)]);
    assert!(error.to_string().ends_with("[2001:db8::62]:443: not started before the deadline"));
    assert_eq!(error.into_attempts().remove(2).kind(), ErrorKind::TimedOut);

    let error = connector.deadline(ms(0)).connect_to([super::address("4a")]).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect: 192.0.2.97:443: not started before the deadline");
    assert_eq!(error.host(), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_host_is_told_what_to_write() {
    let error = Connector::new().connect("example.org:80", 443).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot connect to example.org:80:443: the host `example.org:80` has a port in it: write `connect(\"example.org\", 80)`"
    );
    assert_eq!((error.kind(), error.classify()), (ErrorKind::InvalidInput, Class::NonRetryable));
    let error = Connector::new().connect_to([]).await.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.kind()),
        ("cannot connect: there was no address", ErrorKind::NotFound)
    );
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

#[resilient(key = "net.outer", retry = "4 attempts, fixed 1ms")]
async fn dial_around(network: &Network) -> Result<String, ConnectError> {
    dial_in_time(network).await
}

/// Its own retries would multiply with these.
#[tokio::test(start_paused = true)]
async fn a_connection_that_was_refused_by_a_guard_is_not_retried_around_it() {
    let network = Network::new(&[]);
    assert!(dial_around(&network).await.is_err());
    assert_eq!(network.attempts().iter().filter(|(name, _)| name == "6a").count(), 1);
}
