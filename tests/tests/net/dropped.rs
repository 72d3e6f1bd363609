//! What is learned from connections that their callers give up.

use super::{ByFamily, Connects, Network, Nothing, Refuses, SECOND, Together, connector, tried};
use recourse::net::{Connector, Resolver};
use recourse_tests::ms;

const BOTH: Together = Together((0, Ok("6a 4a")));

/// Makes 150 connections, which their caller gives up after `patience`, and returns how many of them failed.
async fn failures<R: Resolver>(connector: &Connector<R, Network>, patience: u64) -> usize {
    let mut failed = 0;
    for _ in 0..150 {
        let connected = tokio::time::timeout(ms(patience), connector.connect("host.example", 443)).await;
        failed += usize::from(!matches!(connected, Ok(Ok(_))));
        tokio::time::advance(2 * SECOND).await;
    }
    failed
}

/// net-6: the caller gives up before the other address gets its turn.
#[tokio::test(start_paused = true)]
async fn an_address_that_hangs_loses_its_place_however_impatient_its_callers_are() {
    for (won, other) in [("6a", "4a"), ("4a", "6a")] {
        for (patience, most) in [(251, 2), (200, 2), (100, 3), (25, 11)] {
            let network = Network::new(&[(won, Connects(5))]);
            let connector = connector(BOTH, &network);
            assert_eq!(connector.connect("host.example", 443).await.unwrap(), won);
            network.set(&[(won, Nothing), (other, Connects(5))]);
            let failed = failures(&connector, patience).await;
            assert!(failed <= most, "{failed} of 150 failed, after {patience} ms each");
        }
    }
}

/// net-6: without a winner, too.
#[tokio::test(start_paused = true)]
async fn addresses_that_hang_are_tried_after_the_others() {
    let network = Network::new(&[("4b", Connects(5))]);
    let connector = connector(Together((0, Ok("6a 6b 4a 4b"))), &network);
    let failed = failures(&connector, 200).await;
    assert!(failed <= 6, "{failed} of 150 failed");

    // When all of them have hung, they take turns.
    let connector = super::connector(BOTH, &network);
    let mut first = Vec::new();
    for _ in 0..8 {
        network.attempts();
        assert!(tokio::time::timeout(ms(200), connector.connect("host.example", 443)).await.is_err());
        first.push(network.attempts().remove(0).0);
    }
    assert_eq!(first, ["6a", "6a", "4a", "4a", "6a", "4a", "6a", "4a"]);
}

/// net-6.
#[tokio::test(start_paused = true)]
async fn an_address_that_answers_has_its_place_again() {
    let network = Network::new(&[("4a", Connects(5))]);
    let connector = connector(BOTH, &network).remember_for(60 * SECOND);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a", "after 6a has hung for 255 ms");
    // An error is an answer.
    network.set(&[("6a", Refuses(0)), ("4a", Refuses(0))]);
    assert!(connector.connect("host.example", 443).await.is_err());
    network.attempts();
    network.set(&[("6a", Connects(0))]);
    assert!(connector.connect("host.example", 443).await.is_ok());
    assert_eq!(network.attempts(), tried(&[("6a", 0)]));

    // Or when a while has passed.
    let connector = super::connector(BOTH, &network).remember_for(60 * SECOND);
    network.set(&[]);
    assert!(tokio::time::timeout(ms(250), connector.connect("host.example", 443)).await.is_err());
    for first in ["4a", "6a"] {
        network.attempts();
        assert!(tokio::time::timeout(ms(1), connector.connect("host.example", 443)).await.is_err());
        assert_eq!(network.attempts(), tried(&[(first, 0)]));
        tokio::time::advance(60 * SECOND).await;
    }
}

/// net-6: callers that give up early say nothing about an address that others connect to.
#[tokio::test(start_paused = true)]
async fn an_address_that_answers_others_keeps_its_place() {
    let network = Network::new(&[("4a", Connects(50))]);
    let connector = connector(BOTH, &network);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    for round in 0..40 {
        network.attempts();
        let patience = if round % 4 == 3 { 100 } else { 40 };
        let connected = tokio::time::timeout(ms(patience), connector.connect("host.example", 443)).await;
        assert_eq!(connected.is_ok(), patience == 100);
        assert_eq!(network.attempts(), tried(&[("4a", 0)]));
    }

    // Twenty callers at once have waited no longer than one.
    let impatient = (0..20).map(|_| tokio::time::timeout(ms(40), connector.connect("host.example", 443)));
    assert!(futures::future::join_all(impatient).await.iter().all(Result::is_err));
    network.attempts();
    assert!(connector.connect("host.example", 443).await.is_ok());
    assert_eq!(network.attempts(), tried(&[("4a", 0)]));
}

/// net-6: a refusal is learned at once, also from a connection that is given up then.
#[tokio::test(start_paused = true)]
async fn a_last_winner_that_refused_has_lost_its_place_whatever_comes_then() {
    let network = Network::new(&[("6a", Refuses(0)), ("4a", Connects(0))]);
    let connector = connector(BOTH, &network);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    network.set(&[("4a", Refuses(5))]);
    assert!(tokio::time::timeout(ms(20), connector.connect("host.example", 443)).await.is_err());
    network.attempts();
    assert!(tokio::time::timeout(ms(1), connector.connect("host.example", 443)).await.is_err());
    assert_eq!(network.attempts(), tried(&[("6a", 0)]));
}

/// net-6: as IPv4 addresses wait for the answer for IPv6.
#[tokio::test(start_paused = true)]
async fn an_address_that_hung_waits_for_the_other_answer() {
    let network = Network::new(&[("4a", Connects(5))]);
    let connector = connector(ByFamily { v6: (0, Ok("6a")), v4: (20, Ok("4a")) }, &network);
    let failed = failures(&connector, 200).await;
    assert!(failed <= 2, "{failed} of 150 failed");
}
