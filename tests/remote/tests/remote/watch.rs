//! Requests that wait at the server.

use recourse::Executor;
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Answer, Plane, timeout_of};
use std::time::Duration;
use tokio::time::Instant;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

fn document(timeout: u32) -> Answer {
    Answer::Document(format!(r#"{{ "users.get": {{ "timeout": "{timeout}s" }} }}"#))
}

/// remote-23.
#[tokio::test(start_paused = true)]
async fn a_server_that_can_wait_is_asked_to_and_a_change_is_there_within_seconds() {
    let plane = Plane::new(|_| document(2));
    plane.waits(true);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    tokio::time::sleep(600 * SECOND).await;
    let asked = plane.asked();
    assert_eq!(
        (asked[0].wait, asked[0].etag.clone()),
        (Some(Duration::ZERO), None),
        "the first only asks whether it can"
    );
    assert!(asked[1..].iter().all(|asked| asked.wait == Some(25 * SECOND) && asked.etag.is_some()), "{asked:?}");
    assert!((22..=26).contains(&asked.len()), "one request in 25 s: {}", asked.len());
    assert_eq!(remote.status().stale, 0);

    let changed = Instant::now();
    plane.answers(|_| document(3));
    while timeout_of(&executor, "users.get").await != 3 * SECOND {
        tokio::time::sleep(SECOND / 10).await;
    }
    let took = changed.elapsed();
    println!("a change is in force {took:?} later; {} requests in 10 minutes before", asked.len());
    assert!(took <= 3 * SECOND, "{took:?}");
}

/// remote-23: the interval, unless the server says that it can wait, or if that is not wanted.
#[tokio::test(start_paused = true)]
async fn other_servers_are_polled() {
    for (can, wanted) in [(false, true), (true, false)] {
        let plane = Plane::new(|_| document(2));
        plane.waits(can);
        let wait = wanted.then_some(25 * SECOND);
        let remote = RemoteProvider::builder(SPACES)
            .transport(plane.clone())
            .prefetch(["users"])
            .long_poll(wait)
            .start()
            .unwrap();
        tokio::time::sleep(600 * SECOND).await;
        let asked = plane.asked();
        assert!((14..=28).contains(&asked.len()), "every 30 s: {}", asked.len());
        assert!(asked.iter().all(|asked| asked.wait == wanted.then_some(Duration::ZERO)), "{asked:?}");
        drop(remote);
    }
}

/// remote-23: a server that says it can wait and answers at once is polled, too.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_keep_its_word_is_no_busy_loop() {
    let plane = Plane::new(|_| Answer::Status(304, None));
    plane.waits(true);
    let first = plane.clone();
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    first.answers(|_| document(2));
    remote.refresh().await.unwrap();
    first.answers(|_| Answer::Status(304, None));
    tokio::time::sleep(600 * SECOND).await;
    assert!(plane.asked().len() < 60, "{}", plane.asked().len());
    drop(remote);
}

/// remote-23: a hundred documents are not a hundred connections.
#[tokio::test(start_paused = true)]
async fn at_most_sixteen_documents_are_watched() {
    let plane = Plane::new(|asked| Answer::Document(format!(r#"{{ "{}.get": {{}} }}"#, asked.document)));
    plane.waits(true);
    let names: Vec<String> = (0..100).map(|number| format!("space{number}")).collect();
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(names).start().unwrap();
    tokio::time::sleep(300 * SECOND).await;
    let status = remote.status();
    assert_eq!(status.documents.iter().filter(|document| document.is_watched).count(), 16);
    assert_eq!((status.held, status.stale), (100, 0));
    assert!(plane.most_at_once().1 <= 20, "{:?}", plane.most_at_once());
}

/// remote-23: what is not heard of any more is noticed.
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_dead_is_given_up_after_the_wait() {
    let plane = Plane::new(|_| document(2));
    plane.waits(true);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    plane.answers(|_| Answer::Hangs);
    tokio::time::sleep(30 * SECOND).await;
    assert_eq!(remote.status().stale, 1);
    plane.answers(|_| document(3));
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(remote.status().stale, 0);
}

/// remote-31.
#[tokio::test(start_paused = true)]
async fn a_refresh_abandons_a_request_that_the_server_holds_back_and_asks_at_once() {
    let plane = Plane::new(|_| document(2));
    plane.waits(true);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    tokio::time::sleep(10 * SECOND).await;
    assert!(remote.status().documents[0].is_watched);
    for _ in 0..3 {
        // From now on the server neither answers nor ends what it holds.
        let (began, before) = (Instant::now(), plane.asked().len());
        remote.refresh().await.unwrap();
        assert!(began.elapsed() < SECOND / 10, "{:?}", began.elapsed());
        let asked = plane.asked();
        assert_eq!(asked[before].wait, Some(Duration::ZERO), "the server is not to hold this one back");
        assert_eq!(plane.most_at_once(), (1, 1), "the other one is gone");
        tokio::time::sleep(5 * SECOND).await;
        assert!(remote.status().documents[0].is_watched, "and it is watched again");
    }
    assert_eq!((remote.status().failures, remote.status().stale), (0, 0));
}

/// remote-31: what was asked before may fail for a reason that is over.
#[tokio::test(start_paused = true)]
async fn a_refresh_is_not_answered_by_a_fetch_that_began_before_it_and_fails() {
    let plane = Plane::new(|_| document(2));
    let remote =
        RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users", "orders"]).start().unwrap();
    remote.refresh().await.unwrap_err();
    plane.answers(|_| Answer::Hangs);
    while remote.status().documents.iter().all(|document| document.next_fetch_in.is_some()) {
        tokio::time::sleep(SECOND / 2).await;
    }
    plane.answers(|asked| Answer::Document(format!(r#"{{ "{}.get": {{ "timeout": "3s" }} }}"#, asked.document)));
    remote.refresh().await.unwrap();
    assert_eq!((remote.status().held, remote.status().stale), (2, 0));
}

/// remote-31.
#[test]
fn a_refresh_ends_with_an_error_if_the_runtime_of_the_provider_does() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let (polls, asks) = (runtime(), runtime());
    let plane = Plane::new(|_| Answer::Hangs);
    let builder = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]);
    let remote = builder.timeout(600 * SECOND).start_on(polls.handle()).unwrap();
    let waits = remote.clone();
    let refresh = asks.spawn(async move { waits.refresh().await });
    asks.block_on(tokio::task::yield_now());
    polls.block_on(async { tokio::time::sleep(60 * SECOND).await });
    assert_eq!(plane.asked().len(), 1, "it is under way");
    drop(polls);
    let ended = asks.block_on(async { tokio::time::timeout(600 * SECOND, refresh).await }).expect("it ends");
    assert_eq!(ended.unwrap().unwrap_err().kind().code(), "runtime");
}
