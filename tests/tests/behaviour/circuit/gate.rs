//! The cycle of a circuit: it opens, refuses calls, and closes again; and how timelines report it.

use super::{ALMOST, COOLDOWN, changes, due, get, is_refused, open, refusal, seen, state};
use recourse::circuit::State;
use recourse::observe::{AttemptOutcome, EndReason, Event};
use recourse::{Executor, Key, Policy, RejectionKind, circuit, resilient};
use recourse_tests::{Fail, Script, Stage, busy, ms, ok, through_both_front_ends};
use std::time::Duration;

/// The whole cycle, through both front ends, on one executor each.
#[tokio::test(start_paused = true)]
async fn an_outage_opens_it_and_one_good_probe_closes_it() {
    let stage = open([ok(7), ok(8)]).await;
    let (refused, timeline) = seen(get(&stage)).await;
    assert_eq!(refusal(refused).retry_after(), Some(COOLDOWN));
    assert_eq!((stage.script.runs(), timeline.reason()), (3, EndReason::CircuitOpen));

    tokio::time::advance(ALMOST).await;
    assert!(is_refused(&get(&stage).await), "a cooldown that is written is exact");
    tokio::time::advance(ms(1)).await;
    let (probe, timeline) = seen(get(&stage)).await;
    assert_eq!(probe.expect("the probe goes"), 7);
    assert_eq!(changes(&timeline), [(State::Open, State::HalfOpen), (State::HalfOpen, State::Closed)]);
    assert_eq!((get(&stage).await.expect("closed"), state(&stage)), (8, State::Closed));
}

#[tokio::test(start_paused = true)]
async fn the_failure_that_opens_it_says_so_in_its_timeline() {
    let stage = Stage::new([busy()]);
    for expected in [vec![], vec![], vec![(State::Closed, State::Open)]] {
        let (_, timeline) = seen(get(&stage)).await;
        assert_eq!(changes(&timeline), expected);
    }
    let (_, timeline) = seen(get(&stage)).await;
    let denied = |event: &Event| {
        matches!(event, Event::CircuitDenied { reason: circuit::DecisionReason::Open, retry_after: Some(COOLDOWN) })
    };
    assert!(timeline.events().iter().any(|moment| denied(&moment.event)), "{timeline:?}");
    let drawn = timeline.to_string();
    assert!(drawn.starts_with("db.get  circuit_open, 0 attempts, 0\n"), "{drawn}");
    assert!(drawn.contains("  stopped: the circuit is open; it can be asked again in 1s\n"), "{drawn}");
}

#[tokio::test(start_paused = true)]
async fn the_drawing_shows_each_change_of_state() {
    let (_, timeline) = seen(get(&due([ok(7).after(ms(20))]).await)).await;
    let drawn = timeline.to_string();
    assert!(
        drawn.contains("  circuit: open -> half_open at 0, cooldown_over\n  circuit: half_open -> closed at 2"),
        "{drawn}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_it_is() {
    let stage = open([]).await;
    let rejected = refusal(get(&stage).await);
    assert_eq!(rejected.to_string(), "`db.get` was not called: its circuit is open");
    assert_eq!((rejected.attempts(), rejected.elapsed()), (0, Duration::ZERO));
    assert_eq!(rejected.circuit(), Some(circuit::DecisionReason::Open));
    assert_eq!(recourse::rejection(&rejected).map(recourse::Rejection::kind), Some(RejectionKind::CircuitOpen));
}

/// The default circuit, in an attribute that names no mechanism: it is on.
#[tokio::test(start_paused = true)]
async fn the_defaults_open_above_half_of_twenty_calls() {
    #[resilient(key = "defaults", executor = executor)]
    async fn call(executor: &Executor, fails: bool) -> Result<(), Fail> {
        if fails { Err(Fail::Missing) } else { Ok(()) }
    }
    #[resilient(key = "by_rate", executor = executor, circuit = "defaults", classify = broken)]
    async fn by_rate(executor: &Executor, fails: bool) -> Result<(), Fail> {
        if fails { Err(Fail::Broken) } else { Ok(()) }
    }
    fn broken(_: &Fail) -> recourse::Class {
        recourse::Class::NonRetryable
    }
    let executor = Executor::new();
    call(&executor, false).await.unwrap();
    assert_eq!(executor.breakers().list()[0].policy.to_string(), "defaults");

    for _ in 0..10 {
        by_rate(&executor, false).await.unwrap();
    }
    for _ in 0..10 {
        assert!(
            !is_refused(&by_rate(&executor, true).await),
            "19 calls are too few, and 10 of 20 are not more than half"
        );
    }
    assert!(!is_refused(&by_rate(&executor, true).await), "11 of 21 open it");
    let refused = by_rate(&executor, true).await;
    let retry_after = match refused {
        Err(Fail::Rejected(rejected)) => rejected.retry_after().expect("open breakers know when"),
        other => panic!("{other:?}"),
    };
    let default = Duration::from_secs(5);
    assert!((default..=default + default / 10).contains(&retry_after), "{retry_after:?}");
}

/// A success in between ends the row.
#[tokio::test(start_paused = true)]
async fn a_success_in_between_resets_the_count() {
    let stage = Stage::new([busy(), busy(), ok(1), busy(), busy(), ok(2), busy(), busy(), busy()]);
    for _ in 0..9 {
        assert!(!is_refused(&get(&stage).await));
    }
    assert!(is_refused(&get(&stage).await));
}

/// A window counts only what is recent.
#[tokio::test(start_paused = true)]
async fn failures_outside_of_the_window_do_not_count() {
    #[resilient(key = "windowed", executor = stage.executor, circuit = "3 failures in 10s")]
    async fn windowed(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy()]);
    for _ in 0..20 {
        assert!(!is_refused(&windowed(&stage).await));
        tokio::time::advance(Duration::from_secs(6)).await;
    }
    let _ = windowed(&stage).await;
    let _ = windowed(&stage).await;
    assert!(is_refused(&windowed(&stage).await), "three within ten seconds");
}

/// The same calls at the same distances open it at the same moment, whenever they begin: a test on a paused clock means the
/// same on each machine.
#[tokio::test(start_paused = true)]
async fn a_window_is_cut_from_its_first_call_on() {
    for offset in 0..40 {
        let (executor, script) = (Executor::new(), Script::new([busy()]));
        tokio::time::advance(ms(offset * 7)).await;
        let policy = Policy::new().circuit("3 failures in 1s".parse().unwrap());
        let call = || executor.call(Key::from_static("k"), policy, || script.play()).into_future();
        // 900 ms end in the fourteenth of 14 steps of 67 ms, where the first call begins the first.
        for wait in [0, 500, 400] {
            tokio::time::advance(ms(wait)).await;
            assert!(!is_refused(&call().await));
        }
        assert!(is_refused(&call().await), "begun after {}ms", offset * 7);
    }
}

#[tokio::test(start_paused = true)]
async fn a_circuit_alone_changes_nothing_else() {
    through_both_front_ends!({ circuit = "5 failures" }, [busy(), ok(7)], |run| {
        run.returned_err("busy")
            .attempts(1)
            .outcomes(&[AttemptOutcome::Retryable])
            .stopped_by(EndReason::AttemptsExhausted);
    });
    through_both_front_ends!({ circuit = "none" }, [ok(7)], |run| {
        run.returned_ok(7).stopped_by(EndReason::Success);
    });
}

#[tokio::test(start_paused = true)]
async fn a_circuit_of_none_never_opens() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let policy = Policy::new().circuit("none".parse().unwrap());
    for _ in 0..100 {
        let call = executor.call(Key::from_static("none"), policy, || script.play());
        assert!(!is_refused(&call.await));
    }
    assert!(executor.breakers().list().is_empty());
}
