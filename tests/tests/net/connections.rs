//! RFC 8305, sections 4 and 5: which address is tried when.

use super::{ByFamily, Connects, Network, Nothing, Refuses, SECOND, Together, connector, elapsed, race, tried};
use recourse::net::Connector;
use recourse_tests::ms;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn the_first_address_wins_where_it_answers_within_the_attempt_delay() {
    let (won, attempts) = race("6a 4a", &[("6a", Connects(249)), ("4a", Connects(0))]).await;
    assert_eq!((won.as_deref(), attempts), (Some("6a"), tried(&[("6a", 0)])));
}

#[tokio::test(start_paused = true)]
async fn a_black_hole_costs_one_attempt_delay() {
    let start = Instant::now();
    let (won, attempts) = race("6a 6b 4a 4b", &[("4a", Connects(20))]).await;
    assert_eq!((won.as_deref(), attempts), (Some("4a"), tried(&[("6a", 0), ("4a", 250)])));
    assert_eq!(elapsed(start), 270);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_slow_still_wins_where_it_is_first() {
    let (won, attempts) = race("6a 4a", &[("6a", Connects(300)), ("4a", Connects(100))]).await;
    assert_eq!((won.as_deref(), attempts.len()), (Some("6a"), 2));
}

#[tokio::test(start_paused = true)]
async fn families_take_turns() {
    // Black holes never fail, so this race needs a deadline to end.
    let network = Network::new(&[]);
    let connector = connector(Together((0, Ok("6a 6b 6c 4a 4b"))), &network).deadline(2 * SECOND);
    assert!(connector.connect("host.example", 443).await.is_err());
    assert_eq!(network.attempts(), tried(&[("6a", 0), ("4a", 250), ("6b", 500), ("4b", 750), ("6c", 1000)]));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_starts_the_next_attempt_but_not_within_ten_milliseconds() {
    let refuses = Refuses(0);
    let (won, attempts) =
        race("6a 4a 6b 4b", &[("6a", refuses), ("4a", Refuses(30)), ("6b", refuses), ("4b", Connects(5))]).await;
    assert_eq!(won.as_deref(), Some("4b"));
    assert_eq!(attempts, tried(&[("6a", 0), ("4a", 10), ("6b", 40), ("4b", 50)]));
}

#[tokio::test(start_paused = true)]
async fn settings_are_kept_and_the_attempt_delay_stays_within_its_bounds() {
    for (asked, held) in [(0, 10), (100, 100), (9_000, 2_000)] {
        let network = Network::new(&[("6c", Connects(0))]);
        let connector =
            connector(Together((0, Ok("6a 6b 6c 4a"))), &network).attempt_delay(ms(asked)).first_family_count(3);
        assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6c");
        assert_eq!(network.attempts(), tried(&[("6a", 0), ("6b", held), ("6c", 2 * held)]));
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_so_many_run_at_the_same_time() {
    let network = Network::new(&[("6a", Refuses(700)), ("6b", Nothing), ("6c", Connects(0))]);
    let connector = connector(Together((0, Ok("6a 6b 6c"))), &network).max(2);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6c");
    assert_eq!(network.attempts(), tried(&[("6a", 0), ("6b", 250), ("6c", 700)]));
}

/// The resolver goes on while nothing can be tried.
#[tokio::test(start_paused = true)]
async fn a_resolver_is_polled_while_all_attempts_run() {
    let network = Network::new(&[("4a", Refuses(1_000)), ("6a", Connects(0))]);
    let zone = ByFamily { v6: (300, Ok("6a")), v4: (0, Ok("4a")) };
    let connector = connector(zone, &network).max(1);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
    assert_eq!(network.attempts(), tried(&[("4a", 50), ("6a", 1_050)]));
}

#[tokio::test(start_paused = true)]
async fn the_least_gap_after_a_failure_can_be_set() {
    let network = Network::new(&[("6a", Refuses(0)), ("4a", Connects(0))]);
    let connector = connector(Together((0, Ok("6a 4a"))), &network).min_gap(ms(40));
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    assert_eq!(network.attempts(), tried(&[("6a", 0), ("4a", 40)]));
}

/// A failure never puts off a start.
#[tokio::test(start_paused = true)]
async fn a_late_address_starts_when_its_gap_is_over_whatever_failed_before() {
    for four in [Nothing, Refuses(10)] {
        let network = Network::new(&[("4a", four), ("6a", Connects(0))]);
        let zone = ByFamily { v6: (320, Ok("6a")), v4: (0, Ok("4a")) };
        let connector = connector(zone, &network).min_gap(SECOND / 2);
        assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
        assert_eq!(network.attempts(), tried(&[("4a", 50), ("6a", 320)]), "{four:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_addresses_needs_no_resolver() {
    let network = Network::new(&[("4b", Connects(0))]);
    let connector = connector(Together((0, Err(ErrorKind::Other))), &network);
    let addresses = ["4a", "4b", "6a"].map(super::address);
    assert_eq!(connector.connect_to(addresses).await.unwrap(), "4b");
    assert_eq!(network.attempts(), tried(&[("4a", 0), ("6a", 250), ("4b", 500)]));
}

#[tokio::test(start_paused = true)]
async fn dropping_a_connection_drops_its_attempts() {
    let network = Network::new(&[]);
    let connector = connector(Together((0, Ok("6a 4a"))), &network);
    assert!(tokio::time::timeout(ms(400), connector.connect("host.example", 443)).await.is_err());
    assert_eq!((network.open(), network.attempts().len()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn an_address_is_tried_once_and_an_address_as_host_is_asked_for_nowhere() {
    let (won, attempts) = race("6a 6a 4a 6a 4a", &[("6a", Refuses(1)), ("4a", Refuses(1))]).await;
    assert_eq!((won, attempts), (None, tried(&[("6a", 0), ("4a", 10)])));

    let network = Network::new(&[("6a", Connects(0)), ("4a", Connects(0))]);
    let connector = connector(Together((0, Err(ErrorKind::Other))), &network);
    for host in ["2001:db8::61", "[2001:db8::61]"] {
        assert_eq!(connector.connect(host, 443).await.unwrap(), "6a");
    }
    assert_eq!(connector.connect("192.0.2.97", 443).await.unwrap(), "4a");
}

/// A closure that holds what it needs is a dialer, and a resolver may be shared.
#[tokio::test(start_paused = true)]
async fn closures_dial_and_resolvers_are_shared() {
    let (greeting, zone) = (String::from("hello"), Arc::new(Together((0, Ok("4a")))));
    let dialer = async move |address: SocketAddr| Ok::<_, std::io::Error>(format!("{greeting}, {address}"));
    let connector = Connector::new().resolver(Arc::clone(&zone)).dialer(dialer);
    let spawned = tokio::spawn(async move { connector.connect("host.example", 443).await });
    assert_eq!(spawned.await.unwrap().unwrap(), "hello, 192.0.2.97:443");
}

#[tokio::test(start_paused = true)]
async fn a_connection_can_be_spawned() {
    let network = Network::new(&[("4a", Connects(5))]);
    let connector = connector(Together((0, Ok("4a"))), &network);
    let won = tokio::spawn(async move { connector.connect("host.example", 443).await }).await.unwrap();
    assert_eq!(won.unwrap(), "4a");
    assert!(network.open() < 1);
}
