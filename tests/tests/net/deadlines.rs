//! Deadlines shorter than the attempt delay, and deadlines that are over.

use super::{ByFamily, Connects, Network, Nothing, Refuses, Together, connector, tried};
use recourse::net::{Answer, Answers, Connector, Resolver};
use recourse_tests::ms;
use std::future::Future;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Connects within a deadline to hosts that never answer: which were tried when.
async fn within(deadline: u64, change: fn(Answering) -> Answering) -> Vec<(String, u64)> {
    let network = Network::new(&[]);
    let connector = change(connector(Together((0, Ok("6a 6b 6c 4a 4b"))), &network));
    assert!(connector.deadline(ms(deadline)).connect("host.example", 443).await.is_err());
    network.attempts()
}

type Answering = Connector<Together, Network>;

/// net-5: without it, the other family would not be tried before the deadline.
#[tokio::test(start_paused = true)]
async fn within_a_deadline_each_family_gets_its_turn() {
    let same = |connector| connector;
    assert_eq!(within(200, same).await, tried(&[("6a", 0), ("4a", 100)]));
    assert_eq!(within(400, same).await, tried(&[("6a", 0), ("4a", 200)]));
    assert_eq!(within(501, same).await, tried(&[("6a", 0), ("4a", 250), ("6b", 500)]), "the delay as it is");
    assert_eq!(within(15, same).await, tried(&[("6a", 0), ("4a", 10)]), "10 ms are the least delay of the RFC");
    let two_first = |connector: Answering| connector.first_family_count(2);
    assert_eq!(within(300, two_first).await, tried(&[("6a", 0), ("6b", 100), ("4a", 200)]));
}

/// net-5: what the look-up took is gone.
#[tokio::test(start_paused = true)]
async fn the_delay_is_a_share_of_what_the_look_up_left() {
    let network = Network::new(&[("4a", Connects(40))]);
    let together = connector(Together((100, Ok("6a 4a"))), &network).deadline(ms(200));
    assert_eq!(together.connect("host.example", 443).await.unwrap(), "4a");
    assert_eq!(network.attempts(), tried(&[("6a", 100), ("4a", 150)]));

    // The other family is known late: its turn comes within what is left then.
    let by_family = connector(ByFamily { v6: (0, Ok("6a")), v4: (100, Ok("4a")) }, &network).deadline(ms(200));
    network.attempts();
    assert_eq!(by_family.connect("host.example", 443).await.unwrap(), "4a");
    assert_eq!(network.attempts(), tried(&[("6a", 0), ("4a", 100)]));
}

/// net-5: of one family, the second address gets its turn.
#[tokio::test(start_paused = true)]
async fn of_one_family_a_second_address_gets_its_turn() {
    let network = Network::new(&[("4b", Connects(5))]);
    let connector = connector(Together((0, Ok("4a 4b 4c"))), &network).deadline(ms(100));
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4b");
    assert_eq!(network.attempts(), tried(&[("4a", 0), ("4b", 50)]));
}

/// net-5: nor does a last winner that hangs take the whole time.
#[tokio::test(start_paused = true)]
async fn a_last_winner_leaves_time_for_the_other_family() {
    let network = Network::new(&[("4a", Connects(5))]);
    let connector = connector(Together((0, Ok("6a 4a"))), &network).deadline(ms(200));
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    network.set(&[("6a", Connects(5)), ("4a", Nothing)]);
    network.attempts();
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
    assert_eq!(network.attempts(), tried(&[("4a", 0), ("6a", 100)]));
}

/// net-5, net-3: addresses that had no turn, and questions without an answer.
#[tokio::test(start_paused = true)]
async fn what_was_not_tried_is_told() {
    let network = Network::new(&[("6a", Refuses(3))]);
    let connector = connector(ByFamily { v6: (0, Ok("6a")), v4: (500, Ok("4a")) }, &network).deadline(ms(200));
    let error = connector.connect("host.example", 443).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot connect to host.example:443: [2001:db8::61]:443: connection refused; the look-up of IPv4 addresses had no answer \
         before the deadline"
    );
    let connector = super::connector(ByFamily { v6: (500, Ok("6a")), v4: (0, Ok("4a")) }, &network).deadline(ms(200));
    let error = connector.connect("host.example", 443).await.unwrap_err();
    assert!(
        error.to_string().ends_with("; the look-up of IPv6 addresses had no answer before the deadline"),
        "{error}"
    );
    let untried = super::connector(Together((0, Ok("6b 4a"))), &network).deadline(ms(9));
    let error = untried.connect("host.example", 443).await.unwrap_err();
    assert!(error.to_string().ends_with("192.0.2.97:443: not started before the deadline"), "{error}");
}

/// Counts its questions.
struct Asked<'a>(&'a AtomicUsize);

impl Resolver for Asked<'_> {
    fn resolve(&self, _: &str, _: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Answers::together(super::answer((0, Ok("6a 4a"))))
    }
}

/// race-14: nothing is looked up, and nothing is tried.
#[tokio::test(start_paused = true)]
async fn a_connection_whose_deadline_is_over_at_its_first_poll_asks_and_tries_nothing() {
    let (asked, network) = (AtomicUsize::new(0), Network::new(&[("6a", Connects(0))]));
    let connector = connector(Asked(&asked), &network).deadline(ms(0));
    let error = connector.connect("host.example", 443).await.unwrap_err();
    assert_eq!((error.kind(), error.expired(), error.attempts().len()), (ErrorKind::TimedOut, true, 0));
    assert_eq!(error.to_string(), "cannot connect to host.example:443: the deadline came before there was an address");
    assert!(connector.connect("192.0.2.97", 443).await.unwrap_err().expired());
    assert_eq!((asked.into_inner(), network.attempts()), (0, Vec::new()));
}
