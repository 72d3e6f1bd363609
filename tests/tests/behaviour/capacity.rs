//! The state of many keys: which of it stays, which is evicted when there are too many, and who is told.

use futures::executor::block_on;
use recourse::circuit::{self, State};
use recourse::hedge::MIN_SAMPLES;
use recourse::observe::{BreakerEvent, LostState, Observer};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy};
use recourse_tests::{Fail, ms};
use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// `circuit = "3 failures"`, two attempts.
fn policy() -> Policy {
    let circuit = CircuitPolicy::failures(3).cooldown(Duration::from_secs(300));
    Policy::new().circuit(circuit).retry(RetryPolicy::attempts(2).no_delay())
}

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

/// Calls a dependency that is up or down. Returns how often the dependency was asked.
async fn asked(executor: &Executor, name: &str, fails: bool, policy: Policy) -> u32 {
    let asked = Cell::new(0);
    let operation = async || {
        asked.set(asked.get() + 1);
        if fails { Err(Fail::Busy(None)) } else { Ok(7) }
    };
    assert_eq!(executor.call(key(name), policy, operation).await.is_err(), fails);
    asked.get()
}

/// Notes whose breakers were evicted.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Observer for Seen {
    fn breaker(&self, key: &Key, event: BreakerEvent) {
        assert_eq!(event, BreakerEvent::Evicted);
        self.0.lock().unwrap().push(key.to_string());
    }
}

impl Seen {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// key-4
#[tokio::test(start_paused = true)]
async fn five_dead_keys_among_a_thousand_and_ten_are_refused() {
    let seen = Seen::default();
    let executor = Executor::builder().observer(seen.clone()).build();
    let mut on_the_dead = 0;
    for _ in 0..10 {
        for host in 0..1_010 {
            let dead = host % 202 == 0;
            let asked = asked(&executor, &format!("host.{host}"), dead, policy()).await;
            on_the_dead += if dead { asked } else { 0 };
        }
    }
    assert_eq!(on_the_dead, 5 * 3, "each is asked until its circuit opens");
    assert_eq!(seen.take(), Vec::<String>::new(), "what was evicted said nothing");
}

/// key-4
#[tokio::test(start_paused = true)]
async fn eleven_hundred_dead_keys_in_turn_open_their_circuits_and_losses_are_told() {
    let seen = Seen::default();
    let executor = Executor::builder().observer(seen.clone()).build();
    let mut rounds = Vec::new();
    for _ in 0..12 {
        let mut load = 0;
        for host in 0..1_100 {
            load += asked(&executor, &format!("host.{host}"), true, policy()).await;
        }
        rounds.push((load, seen.take().len()));
    }
    println!("requests and losses, round by round: {rounds:?}");
    assert_eq!(rounds[0].0, 2 * 1_100, "nothing is known yet");
    let (last, lost) = rounds[11];
    assert!(last <= 2_200 / 4, "at most a quarter of the load without a circuit: {rounds:?}");
    assert!((100..=last as usize).contains(&lost), "each key that is asked takes a place: {rounds:?}");
    assert!(executor.keys() <= 1_001, "{}", executor.keys());
}

/// A call that ends with a failure when it is told to.
fn waits(executor: &Executor, name: &str) -> (oneshot::Sender<()>, JoinHandle<Result<u32, Fail>>) {
    let (end, ended) = oneshot::channel::<()>();
    let (executor, name, ended) = (executor.clone(), key(name), Mutex::new(Some(ended)));
    let call = tokio::spawn(async move {
        let operation = || {
            let ended = ended.lock().unwrap().take();
            async move {
                let _ = ended.expect("one attempt").await;
                Err(Fail::Broken)
            }
        };
        executor.call(name, Policy::new().circuit(CircuitPolicy::failures(3)), operation).await
    });
    (end, call)
}

/// key-5: also if thousands of other keys come meanwhile.
#[tokio::test(start_paused = true)]
async fn results_of_calls_in_flight_count_in_the_state_that_the_next_call_finds() {
    let executor = Executor::new();
    let mut calls = Vec::new();
    for round in 0..3 {
        calls.push(waits(&executor, "slow"));
        tokio::task::yield_now().await;
        for other in 0..1_500 {
            asked(&executor, &format!("other.{round}.{other}"), false, policy()).await;
        }
    }
    for (end, call) in calls {
        end.send(()).expect("it waits");
        assert!(call.await.expect("no panic").is_err());
    }
    let breaker = executor.breakers().get(&key("slow")).expect("its state is there");
    assert_eq!(breaker.snapshot.state, State::Open, "the three failures add up: {breaker}");
}

/// key-5: the map holds what it can hold, and what calls use.
#[tokio::test(start_paused = true)]
async fn there_is_at_most_as_much_state_as_the_capacity_and_the_calls_in_flight() {
    let executor = Executor::builder().key_capacity(10).build();
    let mut calls = Vec::new();
    for n in 0..50 {
        calls.push(waits(&executor, &format!("slow.{n}")));
        tokio::task::yield_now().await;
        asked(&executor, &format!("other.{n}"), false, policy()).await;
        assert!(executor.keys() <= 10 + calls.len() + 1, "{} with {} in flight", executor.keys(), calls.len());
    }
    // Calls that are dropped are in flight no more, like those that end.
    for (n, (end, call)) in calls.into_iter().enumerate() {
        if n % 2 == 0 {
            end.send(()).expect("it waits");
        } else {
            call.abort();
        }
        let _ = call.await;
    }
    asked(&executor, "other", false, policy()).await;
    assert_eq!(executor.keys(), 10);
}

/// key-5: a call that was made and not awaited yet is about to use its state.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_awaited_yet_holds_its_state() {
    let executor = Executor::builder().key_capacity(1).build();
    let call = executor.call(key("held"), policy(), async || Err::<u8, _>(Fail::Busy(None)));
    for other in 0..5 {
        asked(&executor, &format!("other.{other}"), false, policy()).await;
    }
    assert!(call.await.is_err());
    assert_eq!(executor.breakers().get(&key("held")).expect("it is there").snapshot.failures, 2);
}

/// key-6: of each part of the state.
#[tokio::test(start_paused = true)]
async fn what_was_lost_is_told_and_what_said_nothing_is_not() {
    let told = Told::default();
    let executor = Executor::builder().key_capacity(1).observer(told.clone()).build();
    let retry = RetryPolicy::attempts(2).no_delay();
    let counted = Policy::new().circuit(CircuitPolicy::failures(3)).retry(retry).budget(BudgetPolicy::none());
    let budget = Policy::new().retry(retry).budget(BudgetPolicy::defaults());
    let hedges = Policy::new().hedge(HedgePolicy::percentile(95));
    asked(&executor, "a.closed", true, counted).await;
    asked(&executor, "b.budget", true, budget).await;
    for _ in 0..MIN_SAMPLES {
        asked(&executor, "c.latencies", false, hedges).await;
    }
    asked(&executor, "d.nothing", false, counted).await;
    asked(&executor, "e.healed", true, counted).await;
    asked(&executor, "e.healed", false, counted).await;
    asked(&executor, "f.refilled", true, budget).await;
    tokio::time::advance(ms(100)).await;
    asked(&executor, "g.opened", true, counted.circuit(CircuitPolicy::failures(1))).await;
    asked(&executor, "h.last", false, counted).await;
    assert_eq!(
        *told.0.lock().unwrap(),
        [
            "a.closed: circuit closed, 2 failed",
            "b.budget: 99 retries left",
            "c.latencies: latencies",
            "g.opened: circuit open for 0s",
        ]
    );
}

/// Notes what was lost.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Observer for Told {
    fn evicted(&self, key: &Key, lost: &LostState) {
        // Without the cooldown, which is jittered.
        let lost = lost.to_string();
        self.0.lock().unwrap().push(format!("{key}: {}", lost.split(", next probe").next().unwrap()));
    }
}

/// key-4: a closed breaker of one's own that was told of a failure may have counted it.
#[tokio::test(start_paused = true)]
async fn a_breaker_of_ones_own_says_something_after_a_failure() {
    let told = Told::default();
    let make = |policy: &CircuitPolicy| circuit::built_in(policy);
    let executor = Executor::builder().key_capacity(1).breaker(key("own"), make).observer(told.clone()).build();
    asked(&executor, "own", true, policy().budget(BudgetPolicy::none())).await;
    asked(&executor, "other", false, policy()).await;
    assert_eq!(*told.0.lock().unwrap(), ["own: circuit closed"]);
}

/// key-8
#[tokio::test]
async fn a_capacity_out_of_bounds_is_clamped() {
    for (asked, given) in [(0, 1), (1, 1), (1_000_000, 1_000_000), (usize::MAX, 1_000_000)] {
        assert_eq!(Executor::builder().key_capacity(asked).build().key_capacity(), given);
    }
    assert_eq!(Executor::new().key_capacity(), 1_000);
}

/// key-5: while other threads make room, too.
#[test]
fn no_result_is_lost_while_many_threads_evict() {
    const THREADS: u32 = 4;
    const CALLS: u32 = 500;
    let executor = Executor::builder().key_capacity(2).build();
    let policy = Policy::new().circuit(CircuitPolicy::failures(1_000_000));
    let call =
        |name: String| block_on(executor.call(key(&name), policy, async || Err::<u8, _>(Fail::Broken)).into_future());
    // A call that is not awaited before the others have ended: at each moment one holds the state.
    let held = executor.call(key("shared"), policy, async || Err::<u8, _>(Fail::Broken));
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            threads.spawn(move || {
                for n in 0..CALLS {
                    assert!(call("shared".to_owned()).is_err());
                    assert!(call(format!("other.{thread}.{n}")).is_err());
                }
            });
        }
    });
    assert!(block_on(held.into_future()).is_err());
    let failures = executor.breakers().get(&key("shared")).expect("it was held").snapshot.failures;
    assert_eq!(failures, u64::from(THREADS * CALLS + 1));
    assert!(executor.keys() <= 3, "{}", executor.keys());
}
