//! Drops, panics and deadlines: nothing is left behind, and they can be told apart. CASES 3, 4, 6.

use recourse::observe::{AttemptOutcome, EndReason, Event, Timeline, capture};
use recourse::{Class, Executor, Key, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, hangs, ms, ok, panics, through_both_doors};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

#[resilient(key = "guarded", executor = stage.executor, retry = "3 attempts, fixed 10ms", timeout = "1s", attempt_timeout = "100ms")]
async fn guarded(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_a_running_attempt() {
    through_both_doors!({ timeout = "300ms" }, [hangs()], |run| {
        run.rejected(RejectionKind::Timeout).attempts(1).took(ms(300)).stopped_by(EndReason::Timeout);
        run.returned_err("`scenario` timed out after 300ms, in 1 attempt").outcomes(&[AttemptOutcome::Timeout]);
    });
}

/// F21: the deadline is one for all attempts and the delays between them.
#[tokio::test(start_paused = true)]
async fn attempts_share_one_deadline() {
    let plays = [busy().after(ms(40)), hangs()];
    through_both_doors!({ retry = "5 attempts, fixed 30ms", timeout = "300ms", attempt_timeout = "100ms" }, plays.clone(), |run| {
        // 40 + 30, 100 + 30, and 100 more: the deadline and the end of the third attempt fall on one tick.
        run.rejected(RejectionKind::Timeout).attempts(3).took(ms(300)).stopped_by(EndReason::Timeout);
    });
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_ready_at_the_deadline_wins_over_it() {
    through_both_doors!({ timeout = "300ms" }, [ok(7).after(ms(300))], |run| {
        run.returned_ok(7).took(ms(300));
    });
}

async fn dropped_after(stage: &Stage, time: Duration) -> Timeline {
    let call = async {
        let _ = tokio::time::timeout(time, guarded(stage)).await;
    };
    let ((), mut timelines) = capture(call).await;
    timelines.pop().expect("a call that was dropped leaves its timeline, too")
}

/// CASES 6: the caller's drop, the attempt's timeout and the call's can be told apart.
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

fn panic_of<T>(call: impl Future<Output = T>) -> Option<String> {
    let mut call = Box::pin(call);
    let poll = || call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let panic = catch_unwind(AssertUnwindSafe(poll)).err()?;
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
}

/// CASES 3.
#[tokio::test(start_paused = true)]
async fn a_panic_in_the_body_reaches_the_caller_and_the_next_call_works() {
    let stage = Stage::new([panics(), ok(7)]);
    let (panic, timelines) = capture(async { panic_of(guarded(&stage)) }).await;
    assert_eq!(panic.as_deref(), Some("the script says so"));
    assert_eq!(timelines[0].reason(), EndReason::Panicked);
    assert_eq!(timelines[0].attempts()[0].outcome, AttemptOutcome::Panicked);
    assert_eq!(stage.script.live(), 0);
    assert_eq!(guarded(&stage).await.expect("it works again"), 7);
}

/// CASES 3, F04.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_classifier_reaches_the_caller_and_the_next_call_works() {
    let (executor, script) = (Executor::new(), Script::new([busy(), ok(7)]));
    let policy = Policy::new().retry(RetryPolicy::defaults());
    let call = || executor.call(Key::from_static("k"), policy, || script.play());
    let (panic, timelines) = capture(async {
        panic_of(call().classify(|_: &Fail| -> Class { panic!("the classifier says so") }).into_future())
    })
    .await;
    assert_eq!(panic.as_deref(), Some("the classifier says so"));
    assert_eq!(timelines[0].reason(), EndReason::Panicked);
    assert_eq!(call().await.expect("it works again"), 7);
}

/// F25: an aborted call leaves no body behind, and no task.
#[tokio::test(start_paused = true)]
async fn ten_thousand_aborted_calls_leave_nothing_behind() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let stage = std::sync::Arc::new(Stage::new([busy()]));
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

/// A body that is always ready uses up tokio's cooperative budget, and with it every poll of a timer.
#[tokio::test]
async fn a_body_that_never_waits_is_cut_all_the_same() {
    #[resilient(key = "busy_loop", timeout = "50ms")]
    async fn spins(start: std::time::Instant) -> Result<(), Fail> {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        while start.elapsed() < Duration::from_secs(20) {
            sender.send(()).expect("the receiver lives");
            receiver.recv().await;
        }
        Ok(())
    }
    let error = spins(std::time::Instant::now()).await.expect_err("cut long before the 20 s are over");
    assert_eq!(error.rejection(), Some(RejectionKind::Timeout));
}

fn told(timeline: &Timeline) -> (EndReason, Vec<AttemptOutcome>, usize) {
    let ends = timeline.events().iter().filter(|m| matches!(m.event, Event::AttemptEnded { .. })).count();
    (timeline.reason(), timeline.attempts().iter().map(|attempt| attempt.outcome).collect(), ends)
}

/// Whatever of the user's panics: the call has ended, and every attempt once.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_budget_or_in_making_an_attempt_ends_the_call_once() {
    #[derive(Debug)]
    struct Angry;
    impl recourse::budget::Budget for Angry {
        fn deposit(&self) {}
        fn withdraw(&self, _: recourse::time::Instant) -> bool {
            panic!("the budget says so")
        }
        fn refund(&self) {}
        fn balance(&self) -> u32 {
            0
        }
    }
    static ANGRY: Angry = Angry;
    #[resilient(key = "angry", retry = "3 attempts, no delay", budget = ANGRY)]
    async fn unpaid(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let script = Script::new([busy()]);
    let (panic, timelines) = capture(async { panic_of(unpaid(&script)) }).await;
    assert_eq!(panic.as_deref(), Some("the budget says so"));
    assert_eq!(told(&timelines[0]), (EndReason::Panicked, vec![AttemptOutcome::Retryable], 1));

    let executor = Executor::new();
    let operation = || -> std::future::Ready<Result<u32, Fail>> { panic!("the operation says so") };
    let policy = Policy::new().retry(RetryPolicy::defaults());
    let (panic, timelines) =
        capture(async { panic_of(executor.call(Key::from_static("k"), policy, operation).into_future()) }).await;
    assert_eq!(panic.as_deref(), Some("the operation says so"));
    assert_eq!(told(&timelines[0]), (EndReason::Panicked, vec![], 0));
}

/// An argument that cannot be cloned a second time: the attempts before are told as they were, and the call as panicked.
#[tokio::test(start_paused = true)]
async fn a_panic_in_the_clone_of_an_argument_ends_the_call_once() {
    struct Twice(std::sync::Arc<std::sync::atomic::AtomicU32>);
    impl Clone for Twice {
        fn clone(&self) -> Self {
            assert_eq!(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed), 0, "the argument says so");
            Self(self.0.clone())
        }
    }
    #[resilient(key = "cloned_once", retry = "3 attempts, no delay")]
    async fn cloned(script: &Script, _argument: Twice) -> Result<u32, Fail> {
        script.play().await
    }
    let script = Script::new([busy()]);
    let argument = Twice(std::sync::Arc::default());
    let (panicked, timelines) = capture(async {
        let mut call = Box::pin(cloned(&script, argument));
        let poll = || call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        catch_unwind(AssertUnwindSafe(poll)).is_err()
    })
    .await;
    assert!(panicked);
    assert_eq!(told(&timelines[0]), (EndReason::Panicked, vec![AttemptOutcome::Retryable], 1));
}

/// A destructor of the body that panics while the call is dropped does not hide the end of the call.
#[tokio::test(start_paused = true)]
async fn a_panicking_destructor_does_not_hide_the_end() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "the destructor says so");
        }
    }
    #[resilient(key = "bomb", timeout = "1s")]
    async fn armed() -> Result<(), Fail> {
        let _bomb = Bomb;
        std::future::pending().await
    }
    let (dropped, timelines) = capture(async {
        let mut call = Box::pin(armed());
        poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
        catch_unwind(AssertUnwindSafe(|| drop(call)))
    })
    .await;
    assert!(dropped.is_err());
    assert_eq!(timelines.len(), 1, "a call that is dropped leaves its timeline, whatever happens");
}

/// A thread that was held up wakes the call after its deadline: no attempt starts then.
#[tokio::test(start_paused = true)]
async fn no_attempt_starts_after_the_deadline() {
    let (executor, script) = (Executor::new(), Script::new([busy(), ok(7)]));
    let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(20))).timeout(ms(100));
    let mut call = pin!(executor.call(Key::from_static("k"), policy, || script.play()).into_future());
    assert!(poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await);
    tokio::time::advance(ms(500)).await;
    let error = call.await.unwrap_err();
    assert_eq!((error.rejection(), script.runs()), (Some(RejectionKind::Timeout), 1));
}
