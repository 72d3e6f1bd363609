//! Hedged calls that panic or are dropped.

use super::key;
use recourse::hedge::{HedgeDecision, HedgeState, Trigger};
use recourse::observe::AttemptOutcome::{Cancelled, Panicked};
use recourse::observe::{EndReason, Event, capture};
use recourse::{HedgePolicy, Policy, resilient};
use recourse_tests::{Fail, Play, Script, Stage, busy, hangs, ms, ok, panics};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn panics_with(call: impl Future<Output = Result<u32, Fail>>) -> bool {
    let mut call = Box::pin(call);
    catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(&mut Context::from_waker(Waker::noop())))).is_err()
}

/// A panic of a hedge is a panic of the call: all attempts are gone when it reaches the caller.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_hedge_reaches_the_caller() {
    let stage = Arc::new(Stage::new([hangs(), panics()]));
    let inside = stage.clone();
    let task = tokio::spawn(async move {
        let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
        capture(async {
            let call = inside.executor.call(key(), policy, || inside.script.play());
            tokio::task::unconstrained(call.into_future()).await
        })
        .await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!((stage.script.runs(), stage.script.live()), (2, 0));
    let again = Script::new([ok(7)]);
    assert_eq!(stage.executor.call(key(), Policy::new().timeout(ms(5)), || again.play()).await.expect("it works"), 7);
}

/// Of the attempts that run, the one that panicked is told so, and no other.
#[tokio::test(start_paused = true)]
async fn the_attempt_that_panicked_is_told_so() {
    assert_eq!(outcomes_of_a_panic([hangs(), panics().after(ms(5))]).await, [Cancelled, Panicked]);
    assert_eq!(outcomes_of_a_panic([panics().after(ms(30)), hangs()]).await, [Panicked, Cancelled]);
}

async fn outcomes_of_a_panic<const N: usize>(plays: [Play; N]) -> Vec<recourse::observe::AttemptOutcome> {
    let stage = Stage::new(plays);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
    let (panicked, timelines) = capture(async {
        let mut call = Box::pin(tokio::task::unconstrained(
            stage.executor.call(key(), policy, || stage.script.play()).into_future(),
        ));
        poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(polled) => polled.map(|_| false),
            Err(_) => Poll::Ready(true),
        })
        .await
    })
    .await;
    assert!(panicked);
    timelines[0].attempts().iter().map(|attempt| attempt.outcome).collect()
}

/// A call that is dropped while only its hedge runs: the hedge is gone and told of, like any other.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_runs_alone_is_dropped_with_the_call() {
    let stage = Stage::new([busy().after(ms(30)), hangs()]);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
    let ((), timelines) = capture(async {
        let call = stage.executor.call(key(), policy, || stage.script.play());
        let dropped = tokio::time::timeout(ms(100), call.into_future()).await;
        assert!(dropped.is_err(), "the hedge hangs");
        assert_eq!(stage.script.live(), 0);
    })
    .await;
    assert_eq!(timelines[0].reason(), EndReason::Cancelled);
    let ends = timelines[0].events().iter().filter(|moment| matches!(moment.event, Event::AttemptEnded { .. })).count();
    assert_eq!(ends, timelines[0].attempt_count(), "{}", timelines[0]);
}

#[derive(Debug)]
struct Panicking;

impl Trigger for Panicking {
    fn decide(&self, _: &HedgeState<'_>) -> HedgeDecision {
        panic!("the trigger says so")
    }
}

static PANICKING: Panicking = Panicking;

/// panic-1.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_trigger_reaches_the_caller() {
    #[resilient(key = "panicking", hedge = PANICKING)]
    async fn guarded(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let script = Script::new([ok(7).after(ms(5))]);
    assert!(panics_with(guarded(&script)));
    assert_eq!(script.live(), 0);
}
