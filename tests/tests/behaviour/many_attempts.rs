//! Calls with many attempts, and with attempts that have no end: how they are numbered, what ends them, and when they begin anew.

use recourse::budget::Budget;
use recourse::circuit::{CircuitBreaker, Decision, Permit, State, Transition};
use recourse::observe::{CallInfo, DelaySource, EndReason, Event, Observer, TimedEvent, capture};
use recourse::policy::Capabilities;
use recourse::time::Instant;
use recourse::{BudgetPolicy, CircuitPolicy, Class, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Play, Script, Stage, broken, busy, ms, ok, through_both_front_ends, timeline};
use std::future::IntoFuture;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// So many failures, and then a success.
fn after_failures(count: usize) -> Vec<Play> {
    std::iter::repeat_n(busy(), count).chain([ok(7)]).collect()
}

/// Gives each permit a number, and writes down which ran how long.
#[derive(Clone, Debug, Default)]
struct Numbering(Arc<AtomicU64>, Arc<Mutex<Vec<(u64, Duration)>>>);

impl CircuitBreaker for Numbering {
    fn allow(&self, _: Instant) -> Decision {
        Decision::admit(Permit::new(self.0.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn record(&self, permit: Permit, _: Class, elapsed: Duration, _: Instant) -> Option<Transition> {
        self.1.lock().unwrap().push((permit.generation(), elapsed));
        None
    }

    fn state(&self, _: Instant) -> State {
        State::Closed
    }

    fn reset(&self, _: Instant) -> Option<Transition> {
        None
    }
}

/// Counts what it is told of attempts.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<Event>>>);

impl Observer for Told {
    fn event(&self, _: &CallInfo, timed: &TimedEvent) {
        self.0.lock().unwrap().push(timed.event.clone());
    }
}

/// retry-12: 100 attempts with three hedges each are 400. Each has a number of its own, ends once, and gives back the permit that it was
/// given.
#[tokio::test(start_paused = true)]
async fn four_hundred_attempts_have_a_number_each_and_give_back_their_own_permits() {
    let key = Key::from_static("users.get");
    let (numbering, told) = (Numbering::default(), Told::default());
    let breaker = numbering.clone();
    let executor =
        Executor::builder().breaker(key.clone(), move |_| Box::new(breaker.clone())).observer(told.clone()).build();
    let policy = Policy::new()
        .retry(RetryPolicy::attempts(100).fixed(ms(5)))
        .budget(BudgetPolicy::none())
        .hedge(HedgePolicy::after(ms(10)).at_most(3).budget(BudgetPolicy::none()))
        .circuit(CircuitPolicy::failures(1));
    let script = Script::new((1..=400).map(|run| busy().after(ms(40 + run % 7))));
    let (result, timelines) = capture(executor.call(key, policy, || script.play()).into_future()).await;
    assert!(result.is_err());
    assert_eq!((script.runs(), script.live()), (400, 0));
    let of = |event: fn(&Event) -> Option<u32>| {
        let mut numbers: Vec<u32> = told.0.lock().unwrap().iter().filter_map(event).collect();
        numbers.sort_unstable();
        numbers
    };
    let started = of(|event| if let Event::AttemptStarted { attempt, .. } = event { Some(*attempt) } else { None });
    let ended = of(|event| if let Event::AttemptEnded { attempt, .. } = event { Some(*attempt) } else { None });
    assert_eq!(started, (1..=400).collect::<Vec<u32>>());
    assert_eq!(ended, started);
    let mut recorded = numbering.1.lock().unwrap().clone();
    recorded.sort_unstable();
    let expected: Vec<_> = (1..=400).map(|number| (number, ms(40 + number % 7))).collect();
    assert_eq!(recorded, expected, "the permit of an attempt, and how long that attempt ran");
    assert_eq!((timelines[0].attempt_count(), timelines[0].hedge_count()), (400, 300));
}

/// retry-13: until it succeeds, or something else ends the call.
#[tokio::test(start_paused = true)]
async fn forever_goes_on_until_it_succeeds_or_fails_for_good() {
    through_both_front_ends!({ retry = "forever, fixed 10ms" }, after_failures(1_000), |run| {
        run.returned_ok(7).attempts(1_001).stopped_by(EndReason::Success);
    });
    through_both_front_ends!({ retry = "forever, fixed 10ms" }, [busy(), busy(), broken()], |run| {
        run.returned_err("broken").attempts(3).stopped_by(EndReason::NonRetryable);
    });
    through_both_front_ends!({ retry = "forever, fixed 1h", timeout = "24h" }, [busy()], |run| {
        run.returned_err("busy").attempts(24).stopped_by(EndReason::Deadline);
    });
}

/// retry-13: the circuit ends it, with the operation's own error.
#[tokio::test(start_paused = true)]
async fn forever_does_not_outlast_an_open_circuit() {
    through_both_front_ends!({ retry = "forever, fixed 10ms", circuit = "5 failures" }, [busy()], |run| {
        run.returned_err("busy").attempts(5).stopped_by(EndReason::CircuitOpen);
        assert!(run.timeline.effective().conflicts.is_empty(), "{run}");
    });
}

/// retry-13: a caller that goes away ends it at once, wherever it is.
#[tokio::test(start_paused = true)]
async fn forever_ends_with_its_caller() {
    #[resilient(key = "forever", executor = stage.executor, retry = "forever, fixed 10ms")]
    async fn forever(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy().after(ms(10))]);
    let (_, seen) = timeline(async { tokio::time::timeout(ms(100_005), forever(&stage)).await.is_err() }).await;
    assert_eq!((seen.reason(), stage.script.live()), (EndReason::Cancelled, 0));
    assert!(stage.script.runs() > 4_000, "{}", stage.script.runs());
}

/// retry-13: what is to have no end is not ended by a budget that nobody named; and it takes nothing from that of its key.
#[tokio::test(start_paused = true)]
async fn forever_has_no_budget_unless_one_is_named() {
    through_both_front_ends!(
        { retry = "forever, fixed 1ms", budget = "0% + 1/s" },
        [busy()],
        |run| {
            run.returned_err("busy").attempts(11).stopped_by(EndReason::BudgetDenied);
        }
    );
    let (executor, key) = (Executor::new(), Key::from_static("users.get"));
    let script = Script::new(after_failures(500));
    let forever = Policy::new().retry(RetryPolicy::forever().fixed(ms(1)));
    assert_eq!(executor.call(key.clone(), forever, || script.play()).await.unwrap(), 7);
    let script = Script::new([busy()]);
    let hundred = Policy::new().retry(RetryPolicy::attempts(100).no_delay());
    let (_, seen) = timeline(executor.call(key, hundred, || script.play()).into_future()).await;
    assert_eq!((seen.attempt_count(), seen.reason()), (100, EndReason::AttemptsExhausted));
}

/// retry-13: a body that fails at once would keep its thread for ever. In an attribute it is an error.
#[tokio::test(start_paused = true)]
async fn forever_without_a_delay_gets_one_and_says_so() {
    let policy = Policy::new().retry(RetryPolicy::forever().no_delay()).timeout(ms(60_000));
    let script = Script::new([busy()]);
    let executor = Executor::new();
    let (_, seen) = timeline(executor.call(Key::from_static("k"), policy, || script.play()).into_future()).await;
    assert_eq!(seen.effective().changes[0].field, "retry.delay");
    assert!(seen.to_string().contains("note: retry.delay: no delay became exponential 50ms..1s"), "{seen}");
    assert!((10..1_000).contains(&script.runs()), "{seen}");
}

/// retry-14: an attempt that ran long enough is the first of a new count, and the backoff begins anew.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_ran_long_enough_begins_the_count_and_the_backoff_anew() {
    let long = |ran| [busy(), busy(), busy().after(ms(ran)), busy()];
    through_both_front_ends!(
        { retry = "3 attempts, exponential 10ms..1s, no jitter, fresh after 100ms" },
        long(100),
        |run| {
            let asked: Vec<_> = run.timeline.attempts().iter().filter_map(|attempt| attempt.delay).collect();
            assert_eq!(asked, [10, 20, 10, 20].map(|delay| (ms(delay), DelaySource::Backoff)), "{run}");
            run.returned_err("busy").attempts(5).stopped_by(EndReason::AttemptsExhausted);
        }
    );
    through_both_front_ends!(
        { retry = "3 attempts, exponential 10ms..1s, no jitter, fresh after 100ms" },
        long(99),
        |run| {
            run.returned_err("busy").attempts(3);
        }
    );
    // Cut by its own limit, or not: it has worked for so long.
    let subscription = std::iter::repeat_n(busy().after(ms(3_600_000)), 10).chain([ok(7)]);
    through_both_front_ends!(
        { retry = "2 attempts, fixed 1ms, fresh after 1m", attempt_timeout = "30m" },
        subscription.clone(),
        |run| {
            run.returned_ok(7).attempts(11).took(ms(10 * 1_800_000));
        }
    );
    // Whether anybody looks or not.
    let (executor, script) = (Executor::new(), Script::new(long(100)));
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10)).fresh_after(ms(100)));
    assert!(executor.call(Key::from_static("k"), policy, || script.play()).await.is_err());
    assert_eq!(script.runs(), 5);
    // A success at once under such a policy is as any other.
    through_both_front_ends!({ retry = "2 attempts, fresh after 1m" }, [ok(7)], |run| {
        run.returned_ok(7).attempts(1).took(ms(0));
    });
}

/// A budget that counts.
#[derive(Debug)]
struct Counting(AtomicU64, AtomicU64);

impl Budget for Counting {
    fn deposit(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn withdraw(&self, _: Instant) -> bool {
        self.1.fetch_add(1, Ordering::Relaxed) < 4
    }

    fn refund(&self) {}

    fn balance(&self) -> u32 {
        0
    }
}

/// retry-14: the new count is paid for like the old one, and its success is none of a first attempt.
#[tokio::test(start_paused = true)]
async fn a_new_count_refills_no_budget() {
    static BUDGET: Counting = Counting(AtomicU64::new(0), AtomicU64::new(0));
    #[resilient(key = "fresh", executor = stage.executor, retry = "2 attempts, fixed 1ms, fresh after 10ms", budget = BUDGET)]
    async fn fresh(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy().after(ms(20)), busy().after(ms(20)), ok(7)]);
    assert_eq!(fresh(&stage).await.unwrap(), 7);
    assert_eq!((BUDGET.0.load(Ordering::Relaxed), BUDGET.1.load(Ordering::Relaxed)), (0, 2));
    let stage = Stage::new([busy().after(ms(20))]);
    let (_, seen) = timeline(fresh(&stage)).await;
    assert_eq!((seen.attempt_count(), seen.reason()), (3, EndReason::BudgetDenied));
}

/// retry-12: a policy from a document has the bounds of documents, whatever code may ask for.
#[test]
fn what_a_document_asks_for_is_bounded_more_tightly() {
    use recourse::policy::{Effective, Origin};
    let asked = Policy::new().retry(RetryPolicy::forever());
    let effective = |origin| Effective::new(asked, origin, Capabilities::all()).policy.retry;
    assert_eq!(effective(Origin::Code), Some(RetryPolicy::forever()));
    assert_eq!(effective(Origin::Provider), Some(RetryPolicy::attempts(10)));
}
