//! Panics in code of the user: each reaches the caller, and ends its call once.

use recourse::observe::{AttemptOutcome, EndReason, Event, Timeline, capture};
use recourse::{Class, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, ok, panics};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

#[resilient(key = "guarded", executor = stage.executor, retry = "3 attempts, fixed 10ms", timeout = "1s", attempt_timeout = "100ms")]
async fn guarded(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

fn panic_of<T>(call: impl Future<Output = T>) -> Option<String> {
    let mut call = Box::pin(call);
    let poll = || call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let panic = catch_unwind(AssertUnwindSafe(poll)).err()?;
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
}

/// panic-1.
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

/// panic-1.
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
