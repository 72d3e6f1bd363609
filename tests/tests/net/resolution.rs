//! RFC 8305, section 3: answers that come one after the other.

use super::{ByFamily, Connects, Does, Network, Refuses, Script, connector, elapsed, tried};
use std::io::ErrorKind;
use tokio::time::Instant;

/// Connects with these two answers: which address won, which were tried when, and how long it took.
async fn race(v6: Script, v4: Script, hosts: &[(&'static str, Does)]) -> (Option<String>, Vec<(String, u64)>, u64) {
    let (start, network) = (Instant::now(), Network::new(hosts));
    let won = connector(ByFamily { v6, v4 }, &network).connect("host.example", 443).await.ok();
    assert_eq!(network.open(), 0, "no attempt is left");
    (won, network.attempts(), elapsed(start))
}

const BOTH: [(&str, Does); 2] = [("6a", Connects(20)), ("4a", Connects(20))];

#[tokio::test(start_paused = true)]
async fn the_v6_answer_is_used_at_once() {
    let (won, attempts, took) = race((30, Ok("6a")), (500, Ok("4a")), &BOTH).await;
    assert_eq!((won.as_deref(), attempts, took), (Some("6a"), tried(&[("6a", 30)]), 50));
}

#[tokio::test(start_paused = true)]
async fn the_v4_answer_waits_fifty_milliseconds_for_the_v6_answer() {
    let (won, attempts, _) = race((79, Ok("6a")), (30, Ok("4a")), &BOTH).await;
    assert_eq!((won.as_deref(), attempts), (Some("6a"), tried(&[("6a", 79)])));
    let (won, attempts, took) = race((500, Ok("6a")), (30, Ok("4a")), &BOTH).await;
    assert_eq!((won.as_deref(), attempts, took), (Some("4a"), tried(&[("4a", 80)]), 100));
}

#[tokio::test(start_paused = true)]
async fn it_does_not_wait_where_the_v6_answer_is_no_or_an_error() {
    for v6 in [(40, Ok("")), (40, Err(ErrorKind::TimedOut)), (10, Ok("")), (10, Err(ErrorKind::NotFound))] {
        let (won, attempts, _) = race(v6, (30, Ok("4a")), &BOTH).await;
        assert_eq!((won.as_deref(), attempts), (Some("4a"), tried(&[("4a", v6.0.max(30))])));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_joins_the_race_that_runs() {
    // Its turn comes when the gap is over that began with the attempt before.
    let (won, attempts, _) = race((200, Ok("6a 6b")), (0, Ok("4a 4b")), &[("4b", Connects(0))]).await;
    assert_eq!(won.as_deref(), Some("4b"));
    assert_eq!(attempts, tried(&[("4a", 50), ("6a", 300), ("4b", 550)]));

    // It is tried at once where all that was there is tried, and the gap is over.
    let (won, attempts, _) = race((900, Ok("6a")), (0, Ok("4a")), &[("6a", Connects(0))]).await;
    assert_eq!((won.as_deref(), attempts), (Some("6a"), tried(&[("4a", 50), ("6a", 900)])));

    // What was tried has failed: the race waits for the answer, and then for nothing.
    let (won, attempts, _) = race((120, Ok("6a")), (0, Ok("4a")), &[("4a", Refuses(20)), ("6a", Connects(0))]).await;
    assert_eq!((won.as_deref(), attempts), (Some("6a"), tried(&[("4a", 50), ("6a", 120)])));
}

#[tokio::test(start_paused = true)]
async fn the_resolution_delay_can_be_set() {
    let network = Network::new(&BOTH);
    let zone = ByFamily { v6: (500, Ok("6a")), v4: (30, Ok("4a")) };
    let connector = connector(zone, &network).resolution_delay(std::time::Duration::ZERO);
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    assert_eq!(network.attempts(), tried(&[("4a", 30)]));
}
