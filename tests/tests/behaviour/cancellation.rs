//! Calls that are dropped: nothing of them is left, and their timelines report it.

use futures::FutureExt as _;
use recourse::hedge::{LatencyRing, LatencyTracker};
use recourse::observe::{AttemptOutcome, EndReason, Event, Timeline, capture};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, Stage, busy, hangs, ms, ok, panics};
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

#[resilient(key = "guarded", executor = stage.executor, retry = "3 attempts, fixed 10ms", timeout = "1s", attempt_timeout = "100ms")]
async fn guarded(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

async fn dropped_after(stage: &Stage, time: Duration) -> Timeline {
    let call = async {
        let _ = tokio::time::timeout(time, guarded(stage)).await;
    };
    let ((), mut timelines) = capture(call).await;
    timelines.pop().expect("a call that was dropped leaves its timeline, too")
}

/// call-3: the caller's drop, the attempt's timeout and the call's can be told apart.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_says_so_wherever_it_was() {
    let stage = Stage::new([hangs()]);
    let timeline = dropped_after(&stage, ms(50)).await;
    assert_eq!(timeline.reason(), EndReason::Cancelled);
    assert_eq!(timeline.attempts()[0].outcome, AttemptOutcome::Cancelled);
    assert_eq!(stage.script.live(), 0);

    let stage = Stage::new([busy()]);
    let timeline = dropped_after(&stage, ms(5)).await;
    assert_eq!(timeline.reason(), EndReason::Cancelled);
    assert_eq!(timeline.attempts()[0].outcome, AttemptOutcome::Retryable, "dropped in the delay, when nothing ran");

    let timeline = dropped_after(&Stage::new([hangs()]), ms(105)).await;
    assert_eq!(timeline.attempts()[0].outcome, AttemptOutcome::AttemptTimeout);
}

/// Drops the call after so many polls, at every await point there is; never more than one end, never a live body.
#[tokio::test(start_paused = true)]
async fn a_call_can_be_dropped_at_every_poll() {
    for polls in 0..12 {
        let stage = Stage::new([busy().after(ms(3)), hangs(), busy(), ok(7)]);
        let ((), timelines) = capture(async {
            let mut call = pin!(guarded(&stage));
            let mut left = polls;
            poll_fn(|cx| {
                if left == 0 {
                    return Poll::Ready(());
                }
                left -= 1;
                call.as_mut().poll(cx).map(|_| ())
            })
            .await;
        })
        .await;
        assert_eq!(stage.script.live(), 0, "after {polls} polls");
        for timeline in &timelines {
            let ends = timeline.events().iter().filter(|m| matches!(m.event, Event::CallEnded { .. })).count();
            let ended = timeline.events().iter().filter(|m| matches!(m.event, Event::AttemptEnded { .. })).count();
            assert_eq!((ends, ended), (1, timeline.attempt_count()), "after {polls} polls:\n{timeline}");
        }
        assert_eq!(timelines.len(), usize::from(polls > 0), "a call that was never polled never began");
    }
}

/// call-2: an aborted call leaves no body behind, and no task.
#[tokio::test(start_paused = true)]
async fn ten_thousand_aborted_calls_leave_nothing_behind() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let stage = Arc::new(Stage::new([busy()]));
    for _ in 0..10_000 {
        let stage = stage.clone();
        let task = tokio::spawn(async move { guarded(&stage).await });
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
    assert_eq!((stage.script.runs(), stage.script.live()), (10_000, 0));
}

#[resilient(key = "tracked", executor = executor, retry = "2 attempts, no delay", hedge = "p99", budget = "none")]
async fn tracked(executor: &Executor, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

/// call-2: neither does a call that has ended, failed, panicked or was dropped, of what it was resolved to.
#[tokio::test(start_paused = true)]
async fn a_call_holds_nothing_of_its_executor_after_its_end() {
    let tracker: Arc<dyn LatencyTracker> = Arc::new(LatencyRing::default());
    for play in [ok(7), busy(), panics(), hangs()] {
        let made = tracker.clone();
        let executor = Executor::builder().latency_tracker(move |_| made.clone()).build();
        let script = Script::new([play]);
        for _ in 0..3 {
            let polled = tokio::time::timeout(ms(5), tracked(&executor, &script));
            let _ = AssertUnwindSafe(polled).catch_unwind().await;
            drop(tracked(&executor, &script));
        }
        assert!(Arc::strong_count(&tracker) > 2, "the key has it");
        drop(executor);
        assert_eq!(Arc::strong_count(&tracker), 1);
    }
}
