//! What observers are told of a call, and what they say they want to be told.

use recourse::observe::{
    AttemptOutcome, CallInfo, CallTotals, EndReason, Event, FallbackEvent, FallbackOutcome, Observer, TimedEvent,
    Timeline, Wanted, capture,
};
use recourse::{
    BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, Policy, RejectionKind, RetryPolicy, resilient,
};
use recourse_tests::{Fail, Script, broken, busy, busy_after, hangs, missing, ms, ok, once, panics};
use std::cell::Cell;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Keeps what it is told.
#[derive(Clone, Debug)]
struct Told {
    wanted: Wanted,
    events: Arc<Mutex<Vec<(String, TimedEvent)>>>,
    totals: Arc<Mutex<Vec<(CallInfo, CallTotals)>>>,
    timelines: Arc<Mutex<Vec<Timeline>>>,
    fallbacks: Arc<Mutex<Vec<(String, FallbackEvent)>>>,
}

impl Told {
    fn that_wants(wanted: Wanted) -> Self {
        Self {
            wanted,
            events: Arc::default(),
            totals: Arc::default(),
            timelines: Arc::default(),
            fallbacks: Arc::default(),
        }
    }

    fn events(&self) -> Vec<TimedEvent> {
        self.events.lock().unwrap().iter().map(|(_, timed)| timed.clone()).collect()
    }

    fn totals(&self) -> Vec<CallTotals> {
        self.totals.lock().unwrap().iter().map(|(_, totals)| totals.clone()).collect()
    }
}

impl Observer for Told {
    fn wants(&self) -> Wanted {
        self.wanted
    }
    fn event(&self, call: &CallInfo, timed: &TimedEvent) {
        self.events.lock().unwrap().push((call.id().to_string(), timed.clone()));
    }
    fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
        self.totals.lock().unwrap().push((call.clone(), totals.clone()));
    }
    fn call_ended(&self, timeline: &Timeline) {
        self.timelines.lock().unwrap().push(timeline.clone());
    }
    fn fallback(&self, call: &CallInfo, event: &FallbackEvent) {
        self.fallbacks.lock().unwrap().push((call.id().to_string(), *event));
    }
}

#[resilient(
    executor = executor, key = "db.{shard}", retry = "3 attempts, fixed 10ms", budget = "10%", attempt = it
)]
async fn load(executor: &Executor, shard: u32, ids: &Mutex<Vec<String>>) -> Result<u32, Fail> {
    ids.lock().unwrap().push(it.call_id().to_string());
    if it.is_last() { Ok(shard) } else { Err(Fail::Busy(None)) }
}

/// observe-7.
#[tokio::test(start_paused = true)]
async fn every_event_knows_its_call_and_its_attempt() {
    let told = Told::that_wants(Wanted::Events);
    let executor = Executor::builder().observer(told.clone()).build();
    let ids = Mutex::default();
    assert_eq!(load(&executor, 7, &ids).await.unwrap(), 7);

    let events = told.events();
    let attempts: Vec<_> = events.iter().map(|timed| (timed.attempt, timed.is_last)).collect();
    let (first, second, third) = ((1, false), (2, false), (3, true));
    assert_eq!(attempts, [(0, false), first, first, first, second, second, second, third, third, third]);
    let paid: Vec<_> = events
        .iter()
        .filter_map(|timed| match timed.event {
            Event::AttemptStarted { budget_left, .. } => Some(budget_left),
            _ => None,
        })
        .collect();
    assert_eq!(paid, [None, Some(9), Some(8)]);

    let (call, _) = told.totals.lock().unwrap()[0].clone();
    assert_eq!((call.key().as_str(), call.template(), call.name()), ("db.7", Some("db.{shard}"), "db.{shard}"));
    let seen = ids.into_inner().unwrap();
    assert!(seen.iter().all(|id| *id == call.id().to_string()), "the body and the observer know the call by one id");
    assert!(told.events.lock().unwrap().iter().all(|(id, _)| *id == seen[0]));
}

/// observe-7: what a metric may be labelled by.
#[tokio::test(start_paused = true)]
async fn keys_that_are_made_at_run_time_share_one_name() {
    let told = Told::that_wants(Wanted::Totals);
    let executor = Executor::builder().observer(told.clone()).build();
    let operation = async || Ok::<_, String>(());
    executor.call(Key::from_static("written"), Policy::new().timeout(ms(5)), operation).await.unwrap();
    executor.call(Key::parse("db.7").unwrap(), Policy::new().timeout(ms(5)), operation).await.unwrap();
    let names: Vec<_> = told.totals.lock().unwrap().iter().map(|(call, _)| call.name().to_owned()).collect();
    assert_eq!(names, ["written", CallInfo::OTHER]);
}

/// observe-8.
#[tokio::test(start_paused = true)]
async fn an_observer_is_told_what_it_wants() {
    for wanted in [Wanted::Totals, Wanted::Events, Wanted::Timelines] {
        let told = Told::that_wants(wanted);
        let executor = Executor::builder().observer(told.clone()).build();
        let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(10)));
        let (script, texts) = (Script::new([busy(), ok(7)]), Mutex::new(0));
        let call = executor.call(Key::from_static("k"), policy, || script.play());
        call.describe(|fail| {
            *texts.lock().unwrap() += 1;
            Some(fail.to_string())
        })
        .await
        .unwrap();
        let timelines = told.timelines.lock().unwrap().len();
        let seen = (told.events().len(), told.totals().len(), timelines, texts.into_inner().unwrap());
        match wanted {
            Wanted::Totals => assert_eq!(seen, (0, 1, 0, 0), "no event is told, and no text made"),
            Wanted::Events => assert_eq!(seen, (7, 1, 0, 1)),
            _ => assert_eq!(seen, (7, 1, 1, 1)),
        }
        let totals = &told.totals()[0];
        assert_eq!((totals.attempts, totals.retries, totals.retry_delay, totals.elapsed), (2, 1, ms(10), ms(10)));
    }
}

/// observe-8: whoever counts calls is told of circuits that change.
#[tokio::test(start_paused = true)]
async fn totals_come_with_the_changes_of_circuits() {
    let told = Told::that_wants(Wanted::Totals);
    let executor = Executor::builder().observer(told.clone()).build();
    let policy = Policy::new().circuit(CircuitPolicy::failures(1)).retry(RetryPolicy::none());
    let script = Script::new([busy()]);
    for _ in 0..2 {
        executor.call(Key::from_static("k"), policy, || script.play()).await.unwrap_err();
    }
    let events = told.events();
    assert!(matches!(events[..], [TimedEvent { event: Event::CircuitChanged { .. }, attempt: 1, .. }]), "{events:?}");
    let totals = told.totals();
    assert_eq!((totals[0].reason, totals[0].rejected), (EndReason::AttemptsExhausted, None));
    assert_eq!((totals[1].reason, totals[1].rejected), (EndReason::CircuitOpen, Some(RejectionKind::CircuitOpen)));
}

/// observe-9.
#[tokio::test(start_paused = true)]
async fn an_observer_can_be_added_to_a_living_executor() {
    let executor = Executor::new();
    let ids = Mutex::default();
    load(&executor, 7, &ids).await.unwrap();
    let (first, second) = (Told::that_wants(Wanted::Totals), Told::that_wants(Wanted::Timelines));
    executor.add_observer(first.clone());
    load(&executor, 7, &ids).await.unwrap();
    // A call in flight keeps the observers that it began with.
    let mut running = pin!(load(&executor, 7, &ids));
    assert!(once(&mut running).await.is_pending());
    executor.add_observer(second.clone());
    running.await.unwrap();
    load(&executor, 8, &ids).await.unwrap();
    assert_eq!((first.totals().len(), second.totals().len(), second.timelines.lock().unwrap().len()), (3, 1, 1));
}

/// observe-10.
#[tokio::test(start_paused = true)]
async fn hedges_say_that_they_started_won_and_what_is_left() {
    let told = Told::that_wants(Wanted::Events);
    let executor = Executor::builder().observer(told.clone()).build();
    let script = Script::new([hangs(), ok(7).after(ms(5))]);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(10)));
    executor.call(Key::from_static("k"), policy, || script.play()).await.unwrap();
    let hedges = told.events().into_iter().filter_map(|timed| match timed.event {
        Event::AttemptStarted { hedge: true, budget_left, .. } => Some((timed.attempt, budget_left.is_some(), None)),
        Event::AttemptEnded { hedge, outcome, .. } => Some((timed.attempt, hedge, Some(outcome))),
        _ => None,
    });
    let (won, lost) = (AttemptOutcome::Success, AttemptOutcome::Cancelled);
    assert_eq!(hedges.collect::<Vec<_>>(), [(2, true, None), (2, true, Some(won)), (1, false, Some(lost))]);
    assert_eq!((told.totals()[0].hedges, told.totals()[0].hedges_won), (1, 1));
}

/// Has no `Display`.
#[derive(Debug)]
struct Silent {
    #[expect(dead_code, reason = "shown by Debug")]
    code: u32,
}

impl recourse::FromRejection for Silent {
    fn from_rejection(_: recourse::Rejected) -> Self {
        Self { code: 0 }
    }
}

/// observe-11.
#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_displayed_has_its_debug_text() {
    #[resilient(retry = "2 attempts, no delay")]
    async fn fails() -> Result<(), Silent> {
        Err(Silent { code: 7 })
    }
    let (_, timelines) = capture(fails()).await;
    assert_eq!(timelines[0].attempts()[0].error.as_deref(), Some("Silent { code: 7 }"));
}

#[resilient(executor = executor, key = "with.{name}", retry = "2 attempts, no delay", fallback = instead)]
async fn with_fallback(executor: &Executor, name: &str, script: &Script) -> Result<u32, Fail> {
    let _ = (executor, name);
    script.play().await
}

async fn instead(_: &Executor, name: &str, _: &Script, error: Fail) -> Result<u32, Fail> {
    match name {
        "answers" => Ok(1),
        "fails" => Err(error),
        "hangs" => std::future::pending().await,
        _ => panic!("the fallback panics"),
    }
}

/// observe-12.
#[tokio::test(start_paused = true)]
async fn a_fallback_that_started_has_one_end() {
    use FallbackOutcome::{Answered, Cancelled, Failed, Panicked};
    for (name, outcome) in [("answers", Answered), ("fails", Failed), ("hangs", Cancelled), ("panics", Panicked)] {
        let told = Told::that_wants(Wanted::Totals);
        let executor = Executor::builder().observer(told.clone()).build();
        let script = Script::new([busy()]);
        {
            let mut call = pin!(with_fallback(&executor, name, &script));
            let polled = catch_unwind(AssertUnwindSafe(|| {
                call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
            }));
            assert_eq!(polled.is_err(), outcome == Panicked);
        }
        let (fallbacks, id) = (told.fallbacks.lock().unwrap(), told.totals.lock().unwrap()[0].0.id().to_string());
        let ended = FallbackEvent::Ended { reason: EndReason::AttemptsExhausted, outcome, took: ms(0) };
        let started = FallbackEvent::Started { reason: EndReason::AttemptsExhausted };
        assert_eq!(*fallbacks, [(id.clone(), started), (id, ended)]);
    }
    let told = Told::that_wants(Wanted::Totals);
    let executor = Executor::builder().observer(told.clone()).build();
    with_fallback(&executor, "answers", &Script::new([busy(), ok(7)])).await.unwrap();
    assert!(told.fallbacks.lock().unwrap().is_empty(), "no fallback is told of a call that succeeds");
}

/// observe-13: calls that end in every way, also in a drop or a panic.
#[tokio::test(start_paused = true)]
async fn totals_are_the_sums_over_the_events_of_ten_thousand_calls() {
    let told = Told::that_wants(Wanted::Timelines);
    let executor = Executor::builder().observer(told.clone()).build();
    let seed = Cell::new(7_u64);
    let draw = |below: u64| {
        seed.set(seed.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        (seed.get() >> 33) % below
    };
    std::panic::set_hook(Box::new(|_| {}));
    for _ in 0..10_000 {
        let plays: Vec<_> = (0..4)
            .map(|_| match draw(8) {
                0 | 1 => ok(1),
                2 | 3 => busy(),
                4 => busy_after(ms(draw(40))),
                5 => [broken(), missing()][usize::from(draw(2) == 0)].clone(),
                6 => hangs(),
                _ => panics(),
            })
            .map(|play| play.after(ms([0, 3, 30][usize::try_from(draw(3)).unwrap()])))
            .collect();
        let script = Script::new(plays);
        let mut policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(draw(3) * 10))).attempt_timeout(ms(50));
        policy = policy.timeout(ms(60 + draw(60))).budget(BudgetPolicy::percent(20));
        if draw(2) == 0 {
            policy = policy.hedge(HedgePolicy::after(ms(5)).at_most(2));
        }
        if draw(3) == 0 {
            policy = policy.circuit(CircuitPolicy::failures(3));
        }
        let key: Key = format!("k.{}", draw(20)).parse().unwrap();
        let call = executor.call(key, policy, || script.play()).classify(recourse::Classify::classify);
        let mut call = pin!(call.into_future());
        let mut polls = draw(12);
        let ended = std::future::poll_fn(|cx| {
            if polls == 0 {
                return Poll::Ready(());
            }
            polls -= 1;
            match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        });
        ended.await;
    }
    drop(std::panic::take_hook());
    let (timelines, totals) = (told.timelines.lock().unwrap(), told.totals());
    assert_eq!(timelines.len(), totals.len());
    assert!(timelines.len() > 8_000 && totals.iter().any(|totals| totals.reason == EndReason::Panicked));
    for (timeline, totals) in timelines.iter().zip(&totals) {
        let count = |is: &dyn Fn(&Event) -> bool| {
            u32::try_from(timeline.events().iter().filter(|timed| is(&timed.event)).count()).unwrap()
        };
        assert_eq!(count(&|event| matches!(event, Event::CallEnded { .. })), 1, "{timeline}");
        assert_eq!(count(&|event| matches!(event, Event::AttemptStarted { .. })), totals.attempts, "{timeline}");
        assert_eq!(count(&|event| matches!(event, Event::AttemptStarted { hedge: true, .. })), totals.hedges);
        assert_eq!(count(&|event| matches!(event, Event::BudgetDenied)), totals.retries_denied);
        assert_eq!(count(&|event| matches!(event, Event::HedgeDenied { .. })), totals.hedges_denied);
        for attempt in timeline.attempts() {
            let is_end =
                |event: &Event| matches!(event, Event::AttemptEnded { attempt: ended, .. } if *ended == attempt.number);
            assert_eq!(count(&is_end), 1, "{timeline}");
        }
        let ended: u32 = AttemptOutcome::ALL.iter().map(|outcome| totals.attempts_that(*outcome)).sum();
        assert_eq!((ended, totals.reason), (totals.attempts, timeline.reason()), "{timeline}");
        assert_eq!(totals.elapsed, timeline.elapsed());
    }
}
