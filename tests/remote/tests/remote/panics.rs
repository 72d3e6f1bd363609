//! Panics of others.

use recourse::policy::Origin;
use recourse::providers::{PolicyProvider, Provided, ProviderListener, RemoteProvider};
use recourse::{Executor, Key};
use recourse_tests_remote::{Answer, Plane, timeout_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

fn document(timeout: u32) -> Answer {
    Answer::Document(format!(r#"{{ "users.get": {{ "timeout": "{timeout}s" }} }}"#))
}

/// remote-12: a transport.
#[tokio::test(start_paused = true)]
async fn f56_a_transport_that_panics_is_a_failure_and_polling_goes_on() {
    let plane = Plane::new(|_| document(2));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    plane.answers(|_| Answer::Panics);
    let error = remote.refresh().await.unwrap_err();
    assert_eq!(error.to_string(), "https://control.example/policies/users: the code that fetches panicked");
    tokio::time::sleep(600 * SECOND).await;
    assert!(remote.status().panics > 5);
    assert!(remote.status().oldest.unwrap() >= 600 * SECOND, "the age grows");
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    plane.answers(|_| document(3));
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, 3 * SECOND);
}

/// Panics when it is asked while it is told to.
#[derive(Clone, Debug, Default)]
struct Brittle(Arc<AtomicBool>);

impl PolicyProvider for Brittle {
    fn origin(&self) -> Origin {
        Origin::Provider
    }
    fn provide(&self, _key: &Key, _template: Option<&str>) -> Provided {
        assert!(!self.0.load(Ordering::Relaxed), "as the test asks");
        Provided::default()
    }
    fn listen(&self, _listener: ProviderListener) {}
}

/// remote-12: another provider, which is asked because of a change.
#[tokio::test(start_paused = true)]
async fn another_provider_that_panics_does_not_stop_the_polling() {
    let (plane, brittle) = (Plane::new(|_| document(2)), Brittle::default());
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).provider(brittle.clone()).build();
    timeout_of(&executor, "users.get").await;
    brittle.0.store(true, Ordering::Relaxed);
    remote.refresh().await.unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(remote.status().panics, 1);
    brittle.0.store(false, Ordering::Relaxed);
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "it was put into force all the same");
    plane.answers(|_| document(4));
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(timeout_of(&executor, "users.get").await, 4 * SECOND);
}
