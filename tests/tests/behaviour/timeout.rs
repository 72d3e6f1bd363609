//! `timeout`, the deadline of a call, and `attempt_timeout`, the limit of each attempt.

use recourse::observe::AttemptOutcome::{AttemptTimeout, Success};
use recourse::observe::{AttemptOutcome, EndReason};
use recourse::{Executor, Key, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok, through_both_front_ends};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_a_running_attempt() {
    through_both_front_ends!({ timeout = "300ms" }, [hangs()], |run| {
        run.rejected(RejectionKind::Timeout).attempts(1).took(ms(300)).stopped_by(EndReason::Timeout);
        run.returned_err("`scenario` timed out after 300ms, in 1 attempt").outcomes(&[AttemptOutcome::Timeout]);
    });
}

/// timeout-1: the deadline is one for all attempts and the delays between them.
#[tokio::test(start_paused = true)]
async fn attempts_share_one_deadline() {
    let plays = [busy().after(ms(40)), hangs()];
    through_both_front_ends!({ retry = "5 attempts, fixed 30ms", timeout = "300ms", attempt_timeout = "100ms" }, plays.clone(), |run| {
        // 40 + 30, 100 + 30, and 100 more: the deadline and the end of the third attempt fall on one tick.
        run.rejected(RejectionKind::Timeout).attempts(3).took(ms(300)).stopped_by(EndReason::Timeout);
    });
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_ready_at_the_deadline_wins_over_it() {
    through_both_front_ends!({ timeout = "300ms" }, [ok(7).after(ms(300))], |run| {
        run.returned_ok(7).took(ms(300));
    });
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

/// timeout-2: the call ends now, with its last real error; it does not sleep into the deadline.
#[tokio::test(start_paused = true)]
async fn a_delay_that_does_not_fit_ends_the_call_at_once() {
    let plays = [busy().after(ms(30)), ok(7)];
    through_both_front_ends!({ retry = "3 attempts, fixed 80ms", timeout = "200ms" }, plays.clone(), |run| {
        run.returned_ok(7).attempts(2).took(ms(110));
    });
    let plays = [busy().after(ms(130)), ok(7)];
    through_both_front_ends!({ retry = "3 attempts, fixed 80ms", timeout = "200ms" }, plays.clone(), |run| {
        run.returned_err("busy").attempts(1).took(ms(130)).stopped_by(EndReason::Deadline);
    });
    // Ending at the deadline is not before it.
    let plays = [busy().after(ms(120)), ok(7)];
    through_both_front_ends!({ retry = "3 attempts, fixed 80ms", timeout = "200ms" }, plays.clone(), |run| {
        run.returned_err("busy").attempts(1).took(ms(120)).stopped_by(EndReason::Deadline);
    });
}

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_is_cut_and_attempted_again() {
    let plays = [hangs(), ok(7).after(ms(5))];
    through_both_front_ends!({ retry = "2 attempts, fixed 10ms", attempt_timeout = "50ms" }, plays.clone(), |run| {
        run.returned_ok(7).attempts(2).took(ms(65)).outcomes(&[AttemptTimeout, Success]);
    });
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_that_is_cut_becomes_a_rejection() {
    let plays = [busy(), hangs()];
    through_both_front_ends!({ retry = "2 attempts, no delay", attempt_timeout = "50ms" }, plays.clone(), |run| {
        run.rejected(RejectionKind::AttemptTimeout).attempts(2).took(ms(50)).stopped_by(EndReason::AttemptsExhausted);
        run.returned_err("`scenario` gave no answer within 50ms, in 2 attempts");
        let Fail::Rejected(rejected) = run.result.as_ref().expect_err("rejected") else { panic!("{run}") };
        assert_eq!(rejected.last_error(), Some("busy"), "the error of the attempt before is told");
    });
}

/// Takes its time without waiting: it blocks the thread.
fn blocks(time: Duration) -> Result<u32, Fail> {
    // The first poll of `advance` moves the clock, and needs no second one.
    let mut advance = pin!(tokio::time::advance(time));
    let _ = advance.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    Err(Fail::Busy(None))
}

/// timeout-6: the call's time counts at the latest from the end of the first attempt, whatever else is on.
#[tokio::test(start_paused = true)]
async fn attempts_that_block_their_thread_are_counted_alike_whatever_else_is_on() {
    #[resilient(key = "blocks", retry = "8 attempts, no delay", timeout = "100ms", executor = executor)]
    async fn guarded(executor: &Executor, attempts: &std::cell::Cell<u32>) -> Result<u32, Fail> {
        attempts.set(attempts.get() + 1);
        blocks(ms(60))
    }
    let base = Policy::new().retry("8 attempts, no delay".parse().unwrap()).timeout(ms(100));
    let slow = "9 failures, slow 5s".parse().unwrap();
    let policies =
        [base, base.hedge("5s".parse().unwrap()), base.circuit(slow), base.hedge("p99".parse().unwrap()).circuit(slow)];
    for policy in policies {
        let (executor, attempts) = (Executor::new(), std::cell::Cell::new(0));
        let call = executor.call(Key::from_static("blocks"), policy, || {
            attempts.set(attempts.get() + 1);
            std::future::ready(blocks(ms(60)))
        });
        assert!(call.await.is_err());
        assert_eq!(attempts.get(), 3, "{policy:?}");
    }

    let attempts = std::cell::Cell::new(0);
    assert!(guarded(&Executor::new(), &attempts).await.is_err());
    assert_eq!(attempts.get(), 3);
}
