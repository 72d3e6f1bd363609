//! Races of guarded calls, and guarded calls that race.

use super::{fails, ok, since, wait};
use recourse::budget::{Budget, Unlimited};
use recourse::circuit::{Snapshot, State};
use recourse::hedge::{LatencyRing, LatencySnapshot, LatencyTracker};
use recourse::observe::{AttemptOutcome, EndReason, capture};
use recourse::{CircuitPolicy, Executor, Key, Rejected, race, resilient};
use recourse_tests::{Fail, Script, Stage, busy, hangs, ms, ok as plays};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, advance};

const POLICY: CircuitPolicy = CircuitPolicy::failures(2).cooldown(Duration::from_secs(1)).successes(1);

#[resilient(key = "race.get", executor = stage.executor, circuit = POLICY)]
async fn get(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

/// circuit-1: no probe is lost with a race.
#[tokio::test(start_paused = true)]
async fn a_probe_in_a_losing_branch_gives_its_slot_back() {
    let stage = Stage::new([busy(), busy(), hangs(), plays(7)]);
    for _ in 0..2 {
        assert!(get(&stage).await.is_err());
    }
    advance(ms(1_000)).await;
    let state = || stage.executor.breakers().get(&Key::from_static("race.get")).map(|breaker| breaker.snapshot.state);
    assert_eq!(state(), Some(State::HalfOpen));

    assert_eq!(race!(get(&stage), ok(1, 5)).await.unwrap(), 1);
    assert_eq!((stage.script.runs(), stage.script.live()), (3, 0), "the probe ran, and is gone");
    assert_eq!(get(&stage).await.expect("the slot is free"), 7);
    assert_eq!(state(), Some(State::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_guarded_call_that_loses_is_told_as_cancelled() {
    let stage = Stage::new([hangs()]);
    let (winner, timelines) = capture(async { race!(get(&stage), ok(1, 5)).await }).await;
    assert_eq!(winner.unwrap(), 1);
    assert_eq!((timelines.len(), timelines[0].reason()), (1, EndReason::Cancelled));
}

#[resilient(key = "race.inside", retry = "3 attempts, fixed 1ms", timeout = "100ms")]
async fn races_inside(first: &str, second: u64) -> Result<u32, String> {
    let winner = race!(stagger = 10ms; a = fails(if first == "down" { "down" } else { "late" }, 2), b = ok(7, second));
    winner.await.map_err(|error| error.a.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_guarded_function_may_race_and_is_send() {
    let start = Instant::now();
    assert_eq!(tokio::spawn(races_inside("down", 20)).await.unwrap(), Ok(7));
    assert_eq!(since(start), ms(22));
    wait(1).await;
}

const RATE: CircuitPolicy = CircuitPolicy::rate(50, 4, Duration::from_secs(10));

#[resilient(key = "race.rate", executor = stage.executor, circuit = RATE)]
async fn rated(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

fn breaker(stage: &Stage, key: &'static str) -> Snapshot {
    stage.executor.breakers().get(&Key::from_static(key)).expect("it was called").snapshot
}

/// Neither a failure nor a success: it ends no row of failures, and is no call of a rate.
#[tokio::test(start_paused = true)]
async fn a_guarded_call_that_loses_is_neutral_to_its_breaker() {
    let stage = Stage::new([busy(), hangs(), busy()]);
    assert!(get(&stage).await.is_err());
    let before = breaker(&stage, "race.get");
    assert_eq!(race!(get(&stage), ok(1, 5)).await.unwrap(), 1);
    assert_eq!((before.failures, breaker(&stage, "race.get").failures), (1, 1));
    assert!(get(&stage).await.is_err(), "the second failure in a row");
    assert_eq!(breaker(&stage, "race.get").state, State::Open);

    let stage = Stage::new([busy(), plays(1), hangs()]);
    for _ in 0..2 {
        drop(rated(&stage).await);
    }
    let before = breaker(&stage, "race.rate");
    for _ in 0..8 {
        assert_eq!(race!(rated(&stage), ok(1, 5)).await.unwrap(), 1);
        assert_eq!(race!(max = 2; for guarded in [true, false] => either(guarded, &stage)).await.unwrap(), 1);
    }
    assert_eq!((before.calls, before.failures), (2, 1));
    assert_eq!(breaker(&stage, "race.rate").to_string(), before.to_string());
    assert_eq!(stage.script.live(), 0);
}

async fn either(guarded: bool, stage: &Stage) -> Result<u32, Fail> {
    if guarded { rated(stage).await } else { Ok(ok(1, 5).await.expect("it is ok")) }
}

/// What a hedge waits for.
#[derive(Debug, Default)]
struct Seen(Mutex<Vec<Duration>>);

impl LatencyTracker for Seen {
    fn observe(&self, latency: Duration, _: recourse::time::Instant) {
        self.0.lock().expect("no panic").push(latency);
    }
    fn count(&self) -> u64 {
        0
    }
    fn percentile(&self, _: u32) -> Option<Duration> {
        Some(ms(10))
    }
    fn snapshot(&self) -> LatencySnapshot {
        LatencyRing::default().snapshot()
    }
}

#[resilient(key = "race.hedged", executor = stage.executor, hedge = "50ms", idempotent)]
async fn hedged(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

/// A loser would have run on, so it counts for a quarter more than it ran; cut before the median it says nothing.
#[tokio::test(start_paused = true)]
async fn a_guarded_call_that_loses_is_recorded_by_its_tracker() {
    let seen = Arc::new(Seen::default());
    let shared = seen.clone();
    let executor = Executor::builder().latency_tracker(move |_| shared.clone()).build();
    let stage = Stage { executor, script: Script::new([hangs()]) };
    for (loses_after, recorded) in [(20, vec![ms(25)]), (5, vec![]), (80, vec![ms(100)])] {
        assert_eq!(race!(hedged(&stage), ok(1, loses_after)).await.unwrap(), 1);
        assert_eq!(std::mem::take(&mut *seen.0.lock().expect("no panic")), recorded, "after {loses_after} ms");
    }
    assert_eq!((stage.script.runs(), stage.script.live()), (4, 0), "the last one was hedged, and both are gone");
}

static PAID: Paid = Paid { withdrawn: AtomicUsize::new(0), refunded: AtomicUsize::new(0) };

#[derive(Debug)]
struct Paid {
    withdrawn: AtomicUsize,
    refunded: AtomicUsize,
}

impl Budget for Paid {
    fn deposit(&self) {}
    fn withdraw(&self, now: recourse::time::Instant) -> bool {
        self.withdrawn.fetch_add(1, Ordering::Relaxed);
        Unlimited.withdraw(now)
    }
    fn refund(&self) {
        self.refunded.fetch_add(1, Ordering::Relaxed);
    }
    fn balance(&self) -> u32 {
        Unlimited.balance()
    }
}

#[resilient(key = "race.paid", executor = stage.executor, retry = "3 attempts, fixed 10ms", budget = PAID)]
async fn paid(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_guarded_call_that_loses_spends_nothing_that_it_did_not_use() {
    let spent = || (PAID.withdrawn.load(Ordering::Relaxed), PAID.refunded.load(Ordering::Relaxed));
    let stage = Stage::new([hangs()]);
    assert_eq!(race!(paid(&stage), ok(1, 5)).await.unwrap(), 1);
    assert_eq!(spent(), (0, 0), "its first attempt ran");
    let stage = Stage::new([busy(), hangs()]);
    assert_eq!(race!(paid(&stage), ok(1, 5)).await.unwrap(), 1);
    assert_eq!((spent(), stage.script.runs()), ((1, 1), 1), "it waited for a retry that never started");
    let stage = Stage::new([busy(), hangs()]);
    assert_eq!(race!(paid(&stage), ok(1, 15)).await.unwrap(), 1);
    assert_eq!((spent(), stage.script.runs()), ((2, 1), 2), "its retry ran");
}

#[derive(Debug)]
enum Lost {
    Both,
    Rejected,
}

impl From<Rejected> for Lost {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

impl Lost {
    const fn both(&self) -> bool {
        matches!(self, Self::Both)
    }
}

/// Each attempt is a race, and each hedge is another one.
#[resilient(
    key = "race.attempts",
    executor = stage.executor,
    retry = "2 attempts, fixed 10ms",
    hedge = "20ms, at most 1",
    timeout = "1s",
    idempotent,
    retry_if = Lost::both
)]
async fn attempts_race(stage: &Stage, backup: &Script) -> Result<u32, Lost> {
    race!(stage.script.play(), backup.play() after 5ms).await.map_err(|_| Lost::Both)
}

#[tokio::test(start_paused = true)]
async fn a_hedged_and_retried_attempt_may_be_a_race() {
    // 0: primary. 2: backup at once, 3: both have failed. 13: primary hangs, and its backup. 33: hedge, 35: it wins.
    let stage = Stage::new([busy().after(ms(2)), hangs(), plays(7).after(ms(2))]);
    let backup = Script::new([busy().after(ms(1)), hangs()]);
    let start = Instant::now();
    let (result, timelines) = capture(attempts_race(&stage, &backup)).await;
    assert_eq!((result.expect("the hedge"), since(start)), (7, ms(35)));
    let outcomes: Vec<_> = timelines[0].attempts().iter().map(|attempt| attempt.outcome).collect();
    let expected = [AttemptOutcome::Retryable, AttemptOutcome::Cancelled, AttemptOutcome::Success];
    assert_eq!(outcomes, expected);
    assert_eq!((stage.script.live(), backup.live()), (0, 0));
}

struct Client {
    stage: Stage,
}

impl Client {
    #[resilient(key = "race.read", executor = self.stage.executor, retry = "2 attempts, fixed 1ms", timeout = "100ms")]
    async fn read<'a>(&self, from: &'a str) -> Result<&'a str, Fail> {
        self.stage.script.play().await.map(|_| from)
    }
}

#[tokio::test(start_paused = true)]
async fn guarded_methods_race_with_what_they_borrow() {
    let client = Client { stage: Stage::new([hangs(), busy(), plays(1).after(ms(3)), plays(1)]) };
    let hosts = String::from("one two");
    let (one, two) = hosts.split_once(' ').expect("two hosts");
    let start = Instant::now();
    assert_eq!(race!(client.read(one), client.read(two)).await.unwrap(), two);
    assert_eq!((since(start), client.stage.script.live()), (ms(4), 0));

    let client = Client { stage: Stage::new([hangs(), plays(1)]) };
    let winner = race!(stagger = 20ms, max = 2; for host in hosts.split(' ') => client.read(host)).await;
    assert_eq!((winner.unwrap(), client.stage.script.live()), (two, 0));
}
