//! Timelines and observers of layers: each layer makes calls of its own, and each call is reported once.

use super::{Fail, Played, ms, once};
use recourse::layers::{ResilientLayer, retry, timeout};
use recourse::observe::{AttemptOutcome, CallInfo, CallTotals, EndReason, Observer, Timeline, capture};
use recourse::{Executor, Key, Policy, RetryPolicy};
use recourse_tests::{busy, hangs, ok};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

fn three() -> RetryPolicy {
    RetryPolicy::attempts(3).fixed(ms(10))
}

fn read(timelines: &[Timeline]) -> Vec<(&str, usize, EndReason)> {
    timelines.iter().map(|one| (one.key().as_str(), one.attempt_count(), one.reason())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_retry_has_one_timeline_and_each_of_its_attempts_one_of_the_timeout() {
    let policy = retry(three()).describe(|fail: &Fail| Some(fail.to_string()))
        + timeout(ms(50)).key(Key::from_static("db.timeout"));
    let (answer, timelines) = capture(policy.layer(Played::new([busy(), hangs(), ok(7)])).oneshot(())).await;
    assert_eq!(answer.unwrap(), 7);
    let expected = [
        ("retry", 3, EndReason::Success),
        ("db.timeout", 1, EndReason::AttemptsExhausted),
        ("db.timeout", 1, EndReason::Timeout),
        ("db.timeout", 1, EndReason::Success),
    ];
    assert_eq!(read(&timelines), expected);
    let attempts = timelines[0].attempts();
    assert_eq!(attempts[0].error.as_deref(), Some("busy"));
    assert_eq!(attempts[1].error.as_deref(), Some("`db.timeout` timed out after 50ms, in 1 attempt"));
    assert_eq!((attempts[1].started, attempts[1].ended), (ms(10), ms(60)));
}

/// Keeps what it is told at the end of a call.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<(String, EndReason)>>>);

impl Observer for Told {
    fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
        self.0.lock().unwrap().push((call.key().to_string(), totals.reason));
    }
}

#[tokio::test(start_paused = true)]
async fn observers_are_told_of_the_calls_of_their_executor_only() {
    let told = Told::default();
    let executor = Executor::builder().observer(told.clone()).build();
    let db = ResilientLayer::new(&executor, Key::from_static("db")).policy(Policy::new().retry(three()));
    let policy = retry(three()) + db + timeout(ms(50));
    assert_eq!(policy.layer(Played::new([busy(), ok(7)])).oneshot(()).await.unwrap(), 7);
    assert_eq!(*told.0.lock().unwrap(), [("db".to_owned(), EndReason::Success)]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_response_is_told_as_cancelled() {
    let (dropped, timelines) = capture(async {
        let mut response = Box::pin(retry(three()).layer(Played::new([hangs()])).oneshot(()));
        once(&mut response).await.is_pending()
    })
    .await;
    assert!(dropped);
    assert_eq!(read(&timelines), [("retry", 1, EndReason::Cancelled)]);
    assert_eq!(timelines[0].attempts()[0].outcome, AttemptOutcome::Cancelled);
}
