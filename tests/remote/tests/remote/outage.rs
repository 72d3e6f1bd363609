//! A control plane that is down.

use recourse::providers::RemoteProvider;
use recourse::providers::remote::DocumentState;
use recourse::{Executor, Key, Policy};
use recourse_tests_remote::{Answer, Asked, DECLARED, Plane, news, place_of, timeout_of};
use std::time::Duration;
use tokio::time::Instant;

const SPACES: &str = "https://control.example/policies/{namespace}";
const KEYS: &str = "https://control.example/policies/{namespace}/{name}";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn good(_: &Asked) -> Answer {
    Answer::Document(r#"{ "version": 3, "users.get": { "timeout": "2s" } }"#.to_owned())
}

/// Gaps between questions.
fn gaps(asked: &[Asked]) -> Vec<Duration> {
    asked.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

/// remote-7.
#[tokio::test(start_paused = true)]
async fn case36_ten_thousand_calls_in_ten_minutes_of_outage_neither_fail_nor_wait() {
    let plane = Plane::new(good);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let (observer, mut news) = news();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();

    plane.answers(|_| Answer::Refused);
    let (began, before) = (Instant::now(), plane.asked().len());
    let (mut failed, mut waited, mut under) = (0, Duration::ZERO, 0);
    for call in 0..10_000 {
        let at = Instant::now();
        let result = executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, String>(call)).await;
        failed += usize::from(result != Ok(call));
        waited = waited.max(at.elapsed());
        under += usize::from(timeout_of(&executor, "users.get").await == 2 * SECOND);
        tokio::time::sleep(10 * MINUTE / 10_000).await;
    }
    let asked = plane.asked()[before..].to_vec();
    let (gaps, mut allowed) = (gaps(&asked), SECOND);
    for gap in &gaps {
        assert!(
            (allowed / 2..=allowed + Duration::from_millis(2)).contains(gap),
            "{gap:?} is not within {allowed:?} of {gaps:?}"
        );
        allowed = (allowed * 2).min(MINUTE);
    }
    println!(
        "10,000 calls in {:?} of outage: {failed} failed, the longest wait {waited:?}, {under} under the last known policy; {} fetches, gaps {:?}",
        began.elapsed(),
        asked.len(),
        gaps.iter().map(|gap| format!("{:.1}", gap.as_secs_f64())).collect::<Vec<_>>(),
    );
    assert_eq!((failed, waited, under), (0, Duration::ZERO, 10_000));
    // 0.5 + 1 + 2 + .. + 30 s at the least, and twice that at the most.
    assert!((14..=30).contains(&asked.len()), "{}", asked.len());
    let why =
        "outage policies cannot be fetched: https://control.example/policies/users: no connection: connection refused";
    assert_eq!(news.that("outage").await, why);
    let outage = remote.status().outage.unwrap();
    assert_eq!(usize::try_from(outage.failures).unwrap(), asked.len());
    assert!(outage.next_fetch_in <= MINUTE && outage.lasts > 9 * MINUTE, "{outage:?}");

    plane.answers(good);
    tokio::time::sleep(MINUTE).await;
    assert!(news.that("outage").await.starts_with("outage policies can be fetched again, after "));
    assert!(remote.status().outage.is_none());
    assert_eq!(place_of(&executor, "users.get").await, "remote (https://control.example/policies/users v3)");
}

/// remote-7: many documents share one outage.
#[tokio::test(start_paused = true)]
async fn documents_of_one_control_plane_back_off_together() {
    let plane = Plane::new(|asked| Answer::Document(format!(r#"{{ "key": "{}", "timeout": "2s" }}"#, asked.document)));
    let keys: Vec<String> = (0..200).map(|key| format!("users.k{key}")).collect();
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).prefetch(&keys).start().unwrap();
    remote.refresh().await.unwrap();
    assert_eq!((remote.status().held, plane.most_at_once().0), (200, 1));
    assert!(plane.most_at_once().1 <= 4, "{:?}", plane.most_at_once());

    plane.answers(|_| Answer::Refused);
    let before = plane.asked().len();
    tokio::time::sleep(10 * MINUTE).await;
    let during = plane.asked().len() - before;
    assert!((10..=34).contains(&during), "{during} fetches of 200 documents");
    plane.answers(|asked| Answer::Document(format!(r#"{{ "key": "{}", "timeout": "3s" }}"#, asked.document)));
    tokio::time::sleep(3 * MINUTE).await;
    assert_eq!((remote.status().held, remote.status().stale), (200, 0));
    println!("200 documents: {during} fetches in 10 minutes of outage");
}

/// remote-7: one document that cannot be served holds no other up.
#[tokio::test(start_paused = true)]
async fn a_document_that_always_fails_is_no_outage() {
    let plane = Plane::new(|asked| match &*asked.document {
        "bad" => Answer::Status(500, None),
        name => Answer::Document(format!(r#"{{ "{name}.get": {{ "timeout": "2s" }} }}"#)),
    });
    let remote =
        RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["bad", "one", "two"]).start().unwrap();
    let (observer, mut news) = news();
    let _executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    tokio::time::sleep(60 * MINUTE).await;
    let of = |name: &str| plane.asked().iter().filter(|asked| asked.document == name).count();
    assert!(of("one") > 90 && of("two") > 90, "{} {}", of("one"), of("two"));
    assert!(of("bad") < 120, "{}", of("bad"));
    assert_eq!((remote.status().held, remote.status().stale), (2, 0));
    assert!(!news.so_far().iter().any(|line| line.starts_with("outage")), "that is told of the document");
    let bad = remote.status().documents.into_iter().find(|document| &*document.name == "bad").unwrap();
    assert_eq!(
        bad.error.unwrap().to_string(),
        "https://control.example/policies/bad: the answer is 500; the control plane is asked again after a delay"
    );
}

/// remote-8.
#[tokio::test(start_paused = true)]
async fn case37_what_was_fetched_stays_in_force_and_is_marked_as_stale_with_its_age() {
    let plane = Plane::new(good);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    plane.answers(|_| Answer::Hangs);
    assert_eq!(remote.refresh().await.unwrap_err().kind().code(), "timeout");
    let place = "remote (https://control.example/policies/users v3, stale: confirmed";
    assert_eq!(place_of(&executor, "users.get").await, format!("{place} less than 10s ago)"));
    for (after, text) in [(10, "10s"), (60, "1m"), (600, "10m"), (3_600, "1h"), (24 * 3_600, "1d")] {
        let age = remote.status().documents[0].age.unwrap();
        tokio::time::sleep((after * SECOND).saturating_sub(age) + SECOND / 2).await;
        assert_eq!(place_of(&executor, "users.get").await, format!("{place} over {text} ago)"));
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    }
    let status = remote.status();
    assert_eq!((status.stale, status.documents[0].state), (1, DocumentState::Stale));
    assert_eq!(status.oldest, status.documents[0].age);
    assert!(status.oldest.unwrap() > 24 * 60 * MINUTE);
    plane.answers(good);
    remote.refresh().await.unwrap();
    assert_eq!(place_of(&executor, "users.get").await, "remote (https://control.example/policies/users v3)");
}

/// remote-8: without a failure, too, if nobody confirms what is in force.
#[tokio::test(start_paused = true)]
async fn what_is_not_confirmed_within_its_time_is_stale() {
    let plane = Plane::new(good);
    let remote = RemoteProvider::builder(SPACES)
        .transport(plane.clone())
        .prefetch(["users"])
        .timeout(60 * MINUTE)
        .ttl(2 * MINUTE)
        .start()
        .unwrap();
    remote.refresh().await.unwrap();
    plane.answers(|_| Answer::Hangs);
    tokio::time::sleep(119 * SECOND).await;
    assert_eq!(remote.status().documents[0].state, DocumentState::Fresh);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(remote.status().documents[0].state, DocumentState::Stale);
}

/// remote-9.
#[tokio::test(start_paused = true)]
async fn beyond_the_largest_staleness_it_is_as_if_nothing_had_been_fetched() {
    let plane = Plane::new(good);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).max_staleness(5 * MINUTE).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    plane.answers(|_| Answer::Refused);
    tokio::time::sleep(299 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
    let status = remote.status();
    assert_eq!((status.held, status.documents[0].state), (0, DocumentState::TooOld));
    plane.answers(good);
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
}

/// remote-8: without anything that was fetched, the declared policy applies, and no call waits.
#[tokio::test(start_paused = true)]
async fn f58_case37_a_control_plane_that_was_never_there_changes_nothing() {
    for answer in [Answer::Refused, Answer::Hangs, Answer::Status(503, None), Answer::Panics] {
        let answers = answer.clone();
        let plane = Plane::new(move |_| answers.clone());
        let began = Instant::now();
        let remote = RemoteProvider::builder(SPACES).transport(plane).start().unwrap();
        let executor = Executor::builder().provider(remote.clone()).build();
        assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
        assert_eq!(began.elapsed(), Duration::ZERO, "{answer:?}");
        assert!(remote.refresh().await.is_err(), "{answer:?}");
        assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
    }
}
