//! The rate at which attempts of a key are made.

use crate::concurrency::front_ends;
use recourse::observe::{EndReason, Event};
use recourse::{Class, Classify, Key, Policy, RejectionKind, context};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok, once, through_both_front_ends, timeline};
use std::time::Duration;
use tokio::time::{Instant, advance};

/// How long the rate says to wait.
fn retry_after(result: Result<u32, Fail>) -> Duration {
    match result {
        Err(Fail::Rejected(rejected)) if rejected.kind() == RejectionKind::RateLimited => {
            rejected.retry_after().unwrap()
        }
        other => panic!("{other:?}"),
    }
}

/// rate-6: the moment that a refusal tells is the first at which a call goes.
#[tokio::test(start_paused = true)]
async fn a_call_that_comes_too_early_is_told_exactly_when_to_come_back() {
    for (name, call) in front_ends!({ rate = "10/s, burst 2" }) {
        let stage = Stage::new([ok(7)]);
        assert!(call(&stage).await.is_ok() && call(&stage).await.is_ok(), "{name}: a burst");
        advance(ms(30)).await;
        let (result, timeline) = timeline(call(&stage)).await;
        let Err(Fail::Rejected(rejected)) = result else { panic!("{name}") };
        assert_eq!(rejected.to_string(), "`pool` was not called: its rate allows the next call in 70ms", "{name}");
        assert_eq!(rejected.classify(), Class::Ignore, "{name}: it is no failure of the dependency");
        assert_eq!((timeline.reason(), stage.script.runs()), (EndReason::RateLimited, 2), "{name}");
        let denied = Event::RateDenied { retry_after: ms(70) };
        assert!(timeline.events().iter().any(|moment| moment.event == denied), "{name}: {timeline:?}");
        assert!(timeline.to_string().contains("stopped: the rate allows the next attempt in 70ms"), "{timeline}");
        advance(ms(69)).await;
        assert_eq!(retry_after(call(&stage).await), ms(1), "{name}");
        advance(ms(1)).await;
        assert!(call(&stage).await.is_ok(), "{name}");
    }
}

/// rate-6: ten times the demand for ten seconds.
#[tokio::test(start_paused = true)]
async fn exactly_the_calls_of_the_rate_go() {
    for (name, call) in front_ends!({ rate = "100/s, burst 20" }) {
        let stage = Stage::new([ok(7)]);
        for _ in 0..10_000 {
            let _ = call(&stage).await;
            advance(ms(1)).await;
        }
        assert_eq!(stage.script.runs(), 20 + 999, "{name}");
    }
}

/// rate-7: retries and hedges count, unless the text says that calls do.
#[tokio::test(start_paused = true)]
async fn attempts_are_counted_or_calls() {
    through_both_front_ends!({ rate = "1/s", retry = "3 attempts, no delay" }, [busy(), ok(7)], |run| {
        // There is an error of the operation, which says more.
        run.returned_err("busy").attempts(1).stopped_by(EndReason::RateLimited);
    });
    through_both_front_ends!({ rate = "1/s", retry = "3 attempts, fixed 100ms" }, [busy(), ok(7)], |run| {
        run.rejected(RejectionKind::RateLimited).attempts(1).stopped_by(EndReason::RateLimited).took(ms(100));
    });
    through_both_front_ends!({ rate = "1/s, per call", retry = "3 attempts, no delay" }, [busy(), ok(7)], |run| {
        run.returned_ok(7).attempts(2);
    });
    let slow = || [ok(1).after(ms(50)), ok(2)];
    through_both_front_ends!({ rate = "1/s", hedge = "10ms, at most 1, budget none" }, slow(), |run| {
        run.returned_ok(1).hedges(0).took(ms(50));
    });
    through_both_front_ends!({ rate = "1/s, burst 2", hedge = "10ms, at most 1, budget none" }, slow(), |run| {
        run.returned_ok(2).hedges(1).took(ms(10));
    });
    for (name, call) in front_ends!({ rate = "1/s, per call" }) {
        let stage = Stage::new([ok(7)]);
        call(&stage).await.unwrap();
        assert_eq!(retry_after(call(&stage).await), ms(1_000), "{name}");
    }
}

/// rate-8: each call waits for its own moment, in the order in which they ask.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_starts_at_its_moment() {
    for (name, call) in front_ends!({ rate = "10/s, wait 250ms" }) {
        let stage = Stage::new([ok(1), ok(2), ok(3)]);
        let start = Instant::now();
        let timed = async |call| (timeline(call).await, start.elapsed());
        let (first, second, third, fourth) =
            tokio::join!(timed(call(&stage)), timed(call(&stage)), timed(call(&stage)), timed(call(&stage)));
        assert_eq!((first.0.0.unwrap(), first.1), (1, ms(0)), "{name}");
        assert_eq!((second.0.0.unwrap(), third.0.0.unwrap()), (2, 3), "{name}");
        assert!((ms(100)..ms(103)).contains(&second.1) && (ms(200)..ms(203)).contains(&third.1), "{name}");
        assert_eq!(second.0.1.events()[1].event, Event::RateDelayed { wait: ms(100) }, "{name}");
        assert_eq!((retry_after(fourth.0.0), fourth.1), (ms(300), ms(0)), "{name}: its wait would not do");
    }
}

/// rate-8: who cannot wait for as long is told so at once.
#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_refused_at_once() {
    for (name, call) in front_ends!({ rate = "10/s, wait 1s" }) {
        let stage = Stage::new([ok(1)]);
        call(&stage).await.unwrap();
        let start = Instant::now();
        assert_eq!(retry_after(context::within(ms(60), call(&stage)).await), ms(100), "{name}");
        assert_eq!(start.elapsed(), ms(0), "{name}");
        assert_eq!(context::within(ms(150), call(&stage)).await.unwrap(), 1, "{name}");
    }
}

/// rate-9: what was not made was not used.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_not_made_is_given_back() {
    for (name, call) in front_ends!({ rate = "10/s, wait 1s" }) {
        let stage = Stage::new([ok(1)]);
        call(&stage).await.unwrap();
        for polls in 1..4 {
            let mut dropped = call(&stage);
            for _ in 0..polls {
                assert!(once(&mut dropped).await.is_pending(), "{name}");
            }
        }
        let start = Instant::now();
        call(&stage).await.unwrap();
        assert!((ms(100)..ms(103)).contains(&start.elapsed()), "{name}: the moments of those that went are free");
    }
    // Of those who ask before the rate, the slots do, and their refusal uses nothing.
    for (name, call) in front_ends!({ rate = "10/s, burst 2", concurrency = "1 at once" }) {
        let stage = Stage::new([hangs(), ok(2)]);
        let mut running = call(&stage);
        assert!(once(&mut running).await.is_pending());
        for _ in 0..5 {
            assert_eq!(call(&stage).await.unwrap_err().rejection(), Some(RejectionKind::Full), "{name}");
        }
        drop(running);
        assert_eq!(call(&stage).await.unwrap(), 2, "{name}");
        assert_eq!(retry_after(call(&stage).await), ms(100), "{name}");
        advance(ms(100)).await;
        assert_eq!(call(&stage).await.unwrap(), 2, "{name}: the slot came back with the refusal");
    }
    // A probe that does not go has used nothing either.
    for (name, call) in front_ends!({ rate = "10/s, burst 2", circuit = "1 failure, cooldown 1s" }) {
        let stage = Stage::new([busy(), ok(2)]);
        call(&stage).await.unwrap_err();
        for _ in 0..5 {
            assert_eq!(call(&stage).await.unwrap_err().rejection(), Some(RejectionKind::CircuitOpen), "{name}");
        }
        advance(ms(1_000)).await;
        assert!(call(&stage).await.is_ok() && call(&stage).await.is_ok(), "{name}: a whole burst");
    }
}

/// rate-9: a rate counts what is asked of the dependency, so its refusals say nothing about it.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_neutral_for_the_circuit() {
    for (name, call) in front_ends!({ rate = "10/s", circuit = "1 failure", retry = "1 attempt" }) {
        let stage = Stage::new([ok(1)]);
        call(&stage).await.unwrap();
        retry_after(call(&stage).await);
        advance(ms(100)).await;
        assert!(call(&stage).await.is_ok(), "{name}");
    }
}

/// rate-10: another rate counts from the next call on, and what was used stays used.
#[tokio::test(start_paused = true)]
async fn a_live_change_of_the_policy_changes_the_rate() {
    for (name, call) in front_ends!({ rate = "10/s, burst 5" }) {
        let stage = Stage::new([ok(1)]);
        for _ in 0..3 {
            call(&stage).await.unwrap();
        }
        let rate = |text: &str| {
            stage.executor.set_policy(Key::from_static("pool"), Policy::new().rate(text.parse().unwrap()));
        };
        rate("1/s, burst 4");
        call(&stage).await.unwrap();
        assert_eq!(retry_after(call(&stage).await), ms(1_000), "{name}: three of four were used");
        rate("none");
        for _ in 0..50 {
            call(&stage).await.unwrap();
        }
    }
}
