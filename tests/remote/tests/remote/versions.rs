//! Versions, and how fast they can change.

use recourse::Executor;
use recourse::Key;
use recourse::observe::{Observer, PolicyChange};
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Answer, Plane, timeout_of};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

fn document(version: Option<u64>, timeout: u64) -> Answer {
    let version = version.map_or_else(String::new, |version| format!(r#""version": {version}, "#));
    Answer::Document(format!(r#"{{ {version}"users.get": {{ "timeout": "{timeout}s" }} }}"#))
}

/// remote-13.
#[tokio::test(start_paused = true)]
async fn f54_an_older_version_never_replaces_a_newer_one() {
    let plane = Plane::new(|_| document(Some(5), 5));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    let url = "https://control.example/policies/users";
    for (version, says) in [
        (
            Some(4),
            format!(
                "{url}: version 4 is older than version 5, which is in force; to go back, publish the old text with a higher version"
            ),
        ),
        (
            Some(0),
            format!(
                "{url}: version 0 is older than version 5, which is in force; to go back, publish the old text with a higher version"
            ),
        ),
        (None, format!("{url}: version 5 is in force, and the new text has none; write a `version` from 5 on")),
    ] {
        plane.answers(move |_| document(version, 1));
        let error = remote.refresh().await.unwrap_err();
        assert_eq!((error.kind().code(), error.to_string()), ("version", says));
        assert_eq!(timeout_of(&executor, "users.get").await, 5 * SECOND);
    }
    for version in [5, 6, u64::from(u32::MAX)] {
        tokio::time::sleep(SECOND).await;
        plane.answers(move |_| document(Some(version), 6 + version % 2));
        remote.refresh().await.unwrap();
        assert_eq!(timeout_of(&executor, "users.get").await, Duration::from_secs(6 + version % 2));
    }
}

/// Notes when the policy of a key has changed.
#[derive(Clone, Debug, Default)]
struct Changes(Arc<Mutex<Vec<Change>>>);

/// When a policy has changed, and the timeout from then on.
type Change = (Instant, Option<Duration>);

impl Observer for Changes {
    fn policy_changed(&self, _key: &Key, change: &PolicyChange) {
        self.0.lock().unwrap().push((Instant::now(), change.new.and_then(|policy| policy.timeout)));
    }
}

/// remote-14.
#[tokio::test(start_paused = true)]
async fn a_document_changes_once_a_second_at_most_and_the_newest_version_wins() {
    let (plane, changes) = (Plane::new(|_| document(Some(1), 1)), Changes::default());
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).observer(changes.clone()).build();
    timeout_of(&executor, "users.get").await;
    // A hundred versions in two and a half seconds.
    for version in 1..=100 {
        plane.answers(move |_| document(Some(version), version));
        remote.refresh().await.unwrap();
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, 100 * SECOND);
    let changes = changes.0.lock().unwrap().clone();
    assert!((3..=5).contains(&changes.len()), "{changes:?}");
    for pair in changes.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= Duration::from_millis(998), "{changes:?}");
        assert!(pair[1].1 > pair[0].1, "{changes:?}");
    }
}

/// remote-14: what waits to be put into force is what a later answer is compared with.
#[tokio::test(start_paused = true)]
async fn f54_an_answer_that_is_older_than_one_that_waits_is_refused() {
    let plane = Plane::new(|_| document(Some(2), 2));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    for (version, is_good) in [(2, true), (7, true), (6, false), (7, true)] {
        plane.answers(move |_| document(Some(version), version));
        assert_eq!(remote.refresh().await.is_ok(), is_good, "{version}");
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    }
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, 7 * SECOND);
}
