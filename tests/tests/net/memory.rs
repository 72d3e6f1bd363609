//! The last winner of a host.

use super::{ByFamily, Connects, Network, Nothing, Refuses, Together, connector, tried};
use recourse_tests::ms;

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
