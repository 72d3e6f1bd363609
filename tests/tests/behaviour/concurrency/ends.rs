//! A slot is held while an attempt runs, and comes back however the attempt ends.

use super::front_ends;
use recourse::observe::{EndReason, Event, HedgeDenial};
use recourse::{Class, Classify, RejectionKind};
use recourse_tests::{
    Fail, Stage, broken, busy, hangs, missing, ms, ok, once, panics, through_both_front_ends, timeline,
};
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::task::Poll;

/// concurrency-16: the body of a call for which there is no slot does not run.
#[tokio::test(start_paused = true)]
async fn without_a_slot_a_call_is_refused_at_once() {
    for (name, call) in front_ends!({ concurrency = "2 at once" }) {
        let stage = Stage::new([hangs(), hangs(), ok(7)]);
        let (mut first, mut second) = (call(&stage), call(&stage));
        assert!(once(&mut first).await.is_pending() && once(&mut second).await.is_pending(), "{name}");
        let (result, timeline) = timeline(call(&stage)).await;
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), "`pool` was not called: 2 calls run already", "{name}");
        let Fail::Rejected(rejected) = error else { panic!("{name}") };
        assert_eq!((rejected.kind(), rejected.classify()), (RejectionKind::Full, Class::Ignore), "{name}");
        assert_eq!((stage.script.runs(), timeline.reason()), (2, EndReason::Full), "{name}");
        let denied = Event::SlotDenied { running: 2, waiting: 0, priority: None };
        assert!(timeline.events().iter().any(|moment| moment.event == denied), "{name}: {timeline:?}");
        assert!(timeline.to_string().contains("stopped: no slot is free: 2 run, 0 wait"), "{name}: {timeline}");
        drop(first);
        assert_eq!(call(&stage).await.unwrap(), 7, "{name}: the slot of a call that was dropped");
    }
}

/// concurrency-16: whatever becomes of an attempt, its slot comes back.
#[tokio::test(start_paused = true)]
async fn every_end_of_an_attempt_gives_its_slot_back() {
    for (name, call) in front_ends!({ concurrency = "1 at once", attempt_timeout = "50ms" }) {
        for play in [ok(1), ok(1).after(ms(5)), busy(), broken().after(ms(5)), missing(), hangs(), panics()] {
            let stage = Stage::new([play.clone(), ok(7)]);
            let mut guarded = call(&stage);
            let ended = poll_fn(|cx| {
                let polled = std::panic::catch_unwind(AssertUnwindSafe(|| guarded.as_mut().poll(cx)));
                polled.map_or(Poll::Ready(()), |polled| polled.map(drop))
            });
            ended.await;
            drop(guarded);
            assert_eq!(call(&stage).await.unwrap(), 7, "{name}: after {play:?}");
        }
    }
}

/// concurrency-16: dropped at every poll, in the queue, in an attempt, in a delay, and beside a hedge.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_poll_leaves_no_slot_behind() {
    let front_ends = front_ends!({
        concurrency = "1 at once, wait 500ms",
        retry = "3 attempts, fixed 10ms",
        hedge = "20ms",
    });
    for (name, call) in front_ends {
        for polls in 0..14 {
            let stage = Stage::new([ok(1).after(ms(7)), busy().after(ms(3)), hangs(), ok(7)]);
            let mut first = call(&stage);
            assert!(once(&mut first).await.is_pending());
            let mut dropped = call(&stage);
            let mut left = polls;
            let polled = poll_fn(|cx| {
                let _ = first.as_mut().poll(cx).is_ready().then(|| first = Box::pin(std::future::pending()));
                if left == 0 {
                    return Poll::Ready(());
                }
                left -= 1;
                dropped.as_mut().poll(cx).map(drop)
            });
            let _ = tokio::time::timeout(ms(300), polled).await;
            drop((first, dropped));
            assert_eq!(stage.script.live(), 0, "{name} after {polls} polls");
            let free = Stage { executor: stage.executor.clone(), ..Stage::new([ok(9)]) };
            let start = tokio::time::Instant::now();
            assert_eq!(call(&free).await.unwrap(), 9, "{name} after {polls} polls");
            assert_eq!(start.elapsed(), ms(0), "{name} after {polls} polls: it did not wait");
        }
    }
}

/// concurrency-17: the slot is another's while a call waits for its next attempt.
#[tokio::test(start_paused = true)]
async fn a_slot_is_given_back_before_a_delay() {
    for (name, call) in front_ends!({ concurrency = "1 at once", retry = "2 attempts, fixed 100ms" }) {
        let stage = Stage::new([busy(), ok(1), ok(2)]);
        let mut failed = call(&stage);
        assert!(once(&mut failed).await.is_pending(), "{name}: in its delay");
        assert_eq!(call(&stage).await.unwrap(), 1, "{name}");
        assert_eq!(failed.await.unwrap(), 2, "{name}");
    }
}

/// concurrency-17: a retry needs a slot as well, and without one the call ends.
#[tokio::test(start_paused = true)]
async fn a_retry_without_a_slot_ends_the_call() {
    for (name, call) in front_ends!({ concurrency = "1 at once", retry = "3 attempts, fixed 100ms" }) {
        let stage = Stage::new([busy(), hangs()]);
        let mut failed = call(&stage);
        assert!(once(&mut failed).await.is_pending());
        let mut hanging = call(&stage);
        assert!(once(&mut hanging).await.is_pending());
        let error = failed.await.unwrap_err();
        assert_eq!(error.to_string(), "`pool` was not called again after 1 attempt: 1 call runs already", "{name}");
        assert_eq!(stage.script.runs(), 2, "{name}");
    }
    // Without a delay there is still an error of the operation.
    for (name, call) in front_ends!({ concurrency = "1 at once", retry = "2 attempts, no delay" }) {
        let stage = Stage::new([busy().after(ms(5)), ok(3)]);
        assert_eq!(call(&stage).await.unwrap(), 3, "{name}: its own slot is free");
    }
}

/// concurrency-17: a hedge takes a slot that is free, and never waits for one.
#[tokio::test(start_paused = true)]
async fn a_hedge_takes_a_free_slot_or_is_denied() {
    through_both_front_ends!(
        { concurrency = "1 at once, wait 1s", hedge = "10ms, at most 1, budget none" },
        [ok(1).after(ms(100)), ok(2)],
        |run| {
            run.returned_ok(1).hedges(0).took(ms(100)).stopped_by(EndReason::Success);
            let denied = run.timeline.events().iter().filter(|moment| moment.event == Event::HedgeDenied { reason: HedgeDenial::Concurrency }).count();
            assert!(denied > 0, "{run}");
        }
    );
    through_both_front_ends!(
        { concurrency = "2 at once", hedge = "10ms, at most 1, budget none" },
        [ok(1).after(ms(100)), ok(2)],
        |run| {
            run.returned_ok(2).hedges(1).took(ms(10));
        }
    );
    // The slots of both come back.
    for (name, call) in front_ends!({ concurrency = "2 at once", hedge = "10ms, at most 1, budget none" }) {
        let stage = Stage::new([hangs(), ok(2), hangs(), ok(4), hangs(), ok(6)]);
        for expected in [2, 4, 6] {
            assert_eq!(call(&stage).await.unwrap(), expected, "{name}");
        }
    }
}
