//! Retries: their number, their delays, and the errors that they follow.

use recourse::observe::AttemptOutcome::{Ignored, NonRetryable, Retryable, Success};
use recourse::observe::{DelaySource, EndReason};
use recourse_tests::{Fail, broken, busy, busy_after, missing, ms, ok, through_both_front_ends};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_success_is_one_attempt_and_takes_no_time() {
    through_both_front_ends!({ retry = "3 attempts" }, [ok(7)], |run| {
        run.returned_ok(7).attempts(1).took(ms(0)).stopped_by(EndReason::Success).outcomes(&[Success]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_attempted_again_after_the_delay() {
    through_both_front_ends!({ retry = "3 attempts, fixed 10ms" }, [busy(), busy(), ok(7)], |run| {
        run.returned_ok(7).attempts(3).took(ms(20)).outcomes(&[Retryable, Retryable, Success]);
    });
}

#[tokio::test(start_paused = true)]
async fn the_last_real_error_comes_back_when_the_attempts_run_out() {
    through_both_front_ends!({ retry = "3 attempts, no delay" }, [busy()], |run| {
        run.returned_err("busy").attempts(3).took(ms(0)).stopped_by(EndReason::AttemptsExhausted);
    });
}

/// retry-1.
#[tokio::test(start_paused = true)]
async fn one_attempt_is_one_attempt() {
    through_both_front_ends!({ retry = "1 attempt" }, [busy(), ok(7)], |run| {
        run.returned_err("busy").attempts(1).stopped_by(EndReason::AttemptsExhausted);
    });
    through_both_front_ends!({ retry = "none" }, [busy(), ok(7)], |run| {
        run.returned_err("busy").attempts(1);
    });
}

#[tokio::test(start_paused = true)]
async fn backoff_grows_up_to_its_maximum() {
    let plays = [busy(), busy(), busy(), busy(), ok(1)];
    through_both_front_ends!({ retry = "5 attempts, exponential 10ms..40ms, no jitter" }, plays.clone(), |run| {
        let asked: Vec<_> = run.timeline.attempts().iter().filter_map(|attempt| attempt.delay).collect();
        assert_eq!(asked, [10, 20, 40, 40].map(|delay| (ms(delay), DelaySource::Backoff)));
        run.returned_ok(1).took(ms(110));
    });
    through_both_front_ends!({ retry = "5 attempts, linear 10ms..25ms, no jitter" }, plays.clone(), |run| {
        run.returned_ok(1).took(ms(10 + 20 + 25 + 25));
    });
}

#[tokio::test(start_paused = true)]
async fn an_error_that_would_come_again_is_not_attempted_again() {
    through_both_front_ends!({ retry = "3 attempts" }, [broken(), ok(7)], |run| {
        run.returned_err("broken").attempts(1).stopped_by(EndReason::NonRetryable).outcomes(&[NonRetryable]);
    });
}

#[tokio::test(start_paused = true)]
async fn an_ignored_error_ends_the_call_as_it_is() {
    through_both_front_ends!({ retry = "3 attempts" }, [missing(), ok(7)], |run| {
        run.returned_err("missing").attempts(1).stopped_by(EndReason::Ignored).outcomes(&[Ignored]);
    });
}

/// retry-2: a Retry-After beyond the backoff is honoured, up to 30 s, and within the deadline.
#[tokio::test(start_paused = true)]
async fn pushback_replaces_the_backoff() {
    through_both_front_ends!(
        { retry = "2 attempts, exponential 10ms..250ms, no jitter" },
        [busy_after(ms(5_000)), ok(7)],
        |run| {
            let asked = run.timeline.attempts()[1].delay;
            assert_eq!(asked, Some((ms(5_000), DelaySource::Pushback)));
            run.returned_ok(7).took(ms(5_000));
        }
    );
    through_both_front_ends!({ retry = "2 attempts, no jitter" }, [busy_after(ms(30_000)), ok(7)], |run| {
        run.returned_ok(7).took(ms(30_000));
    });
    through_both_front_ends!({ retry = "2 attempts", timeout = "2s" }, [busy_after(ms(5_000)), ok(7)], |run| {
        run.returned_err("busy").attempts(1).took(ms(0)).stopped_by(EndReason::Deadline);
    });
}

/// "Now" from a server keeps the backoff: it is no reason for all clients to be back at once.
#[tokio::test(start_paused = true)]
async fn a_pushback_of_zero_keeps_the_backoff() {
    through_both_front_ends!({ retry = "2 attempts, fixed 40ms" }, [busy_after(ms(0)), ok(7)], |run| {
        run.returned_ok(7).took(ms(40));
    });
}

/// A pushback is not a draw: decorrelated jitter goes on from what was drawn.
#[tokio::test(start_paused = true)]
async fn a_pushback_does_not_set_the_pace_of_the_backoff() {
    for seed in 0..50 {
        recourse::testing::fix_jitter(seed);
        let plays = [busy_after(ms(5_000)), busy(), ok(7)];
        through_both_front_ends!(
            { retry = "3 attempts, exponential 10ms..1s, decorrelated jitter" },
            plays.clone(),
            |run| {
                let (delay, source) = run.timeline.attempts()[2].delay.expect("a retry");
                assert!(source == DelaySource::Backoff && (ms(10)..=ms(30)).contains(&delay), "{run}");
            }
        );
    }
}

/// retry-9. Whoever is told to come back in an hour is not helped by an error that is a minute late.
#[tokio::test(start_paused = true)]
async fn a_pushback_that_is_too_long_ends_the_call_at_once_with_its_own_error() {
    through_both_front_ends!(
        { retry = "3 attempts, fixed 10ms" },
        [busy_after(Duration::from_secs(3_600)), ok(7)],
        |run| {
            run.attempts(1).took(ms(0)).stopped_by(EndReason::PushbackTooLong);
            assert!(matches!(run.result, Err(Fail::Busy(Some(_)))), "{run}");
        }
    );
    let half_a_minute = Duration::from_secs(30);
    through_both_front_ends!({ retry = "3 attempts, fixed 10ms" }, [busy_after(half_a_minute), ok(7)], |run| {
        run.returned_ok(7).attempts(2).took(half_a_minute);
    });
}

/// retry-15: as long as the policy says; without that, as long as the timeout leaves time.
#[tokio::test(start_paused = true)]
async fn a_policy_says_how_long_a_pushback_may_be() {
    let hour = Duration::from_secs(3_600);
    through_both_front_ends!({ retry = "2 attempts, pushback up to 1h" }, [busy_after(hour), ok(7)], |run| {
        run.returned_ok(7).attempts(2);
    });
    through_both_front_ends!({ retry = "2 attempts, pushback up to 59m" }, [busy_after(hour), ok(7)], |run| {
        run.attempts(1).took(ms(0)).stopped_by(EndReason::PushbackTooLong);
        assert!(run.timeline.to_string().contains("the server's 3600s would not fit into the 3540s left"), "{run}");
    });
    through_both_front_ends!(
        { retry = "2 attempts, pushback up to 10s", timeout = "1h" },
        [busy_after(ms(11_000)), ok(7)],
        |run| {
            run.attempts(1).took(ms(0)).stopped_by(EndReason::PushbackTooLong);
        }
    );
    through_both_front_ends!({ retry = "2 attempts", timeout = "2h" }, [busy_after(hour), ok(7)], |run| {
        run.returned_ok(7).attempts(2);
    });
    through_both_front_ends!({ retry = "2 attempts", timeout = "10s" }, [busy_after(hour), ok(7)], |run| {
        run.attempts(1).took(ms(0)).stopped_by(EndReason::Deadline);
    });
}
