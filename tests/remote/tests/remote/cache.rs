//! What is fetched when, and what is in force then.

use recourse::Executor;
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Plane, place_of, timeout_of};
use std::time::Duration;

const KEYS: &str = "https://control.example/policies/{namespace}/{name}";

/// remote-1.
#[tokio::test(start_paused = true)]
async fn a_hundred_look_ups_of_one_cold_key_are_one_fetch() {
    let plane = Plane::of(r#"{ "key": "users.get", "version": 3, "timeout": "2s" }"#);
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    for _ in 0..100 {
        assert_eq!(timeout_of(&executor, "users.get").await, Duration::from_secs(9));
    }
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(plane.asked().len(), 1);
    assert_eq!(timeout_of(&executor, "users.get").await, Duration::from_secs(2));
    assert_eq!(place_of(&executor, "users.get").await, "remote (https://control.example/policies/users/get v3)");
}
