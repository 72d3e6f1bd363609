//! What a server may say about when it is asked.

use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Answer, Asked, Plane};
use std::time::Duration;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

fn gaps(asked: &[Asked]) -> Vec<Duration> {
    asked.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

async fn gaps_of(plane: &Plane, seconds: u64) -> Vec<Duration> {
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    drop(remote);
    gaps(&plane.asked())
}

/// remote-24.
#[tokio::test(start_paused = true)]
async fn how_long_a_document_is_good_is_obeyed_between_the_interval_and_an_hour() {
    for (says, from, to) in
        [(0, 15, 45), (10, 15, 45), (300, 300, 600), (86_400, 3_600, 7_200), (u64::MAX, 3_600, 7_200)]
    {
        let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
        plane.max_age(Duration::from_secs(says));
        let gaps = gaps_of(&plane, 8 * 3_600).await;
        assert!(gaps.len() >= 4, "{says}: {gaps:?}");
        let within = |gap: &Duration| (Duration::from_secs(from)..=Duration::from_secs(to) + SECOND).contains(gap);
        assert!(gaps.iter().all(within), "{says}: {gaps:?}");
    }
}

/// remote-24.
#[tokio::test(start_paused = true)]
async fn a_server_that_has_too_much_to_do_is_left_alone_as_long_as_it_says() {
    for (status, says, from, to) in
        [(429, 0, 30, 60), (503, 120, 120, 133), (429, 999_999, 3_600, 3_961), (503, u64::MAX, 3_600, 3_961)]
    {
        let plane = Plane::new(move |_| Answer::Status(status, Some(Duration::from_secs(says))));
        let gaps = gaps_of(&plane, 3 * 3_600).await;
        assert!(!gaps.is_empty());
        let within = |gap: &Duration| (Duration::from_secs(from)..=Duration::from_secs(to)).contains(gap);
        assert!(gaps.iter().all(within), "{status} {says}: {gaps:?}");
    }
}

/// remote-24: it is asked for nothing else meanwhile.
#[tokio::test(start_paused = true)]
async fn a_server_that_has_too_much_to_do_is_left_alone_by_all_documents() {
    let plane = Plane::new(|_| Answer::Status(429, Some(Duration::from_secs(600))));
    let names: Vec<String> = (0..50).map(|number| format!("space{number}")).collect();
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(names).start().unwrap();
    tokio::time::sleep(600 * SECOND).await;
    // Those that were under way together when the first was told.
    assert!(plane.asked().len() <= 4, "{}", plane.asked().len());
    drop(remote);
}

/// remote-25.
#[tokio::test(start_paused = true)]
async fn a_tag_is_sent_back_for_its_own_document_only() {
    let plane =
        Plane::new(|asked| Answer::Document(format!(r#"{{ "{}.get": {{ "timeout": "2s" }} }}"#, asked.document)));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["one", "three"]).start().unwrap();
    tokio::time::sleep(120 * SECOND).await;
    let mut tags = std::collections::BTreeMap::new();
    for asked in plane.asked() {
        if let Some(etag) = asked.etag {
            tags.entry(asked.document).or_insert_with(std::collections::BTreeSet::new).insert(etag);
        }
    }
    assert_eq!(tags.values().map(std::collections::BTreeSet::len).collect::<Vec<_>>(), [1, 1]);
    assert!(tags["one"] != tags["three"], "{tags:?}");
    assert_eq!(remote.status().installs, 2, "what is not modified is not put into force again");
}

/// remote-25: "not modified" needs something that was held.
#[tokio::test(start_paused = true)]
async fn not_modified_without_a_document_is_an_error() {
    let plane = Plane::new(|_| Answer::Status(304, None));
    let remote = RemoteProvider::builder(SPACES).transport(plane).prefetch(["users"]).start().unwrap();
    let error = remote.refresh().await.unwrap_err();
    assert_eq!(error.kind().code(), "not_modified");
    assert_eq!(
        error.to_string(),
        "https://control.example/policies/users: the answer is 304 (not modified), and nothing was held that could be unmodified; only answer 304 to a \
         request with If-None-Match"
    );
    assert_eq!(remote.status().held, 0);
}
