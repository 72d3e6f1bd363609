//! A canary in the texts of errors, which the function that makes them has redacted.

use crate::counted::Sums;
use crate::spans::{CANARY, Captured};
use recourse::metrics::MetricsObserver;
use recourse::observe::{CallInfo, FallbackEvent, Observer, TimedEvent, Timeline, capture};
use recourse::{Executor, Rejected, resilient};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Writes down all that it is told.
#[derive(Clone, Debug, Default)]
struct Journal(Arc<Mutex<String>>);

impl Journal {
    fn add(&self, told: impl fmt::Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{told:?}");
    }
}

impl Observer for Journal {
    fn event(&self, _: &CallInfo, timed: &TimedEvent) {
        self.add(timed);
    }
    fn fallback(&self, _: &CallInfo, event: &FallbackEvent) {
        self.add(event);
    }
    fn call_ended(&self, timeline: &Timeline) {
        self.add(timeline);
    }
}

fn without_cards(text: &str) -> String {
    text.replace(CANARY, "***")
}

fn panics(_: &str) -> String {
    panic!("the redaction says so")
}

/// Has the canary in its text, and nowhere else.
#[derive(Debug)]
enum PayError {
    Denied,
    Rejected(Rejected),
}

impl fmt::Display for PayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied => write!(f, "denied: {CANARY}"),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl From<Rejected> for PayError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

#[resilient(
    executor = executor, key = "pay.{shop}", retry = "3 attempts, fixed 10ms", timeout = "25ms", circuit = "9 failures",
    attempt = it, redact = without_cards, retry_if = |_| true
)]
async fn pay(executor: &Executor, shop: u32, seen: &Journal) -> Result<u32, PayError> {
    seen.add(it.last_error());
    if it.number() == 3 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(PayError::Denied)
}

#[resilient(executor = executor, retry = "2 attempts, no delay", redact = panics, fallback = Ok(7))]
async fn pay_carelessly(executor: &Executor) -> Result<u32, String> {
    Err(format!("denied: {CANARY}"))
}

/// observe-20: a redaction that panics tells nothing.
#[tokio::test(start_paused = true)]
async fn what_a_function_redacts_is_nowhere() {
    let (captured, _guard) = Captured::set_default();
    let (sums, journal) = (Sums::default(), Journal::default());
    let _local = metrics::set_default_local_recorder(&sums);
    let builder = Executor::builder().tracing().observer(journal.clone()).observer(MetricsObserver::new());
    let executor = builder.redact(|text| text.replace("denied", "refused")).build();
    let (paid, timelines) = capture(pay(&executor, 7, &journal)).await;
    let rejected = paid.unwrap_err();
    let PayError::Rejected(rejection) = &rejected else { panic!("{rejected:?}") };
    let (careless, others) = capture(pay_carelessly(&executor)).await;
    assert_eq!(careless, Ok(7));

    let told = journal.0.lock().unwrap().clone();
    let metrics = format!("{:?}", sums.values.lock().unwrap());
    let all =
        format!("{captured:?} {timelines:?} {} {others:?} {told} {metrics} {rejection:?} {rejection}", timelines[0]);
    assert!(!all.contains(CANARY), "{all}");
    // The function's own redaction comes first, and that of the executor has what is left.
    for text in [&format!("{captured:?}"), &format!("{timelines:?}"), &told, &format!("{rejection:?}")] {
        assert!(text.contains("refused: ***"), "{text}");
    }
    assert!(told.contains("Some(\"refused: ***\")") && told.contains("(redacted)"), "{told}");
    assert_eq!(executor.observer_panics(), 0);
}
