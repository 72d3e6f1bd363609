//! Groups of a primary and its hedges: who wins, which error is returned, and when the group is over.

use super::key;
use recourse::observe::AttemptOutcome::{
    AttemptTimeout, Cancelled, Ignored, NonRetryable, Retryable, Success, Timeout,
};
use recourse::observe::{EndReason, capture};
use recourse::{Executor, HedgePolicy, Policy, RejectionKind, resilient};
use recourse_tests::{Fail, Script, Stage, broken, busy, busy_after, hangs, missing, ms, ok, through_both_front_ends};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_hedge_beats_a_primary_that_hangs() {
    through_both_front_ends!({ hedge = "20ms" }, [hangs(), ok(7).after(ms(5))], |run| {
        run.returned_ok(7)
            .attempts(2)
            .hedges(1)
            .took(ms(25))
            .outcomes(&[Cancelled, Success])
            .stopped_by(EndReason::Success);
    });
}

#[tokio::test(start_paused = true)]
async fn a_primary_beats_its_hedge() {
    through_both_front_ends!({ hedge = "20ms" }, [ok(1).after(ms(30)), hangs()], |run| {
        run.returned_ok(1).attempts(2).hedges(1).took(ms(30)).outcomes(&[Success, Cancelled]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_fast_enough_is_not_hedged() {
    through_both_front_ends!({ hedge = "20ms" }, [ok(1).after(ms(15)), hangs()], |run| {
        run.returned_ok(1).attempts(1).hedges(0).took(ms(15));
    });
}

/// hedge-3: the clock restarts at each launch, and there are no more than allowed.
#[tokio::test(start_paused = true)]
async fn hedges_never_burst() {
    through_both_front_ends!({ hedge = "20ms, at most 2", timeout = "200ms" }, [hangs()], |run| {
        let started: Vec<_> = run.timeline.attempts().iter().map(|attempt| attempt.started).collect();
        assert_eq!(started.len(), 3, "{run}");
        assert!(started.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= ms(20)), "{run}");
        run.rejected(RejectionKind::Timeout).hedges(2).took(ms(200)).outcomes(&[Timeout, Timeout, Timeout]);
    });
    through_both_front_ends!({ hedge = "20ms, at most 2" }, [hangs(), hangs(), ok(7).after(ms(1))], |run| {
        run.returned_ok(7).hedges(2).took(ms(41));
    });
}

/// hedge-3: none starts at the deadline, or at the end of its attempt.
#[tokio::test(start_paused = true)]
async fn no_hedge_starts_with_a_dead_deadline() {
    let hedge = Policy::new().hedge(HedgePolicy::after(ms(30)));
    for policy in [hedge.timeout(ms(30)), hedge.attempt_timeout(ms(30))] {
        let (executor, script) = (Executor::new(), Script::new([hangs()]));
        let (result, timelines) = capture(async { executor.call(key(), policy, || script.play()).await }).await;
        assert!(result.unwrap_err().rejection().is_some());
        assert_eq!((script.runs(), timelines[0].hedge_count()), (1, 0));
    }
}

/// hedge-6: an error that may be retried does not win, and the winner does not wait.
#[tokio::test(start_paused = true)]
async fn a_retryable_error_that_arrives_first_does_not_win() {
    through_both_front_ends!({ hedge = "20ms, at most 1" }, [ok(1).after(ms(40)), busy()], |run| {
        run.returned_ok(1).attempts(2).took(ms(40)).outcomes(&[Success, Retryable]);
    });
    through_both_front_ends!({ hedge = "20ms, at most 1" }, [busy().after(ms(25)), ok(2).after(ms(15))], |run| {
        run.returned_ok(2).attempts(2).took(ms(35)).outcomes(&[Retryable, Success]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_failure_for_good_ends_the_group_at_once() {
    through_both_front_ends!({ hedge = "20ms" }, [hangs(), broken()], |run| {
        run.returned_err("broken")
            .attempts(2)
            .took(ms(20))
            .outcomes(&[Cancelled, NonRetryable])
            .stopped_by(EndReason::NonRetryable);
    });
    through_both_front_ends!({ hedge = "20ms" }, [hangs(), missing()], |run| {
        run.returned_err("missing")
            .attempts(2)
            .took(ms(20))
            .outcomes(&[Cancelled, Ignored])
            .stopped_by(EndReason::Ignored);
    });
}

/// `fail slow`: it stops new hedges, and lets the running ones finish.
#[tokio::test(start_paused = true)]
async fn with_fail_slow_a_running_attempt_may_still_win() {
    through_both_front_ends!({ hedge = "20ms, fail slow" }, [ok(1).after(ms(60)), broken()], |run| {
        run.returned_ok(1).attempts(2).took(ms(60)).outcomes(&[Success, NonRetryable]);
    });
    through_both_front_ends!({ hedge = "20ms, fail slow", retry = "3 attempts" }, [busy().after(ms(60)), broken()], |run| {
        run.returned_err("broken").attempts(2).took(ms(60)).stopped_by(EndReason::NonRetryable);
    });
}

/// The group is over when all running attempts have failed; it does not wait for hedges that have not started.
#[tokio::test(start_paused = true)]
async fn a_failed_primary_is_retried_without_waiting_for_a_hedge() {
    through_both_front_ends!({ hedge = "20ms", retry = "2 attempts, no delay" }, [busy().after(ms(5)), ok(7)], |run| {
        run.returned_ok(7).attempts(2).hedges(0).took(ms(5));
    });
}

#[tokio::test(start_paused = true)]
async fn each_retry_may_hedge_again() {
    let plays = [hangs(), busy().after(ms(30)), hangs(), ok(7).after(ms(1))];
    through_both_front_ends!({ hedge = "20ms, at most 1", retry = "2 attempts, fixed 10ms", attempt_timeout = "40ms" }, plays.clone(), |run| {
        // 0: primary. 20: hedge. 40: primary cut. 50: hedge fails, 60: primary. 80: hedge, 81: it wins.
        run.returned_ok(7).attempts(4).hedges(2).took(ms(81)).outcomes(&[AttemptTimeout, Retryable, Cancelled, Success]);
    });
}

/// A timed-out attempt ranks below a real error; with nothing but timed-out attempts there is no error to return.
#[tokio::test(start_paused = true)]
async fn a_real_error_outranks_a_timeout() {
    through_both_front_ends!({ hedge = "20ms, at most 1", attempt_timeout = "40ms" }, [hangs(), busy().after(ms(5))], |run| {
        run.returned_err("busy").attempts(2).took(ms(40)).outcomes(&[AttemptTimeout, Retryable]);
    });
    through_both_front_ends!({ hedge = "20ms, at most 1", attempt_timeout = "40ms" }, [hangs()], |run| {
        run.rejected(RejectionKind::AttemptTimeout).attempts(2).took(ms(60)).outcomes(&[AttemptTimeout, AttemptTimeout]);
    });
}

/// The deadline of the call, with an error at hand: the operation's own error is the better answer.
#[tokio::test(start_paused = true)]
async fn a_real_error_outranks_the_deadline() {
    through_both_front_ends!({ hedge = "20ms, at most 1", timeout = "100ms" }, [busy().after(ms(30)), hangs()], |run| {
        run.returned_err("busy").attempts(2).took(ms(100)).stopped_by(EndReason::Timeout).outcomes(&[Retryable, Timeout]);
    });
}

/// The longest time that any failure of the group asked for is the delay before the next.
#[tokio::test(start_paused = true)]
async fn the_longest_pushback_of_a_group_counts() {
    let plays = [busy_after(ms(100)).after(ms(30)), busy_after(ms(300)), ok(7)];
    through_both_front_ends!({ hedge = "20ms, at most 1", retry = "2 attempts, no jitter" }, plays.clone(), |run| {
        run.returned_ok(7).attempts(3).took(ms(330));
    });
}

/// hedge-10: the primary and the hedge's timer in one tick, in many orders; one success, nothing left over.
#[tokio::test(start_paused = true)]
async fn a_winner_in_the_tick_of_its_hedge_wins() {
    for micros in (19_000..21_500).step_by(50) {
        let stage = Stage::new([ok(1).after(Duration::from_micros(micros)), hangs()]);
        let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
        assert_eq!(stage.executor.call(key(), policy, || stage.script.play()).await.expect("the primary"), 1);
        assert_eq!(stage.script.live(), 0);
    }
}

/// hedge-11: what the winner returns is read to its end, whatever became of the losers.
#[tokio::test(start_paused = true)]
async fn the_winners_value_is_whole() {
    #[resilient(key = "large", hedge = "20ms, at most 1")]
    async fn large(script: &Script) -> Result<Vec<u8>, Fail> {
        let value = script.play().await?;
        let mut body = Vec::new();
        for _ in 0..16 {
            tokio::task::yield_now().await;
            body.extend(std::iter::repeat_n(u8::try_from(value).expect("small"), 65_536));
        }
        Ok(body)
    }
    let body = large(&Script::new([hangs(), ok(7)])).await.expect("the hedge");
    assert!(body.len() == 1 << 20 && body.iter().all(|byte| *byte == 7));
}
