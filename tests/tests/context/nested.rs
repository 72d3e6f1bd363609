//! Retries inside of retries: they do not multiply, and nobody else's failure takes them away.

use crate::entrances::{ENTRANCES, executor};
use recourse::algebra::{Failure, PolicyLayer};
use recourse::observe::EndReason;
use recourse::{CircuitPolicy, Executor, Key, Policy, RetryPolicy, resilient};
use recourse::{context, layers};
use recourse_tests::{Fail, Script, Stage, busy, ms, ok};
use std::cell::Cell;
use std::future::{Future, IntoFuture};
use std::io;
use tower::layer::layer_fn;
use tower::{ServiceExt, service_fn};

const THREE: RetryPolicy = RetryPolicy::attempts(3).no_delay();
const OUTER: Key = Key::from_static("outer");

/// An error that hides where it came from: every attempt looks worth another one.
#[derive(Debug)]
struct Opaque(&'static str);

impl From<recourse::Rejected> for Opaque {
    fn from(_: recourse::Rejected) -> Self {
        Self("rejected")
    }
}

fn opaque(_: Fail) -> Opaque {
    Opaque("inside")
}

/// Calls a body under three attempts, and returns the reason for the end.
async fn outer<F: Future<Output = Result<u32, Opaque>>>(
    policy: Policy,
    body: impl FnMut() -> F,
) -> (Result<u32, Opaque>, EndReason, usize) {
    let executor = Executor::new();
    let (result, timelines) = recourse::observe::capture(executor.call(OUTER, policy, body).into_future()).await;
    let outer = timelines.iter().find(|timeline| *timeline.key() == OUTER).expect("the outer call was recorded");
    (result, outer.reason(), outer.attempt_count())
}

/// context-9: whatever the entrance of the inner call, and whether it was pending.
#[tokio::test(start_paused = true)]
async fn an_outer_call_does_not_repeat_what_an_inner_one_has_repeated() {
    for (entrance, call) in ENTRANCES {
        for busy in [busy(), busy().after(ms(5))] {
            let (executor, script) = (executor(Policy::new().retry(THREE)), Script::new([busy]));
            let body = async || call(&executor, &script).await.map_err(opaque);
            let (result, reason, _) = outer(Policy::new().retry(THREE), body).await;
            assert_eq!((result.unwrap_err().0, reason, script.runs()), ("inside", EndReason::Nested, 3), "{entrance}");
        }
    }
}

#[resilient(key = "nested.outer", retry = "3 attempts, no delay")]
async fn outer_function(call: &impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Opaque> {
    call().await.map_err(opaque)
}

#[resilient(key = "nested.hedged", retry = "3 attempts, no delay", hedge = "10s")]
async fn outer_hedged(call: &impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Opaque> {
    call().await.map_err(opaque)
}

#[resilient(key = "nested.over", retry = "2 attempts, no delay, over nested")]
async fn outer_over(call: &impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Opaque> {
    call().await.map_err(opaque)
}

/// context-9: whatever the entrance of the outer call; `over nested` says otherwise.
#[tokio::test(start_paused = true)]
async fn the_outer_call_may_be_a_function_of_any_kind() {
    let executor = executor(Policy::new().retry(THREE));
    let script = Script::new([busy()]);
    let call = async || ENTRANCES[0].1(&executor, &script).await;
    let runs = |before: usize| script.runs() - before;
    outer_function(&call).await.unwrap_err();
    assert_eq!(runs(0), 3);
    outer_hedged(&call).await.unwrap_err();
    assert_eq!(runs(3), 3);
    outer_over(&call).await.unwrap_err();
    assert_eq!(runs(6), 6, "two times three");
}

/// context-9: through calls without retries between them, and through a deadline that is set by hand.
#[tokio::test(start_paused = true)]
async fn what_lies_between_hands_it_on() {
    let (executor, script) = (executor(Policy::new().retry(THREE)), Script::new([busy().after(ms(1))]));
    let between = Executor::new();
    let body = async || {
        let inside = async || context::within(ms(500), ENTRANCES[0].1(&executor, &script)).await.map_err(opaque);
        let timeout = Policy::new().timeout(ms(200));
        between.call(Key::from_static("between"), timeout, inside).await
    };
    let (_, reason, attempts) = outer(Policy::new().retry(THREE), body).await;
    assert_eq!((reason, attempts, script.runs()), (EndReason::Nested, 1, 3));
}

/// context-9: a call without retries has nothing to multiply.
#[tokio::test(start_paused = true)]
async fn a_call_without_retries_marks_nothing_by_failing() {
    let once = Policy::new().retry(RetryPolicy::none());
    for policy in [once, once.timeout(ms(100)), once.circuit(CircuitPolicy::failures(9))] {
        for (entrance, call) in ENTRANCES {
            let (executor, script) = (executor(policy), Script::new([busy()]));
            let body = async || call(&executor, &script).await.map_err(opaque);
            let (_, reason, attempts) = outer(Policy::new().retry(THREE), body).await;
            assert_eq!((reason, attempts), (EndReason::AttemptsExhausted, 3), "{entrance}");
        }
    }
}

#[resilient(key = "nested.answers", retry = "2 attempts, no delay", fallback = Ok(7))]
async fn answers(executor: &Executor, script: &Script) -> Result<u32, Opaque> {
    ENTRANCES[0].1(executor, script).await.map_err(opaque)
}

/// context-10: a failed hint does not take away the retries of what comes later.
#[tokio::test(start_paused = true)]
async fn a_failure_that_was_ignored_takes_away_no_retry() {
    let (inner, hint) = (executor(Policy::new().retry(THREE)), Script::new([busy()]));
    // The attempt waits after the hint.
    let waits = async || {
        let _ = ENTRANCES[0].1(&inner, &hint).await;
        tokio::time::sleep(ms(1)).await;
        Err(Opaque("later"))
    };
    assert_eq!(outer(Policy::new().retry(THREE), waits).await.2, 3);
    // Another guarded call succeeds after the hint.
    for (entrance, call) in ENTRANCES {
        let works = Script::new([ok(7)]);
        let succeeds = async || {
            let _ = ENTRANCES[0].1(&inner, &hint).await;
            call(&inner, &works).await.map_err(opaque)?;
            Err(Opaque("later"))
        };
        assert_eq!(outer(Policy::new().retry(THREE), succeeds).await.2, 3, "{entrance}");
    }
    // A fallback has answered.
    let answered = async || {
        answers(&inner, &hint).await?;
        Err(Opaque("later"))
    };
    assert_eq!(outer(Policy::new().retry(THREE), answered).await.2, 3);
    // The failure happened in an attempt of a call that succeeded.
    let inside = Executor::new();
    let swallowed = async || {
        let swallows = async || {
            let _ = ENTRANCES[0].1(&inner, &hint).await;
            Ok::<_, Opaque>(7)
        };
        inside.call(Key::from_static("swallows"), Policy::new().timeout(ms(9)), swallows).await?;
        Err(Opaque("later"))
    };
    assert_eq!(outer(Policy::new().retry(THREE), swallowed).await.2, 3);
}

/// context-10: the other side of a policy for tower services has answered.
#[tokio::test(start_paused = true)]
async fn a_side_that_failed_takes_away_no_retry() {
    let fails = || layers::retry("3 attempts, no delay".parse().expect("a text"));
    let answers = || PolicyLayer(layer_fn(|_| service_fn(async |()| Ok::<u32, Failure<io::Error>>(7))));
    let service = || service_fn(async |()| Err::<u32, _>(io::Error::other("busy")));
    let falls_back = async || {
        (fails() | answers()).layer(service()).oneshot(()).await.map_err(|_| Opaque("both"))?;
        Err(Opaque("later"))
    };
    assert_eq!(outer(Policy::new().retry(THREE), falls_back).await.2, 3);
    let both = async || {
        (fails() & answers()).layer(service()).oneshot(()).await.map_err(|_| Opaque("both"))?;
        Err(Opaque("later"))
    };
    assert_eq!(outer(Policy::new().retry(THREE), both).await.2, 3);
}

/// context-10: nor does a failure in the same task, before the call or beside it.
#[tokio::test(start_paused = true)]
async fn a_failure_elsewhere_takes_away_no_retry() {
    let (inner, script) = (executor(Policy::new().retry(THREE)), Script::new([busy()]));
    let _ = ENTRANCES[0].1(&inner, &script).await;
    let own = async || Err::<u32, _>(Opaque("own"));
    assert_eq!(outer(Policy::new().retry(THREE), own).await.2, 3, "a call that failed before it");
    let (_, beside) = tokio::join!(ENTRANCES[0].1(&inner, &script), outer(Policy::new().retry(THREE), own));
    assert_eq!(beside.2, 3, "a call that failed beside it");
}

/// context-9: calls side by side in one attempt.
#[tokio::test(start_paused = true)]
async fn calls_side_by_side_in_one_attempt_mark_it_together() {
    let (inner, script) = (executor(Policy::new().retry(THREE)), Script::new([busy()]));
    let works = Script::new([ok(7).after(ms(5))]);
    let body = async || {
        let both = tokio::try_join!(ENTRANCES[0].1(&inner, &script), ENTRANCES[1].1(&inner, &works));
        both.map(|(one, _)| one).map_err(opaque)
    };
    assert_eq!(outer(Policy::new().retry(THREE), body).await.1, EndReason::Nested);
}

/// context-9: the call between runs under three attempts of its own; each level makes its own, and none multiplies.
#[tokio::test(start_paused = true)]
async fn three_levels_make_the_attempts_of_the_innermost() {
    let (inner, script) = (executor(Policy::new().retry(THREE)), Script::new([busy().after(ms(3))]));
    let middle = Executor::new();
    let runs = Cell::new(0);
    let body = async || {
        let inside = async || {
            runs.set(runs.get() + 1);
            ENTRANCES[2].1(&inner, &script).await.map_err(opaque)
        };
        middle.call(Key::from_static("middle"), Policy::new().retry(THREE), inside).await
    };
    let (_, reason, _) = outer(Policy::new().retry(THREE), body).await;
    assert_eq!((reason, runs.get(), script.runs()), (EndReason::Nested, 1, 3));
}

/// context-11: a refusal that says when to come back, within the deadline, does not mark; one that comes back too late does.
#[tokio::test(start_paused = true)]
async fn a_refusal_that_says_when_to_come_back_is_waited_for() {
    let circuit = Policy::new().retry(THREE.fixed(ms(1))).circuit(CircuitPolicy::failures(3).cooldown(ms(200)));
    for (within, attempts) in [(500, 2), (100, 1)] {
        for (entrance, call) in ENTRANCES {
            let (executor, script) = (executor(circuit), Script::new([busy(), busy(), busy(), ok(7)]));
            call(&executor, &script).await.unwrap_err();
            let tries = Cell::new(0);
            let body = async || {
                tries.set(tries.get() + 1);
                call(&executor, &script).await.map_err(opaque)
            };
            let outer = Executor::new();
            let retry = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(250)));
            let result = context::within(ms(within), outer.call(OUTER, retry, body).into_future()).await;
            assert_eq!((tries.get(), result.is_ok()), (attempts, attempts == 2), "{entrance}, within {within}ms");
        }
    }
}

/// context-9: the reason stands in the timeline, and the caller gets the error of the attempt.
#[tokio::test(start_paused = true)]
async fn the_timeline_says_nested() {
    #[resilient(key = "scenario", retry = "3 attempts, no delay", executor = stage.executor)]
    async fn nests(stage: &Stage) -> Result<u32, Fail> {
        let inner = Executor::new();
        inner.call(Key::from_static("inside"), Policy::new().retry(THREE), || stage.script.play()).await
    }
    let stage = Stage::new([busy()]);
    let (result, timelines) = recourse::observe::capture(nests(&stage)).await;
    assert!(matches!(result, Err(Fail::Busy(None))));
    let ends: Vec<_> =
        timelines.iter().map(|timeline| (timeline.key().to_string(), timeline.reason().as_str())).collect();
    assert!(ends.contains(&("scenario".to_owned(), "nested")), "{ends:?}");
    assert!(ends.contains(&("inside".to_owned(), "attempts_exhausted")), "{ends:?}");
}
