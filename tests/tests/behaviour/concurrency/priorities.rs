//! Who is refused first: the shares of the priorities, through every entrance.

use recourse::context::{self, Priority};
use recourse::observe::{EndReason, Event, Timeline, capture};
use recourse::{Executor, Key, Policy, Rejected, RejectionKind, resilient};
use recourse_tests::{Fail, ms, once, timeline};
use std::cell::{Cell, RefCell};
use std::future::{Future, IntoFuture, pending, ready};
use std::pin::Pin;

type Call = Pin<Box<dyn Future<Output = Result<(), Fail>>>>;
type FrontEnd = fn(&Executor, Policy, Option<Priority>) -> Call;

const KEY: Key = Key::from_static("pool");

/// Hangs, with a slot of a limit that is registered for the key.
fn by_attribute(executor: &Executor, policy: Policy, priority: Option<Priority>) -> Call {
    #[resilient(key = "pool", executor = executor, priority = priority)]
    async fn hangs(#[allow(unused_variables)] executor: Executor, priority: Option<Priority>) -> Result<(), Fail> {
        pending().await
    }
    executor.set_policy(KEY, policy);
    Box::pin(hangs(executor.clone(), priority))
}

fn by_executor(executor: &Executor, policy: Policy, priority: Option<Priority>) -> Call {
    Box::pin(executor.call(KEY, policy, pending::<Result<(), Fail>>).priority(priority).into_future())
}

fn by_context(executor: &Executor, policy: Policy, priority: Option<Priority>) -> Call {
    let call = executor.call(KEY, policy, pending::<Result<(), Fail>>).into_future();
    match priority {
        Some(priority) => Box::pin(context::with_priority(priority, call)),
        None => Box::pin(call),
    }
}

const FRONT_ENDS: [(&str, FrontEnd); 3] =
    [("the attribute", by_attribute), ("executor.call", by_executor), ("with_priority", by_context)];

fn limit(text: &str) -> Policy {
    Policy::new().concurrency(text.parse().unwrap())
}

/// Returns the calls that run, of those that were begun.
async fn begin(calls: impl IntoIterator<Item = Call>) -> Vec<Call> {
    let mut running = Vec::new();
    for mut call in calls {
        if once(&mut call).await.is_pending() {
            running.push(call);
        }
    }
    running
}

/// concurrency-24: counted against all calls that run; a call that states no priority may use all.
#[tokio::test(start_paused = true)]
async fn each_priority_may_use_its_share() {
    let shares = [
        (None, 10..=10),
        (Some(Priority::Critical), 10..=10),
        (Some(Priority::High), 9..=9),
        (Some(Priority::Normal), 7..=8),
        (Some(Priority::Low), 6..=6),
        (Some(Priority::Sheddable), 5..=5),
    ];
    for (name, call) in FRONT_ENDS {
        for text in ["10 at once", "adaptive 10..10"] {
            for (priority, share) in &shares {
                let executor = Executor::new();
                let others = begin((0..3).map(|_| call(&executor, limit(text), None))).await;
                let running = begin((0..30).map(|_| call(&executor, limit(text), *priority))).await;
                let found = others.len() + running.len();
                assert!(share.contains(&found), "{name}, {text}, {priority:?}: {found}");
            }
            let executor = Executor::new();
            let one = limit(&text.replace("10", "1"));
            assert_eq!(begin([call(&executor, one, Some(Priority::Sheddable))]).await.len(), 1, "{name}: at least one");
        }
    }
}

/// concurrency-25: a refusal for the priority says so, and one because all slots are taken does not.
#[tokio::test(start_paused = true)]
async fn a_refusal_says_that_it_was_for_the_priority() {
    for (name, call) in FRONT_ENDS {
        let executor = Executor::new();
        let policy = limit("10 at once");
        let mut running = begin((0..6).map(|_| call(&executor, policy, None))).await;
        let refused = async |priority| -> (Rejected, Timeline) {
            // A call that gets a slot hangs.
            let call = tokio::time::timeout(ms(1_000), timeline(call(&executor, policy, priority)));
            let (result, timeline) = call.await.expect("it is refused");
            let Err(Fail::Rejected(rejected)) = result else { panic!("{name}: {result:?}") };
            (rejected, timeline)
        };
        let (rejected, timeline) = refused(Some(Priority::Low)).await;
        assert_eq!(
            rejected.to_string(),
            "`pool` was not called: 6 calls run already, too many for priority low",
            "{name}"
        );
        assert_eq!((rejected.kind(), rejected.full().unwrap().priority), (RejectionKind::Full, Some(Priority::Low)));
        let denied = Event::SlotDenied { running: 6, waiting: 0, priority: Some(Priority::Low) };
        assert!(timeline.events().iter().any(|moment| moment.event == denied), "{name}: {timeline:?}");
        assert!(timeline.to_string().contains("no slot is free for priority low: 6 run"), "{name}: {timeline}");
        assert_eq!((timeline.reason(), timeline.totals().shed), (EndReason::Full, Some(Priority::Low)), "{name}");

        running.extend(begin((0..4).map(|_| call(&executor, policy, Some(Priority::Critical)))).await);
        assert_eq!(running.len(), 10, "{name}");
        for priority in [Some(Priority::Low), Some(Priority::Critical), None] {
            let (rejected, timeline) = refused(priority).await;
            assert_eq!(rejected.to_string(), "`pool` was not called: 10 calls run already", "{name}: {priority:?}");
            assert_eq!(
                (rejected.full().unwrap().priority, timeline.totals().shed),
                (None, None),
                "{name}: {priority:?}"
            );
        }
    }
}

/// concurrency-26: the level is drawn once for a call: its retries have the fate of its first attempt. So have the calls in its attempts.
#[tokio::test(start_paused = true)]
async fn retries_share_the_level_of_their_call() {
    #[resilient(key = "pool", executor = executor, concurrency = "1000 at once", retry = "20 attempts, no delay", budget = "none", priority = "normal")]
    async fn retried(executor: &Executor) -> Result<(), Fail> {
        Err(Fail::Busy(None))
    }
    #[resilient(executor = executor, retry = "20 attempts, no delay, over nested", budget = "none", priority = "normal")]
    async fn around(executor: &Executor, stated: Option<Priority>) -> Result<(), Fail> {
        once_inside(executor, stated).await
    }
    #[resilient(key = "pool", executor = executor, concurrency = "1000 at once", priority = stated)]
    async fn once_inside(executor: &Executor, stated: Option<Priority>) -> Result<(), Fail> {
        Err(Fail::Busy(None))
    }
    let executor = Executor::new();
    let _running = begin((0..700).map(|_| by_executor(&executor, limit("1000 at once"), None))).await;
    let (mut all, mut none) = (0, 0);
    for turn in 0..60 {
        let (_, timeline) = timeline(retried(&executor)).await;
        let attempts = timeline.attempt_count();
        assert!(attempts == 0 || attempts == 20, "{attempts} of 20 attempts got a slot");
        if attempts == 0 {
            none += 1;
        } else {
            all += 1;
        }
        // A refusal ends the call around it, and a failure does not. To state the same priority once more changes nothing.
        let stated = (turn % 2 == 0).then_some(Priority::Normal);
        let (_, timelines) = capture(around(&executor, stated)).await;
        let inside = timelines.iter().filter(|one| *one.key() == KEY).map(Timeline::attempt_count);
        let inside: Vec<_> = inside.collect();
        assert!(inside == [0] || inside == [1; 20], "{inside:?}");
    }
    assert!(all > 5 && none > 5, "a priority is shed in part: {all} of 60 run");
}

/// context-31: another priority has a level of its own: calls that state one inside of a piece of work with a single level do not share their fate.
#[tokio::test(start_paused = true)]
async fn another_priority_has_a_level_of_its_own() {
    let executor = Executor::new();
    let _running = begin((0..700).map(|_| by_executor(&executor, limit("1000 at once"), None))).await;
    let fails = || ready(Err::<(), _>(Fail::Busy(None)));
    let (mut ran, mut same) = (0, Vec::new());
    context::with_priority(Priority::High, async {
        for _ in 0..60 {
            let call = executor.call(KEY, limit("1000 at once"), fails).priority(Priority::Normal);
            ran += u32::from(call.await.unwrap_err().rejection().is_none());
        }
        // And within each of them all have one fate.
        for _ in 0..40 {
            let inside = context::with_priority(Priority::Normal, async {
                let call = || executor.call(KEY, limit("1000 at once"), fails).into_future();
                let ran = async || call().await.unwrap_err().rejection().is_none();
                (ran().await, ran().await, ran().await)
            });
            same.push(inside.await);
        }
    })
    .await;
    assert!((6..55).contains(&ran), "normal calls are shed in part: {ran} of 60 run");
    assert!(same.iter().all(|(first, second, third)| first == second && second == third), "{same:?}");
    let lucky = same.iter().filter(|(first, ..)| *first).count();
    assert!((1..40).contains(&lucky), "{lucky} of 40");
}

/// concurrency-26: a hedge uses the share of its call, and no more.
#[tokio::test(start_paused = true)]
async fn a_hedge_has_the_share_of_its_call() {
    #[resilient(key = "pool", executor = executor, concurrency = "10 at once", hedge = "5ms", timeout = "20ms", priority = "sheddable")]
    async fn hedged(executor: &Executor) -> Result<(), Fail> {
        pending().await
    }
    for (running, hedges) in [(3, 1), (4, 0)] {
        let executor = Executor::new();
        let _running = begin((0..running).map(|_| by_executor(&executor, limit("10 at once"), None))).await;
        let (_, timeline) = timeline(hedged(&executor)).await;
        assert_eq!(
            (timeline.attempt_count() - timeline.hedge_count(), timeline.hedge_count()),
            (1, hedges),
            "{timeline}"
        );
    }
}

/// concurrency-27: a waiter whose share is used up keeps back nobody, and starts as soon as the share allows it.
#[tokio::test(start_paused = true)]
async fn nobody_is_stranded_and_no_slot_is_idle() {
    for text in ["10 at once, wait 1s", "adaptive 10..10, wait 1s"] {
        let (executor, started) = (Executor::new(), RefCell::new(Vec::new()));
        let call = |name: &'static str, priority: Option<Priority>| {
            let started = &started;
            let hangs = move || {
                started.borrow_mut().push(name);
                pending::<Result<(), Fail>>()
            };
            Box::pin(executor.call(KEY, limit(text), hangs).priority(priority).into_future())
        };
        #[allow(clippy::async_yields_async, reason = "a call that was begun")]
        let polled = async |name, priority| {
            let mut call = call(name, priority);
            assert!(once(&mut call).await.is_pending(), "{text}: {name}");
            call
        };
        let mut others = Vec::new();
        for _ in 0..7 {
            others.push(polled("other", None).await);
        }
        let news = || started.borrow_mut().drain(..).filter(|name| *name != "other").collect::<Vec<_>>();
        let mut sheddable = polled("sheddable", Some(Priority::Sheddable)).await;
        let mut low = polled("low", Some(Priority::Low)).await;
        assert!(news().is_empty(), "{text}: seven run, and they may use five and six");
        let mut critical = Vec::new();
        for _ in 0..3 {
            critical.push(polled("critical", Some(Priority::Critical)).await);
        }
        assert_eq!(news(), ["critical"; 3], "{text}: those that may have more pass by");
        let mut high = polled("high", Some(Priority::High)).await;
        critical.pop();
        assert!(
            once(&mut high).await.is_pending() && news().is_empty(),
            "{text}: nine run, which is all for high ones"
        );
        critical.pop();
        assert!(once(&mut high).await.is_pending());
        assert_eq!(news(), ["high"], "{text}");
        // Nine run again. Whoever ends from here on, somebody starts as soon as there are few enough.
        for (left, who) in [(6, &[][..]), (5, &[]), (4, &[]), (3, &["low"]), (2, &[]), (1, &["sheddable"])] {
            others.truncate(left);
            assert!(once(&mut low).await.is_pending() && once(&mut sheddable).await.is_pending());
            assert_eq!(news(), who, "{text}: {left} others are left");
        }
        tokio::time::sleep(ms(2_000)).await;
        assert!(once(&mut low).await.is_pending() && once(&mut sheddable).await.is_pending(), "{text}: they run");
    }
}

/// concurrency-26: a call that was begun under a priority keeps it for its retries, whoever polls it.
#[tokio::test(start_paused = true)]
async fn a_call_keeps_the_priority_under_which_it_began() {
    let (executor, runs) = (Executor::new(), Cell::new(0));
    let policy = limit("10 at once").retry("3 attempts, fixed 10ms".parse().unwrap());
    let fails = || {
        runs.set(runs.get() + 1);
        ready(Err::<(), _>(Fail::Busy(None)))
    };
    let mut call = Box::pin(executor.call(KEY, policy, fails).into_future());
    assert!(context::with_priority(Priority::Sheddable, once(&mut call)).await.is_pending(), "in the delay");
    let _running = begin((0..5).map(|_| by_executor(&executor, limit("10 at once"), None))).await;
    let Err(Fail::Rejected(rejected)) = context::with_priority(Priority::Critical, call).await else { panic!() };
    assert_eq!((rejected.full().unwrap().priority, runs.get()), (Some(Priority::Sheddable), 1));
}
