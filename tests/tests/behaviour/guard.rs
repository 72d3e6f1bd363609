//! `Executor::guard`: one future that exists already.

use recourse::observe::{AttemptOutcome, EndReason, Event, capture};
use recourse::{
    BudgetPolicy, CircuitPolicy, Class, Classify, Executor, HedgePolicy, Key, Policy, RejectionKind, RetryPolicy,
};
use recourse_tests::{Fail, Script, busy, hangs, missing, ms, ok, panics, timeline};
use std::future::{Future, IntoFuture, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

const KEY: Key = Key::from_static("plugin.load");

fn limits() -> Policy {
    Policy::new().timeout(ms(100)).circuit(CircuitPolicy::failures(2))
}

/// Plays the first line of a script as one future.
fn guarded(executor: &Executor, policy: Policy, script: &Script) -> impl Future<Output = Result<u32, Fail>> {
    let call = executor.guard(KEY, policy, script.play()).classify(Classify::classify);
    call.describe(|fail| Some(fail.to_string())).into_future()
}

/// call-12: its timeouts and its circuit apply.
#[tokio::test(start_paused = true)]
async fn one_future_has_a_timeout_and_a_circuit() {
    let executor = Executor::new();
    let (result, seen) = timeline(guarded(&executor, limits(), &Script::new([ok(7).after(ms(50))]))).await;
    assert_eq!((result.unwrap(), seen.attempt_count(), seen.reason()), (7, 1, EndReason::Success));

    let attempt = Policy::new().attempt_timeout(ms(10));
    let result = guarded(&executor, attempt, &Script::new([hangs()])).await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::AttemptTimeout));

    let script = Script::new([hangs()]);
    let (result, seen) = timeline(guarded(&executor, limits(), &script)).await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Timeout));
    assert_eq!((seen.elapsed(), script.live()), (ms(100), 0));

    assert_eq!(guarded(&executor, limits(), &Script::new([busy()])).await.unwrap_err().to_string(), "busy");
    // The second failure in a row has opened the circuit: the next future is not polled, and is gone before the call returns.
    let script = Script::new([ok(7)]);
    let future = guarded(&executor, limits(), &script);
    let (result, seen) = timeline(future).await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen));
    assert_eq!((script.runs(), seen.attempt_count()), (0, 0));
}

/// call-12: what is ignored says nothing about the dependency.
#[tokio::test(start_paused = true)]
async fn one_future_is_classified_like_any_other() {
    let executor = Executor::new();
    for _ in 0..5 {
        assert!(guarded(&executor, limits(), &Script::new([missing()])).await.is_err());
    }
    assert_eq!(guarded(&executor, limits(), &Script::new([ok(7)])).await.unwrap(), 7);
    let of_values = executor.guard(KEY, limits(), async { Ok::<_, Fail>(503) }).classify_ok(|_| Class::RETRYABLE);
    let (_, seen) = timeline(of_values.into_future()).await;
    assert_eq!(seen.attempts()[0].outcome, AttemptOutcome::Retryable);
}

/// call-12: it cannot run twice, so a policy that asks for more is applied without that, and says so.
#[tokio::test(start_paused = true)]
async fn what_would_need_the_future_again_is_left_out_and_told() {
    let policy = limits().retry(RetryPolicy::forever()).hedge(HedgePolicy::after(ms(1)).budget(BudgetPolicy::none()));
    let registered = Executor::builder().policy(KEY, policy).build();
    for (executor, written) in [(Executor::new(), policy), (registered, Policy::new())] {
        let script = Script::new([busy().after(ms(20)), ok(7)]);
        let (result, seen) = timeline(guarded(&executor, written, &script)).await;
        assert_eq!((result.unwrap_err().to_string().as_str(), script.runs()), ("busy", 1));
        assert_eq!(seen.reason(), EndReason::AttemptsExhausted);
        let fields: Vec<_> = seen.effective().changes.iter().map(|change| change.field).collect();
        assert_eq!(fields, ["retry", "hedge"]);
        assert!(
            seen.to_string().contains("note: retry: forever became none: the function cannot be repeated"),
            "{seen}"
        );
    }
}

/// call-12, call-3: dropped after so many polls, at every await point there is: one end, no future left.
#[tokio::test(start_paused = true)]
async fn one_future_can_be_dropped_at_every_poll() {
    for (policy, polls) in [limits(), Policy::new().retry(RetryPolicy::none())].into_iter().zip([0, 1, 2, 3]) {
        let (executor, script) = (Executor::new(), Script::new([hangs()]));
        let ((), timelines) = capture(async {
            let mut call = pin!(guarded(&executor, policy, &script));
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
        assert_eq!(script.live(), 0, "after {polls} polls");
        assert_eq!(timelines.len(), usize::from(polls > 0), "a call that was never polled never began");
        for timeline in &timelines {
            let ends = timeline.events().iter().filter(|m| matches!(m.event, Event::CallEnded { .. })).count();
            let ended = timeline.events().iter().filter(|m| matches!(m.event, Event::AttemptEnded { .. })).count();
            assert_eq!((ends, ended, timeline.reason()), (1, 1, EndReason::Cancelled), "{timeline}");
        }
    }
}

fn panic_of<T>(call: impl Future<Output = T>) -> Option<String> {
    let mut call = Box::pin(call);
    let poll = || call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let panic = catch_unwind(AssertUnwindSafe(poll)).err()?;
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
}

/// call-12, panic-1: a panic reaches the caller, ends the call once, and counts against the circuit if it was the future's.
#[tokio::test(start_paused = true)]
async fn a_panic_in_one_future_reaches_the_caller() {
    let executor = Executor::new();
    for _ in 0..2 {
        let script = Script::new([panics()]);
        let (panic, timelines) = capture(async { panic_of(guarded(&executor, limits(), &script)) }).await;
        assert_eq!(panic.as_deref(), Some("the script says so"));
        assert_eq!((timelines[0].reason(), script.live()), (EndReason::Panicked, 0));
        assert_eq!(timelines[0].attempts()[0].outcome, AttemptOutcome::Panicked);
    }
    let result = guarded(&executor, limits(), &Script::new([ok(7)])).await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen));

    let executor = Executor::new();
    let by_classifier = || {
        let future = async { Err::<u32, Fail>(Fail::Broken) };
        executor.guard(KEY, limits(), future).classify(|_: &Fail| -> Class { panic!("the classifier says so") })
    };
    let (panic, timelines) = capture(async { panic_of(by_classifier().into_future()) }).await;
    assert_eq!(panic.as_deref(), Some("the classifier says so"));
    assert_eq!(timelines[0].reason(), EndReason::Panicked);
}

/// call-12: it is kept once, wherever it is in its call, and need not be `Unpin` or `Send`.
#[tokio::test(start_paused = true)]
async fn one_future_is_stored_once() {
    let large = |value: u32| async move {
        let buffer = [value; 1_000];
        tokio::task::yield_now().await;
        Ok::<u32, Fail>(buffer[999])
    };
    let (executor, bare) = (Executor::new(), size_of_val(&large(7)));
    let call = executor.guard(KEY, limits(), large(7)).into_future();
    assert!(size_of_val(&call) <= bare + 200, "{} beside {bare}", size_of_val(&call));
    assert_eq!(call.await.unwrap(), 7);
    let local = async {
        let local = std::rc::Rc::new(7);
        tokio::task::yield_now().await;
        Ok::<u32, Fail>(*local)
    };
    assert_eq!(executor.guard(KEY, limits(), local).await.unwrap(), 7);
}

/// call-12.
#[tokio::test(start_paused = true)]
async fn a_future_that_is_refused_is_gone_before_the_call_returns() {
    let held = std::sync::Arc::new(());
    let executor = Executor::new();
    let future = {
        let held = held.clone();
        async move {
            drop(held);
            Ok::<u32, Fail>(7)
        }
    };
    let mut call = pin!(executor.guard(KEY, Policy::new().timeout(ms(0)), future).into_future());
    let result = call.as_mut().await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Expired));
    assert_eq!(std::sync::Arc::strong_count(&held), 1, "though the call is still there");
}
