//! Documents that the control plane does not have.

use recourse::Executor;
use recourse::providers::RemoteProvider;
use recourse::providers::remote::DocumentState;
use recourse_tests_remote::{Answer, DECLARED, Plane, timeout_of};
use std::time::Duration;

const KEYS: &str = "https://control.example/policies/{namespace}/{name}";
const SECOND: Duration = Duration::from_secs(1);

fn document() -> Answer {
    Answer::Document(r#"{ "key": "users.get", "version": 1, "timeout": "2s" }"#.to_owned())
}

/// remote-11.
#[tokio::test(start_paused = true)]
async fn f57_case38_what_is_missing_is_remembered_for_its_time_and_then_seen() {
    for status in [404, 410] {
        let plane = Plane::new(move |_| Answer::Status(status, None));
        let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).negative_ttl(600 * SECOND).start().unwrap();
        let executor = Executor::builder().provider(remote.clone()).build();
        timeout_of(&executor, "users.get").await;
        remote.refresh().await.unwrap();
        assert_eq!(remote.status().documents[0].state, DocumentState::Missing);
        assert_eq!((remote.status().missing, remote.status().held), (1, 0));

        plane.answers(|_| document());
        for _ in 0..299 {
            tokio::time::sleep(SECOND).await;
            assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
        }
        assert_eq!(plane.asked().len(), 1, "asked once in half of its time, whoever calls");
        tokio::time::sleep(602 * SECOND).await;
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
        assert_eq!(remote.status().missing, 0);
    }
}

/// remote-11: a refresh asks at once.
#[tokio::test(start_paused = true)]
async fn a_refresh_forgets_what_was_missing() {
    let plane = Plane::new(|_| Answer::Status(404, None));
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).negative_ttl(600 * SECOND).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    plane.answers(|_| document());
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
}

/// remote-11: a failure says nothing about whether there is a policy.
#[tokio::test(start_paused = true)]
async fn f57_failures_are_not_remembered_as_missing() {
    for answer in [Answer::Status(500, None), Answer::Status(403, None), Answer::Hangs, Answer::Refused] {
        let (text, bad) = (format!("{answer:?}"), answer.clone());
        let plane = Plane::new(move |_| bad.clone());
        let remote =
            RemoteProvider::builder(KEYS).transport(plane.clone()).negative_ttl(3_600 * SECOND).start().unwrap();
        let executor = Executor::builder().provider(remote.clone()).build();
        timeout_of(&executor, "users.get").await;
        assert!(remote.refresh().await.is_err(), "{text}");
        assert_eq!(remote.status().missing, 0, "{text}");
        plane.answers(|_| document());
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "{text}");
    }
}

/// remote-11: a policy that is taken away is one that is declared.
#[tokio::test(start_paused = true)]
async fn a_policy_that_is_taken_away_leaves_the_declared_one_and_its_version() {
    let plane = Plane::new(|_| Answer::Document(r#"{ "key": "users.get", "version": 9, "timeout": "3s" }"#.to_owned()));
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 3 * SECOND);
    plane.answers(|_| Answer::Status(404, None));
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
    plane.answers(|_| document());
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "a new policy begins with a version of its own");
}
