//! A deadline reaches every guarded call inside of it.

use crate::entrances::{ENTRANCES, GUARD, INNER, executor};
use recourse::context;
use recourse::observe::{AttemptOutcome, EndReason};
use recourse::policy::Pattern;
use recourse::{CircuitPolicy, HedgePolicy, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok, timeline};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const RETRY: RetryPolicy = RetryPolicy::attempts(3).no_delay();
const PATIENT: Policy = Policy::new().retry(RETRY).timeout(Duration::from_secs(5));

/// context-5: whatever the entrance, and whether the call has a limit of its own.
#[tokio::test(start_paused = true)]
async fn a_call_ends_at_the_deadline_around_it() {
    for policy in [PATIENT, Policy::new().retry(RETRY), PATIENT.attempt_timeout(ms(70))] {
        // One future is one attempt, which its own limit would end.
        let guard = [GUARD].into_iter().filter(|_| policy.attempt_timeout.is_none());
        for (entrance, call) in ENTRANCES.into_iter().chain(guard) {
            let (executor, script, began) = (executor(policy), Script::new([hangs()]), Instant::now());
            let (result, timeline) = timeline(context::within(ms(100), call(&executor, &script))).await;
            let Err(Fail::Rejected(rejected)) = result else { panic!("{entrance}: {result:?}") };
            assert_eq!((rejected.kind(), began.elapsed()), (RejectionKind::Timeout, ms(100)), "{entrance}");
            assert!(rejected.to_string().contains("`inner` was cut by the deadline around it, in"), "{rejected}");
            assert_eq!(timeline.reason(), EndReason::Timeout, "{entrance}: {timeline}");
            assert_eq!(script.live(), 0, "{entrance}");
        }
    }
}

/// context-5: of the call's own deadline, its attempt's limit and the deadline around it the shortest counts.
#[tokio::test(start_paused = true)]
async fn the_shortest_limit_counts() {
    let policy = Policy::new().retry(RetryPolicy::none()).timeout(ms(200)).attempt_timeout(ms(150));
    for (around, kind, took) in [
        (300, RejectionKind::AttemptTimeout, 150),
        (151, RejectionKind::AttemptTimeout, 150),
        // At the same moment the outer deadline is told.
        (150, RejectionKind::Timeout, 150),
        (100, RejectionKind::Timeout, 100),
    ] {
        for (entrance, call) in ENTRANCES.into_iter().chain([GUARD]) {
            let (executor, script, began) = (executor(policy), Script::new([hangs()]), Instant::now());
            let error = context::within(ms(around), call(&executor, &script)).await.unwrap_err();
            assert_eq!((error.rejection(), began.elapsed()), (Some(kind), ms(took)), "{entrance}, within {around}ms");
        }
    }
}

/// An argument that counts its clones.
#[derive(Debug)]
struct Counts<'a>(&'a AtomicUsize);

impl Clone for Counts<'_> {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

#[resilient(key = "context.cloned", retry = "3 attempts", circuit = "3 failures")]
async fn cloned(_counts: Counts<'_>, runs: &AtomicUsize) -> Result<u32, Fail> {
    runs.fetch_add(1, Ordering::Relaxed);
    Ok(7)
}

/// context-6.
#[tokio::test(start_paused = true)]
async fn a_call_that_begins_after_the_deadline_clones_nothing_and_runs_nothing() {
    let (clones, runs) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let late = context::within(ms(50), async {
        sleep(ms(50)).await;
        cloned(Counts(&clones), &runs).await
    });
    assert_eq!(late.await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    assert_eq!((clones.load(Ordering::Relaxed), runs.load(Ordering::Relaxed)), (0, 0));
    let in_time = context::within(ms(50), async {
        sleep(ms(49)).await;
        cloned(Counts(&clones), &runs).await
    });
    assert_eq!(in_time.await.unwrap(), 7);
}

/// context-6: the circuit, the budget and the latencies know nothing of it; it is counted apart.
#[tokio::test(start_paused = true)]
async fn what_has_expired_is_counted_apart() {
    let policy = PATIENT.circuit(CircuitPolicy::failures(3).slow(ms(10))).hedge(HedgePolicy::after(ms(20)));
    for (entrance, call) in ENTRANCES.into_iter().chain([GUARD]) {
        let (executor, script) = (executor(policy), Script::new([ok(7)]));
        for _ in 0..5 {
            let (result, timeline) = timeline(context::within(ms(0), call(&executor, &script))).await;
            assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Expired), "{entrance}");
            assert_eq!((timeline.reason(), timeline.attempt_count()), (EndReason::Expired, 0), "{entrance}");
        }
        let circuit = executor.breakers().get(&INNER).expect("a circuit").snapshot;
        assert_eq!((circuit.failures, circuit.calls, script.runs()), (0, 0, 0), "{entrance}");
        let sites = executor.sites(Pattern::any());
        assert_eq!(sites.iter().map(|site| site.expired).max(), Some(5), "{entrance}");
        assert_eq!(call(&executor, &script).await.unwrap(), 7, "{entrance}: there is no deadline now");
    }
}

/// context-7: the inner call ends at once, with its own error, because the outer time would not last.
#[tokio::test(start_paused = true)]
async fn a_delay_that_does_not_fit_before_the_outer_deadline_ends_the_call_now() {
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(80))).timeout(Duration::from_secs(5));
    for (entrance, call) in ENTRANCES {
        for (around, attempts, took) in [(200, 2, 110), (91, 2, 91), (90, 1, 10), (60, 1, 10)] {
            let (executor, began) = (executor(policy), Instant::now());
            let script = Script::new([busy().after(ms(10)), hangs()]);
            let (result, timeline) = timeline(context::within(ms(around), call(&executor, &script))).await;
            assert_eq!(script.runs(), attempts, "{entrance}, within {around}ms: {timeline}");
            if attempts == 1 {
                assert!(matches!(result, Err(Fail::Busy(None))), "{entrance}: {result:?}");
                assert_eq!((timeline.reason(), began.elapsed()), (EndReason::Deadline, ms(took)), "{entrance}");
            }
        }
    }
}

/// context-7: a hedge that would start at the deadline, or after it, does not.
#[tokio::test(start_paused = true)]
async fn a_hedge_does_not_start_at_the_outer_deadline() {
    let policy = Policy::new().retry(RetryPolicy::none()).hedge(HedgePolicy::after(ms(50)).at_most(3));
    for (entrance, call) in ENTRANCES.into_iter().filter(|(entrance, _)| *entrance == "a function that may hedge") {
        for (around, hedges) in [(50, 0), (51, 1), (100, 1), (101, 2)] {
            let (executor, script) = (executor(policy), Script::new([hangs()]));
            let (result, timeline) = timeline(context::within(ms(around), call(&executor, &script))).await;
            assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Timeout));
            assert_eq!(script.runs(), 1 + hedges, "{entrance}, within {around}ms: {timeline}");
        }
    }
}

#[resilient(key = "context.outer", timeout = "300ms")]
async fn outer(entrance: usize, script: &Script, policy: Policy) -> Result<u32, Fail> {
    let executor = executor(policy);
    ENTRANCES[entrance].1(&executor, script).await
}

/// context-8: the caller gets the rejection of the outermost call whose time is over, with the error from inside as text.
#[tokio::test(start_paused = true)]
async fn at_the_same_moment_the_outer_call_is_the_one_that_is_told() {
    for (index, (entrance, _)) in ENTRANCES.into_iter().enumerate() {
        for policy in [PATIENT, Policy::new().retry(RETRY), PATIENT.timeout(ms(300))] {
            let (script, began) = (Script::new([busy(), hangs()]), Instant::now());
            let (result, timeline) = timeline_of_outer(outer(index, &script, policy)).await;
            let Err(Fail::Rejected(rejected)) = result else { panic!("{entrance}: {result:?}") };
            assert_eq!(rejected.to_string(), "`context.outer` timed out after 300ms, in 1 attempt", "{entrance}");
            assert_eq!(began.elapsed(), ms(300), "{entrance}");
            let last = rejected.last_error().unwrap_or_default();
            assert_eq!(last, "`inner` was cut by the deadline around it, in 2 attempts", "{entrance}");
            assert_eq!(timeline.reason(), EndReason::Timeout, "{entrance}");
            let ends: Vec<AttemptOutcome> = timeline.attempts().into_iter().map(|attempt| attempt.outcome).collect();
            assert_eq!(ends, [AttemptOutcome::Timeout], "{entrance}");
        }
    }
}

/// The timeline of the outer one of two calls.
async fn timeline_of_outer<T>(call: impl Future<Output = T>) -> (T, recourse::observe::Timeline) {
    let (output, timelines) = recourse::observe::capture(call).await;
    let outer = timelines.into_iter().find(|timeline| timeline.key().as_str() == "context.outer");
    (output, outer.expect("the outer call was recorded"))
}

#[resilient(key = "context.attempts", retry = "2 attempts, fixed 10ms", attempt_timeout = "100ms")]
async fn limited_attempts(script: &Script) -> Result<u32, Fail> {
    let executor = executor(PATIENT);
    ENTRANCES[0].1(&executor, script).await
}

/// context-8: where the limit of an attempt is over, the attempt is cut, and may be followed by another one.
#[tokio::test(start_paused = true)]
async fn the_limit_of_an_attempt_reaches_inside_too() {
    let (script, began) = (Script::new([hangs(), ok(7)]), Instant::now());
    assert_eq!(limited_attempts(&script).await.unwrap(), 7);
    assert_eq!(began.elapsed(), ms(110));
    let (script, began) = (Script::new([hangs()]), Instant::now());
    let Err(Fail::Rejected(rejected)) = limited_attempts(&script).await else { panic!("cut") };
    assert_eq!(rejected.to_string(), "`context.attempts` gave no answer within 100ms, in 2 attempts");
    assert_eq!(began.elapsed(), ms(210));
}
