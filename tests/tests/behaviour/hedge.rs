//! Hedging through both doors: who wins, which error is told, what is dropped and recorded. CASES 15-19, 22; F26-F33.

use proptest::prelude::*;
use recourse::hedge::{HedgeDecision, HedgeState, LatencyRing, LatencyTracker, Trigger, TriggerRegistry, Unknown};
use recourse::observe::AttemptOutcome::{
    AttemptTimeout, Cancelled, Ignored, NonRetryable, Panicked, Retryable, Success, Timeout,
};
use recourse::observe::{EndReason, Event, capture};
use recourse::time::Instant;
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{
    Fail, Play, Script, Stage, broken, busy, busy_after, hangs, missing, ms, ok, panics, through_both_doors,
};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_hedge_beats_a_primary_that_hangs() {
    through_both_doors!({ hedge = "20ms" }, [hangs(), ok(7).after(ms(5))], |run| {
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
    through_both_doors!({ hedge = "20ms" }, [ok(1).after(ms(30)), hangs()], |run| {
        run.returned_ok(1).attempts(2).hedges(1).took(ms(30)).outcomes(&[Success, Cancelled]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_fast_enough_is_not_hedged() {
    through_both_doors!({ hedge = "20ms" }, [ok(1).after(ms(15)), hangs()], |run| {
        run.returned_ok(1).attempts(1).hedges(0).took(ms(15));
    });
}

/// CASES 17: the clock restarts at each launch, and there are no more than allowed.
#[tokio::test(start_paused = true)]
async fn hedges_never_burst() {
    through_both_doors!({ hedge = "20ms, at most 2", timeout = "200ms" }, [hangs()], |run| {
        let started: Vec<_> = run.timeline.attempts().iter().map(|attempt| attempt.started).collect();
        assert_eq!(started.len(), 3, "{run}");
        assert!(started.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= ms(20)), "{run}");
        run.rejected(RejectionKind::Timeout).hedges(2).took(ms(200)).outcomes(&[Timeout, Timeout, Timeout]);
    });
    through_both_doors!({ hedge = "20ms, at most 2" }, [hangs(), hangs(), ok(7).after(ms(1))], |run| {
        run.returned_ok(7).hedges(2).took(ms(41));
    });
}

/// CASES 17: none starts at the deadline, or at the end of its attempt.
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

/// CASES 19: an error that may be retried does not win, and the winner does not wait.
#[tokio::test(start_paused = true)]
async fn a_retryable_error_that_arrives_first_does_not_win() {
    through_both_doors!({ hedge = "20ms, at most 1" }, [ok(1).after(ms(40)), busy()], |run| {
        run.returned_ok(1).attempts(2).took(ms(40)).outcomes(&[Success, Retryable]);
    });
    through_both_doors!({ hedge = "20ms, at most 1" }, [busy().after(ms(25)), ok(2).after(ms(15))], |run| {
        run.returned_ok(2).attempts(2).took(ms(35)).outcomes(&[Retryable, Success]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_failure_for_good_ends_the_group_at_once() {
    through_both_doors!({ hedge = "20ms" }, [hangs(), broken()], |run| {
        run.returned_err("broken")
            .attempts(2)
            .took(ms(20))
            .outcomes(&[Cancelled, NonRetryable])
            .stopped_by(EndReason::NonRetryable);
    });
    through_both_doors!({ hedge = "20ms" }, [hangs(), missing()], |run| {
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
    through_both_doors!({ hedge = "20ms, fail slow" }, [ok(1).after(ms(60)), broken()], |run| {
        run.returned_ok(1).attempts(2).took(ms(60)).outcomes(&[Success, NonRetryable]);
    });
    through_both_doors!({ hedge = "20ms, fail slow", retry = "3 attempts" }, [busy().after(ms(60)), broken()], |run| {
        run.returned_err("broken").attempts(2).took(ms(60)).stopped_by(EndReason::NonRetryable);
    });
}

/// The group is over when all running attempts have failed; it does not wait for hedges that have not started.
#[tokio::test(start_paused = true)]
async fn a_failed_primary_is_retried_without_waiting_for_a_hedge() {
    through_both_doors!({ hedge = "20ms", retry = "2 attempts, no delay" }, [busy().after(ms(5)), ok(7)], |run| {
        run.returned_ok(7).attempts(2).hedges(0).took(ms(5));
    });
}

#[tokio::test(start_paused = true)]
async fn each_retry_may_hedge_again() {
    let plays = [hangs(), busy().after(ms(30)), hangs(), ok(7).after(ms(1))];
    through_both_doors!({ hedge = "20ms, at most 1", retry = "2 attempts, fixed 10ms", attempt_timeout = "40ms" }, plays.clone(), |run| {
        // 0: primary. 20: hedge. 40: primary cut. 50: hedge fails, 60: primary. 80: hedge, 81: it wins.
        run.returned_ok(7).attempts(4).hedges(2).took(ms(81)).outcomes(&[AttemptTimeout, Retryable, Cancelled, Success]);
    });
}

/// A timed-out attempt ranks below a real error; with nothing but timed-out attempts there is no error to return.
#[tokio::test(start_paused = true)]
async fn a_real_error_outranks_a_timeout() {
    through_both_doors!({ hedge = "20ms, at most 1", attempt_timeout = "40ms" }, [hangs(), busy().after(ms(5))], |run| {
        run.returned_err("busy").attempts(2).took(ms(40)).outcomes(&[AttemptTimeout, Retryable]);
    });
    through_both_doors!({ hedge = "20ms, at most 1", attempt_timeout = "40ms" }, [hangs()], |run| {
        run.rejected(RejectionKind::AttemptTimeout).attempts(2).took(ms(60)).outcomes(&[AttemptTimeout, AttemptTimeout]);
    });
}

/// The deadline of the call, with an error at hand: the operation's own error is the better answer.
#[tokio::test(start_paused = true)]
async fn a_real_error_outranks_the_deadline() {
    through_both_doors!({ hedge = "20ms, at most 1", timeout = "100ms" }, [busy().after(ms(30)), hangs()], |run| {
        run.returned_err("busy").attempts(2).took(ms(100)).stopped_by(EndReason::Timeout).outcomes(&[Retryable, Timeout]);
    });
}

fn key() -> Key {
    Key::from_static("hedged")
}

/// CASES 15, F27: denied, it neither fails nor delays the call, and is an event.
#[tokio::test(start_paused = true)]
async fn a_denied_hedge_disturbs_nobody() {
    for fail_slow in [false, true] {
        let executor = Executor::new();
        let hedge = HedgePolicy::after(ms(20)).at_most(1).budget(BudgetPolicy::percent(1));
        let policy = Policy::new().hedge(if fail_slow { hedge.fail_slow() } else { hedge });
        // The bucket of ten is spent by calls that need a hedge.
        for _ in 0..10 {
            let stuck = Script::new([hangs(), ok(1)]);
            let _ = executor.call(key(), policy, || stuck.play()).await;
        }
        let script = Script::new([ok(7).after(ms(65)), ok(8)]);
        let start = tokio::time::Instant::now();
        let (result, timelines) = capture(async { executor.call(key(), policy, || script.play()).await }).await;
        assert_eq!((result.expect("the primary"), script.runs()), (7, 1), "fail slow {fail_slow}");
        assert!(start.elapsed() <= ms(66), "{:?}", start.elapsed());
        let denied = timelines[0].events().iter().filter(|moment| moment.event == Event::HedgeDenied).count();
        assert_eq!(denied, 2, "asked after 20ms, and again after 40ms:\n{}", timelines[0]);
    }
}

/// A body that wakes its task all the time does not ask the budget all the time.
#[tokio::test(start_paused = true)]
async fn a_denied_hedge_is_not_asked_for_at_every_poll() {
    let executor = Executor::new();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).budget(BudgetPolicy::percent(1)).at_most(1));
    for _ in 0..10 {
        let stuck = Script::new([hangs(), ok(1)]);
        let _ = executor.call(key(), policy, || stuck.play()).await;
    }
    let restless = async || {
        for _ in 0..65 {
            tokio::time::sleep(ms(1)).await;
        }
        Ok::<_, Fail>(())
    };
    let (result, timelines) = capture(async { executor.call(key(), policy, restless).await }).await;
    let denied = timelines[0].events().iter().filter(|moment| moment.event == Event::HedgeDenied).count();
    assert!(result.is_ok() && denied == 2, "asked after 20ms, and again after 40ms:\n{}", timelines[0]);
}

/// The longest time that any failure of the group asked for is the delay before the next.
#[tokio::test(start_paused = true)]
async fn the_longest_pushback_of_a_group_counts() {
    let plays = [busy_after(ms(100)).after(ms(30)), busy_after(ms(300)), ok(7)];
    through_both_doors!({ hedge = "20ms, at most 1", retry = "2 attempts" }, plays.clone(), |run| {
        run.returned_ok(7).attempts(3).took(ms(330));
    });
}

/// F35: a hedge that was paid for and could not be made is given back.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_could_not_be_made_is_given_back() {
    let executor = Executor::new();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).budget(BudgetPolicy::percent(1)).at_most(1));
    for _ in 0..15 {
        let (executor, made) = (executor.clone(), AtomicU64::new(0));
        let task = tokio::spawn(async move {
            let operation = || {
                assert!(made.fetch_add(1, Ordering::Relaxed) == 0, "no second one");
                std::future::pending::<Result<u32, Fail>>()
            };
            executor.call(key(), policy, operation).await
        });
        assert!(task.await.unwrap_err().is_panic());
    }
    let script = Script::new([hangs(), ok(2)]);
    assert_eq!(executor.call(key(), policy, || script.play()).await.expect("there are credits for a hedge"), 2);
}

/// A denied call is asked again when it has run twice as long: the budget that has come in goes to the stalls.
#[tokio::test(start_paused = true)]
async fn a_stall_gets_its_hedge_when_the_budget_has_something_again() {
    let executor = Executor::new();
    let policy =
        Policy::new().hedge(HedgePolicy::after(ms(20)).at_most(1).budget(BudgetPolicy::percent(1).per_second(1)));
    for _ in 0..10 {
        let stuck = Script::new([hangs(), ok(1)]);
        let _ = executor.call(key(), policy, || stuck.play()).await;
    }
    let script = Script::new([hangs(), ok(8)]);
    let start = tokio::time::Instant::now();
    assert_eq!(executor.call(key(), policy, || script.play()).await.expect("the hedge"), 8);
    assert!((ms(640)..ms(1_300)).contains(&start.elapsed()), "one credit a second: {:?}", start.elapsed());
}

/// CASES 18: a percentile of no samples, or of a few, is none.
#[tokio::test(start_paused = true)]
async fn a_cold_tracker_does_not_hedge() {
    through_both_doors!({ hedge = "p99", timeout = "5s" }, [hangs()], |run| {
        run.rejected(RejectionKind::Timeout).hedges(0);
    });
    through_both_doors!({ hedge = "p99 or 30ms, at most 1", timeout = "5s" }, [hangs(), ok(7)], |run| {
        run.returned_ok(7).hedges(1).took(ms(30));
    });
}

#[tokio::test(start_paused = true)]
async fn a_warm_tracker_hedges_at_its_percentile() {
    let executor = Executor::new();
    let policy = Policy::new().hedge(HedgePolicy::percentile(90).budget(BudgetPolicy::none()));
    for n in (0..99).map(|n| 1 + n * 37 % 99) {
        let script = Script::new([ok(1).after(ms(n))]);
        executor.call(key(), policy, || script.play()).await.expect("it succeeds");
    }
    let script = Script::new([hangs(), ok(7)]);
    let start = tokio::time::Instant::now();
    executor.call(key(), policy, || script.play()).await.expect("the hedge");
    // Of 1..=99 ms the 90th percentile is at rank 90; a few of the last calls were hedged themselves.
    assert!((ms(80)..=ms(95)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

/// F33: the primary and the hedge's timer in one tick, in many orders; one success, nothing left over.
#[tokio::test(start_paused = true)]
async fn a_winner_in_the_tick_of_its_hedge_wins() {
    for micros in (19_000..21_500).step_by(50) {
        let stage = Stage::new([ok(1).after(Duration::from_micros(micros)), hangs()]);
        let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
        assert_eq!(stage.executor.call(key(), policy, || stage.script.play()).await.expect("the primary"), 1);
        assert_eq!(stage.script.live(), 0);
    }
}

fn panics_with(call: impl Future<Output = Result<u32, Fail>>) -> bool {
    let mut call = Box::pin(call);
    catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(&mut Context::from_waker(Waker::noop())))).is_err()
}

/// A panic of a hedge is a panic of the call: all attempts are gone when it reaches the caller.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_hedge_reaches_the_caller() {
    let stage = Arc::new(Stage::new([hangs(), panics()]));
    let inside = stage.clone();
    let task = tokio::spawn(async move {
        let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
        capture(async {
            let call = inside.executor.call(key(), policy, || inside.script.play());
            tokio::task::unconstrained(call.into_future()).await
        })
        .await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!((stage.script.runs(), stage.script.live()), (2, 0));
    let again = Script::new([ok(7)]);
    assert_eq!(stage.executor.call(key(), Policy::new().timeout(ms(5)), || again.play()).await.expect("it works"), 7);
}

/// Of the attempts that run, the one that panicked is told so, and no other.
#[tokio::test(start_paused = true)]
async fn the_attempt_that_panicked_is_told_so() {
    assert_eq!(outcomes_of_a_panic([hangs(), panics().after(ms(5))]).await, [Cancelled, Panicked]);
    assert_eq!(outcomes_of_a_panic([panics().after(ms(30)), hangs()]).await, [Panicked, Cancelled]);
}

async fn outcomes_of_a_panic<const N: usize>(plays: [Play; N]) -> Vec<recourse::observe::AttemptOutcome> {
    let stage = Stage::new(plays);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
    let (panicked, timelines) = capture(async {
        let mut call = Box::pin(tokio::task::unconstrained(
            stage.executor.call(key(), policy, || stage.script.play()).into_future(),
        ));
        poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(polled) => polled.map(|_| false),
            Err(_) => Poll::Ready(true),
        })
        .await
    })
    .await;
    assert!(panicked);
    timelines[0].attempts().iter().map(|attempt| attempt.outcome).collect()
}

/// A call that is dropped while only its hedge runs: the hedge is gone and told of, like any other.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_runs_alone_is_dropped_with_the_call() {
    let stage = Stage::new([busy().after(ms(30)), hangs()]);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)));
    let ((), timelines) = capture(async {
        let call = stage.executor.call(key(), policy, || stage.script.play());
        let dropped = tokio::time::timeout(ms(100), call.into_future()).await;
        assert!(dropped.is_err(), "the hedge hangs");
        assert_eq!(stage.script.live(), 0);
    })
    .await;
    assert_eq!(timelines[0].reason(), EndReason::Cancelled);
    let ends = timelines[0].events().iter().filter(|moment| matches!(moment.event, Event::AttemptEnded { .. })).count();
    assert_eq!(ends, timelines[0].attempt_count(), "{}", timelines[0]);
}

#[derive(Debug)]
struct Panicking;

impl Trigger for Panicking {
    fn decide(&self, _: &HedgeState<'_>) -> HedgeDecision {
        panic!("the trigger says so")
    }
}

static PANICKING: Panicking = Panicking;

/// F04.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_trigger_reaches_the_caller() {
    #[resilient(key = "panicking", hedge = PANICKING)]
    async fn guarded(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let script = Script::new([ok(7).after(ms(5))]);
    assert!(panics_with(guarded(&script)));
    assert_eq!(script.live(), 0);
}

fn at_or_in(at: Duration, state: &HedgeState<'_>) -> HedgeDecision {
    match at.checked_sub(state.elapsed) {
        Some(left) if !left.is_zero() => HedgeDecision::After(left),
        _ => HedgeDecision::Now,
    }
}

#[derive(Debug)]
struct AtTenAndThirty(AtomicU64);

impl Trigger for AtTenAndThirty {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        self.0.fetch_add(1, Ordering::Relaxed);
        let at = ms(if state.launched == 0 { 10 } else { 20 });
        at_or_in(at, state)
    }

    fn limits(&self) -> HedgePolicy {
        HedgePolicy::after(ms(10)).at_most(2)
    }
}

static OWN: AtTenAndThirty = AtTenAndThirty(AtomicU64::new(0));
const BY_POLICY: HedgePolicy = HedgePolicy::after(ms(10)).at_most(1);

/// `hedge = path`: a trigger of one's own, or a policy.
#[tokio::test(start_paused = true)]
async fn triggers_and_policies_by_path() {
    #[resilient(key = "own", hedge = OWN)]
    async fn own(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    #[resilient(key = "policy", hedge = BY_POLICY)]
    async fn policy(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let (result, timelines) = capture(own(&Script::new([hangs(), hangs(), ok(3).after(ms(1))]))).await;
    assert_eq!((result.expect("the second hedge"), timelines[0].hedge_count()), (3, 2));
    assert!(timelines[0].elapsed() >= ms(31) && timelines[0].elapsed() < ms(35), "{}", timelines[0]);
    assert!(OWN.0.load(Ordering::Relaxed) >= 2);
    assert_eq!(policy(&Script::new([hangs(), ok(2)])).await.expect("the hedge"), 2);
}

#[derive(Debug)]
struct Early;
#[derive(Debug)]
struct Late;

impl Trigger for Early {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        at_or_in(ms(10), state)
    }
}

impl Trigger for Late {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        at_or_in(ms(50), state)
    }
}

static EARLY: Early = Early;
static LATE: Late = Late;
const BASE: Policy = Policy::new().hedge(HedgePolicy::after(ms(500)));

/// Triggers without a size may share their place and are two all the same; and a trigger stands before a base policy's hedge.
#[tokio::test(start_paused = true)]
async fn triggers_are_told_apart() {
    #[resilient(key = "both", executor = stage.executor, hedge = EARLY, policy = BASE)]
    async fn early(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "both", executor = stage.executor, hedge = LATE, policy = BASE)]
    async fn late(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let executor = Executor::new();
    let stage = || Stage { executor: executor.clone(), script: Script::new([hangs(), ok(2)]) };
    let (_, timelines) = capture(async { (early(&stage()).await.expect("2"), late(&stage()).await.expect("2")) }).await;
    let took: Vec<_> = timelines.iter().map(recourse::observe::Timeline::elapsed).collect();
    assert!(took[0] < ms(15) && (ms(50)..ms(55)).contains(&took[1]), "{took:?}");
}

/// Triggers by name, as a policy that arrives as data names them; and what becomes of a name nobody registered.
#[tokio::test(start_paused = true)]
async fn triggers_by_name() {
    #[resilient(key = "named", executor = stage.executor, hedge = "500ms")]
    async fn named(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let triggers = TriggerRegistry::new();
    triggers.register("early", Early).expect("a new name");
    let key = || Key::from_static("named");
    let stage = |executor| Stage { executor, script: Script::new([hangs(), ok(2)]) };
    let early =
        Executor::builder().hedge_by(key(), &triggers, "early", Unknown::Refuse).expect("it is registered").build();
    let (_, timelines) = capture(async { named(&stage(early)).await.expect("2") }).await;
    assert!(timelines[0].elapsed() < ms(15), "{}", timelines[0]);

    let refused = Executor::builder().hedge_by(key(), &triggers, "erly", Unknown::Refuse).unwrap_err();
    assert!(refused.to_string().contains("did you mean `early`?"), "{refused}");
    let without =
        Executor::builder().hedge_by(key(), &triggers, "erly", Unknown::NoHedge).expect("a mode that goes on").build();
    let call = async {
        let _ = tokio::time::timeout(ms(2_000), named(&stage(without))).await;
    };
    let ((), timelines) = capture(call).await;
    assert_eq!(timelines[0].hedge_count(), 0);
    assert!(timelines[0].to_string().contains("note: hedge: 500ms became none"), "{}", timelines[0]);
}

/// F28: what the winner returns is read to its end, whatever became of the losers.
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

/// F32: nothing from outside adds hedging to a function whose author did not vouch for it, and it is told.
#[tokio::test(start_paused = true)]
async fn only_the_author_can_allow_hedging() {
    #[resilient(key = "k", executor = stage.executor, timeout = "1s")]
    async fn without(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "k", executor = stage.executor, timeout = "1s", retry = "2 attempts", idempotent)]
    async fn vouched(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let provided =
        || Executor::builder().policy(Key::from_static("k"), Policy::new().hedge(HedgePolicy::after(ms(20)))).build();
    let stage = Stage { executor: provided(), script: Script::new([ok(1).after(ms(50)), ok(2)]) };
    let (result, timelines) = capture(without(&stage)).await;
    assert_eq!((result.expect("the primary"), timelines[0].hedge_count()), (1, 0));
    assert!(timelines[0].effective().changes.iter().any(|change| change.field == "hedge"), "{}", timelines[0]);

    let stage = Stage { executor: provided(), script: Script::new([ok(1).after(ms(50)), ok(2)]) };
    let (result, timelines) = capture(vouched(&stage)).await;
    assert_eq!((result.expect("the hedge"), timelines[0].hedge_count()), (2, 1));
}

/// Losers count as at least the time they ran, and so does what the caller cancelled, where it was slower than the median. A fast
/// failure counts for nothing.
#[tokio::test(start_paused = true)]
async fn the_tracker_sees_winners_and_losers() {
    #[derive(Debug, Default)]
    struct Seen(std::sync::Mutex<Vec<Duration>>);
    impl LatencyTracker for Seen {
        fn observe(&self, latency: Duration, _: Instant) {
            self.0.lock().expect("no panic").push(latency);
        }
        fn count(&self) -> u64 {
            0
        }
        fn percentile(&self, _: u32) -> Option<Duration> {
            Some(ms(10))
        }
        fn snapshot(&self) -> recourse::hedge::LatencySnapshot {
            LatencyRing::default().snapshot()
        }
    }
    let seen = Arc::new(Seen::default());
    let shared = seen.clone();
    let executor = Executor::builder().latency_tracker(move |_| shared.clone()).build();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).at_most(1));
    let until = async |gone: u64, plays: Vec<Play>| {
        let script = Script::new(plays);
        let _ = tokio::time::timeout(ms(gone), executor.call(key(), policy, || script.play())).await;
        std::mem::take(&mut *seen.0.lock().expect("no panic"))
    };
    let call = async |plays: Vec<Play>| until(10_000, plays).await;
    assert_eq!(
        call(vec![hangs(), ok(1).after(ms(5))]).await,
        [Duration::from_micros(31_250)],
        "one sample a group: the loser ran 25 ms, and would have run on"
    );
    assert_eq!(call(vec![ok(1).after(ms(30)), hangs()]).await, [ms(30)], "the winner took 30 ms");
    assert_eq!(until(400, vec![hangs(), hangs()]).await, [ms(500)], "the caller went away, and it would have run on");
    assert_eq!(until(9, vec![hangs(), hangs()]).await, [], "the caller went away before the median");
    assert_eq!(call(vec![busy().after(ms(2))]).await, [], "a failure faster than the median");
    assert_eq!(call(vec![busy().after(ms(15))]).await, [ms(15)], "a failure slower than the median");
    assert_eq!(call(vec![ok(1).after(ms(3))]).await, [ms(3)]);
}

/// What is the user's runs under no lock of ours: a maker of trackers may call through the very key it makes one for.
#[tokio::test(start_paused = true)]
async fn a_maker_of_trackers_may_use_the_executor() {
    let warm: Arc<std::sync::OnceLock<Executor>> = Arc::default();
    let (made, executor) = (Arc::new(AtomicU64::new(0)), warm.clone());
    let (counts, retried) = (made.clone(), Policy::new().retry(RetryPolicy::attempts(2)));
    let maker = move |key: &Key| -> Arc<dyn LatencyTracker> {
        counts.fetch_add(1, Ordering::Relaxed);
        let executor = executor.get().expect("it is built");
        let script = Script::new(vec![ok(1)]);
        let call = std::pin::pin!(executor.call(key.clone(), retried, || script.play()).into_future());
        assert!(call.poll(&mut Context::from_waker(Waker::noop())).is_ready());
        Arc::new(LatencyRing::default())
    };
    let executor = warm.get_or_init(|| Executor::builder().latency_tracker(maker).build());
    let script = Script::new(vec![ok(2), ok(3)]);
    let hedged = Policy::new().hedge(HedgePolicy::after(ms(20)));
    assert_eq!(executor.call(key(), hedged, || script.play()).await.expect("a value"), 2);
    assert_eq!(executor.call(key(), hedged, || script.play()).await.expect("a value"), 3);
    assert_eq!(made.load(Ordering::Relaxed), 1, "one tracker per key");
}

fn any_plays() -> impl Strategy<Value = Vec<Play>> {
    let act = prop_oneof![Just(ok(1)), Just(busy()), Just(busy()), Just(broken()), Just(missing()), Just(hangs())];
    prop::collection::vec((act, 0u64..60).prop_map(|(play, delay)| play.after(ms(delay))), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// CASES 22: started attempts never exceed `max_attempts x (1 + max_hedges)`, each is in the timeline and ends once;
    /// CASES 17: none starts after the decision; CASES 4: none outlives the call.
    #[test]
    fn attempts_are_bounded_and_all_are_accounted_for(
        plays in any_plays(), attempts in 1u32..4, hedges in 0u32..4, delay in 1u64..40, slow: bool, timeout in 50u64..400
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let hedge = HedgePolicy::after(ms(delay)).at_most(hedges).budget(BudgetPolicy::none());
            let policy = Policy::new()
                .retry(RetryPolicy::attempts(attempts).fixed(ms(7)))
                .budget(BudgetPolicy::none())
                .hedge(if slow { hedge.fail_slow() } else { hedge })
                .attempt_timeout(ms(45))
                .timeout(ms(timeout));
            let script = Script::new(plays);
            let executor = Executor::new();
            let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify);
            let (_, timelines) = capture(call.into_future()).await;
            let timeline = &timelines[0];
            assert_eq!(script.live(), 0);
            assert!(script.runs() <= (attempts * (1 + hedges)) as usize, "{timeline}");
            assert_eq!(timeline.attempt_count(), script.runs(), "{timeline}");
            for attempt in 1..=u32::try_from(script.runs()).expect("few") {
                let ends = timeline.events().iter().filter(|m| matches!(m.event, Event::AttemptEnded { attempt: a, .. } if a == attempt));
                assert_eq!(ends.count(), 1, "attempt {attempt}:\n{timeline}");
            }
            assert!(timeline.elapsed() <= ms(timeout + 1), "{timeline}");
        });
    }

    /// CASES 16: among retryable failures (with `fail slow`: among all), the outcome of a group does not depend on the order
    /// of arrival.
    #[test]
    fn the_outcome_does_not_depend_on_the_order_of_arrival(delays in prop::collection::vec(50u64..90, 3), order in Just([0usize, 1, 2]).prop_shuffle(), what in prop::collection::vec(0usize..3, 3), slow: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let outcome = |delays: Vec<u64>| runtime.block_on(async {
            let fails = |at: usize| if slow { [busy(), broken(), missing()][what[at]].clone() } else { busy() };
            // All three run before the first one fails.
            let plays = (0..3).map(|at| fails(at).after(ms(delays[at] + 10 * (2 - at as u64))));
            let hedge = HedgePolicy::after(ms(10)).at_most(2).budget(BudgetPolicy::none());
            let policy = Policy::new().hedge(if slow { hedge.fail_slow() } else { hedge });
            let script = Script::new(plays);
            let executor = Executor::new();
            let result = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify).await;
            assert_eq!(script.runs(), 3);
            result.unwrap_err().to_string()
        });
        let shuffled: Vec<u64> = order.iter().map(|at| delays[*at]).collect();
        prop_assert_eq!(outcome(delays), outcome(shuffled));
    }
}
