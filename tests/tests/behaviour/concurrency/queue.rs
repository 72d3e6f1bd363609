//! Calls that wait for a slot.

use super::front_ends;
use recourse::observe::{AttemptOutcome, EndReason, Event, capture};
use recourse::{Classify as _, Executor, Key, Policy, RejectionKind, context, resilient};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok, once, panics, timeline};
use std::future::{IntoFuture, poll_fn};
use std::task::Poll;
use tokio::time::Instant;

/// concurrency-18: the body runs when the slot is there, and not before.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_starts_when_a_slot_comes_back() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 100ms" }) {
        let stage = Stage::new([ok(1).after(ms(40)), ok(2).after(ms(30))]);
        let start = Instant::now();
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let second = timeline(call(&stage));
        let (first, (second, timeline)) =
            tokio::join!(async { (first.await.unwrap(), start.elapsed(), stage.script.runs()) }, second);
        assert_eq!(first, (1, ms(40), 1), "{name}: one body until then");
        assert_eq!((second.unwrap(), start.elapsed()), (2, ms(70)), "{name}");
        let events: Vec<_> = timeline.events().iter().map(|timed| (timed.at, timed.event.clone())).collect();
        assert_eq!(events[1], (ms(0), Event::Queued { running: 1, waiting: 1 }), "{name}");
        let first = matches!(events[2], (at, Event::AttemptStarted { attempt: 1, hedge: false, .. }) if at == ms(40));
        assert!(first, "{name}: {:?}", events[2]);
        assert_eq!(timeline.attempts()[0].outcome, AttemptOutcome::Success, "{name}");
    }
}

/// concurrency-18: in order of arrival.
#[tokio::test(start_paused = true)]
async fn calls_that_wait_go_in_order_of_arrival() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 1s, queue 3" }) {
        let stage = Stage::new([1, 2, 3, 4].map(|value| ok(value).after(ms(10))));
        let calls = (call(&stage), call(&stage), call(&stage), call(&stage), call(&stage));
        let (first, second, third, fourth, fifth) = tokio::join!(calls.0, calls.1, calls.2, calls.3, calls.4);
        let served = [first, second, third, fourth].map(Result::unwrap);
        assert_eq!(served, [1, 2, 3, 4], "{name}");
        let refused = fifth.unwrap_err();
        assert_eq!(refused.to_string(), "`pool` was not called: 1 call runs already, and 3 wait", "{name}");
    }
}

/// concurrency-19: by its own wait.
#[tokio::test(start_paused = true)]
async fn a_wait_that_is_over_refuses_the_call() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 20ms", timeout = "1s" }) {
        let stage = Stage::new([ok(1).after(ms(90)), ok(2)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let start = Instant::now();
        let (result, timeline) = timeline(call(&stage)).await;
        assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Full), "{name}");
        assert!((ms(20)..ms(23)).contains(&start.elapsed()), "{name}: {:?}", start.elapsed());
        assert_eq!((timeline.reason(), timeline.attempt_count()), (EndReason::Full, 0), "{name}");
        assert_eq!(first.await.unwrap(), 1, "{name}");
        assert_eq!(call(&stage).await.unwrap(), 2, "{name}: nothing is left in the queue");
    }
}

/// concurrency-19: by the deadline around it, and by its own time, both of which say more than the end of the wait.
#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_wait() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 500ms" }) {
        let stage = Stage::new([hangs()]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let start = Instant::now();
        let error = context::within(ms(30), call(&stage)).await.unwrap_err();
        assert_eq!(error.to_string(), "`pool` was cut by the deadline around it, in 0 attempts", "{name}");
        assert!((ms(30)..ms(33)).contains(&start.elapsed()), "{name}: {:?}", start.elapsed());
        assert_eq!(stage.script.runs(), 1, "{name}");
    }
    let front_ends = front_ends!({
        concurrency = "1 at once, wait 90ms",
        retry = "2 attempts, fixed 50ms",
        timeout = "100ms",
    });
    for (name, call) in front_ends {
        let stage = Stage::new([busy(), hangs()]);
        let mut waits = call(&stage);
        assert!(once(&mut waits).await.is_pending());
        // The second call has the slot from 40 to 140 ms.
        tokio::time::sleep(ms(40)).await;
        let mut other = call(&stage);
        assert!(once(&mut other).await.is_pending());
        let start = Instant::now();
        let error = waits.await.unwrap_err();
        assert_eq!(error.to_string(), "`pool` timed out after 100ms, in 1 attempt", "{name}");
        assert!((ms(60)..ms(63)).contains(&start.elapsed()), "{name}: {:?}", start.elapsed());
    }
}

/// concurrency-19: a call whose time was over when its slot came does not start.
#[tokio::test(start_paused = true)]
async fn a_slot_that_comes_too_late_goes_to_the_next() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 500ms" }) {
        let stage = Stage::new([ok(1).after(ms(20)), ok(2)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let mut late = Box::pin(context::within(ms(30), call(&stage)));
        assert!(once(&mut late).await.is_pending());
        assert_eq!(first.await.unwrap(), 1, "{name}: the slot is handed over");
        tokio::time::advance(ms(50)).await;
        let mut next = call(&stage);
        assert!(once(&mut next).await.is_pending(), "{name}: in the queue");
        assert_eq!(late.await.unwrap_err().rejection(), Some(RejectionKind::Timeout), "{name}");
        assert_eq!(next.await.unwrap(), 2, "{name}");
        assert_eq!(stage.script.runs(), 2, "{name}");
    }
}

/// concurrency-20: the circuit is asked again after the wait, and a call in the queue holds no probe.
#[tokio::test(start_paused = true)]
async fn a_circuit_that_opens_meanwhile_refuses_the_call() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 500ms", circuit = "1 failure, cooldown 1s" }) {
        let stage = Stage::new([busy().after(ms(20)), ok(2).after(ms(5)), ok(3), ok(4)]);
        let (failed, refused) = tokio::join!(call(&stage), call(&stage));
        assert!(failed.is_err(), "{name}");
        assert_eq!(refused.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen), "{name}");
        assert_eq!(stage.script.runs(), 1, "{name}");
        tokio::time::advance(ms(1_000)).await;
        let (probe, other) = tokio::join!(call(&stage), call(&stage));
        assert_eq!(probe.unwrap(), 2, "{name}: a slot came back with the refusal");
        assert_eq!(other.unwrap(), 3, "{name}: it waited in the queue, and not for the probe");
    }
}

/// concurrency-20: a full limit is no sign of the dependency's health, and no failure of the call around.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_neutral() {
    for (name, call) in front_ends!({ concurrency = "1 at once", circuit = "1 failure" }) {
        let stage = Stage::new([ok(1).after(ms(20)), ok(2)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let outer = Policy::new().circuit("3 failures".parse().unwrap()).retry("3 attempts, no delay".parse().unwrap());
        let around = || {
            let operation = || call(&stage);
            stage.executor.call(Key::from_static("around"), outer, operation).classify(|fail: &Fail| match fail {
                Fail::Rejected(rejected) => rejected.classify(),
                other => other.classify(),
            })
        };
        let (result, timelines) = capture(around().into_future()).await;
        assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Full), "{name}");
        assert_eq!(timelines.len(), 2, "{name}: one attempt around, and one call in it");
        assert_eq!(first.await.unwrap(), 1, "{name}");
        assert_eq!(around().await.unwrap(), 2, "{name}: both circuits are closed");
    }
}

/// concurrency-18: a future that exists already waits, and is not polled.
#[tokio::test(start_paused = true)]
async fn a_guarded_future_waits_without_being_polled() {
    let (executor, stage) = (Executor::new(), Stage::new([ok(1).after(ms(20)), ok(2)]));
    let policy = Policy::new().concurrency("1 at once, wait 100ms".parse().unwrap());
    let guard = || executor.guard(Key::from_static("pool"), policy, stage.script.play()).into_future();
    let (mut first, mut second) = (Box::pin(guard()), Box::pin(guard()));
    assert!(once(&mut first).await.is_pending() && once(&mut second).await.is_pending());
    assert_eq!(stage.script.runs(), 1);
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.unwrap(), second.unwrap()), (1, 2));
}

/// concurrency-16: a body that panics when its turn has come gives the slot back.
#[tokio::test(start_paused = true)]
async fn a_panic_after_a_wait_gives_the_slot_back() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 100ms" }) {
        let stage = Stage::new([ok(1).after(ms(20)), panics(), ok(3)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        let mut panicking = call(&stage);
        assert!(once(&mut panicking).await.is_pending());
        assert_eq!(first.await.unwrap(), 1);
        poll_fn(|cx| {
            let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panicking.as_mut().poll(cx)));
            assert!(polled.is_err(), "{name}");
            Poll::Ready(())
        })
        .await;
        drop(panicking);
        assert_eq!(call(&stage).await.unwrap(), 3, "{name}");
    }
}

/// An argument that cannot be cloned.
struct Unclonable;

impl Clone for Unclonable {
    fn clone(&self) -> Self {
        panic!("cloning panics")
    }
}

/// Polls a call once, inside of a panic of its own if there is one.
async fn caught(call: impl Future<Output = ()>) -> EndReason {
    let ((), timelines) = capture(async {
        let mut call = Box::pin(call);
        poll_fn(|cx| {
            let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call.as_mut().poll(cx)));
            assert!(polled.is_err(), "it panics");
            Poll::Ready(())
        })
        .await;
    })
    .await;
    timelines.last().expect("a call").reason()
}

/// concurrency-31, panic-8: the attempt of a function is made before its call waits. If that panics, the call has panicked; a caller that panics
/// while the call waits cancels it. Neither leaves a place in the queue.
#[tokio::test(start_paused = true)]
async fn a_panic_in_making_an_attempt_that_is_to_wait_is_a_panic() {
    #[resilient(key = "pool", executor = stage.executor, concurrency = "1 at once, wait 100ms", retry = "2 attempts")]
    async fn clones(stage: &Stage, _unclonable: Unclonable) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "pool", executor = stage.executor, concurrency = "1 at once, wait 100ms")]
    async fn moves(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([ok(1).after(ms(20)), ok(2)]);
    let mut first = Box::pin(moves(&stage));
    assert!(once(&mut first).await.is_pending());
    let reason = caught(async { drop(clones(&stage, Unclonable).await) }).await;
    assert_eq!(reason, EndReason::Panicked);
    let reason = caught(async {
        let mut waits = Box::pin(moves(&stage));
        assert!(once(&mut waits).await.is_pending());
        assert_eq!(stage.script.runs(), 2, "the caller panics for a reason of its own");
    })
    .await;
    assert_eq!(reason, EndReason::Cancelled);
    let (first, next) = tokio::join!(first, moves(&stage));
    assert_eq!((first.unwrap(), next.unwrap()), (1, 2), "the place is free");
}
