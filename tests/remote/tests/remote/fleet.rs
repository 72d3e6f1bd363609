//! Many clients of one control plane.

use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Answer, Plane};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);
const CLIENTS: usize = 1_000;

fn document() -> Answer {
    Answer::Document(r#"{ "version": 3, "users.get": { "timeout": "2s" } }"#.to_owned())
}

fn fleet(plane: &Plane) -> Vec<RemoteProvider> {
    let client = |_| RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    (0..CLIENTS).map(client).collect()
}

/// Fetches a second from some moment on: the most, the mean.
fn rates(plane: &Plane, from: Instant, seconds: u64) -> (usize, f64) {
    let mut of_second: BTreeMap<u64, usize> = BTreeMap::new();
    for asked in plane.asked() {
        if asked.at >= from && asked.at < from + Duration::from_secs(seconds) {
            *of_second.entry((asked.at - from).as_secs()).or_default() += 1;
        }
    }
    let all: usize = of_second.values().sum();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    (of_second.values().copied().max().unwrap_or(0), all as f64 / seconds as f64)
}

/// remote-10.
#[tokio::test(start_paused = true)]
async fn f53_a_thousand_clients_that_start_at_once_do_not_ask_at_once() {
    let plane = Plane::new(|_| document());
    let (began, clients) = (Instant::now(), fleet(&plane));
    tokio::time::sleep(600 * SECOND).await;
    let (peak, mean) = rates(&plane, began, 600);
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let ratio = peak as f64 / mean;
    println!(
        "{CLIENTS} clients, interval 30 s, 10 minutes from their start: mean {mean:.1}/s, peak {peak}/s, ratio {ratio:.2}"
    );
    assert!(ratio < 3.0, "{ratio}");
    assert!((30.0..37.0).contains(&mean), "{mean}");
    assert!(clients.iter().all(|client| client.status().held == 1));
}

/// remote-10: nor do they when the control plane comes back.
#[tokio::test(start_paused = true)]
async fn f53_a_thousand_clients_do_not_come_back_at_once() {
    let plane = Plane::new(|_| document());
    let clients = fleet(&plane);
    tokio::time::sleep(60 * SECOND).await;
    plane.answers(|_| Answer::Refused);
    tokio::time::sleep(600 * SECOND).await;
    let back = Instant::now();
    plane.answers(|_| document());
    tokio::time::sleep(120 * SECOND).await;
    let (peak, mean) = rates(&plane, back, 120);
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let ratio = peak as f64 / mean;
    println!("{CLIENTS} clients, the 2 minutes after 10 of outage: mean {mean:.1}/s, peak {peak}/s, ratio {ratio:.2}");
    assert!(ratio < 3.0, "{ratio}");
    assert!(clients.iter().all(|client| client.status().stale == 0));
}

/// remote-10: a server that waits loses a thousand connections at once.
#[tokio::test(start_paused = true)]
async fn a_thousand_connections_that_break_at_once_are_not_made_anew_at_once() {
    let plane = Plane::new(|_| document());
    plane.waits(true);
    let clients = fleet(&plane);
    tokio::time::sleep(100 * SECOND).await;
    assert!(clients.iter().filter(|client| client.status().documents[0].is_watched).count() > 900);
    let down = Instant::now();
    plane.waits(false);
    plane.answers(|_| Answer::Refused);
    tokio::time::sleep(30 * SECOND).await;
    let (peak, _) = rates(&plane, down, 30);
    println!("{CLIENTS} clients that wait at a server which goes away: at most {peak} fetches a second");
    assert!(peak < 3 * CLIENTS / 10, "{peak}");
}
