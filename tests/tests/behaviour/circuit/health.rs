//! Ends of an attempt, and what each says of the dependency's health.

use super::{COOLDOWN, POLICY, due, get, is_refused, key, open, policy, state, wait};
use recourse::circuit::State;
use recourse::observe::{CallInfo, Event, Observer, TimedEvent};
use recourse::{Class, Executor, Policy, resilient};
use recourse_tests::{Fail, Play, Script, Stage, broken, busy, hangs, missing, ms, ok, panics};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// What one end of an attempt does to a breaker that one more failure would open, and to one that has a probe out.
struct End {
    name: &'static str,
    play: fn() -> Play,
    /// The caller goes away instead of waiting.
    leaves: bool,
    closed: State,
    half_open: State,
}

const fn end(name: &'static str, play: fn() -> Play, closed: State, half_open: State) -> End {
    End { name, play, leaves: false, closed, half_open }
}

/// circuit-5: the table of the docs. "Nothing" keeps the state: a closed one stays closed, a half-open one half-open.
const TABLE: [End; 7] = [
    end("success", || ok(1), State::Closed, State::Closed),
    end("retryable", busy, State::Open, State::Open),
    end("non_retryable", broken, State::Open, State::Open),
    end("attempt timeout", hangs, State::Open, State::Open),
    end("panic", panics, State::Open, State::Open),
    end("ignored", missing, State::Closed, State::HalfOpen),
    End { leaves: true, ..end("caller gone", hangs, State::Closed, State::HalfOpen) },
];

#[resilient(key = "db.get", executor = stage.executor, circuit = POLICY, attempt_timeout = "100ms")]
async fn limited(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

async fn ends(stage: &Stage, end: &End) {
    let mut call = Box::pin(limited(stage));
    if end.leaves {
        assert!(poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await.is_pending());
        wait(50).await;
        return;
    }
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
        Ok(poll) => poll.map(|_| ()),
        Err(_) => Poll::Ready(()),
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_end_of_an_attempt_means_what_the_table_says() {
    for end in &TABLE {
        let stage = Stage::new([busy(), busy(), (end.play)(), ok(7)]);
        let _ = (limited(&stage).await, limited(&stage).await);
        ends(&stage, end).await;
        assert_eq!(state(&stage), end.closed, "{}, while closed with two failures in a row", end.name);

        let stage = due([(end.play)(), ok(7)]).await;
        ends(&stage, end).await;
        assert_eq!(state(&stage), end.half_open, "{}, of the only probe", end.name);
        if end.half_open == State::HalfOpen {
            assert_eq!(limited(&stage).await.expect("the next probe goes at once"), 7, "after {}", end.name);
        }
    }
}

/// circuit-6: the call's own deadline is a failure of what it called.
#[tokio::test(start_paused = true)]
async fn a_dependency_that_hangs_opens_it_by_the_callers_timeouts() {
    #[resilient(key = "db.get", executor = stage.executor, circuit = POLICY, timeout = "100ms")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([hangs()]);
    for _ in 0..3 {
        assert!(!is_refused(&call(&stage).await));
    }
    assert!(is_refused(&call(&stage).await));
}

#[tokio::test(start_paused = true)]
async fn callers_that_go_away_do_not_open_it() {
    let stage = Stage::new([hangs()]);
    for _ in 0..100 {
        assert!(tokio::time::timeout(ms(10), get(&stage)).await.is_err());
    }
    assert_eq!(state(&stage), State::Closed);
}

/// circuit-4: what was admitted before the opening neither closes nor opens anything.
#[tokio::test(start_paused = true)]
async fn late_results_change_nothing() {
    for late in [ok(1), busy()] {
        let stage = Stage::new([
            late.clone().after(ms(1_500)),
            late.clone().after(ms(2_500)),
            busy(),
            busy(),
            busy(),
            ok(7),
            ok(8),
        ]);
        let mut first = pin!(get(&stage));
        let mut second = pin!(get(&stage));
        assert!(
            poll_fn(|cx| Poll::Ready(first.as_mut().poll(cx).is_pending() && second.as_mut().poll(cx).is_pending()))
                .await
        );
        for _ in 0..3 {
            let _ = get(&stage).await;
        }
        assert_eq!(state(&stage), State::Open);
        let _ = first.await;
        assert_eq!(state(&stage), State::HalfOpen, "the cooldown is over, and {late:?} did nothing");
        assert_eq!(get(&stage).await.expect("a probe"), 7);
        assert_eq!(state(&stage), State::Closed);
        let (_, late) = (second.await, late);
        let counted = stage.executor.breakers().get(&key()).expect("it is there").snapshot.failures;
        assert_eq!((state(&stage), counted), (State::Closed, 0), "{late:?} of an earlier time is not counted");
    }
}

/// circuit-7.
#[tokio::test(start_paused = true)]
async fn what_the_classifier_ignores_does_not_open_it() {
    let stage = Stage::new([missing()]);
    for _ in 0..100 {
        assert!(!is_refused(&get(&stage).await));
    }
}

#[tokio::test(start_paused = true)]
async fn values_that_mean_failure_open_it() {
    #[resilient(key = "db.get", executor = executor, circuit = POLICY, classify_ok = too_small)]
    async fn call(executor: &Executor) -> Result<u32, Fail> {
        Ok(0)
    }
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "that is what `classify_ok` takes")]
    fn too_small(value: &u32) -> Class {
        if *value == 0 { Class::NonRetryable } else { Class::Success }
    }
    let executor = Executor::new();
    for _ in 0..3 {
        assert_eq!(call(&executor).await.expect("it is returned as it is"), 0);
    }
    assert!(is_refused(&call(&executor).await));
}

/// An error that is a success says that the dependency is well.
#[tokio::test(start_paused = true)]
async fn an_error_of_class_success_closes_it() {
    let stage = open([missing()]).await;
    tokio::time::advance(COOLDOWN).await;
    let call = stage.executor.call(key(), policy(), || stage.script.play()).classify(|_: &Fail| Class::Success);
    assert!(call.await.is_err());
    assert_eq!(state(&stage), State::Closed);
}

/// panic-3: whatever of the user's panics, the permit is back and the failure is counted once.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_classifier_gives_the_probe_back() {
    let stage = due([busy(), ok(7)]).await;
    let call = stage
        .executor
        .call(key(), policy(), || stage.script.play())
        .classify(|_: &Fail| panic!("the classifier says so"));
    let mut call = Box::pin(call.into_future());
    let panicked = poll_fn(|cx| Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))).is_err())).await;
    assert!(panicked);
    assert_eq!(state(&stage), State::Open, "a probe that panics is a probe that failed");
    tokio::time::advance(COOLDOWN).await;
    assert_eq!(get(&stage).await.expect("the next probe"), 7);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_making_a_probe_gives_it_back() {
    let stage = due([ok(7)]).await;
    let operation = || -> std::future::Ready<Result<u32, Fail>> { panic!("the operation says so") };
    let mut call = Box::pin(stage.executor.call(key(), policy(), operation).into_future());
    let panicked = poll_fn(|cx| Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))).is_err())).await;
    assert!(panicked);
    drop(call);
    assert_eq!(get(&stage).await.expect("nothing was tried, so the next probe goes at once"), 7);
}

/// panic-2: observers that panic are caught, and the breaker does what it does without them.
#[tokio::test(start_paused = true)]
async fn a_panicking_observer_disturbs_no_breaker() {
    #[derive(Debug)]
    struct Angry;
    impl Observer for Angry {
        fn event(&self, _: &CallInfo, moment: &TimedEvent) {
            assert!(
                !matches!(moment.event, Event::CircuitChanged { .. } | Event::AttemptEnded { .. }),
                "the observer says so"
            );
        }
    }
    let executor = Executor::builder().observer(Angry).build();
    let stage = Stage { script: Script::new([busy(), busy(), busy(), ok(7)]), executor };
    for _ in 0..3 {
        assert!(get(&stage).await.is_err());
    }
    assert!(is_refused(&get(&stage).await));
    tokio::time::advance(COOLDOWN).await;
    assert_eq!(get(&stage).await.expect("the probe"), 7);
    assert_eq!(state(&stage), State::Closed);
    assert!(stage.executor.observer_panics() >= 4);
}

/// A success that takes too long is a failure, where the policy says so.
#[tokio::test(start_paused = true)]
async fn slow_successes_open_it_where_slow_is_set() {
    #[resilient(key = "slow", executor = stage.executor, circuit = "3 failures, slow 100ms")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([ok(1).after(ms(90)), ok(1).after(ms(150))]);
    for _ in 0..4 {
        assert_eq!(call(&stage).await.expect("slow is not failed"), 1);
    }
    assert!(is_refused(&call(&stage).await));
}

/// A caller that goes away says nothing, unless its attempt was slow by then.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_says_nothing_about_an_attempt_that_is_not_slow() {
    let stage = Stage::new([hangs()]);
    let policy = Policy::new().circuit("1 failure, slow 150ms".parse().unwrap());
    let call = || stage.executor.call(key(), policy, || stage.script.play()).into_future();
    assert!(tokio::time::timeout(ms(100), call()).await.is_err());
    assert_eq!(state(&stage), State::Closed);
    assert!(tokio::time::timeout(ms(200), call()).await.is_err());
    assert_eq!(state(&stage), State::Open);
}

/// A hedge belongs to the time in which it started, which may be a later one than its primary's.
#[tokio::test(start_paused = true)]
async fn a_hedge_counts_in_its_own_time() {
    let circuit = Policy::new().circuit("1 failure, cooldown 100ms, 1 success".parse().unwrap());
    let stage = Stage::new([hangs(), busy(), ok(7), busy()]);
    let play = || stage.script.play();
    let mut hedged = circuit.hedge("500ms, at most 1".parse().unwrap());
    hedged.timeout = Some(ms(600));
    let slow = stage.executor.call(key(), hedged, play).into_future();
    let others = async {
        wait(10).await;
        let _ = stage.executor.call(key(), circuit, play).await;
        wait(110).await;
        assert_eq!(stage.executor.call(key(), circuit, play).await.expect("the probe"), 7);
        assert_eq!(state(&stage), State::Closed);
        wait(400).await;
        assert_eq!(state(&stage), State::Open, "the hedge failed in the time in which it started");
    };
    let (slow, ()) = futures::future::join(slow, others).await;
    assert!(slow.is_err());
}

/// A success ends the row of failures that it finds at its end, also where there was none at its beginning.
#[tokio::test(start_paused = true)]
async fn a_success_ends_a_row_that_began_while_it_ran() {
    let stage = Stage::new([busy()]);
    let outer = stage.executor.call(key(), policy(), async || {
        let _ = get(&stage).await;
        Ok::<_, Fail>(7)
    });
    assert!(outer.await.is_ok());
    assert_eq!(stage.executor.breakers().get(&key()).expect("it is there").snapshot.failures, 0);
}

/// circuit-14: the primary never answers, and its hedge always wins.
#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hides_behind_its_hedges_is_found_by_slow() {
    async fn played(circuit: &str) -> (Stage, Vec<bool>) {
        let plays = (0..20).map(|attempt| if attempt % 2 == 0 { hangs() } else { ok(7).after(ms(1)) });
        let stage = Stage::new(plays);
        let hedge = "50ms, at most 1, budget none".parse().unwrap();
        let policy = Policy::new().circuit(circuit.parse().unwrap()).hedge(hedge);
        let mut refused = Vec::new();
        for _ in 0..5 {
            refused.push(is_refused(&stage.executor.call(key(), policy, || stage.script.play()).await));
        }
        (stage, refused)
    }
    let (stage, refused) = played("50% of 2 in 10s").await;
    assert_eq!((state(&stage), refused), (State::Closed, vec![false; 5]), "without slow a loser says nothing");
    let (stage, refused) = played("50% of 2 in 10s, slow 500ms").await;
    let seen = stage.executor.breakers().get(&key()).expect("it is there").snapshot;
    assert_eq!((seen.calls, seen.failures, refused), (5, 0, vec![false; 5]), "a loser that was not slow says nothing");
    let (_, refused) = played("40% of 4 in 10s, slow 40ms").await;
    assert_eq!(refused, [false, false, true, true, true], "two of four attempts were slow, which is more than 40 %");
}
