//! The memory of the address that won last, for each host.

use super::{ByFamily, Connects, Network, Nothing, Refuses, SECOND, Together, connector, tried};
use recourse::net::{Answer, Answers, Connector, Resolver};
use recourse_tests::{ms, on_a_clock};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const BOTH: Together = Together((0, Ok("6a 4a")));

#[tokio::test(start_paused = true)]
async fn the_last_winner_is_tried_first() {
    let network = Network::new(&[("4a", Connects(5))]);
    let connector = connector(BOTH, &network);
    for attempts in [tried(&[("6a", 0), ("4a", 250)]), tried(&[("4a", 0)])] {
        network.attempts();
        assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
        assert_eq!(network.attempts(), attempts);
    }
    // Of this host, however it is written, and of no other; by all clones.
    assert!(connector.connect("HOST.example", 443).await.is_ok());
    assert_eq!(network.attempts().len(), 1);
    assert!(connector.clone().connect("other.example", 443).await.is_ok());
    assert_eq!(network.attempts().len(), 2);

    // Until another one wins.
    network.set(&[("4a", Refuses(0)), ("6a", Connects(0))]);
    network.attempts();
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
    assert_eq!(network.attempts(), tried(&[("4a", 0), ("6a", 10)]));
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
    assert_eq!(network.attempts(), tried(&[("6a", 0)]));
}

#[tokio::test(start_paused = true)]
async fn a_winner_is_forgotten_when_nothing_could_be_connected_to() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network);
    assert!(connector.connect("host.example", 443).await.is_ok());
    network.set(&[("4a", Refuses(0)), ("6a", Refuses(0))]);
    assert!(connector.connect("host.example", 443).await.is_err());
    network.set(&[("4a", Connects(0)), ("6a", Nothing)]);
    network.attempts();
    assert!(connector.connect("host.example", 443).await.is_ok());
    assert_eq!(network.attempts(), tried(&[("6a", 0), ("4a", 250)]));
}

#[tokio::test(start_paused = true)]
async fn a_bounded_number_of_hosts_is_remembered() {
    let network = Network::new(&[("4a", Connects(0))]);
    let hosts = ["a.example", "b.example", "c.example"];
    for (remembered, known) in [(2, vec![1, 1]), (0, vec![2, 2])] {
        let connector = connector(BOTH, &network).remember(remembered);
        for host in hosts {
            assert!(connector.connect(host, 443).await.is_ok());
        }
        let mut again = Vec::new();
        for host in &hosts[1..] {
            network.attempts();
            assert!(connector.connect(host, 443).await.is_ok());
            again.push(network.attempts().len());
        }
        assert_eq!(again, known, "the first one made room where there was any");
        assert!(connector.connect(hosts[0], 443).await.is_ok());
        assert_eq!(network.attempts().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_winner_does_not_wait_for_the_other_answer() {
    let network = Network::new(&[("4b", Connects(0))]);
    let zone = ByFamily { v6: (500, Ok("6a")), v4: (0, Ok("4a 4b")) };
    let connector = connector(zone, &network).attempt_delay(ms(100));
    let expected = [tried(&[("4a", 50), ("4b", 150)]), tried(&[("4b", 0)])];
    for attempts in expected {
        network.attempts();
        assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4b");
        assert_eq!(network.attempts(), attempts);
    }
    // The others of its family do wait.
    network.set(&[("4b", Refuses(0)), ("4a", Connects(0))]);
    network.attempts();
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "4a");
    assert_eq!(network.attempts(), tried(&[("4b", 0), ("4a", 50)]));
}

#[tokio::test(start_paused = true)]
async fn each_port_of_a_host_has_a_winner_of_its_own() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network);
    for (port, attempts) in [(443, 2), (22, 2), (443, 1), (22, 1)] {
        network.attempts();
        assert!(connector.connect("host.example", port).await.is_ok());
        assert_eq!(network.attempts().len(), attempts, "{port}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_winner_is_forgotten_when_it_is_old_however_often_it_has_won() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network).remember_for(60 * SECOND);
    let mut both = Vec::new();
    for _ in 0..8 {
        network.attempts();
        assert!(connector.connect("host.example", 443).await.is_ok());
        both.push(network.attempts().len() == 2);
        tokio::time::advance(20 * SECOND).await;
    }
    assert_eq!(both, [true, false, false, true, false, false, true, false]);

    // v6 has recovered in the meantime.
    network.set(&[("4a", Connects(0)), ("6a", Connects(0))]);
    tokio::time::advance(60 * SECOND).await;
    assert_eq!(connector.connect("host.example", 443).await.unwrap(), "6a");
}

#[tokio::test(start_paused = true)]
async fn winners_can_be_forgotten_for_all_clones_and_another_network_knows_none() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network);
    let attempts = async |connector: &Connector<Together, Network>| {
        network.attempts();
        assert!(connector.connect("host.example", 443).await.is_ok());
        network.attempts().len()
    };
    assert_eq!((attempts(&connector).await, attempts(&connector).await), (2, 1));
    connector.clone().forget();
    assert_eq!((attempts(&connector).await, attempts(&connector).await), (2, 1));
    assert_eq!(attempts(&connector.clone().resolver(BOTH)).await, 2);
    assert_eq!(attempts(&connector.clone().dialer(network.clone())).await, 2);
    assert_eq!(attempts(&connector).await, 1, "and the one it was made of knows it still");
}

#[tokio::test(start_paused = true)]
async fn a_winner_that_was_not_tried_is_not_forgotten() {
    let network = Network::new(&[("4a", Connects(0))]);
    let zone = Switched { answers: BOTH, down: AtomicBool::new(false) };
    let connector = Connector::new().resolver(&zone).dialer(network.clone());
    assert!(connector.connect("host.example", 443).await.is_ok());
    zone.down.store(true, Ordering::Relaxed);
    assert!(connector.connect("host.example", 443).await.is_err());
    zone.down.store(false, Ordering::Relaxed);
    network.attempts();
    assert!(connector.connect("host.example", 443).await.is_ok());
    assert_eq!(network.attempts(), tried(&[("4a", 0)]));
}

/// A resolver that can be switched off.
struct Switched {
    answers: Together,
    down: AtomicBool,
}

impl Resolver for Switched {
    fn resolve(&self, _: &str, _: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        let down = self.down.load(Ordering::Relaxed);
        Answers::together(super::answer(if down { (0, Err(ErrorKind::TimedOut)) } else { self.answers.0 }))
    }
}

/// What is an address is known already, so it takes no place from a host.
#[tokio::test(start_paused = true)]
async fn addresses_are_not_remembered() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network).remember(1);
    for (host, attempts) in [("host.example", 2), ("192.0.2.97", 1), ("host.example", 1)] {
        network.attempts();
        assert!(connector.connect(host, 443).await.is_ok());
        assert_eq!(network.attempts().len(), attempts, "{host}");
    }
}

/// net-9: a connector outlives runtimes, too.
#[test]
fn a_winner_of_a_clock_that_is_ahead_is_forgotten() {
    let network = Network::new(&[("4a", Connects(0))]);
    let connector = connector(BOTH, &network);
    let attempts = || async {
        network.attempts();
        assert!(connector.connect("host.example", 443).await.is_ok());
        network.attempts()
    };
    let (first, again) = (tried(&[("6a", 0), ("4a", 250)]), tried(&[("4a", 0)]));
    assert_eq!(on_a_clock(30 * 86_400 * SECOND, attempts()), first);
    on_a_clock(Duration::ZERO, async {
        assert_eq!(attempts().await, first);
        assert_eq!(attempts().await, again);
        tokio::time::advance(600 * SECOND).await;
        assert_eq!(attempts().await, first);
    });
}
