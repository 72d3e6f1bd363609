//! One breaker per key: who shares a breaker, and which one is evicted when there are too many.

use super::{get, is_refused, open};
use recourse::circuit::{self, CircuitBreaker, CountingBreaker, Decision, Permit, State, Transition};
use recourse::hedge::{LatencyRing, LatencySnapshot, LatencyTracker};
use recourse::observe::{BreakerEvent, Observer, capture};
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class, Executor, HedgePolicy, Key, Policy, resilient};
use recourse_tests::{Fail, Stage, ok};
use std::sync::{Arc, Mutex};
use std::time::Duration;

async fn call(executor: &Executor, key: &str, fails: bool) -> Result<u32, Fail> {
    let policy = Policy::new().circuit(CircuitPolicy::failures(1).cooldown(Duration::from_secs(60)));
    let operation = async || if fails { Err(Fail::Broken) } else { Ok(7) };
    executor.call(key.parse::<Key>().unwrap(), policy, operation).await
}

#[tokio::test(start_paused = true)]
async fn sites_of_one_key_share_their_breaker() {
    #[resilient(key = "db.get", executor = stage.executor, circuit = "9 failures")]
    async fn other(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = open([ok(7)]).await;
    let (refused, timelines) = capture(other(&stage)).await;
    assert!(is_refused(&refused));
    let changes = &timelines[0].effective().changes;
    assert_eq!(
        changes[0].to_string(),
        "circuit: 9 failures became 3 failures, cooldown 1s, 1 success: sites with one key share their circuit breaker, \
         and the first one made it"
    );
}

#[tokio::test(start_paused = true)]
async fn executors_share_nothing() {
    let stage = open([]).await;
    let other = Stage::new([ok(7)]);
    assert!(is_refused(&get(&stage).await) && get(&other).await.is_ok());
}

/// Closed ones go first, however lately they were used.
#[tokio::test(start_paused = true)]
async fn eviction_leaves_open_breakers_alone_while_there_is_another() {
    let executor = Executor::new();
    for shard in 0..500 {
        assert!(call(&executor, &format!("open.{shard}"), true).await.is_err());
    }
    for shard in 0..2_000 {
        assert!(call(&executor, &format!("closed.{shard}"), false).await.is_ok());
    }
    assert_eq!(executor.keys(), 1_000);
    let open = executor.breakers().list().into_iter().filter(|breaker| breaker.snapshot.state == State::Open);
    assert_eq!(open.count(), 500);
    for shard in 0..500 {
        assert!(is_refused(&call(&executor, &format!("open.{shard}"), false).await), "shard {shard}");
    }
}

/// Those of the user's too, whether they tell of their changes or not; they are not asked under the lock.
#[tokio::test(start_paused = true)]
async fn eviction_leaves_custom_breakers_alone_that_are_open() {
    #[derive(Debug)]
    struct Quiet(CountingBreaker, bool);
    impl CircuitBreaker for Quiet {
        fn allow(&self, now: Instant) -> Decision {
            self.0.allow(now)
        }
        fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
            self.0.record(permit, class, elapsed, now).filter(|_| self.1)
        }
        fn state(&self, now: Instant) -> State {
            self.0.state(now)
        }
        fn reset(&self, now: Instant) -> Option<Transition> {
            self.0.reset(now)
        }
    }
    let mut executor = Executor::builder();
    for (key, tells) in [("quiet", false), ("tells", true)] {
        let make = move |policy: &CircuitPolicy| {
            Box::new(Quiet(CountingBreaker::new(*policy).expect("failures"), tells)) as Box<dyn CircuitBreaker>
        };
        executor = executor.breaker(key.parse::<Key>().unwrap(), make);
    }
    let executor = executor.build();
    for key in ["quiet", "tells"] {
        assert!(call(&executor, key, true).await.is_err());
    }
    assert!(is_refused(&call(&executor, "quiet", false).await), "now it is known");
    for shard in 0..2_000 {
        assert!(call(&executor, &format!("closed.{shard}"), false).await.is_ok());
    }
    for key in ["quiet", "tells"] {
        assert!(is_refused(&call(&executor, key, false).await), "{key}");
    }
}

/// A thousand keys that nobody calls any more do not disable the breakers of those that are called.
#[tokio::test(start_paused = true)]
async fn open_breakers_of_dead_keys_make_room_for_those_in_use() {
    let executor = Executor::new();
    for shard in 0..1_000 {
        assert!(call(&executor, &format!("gone.{shard}"), true).await.is_err());
    }
    tokio::time::advance(Duration::from_secs(86_400)).await;
    let policy = Policy::new().circuit(CircuitPolicy::failures(3));
    let mut refused = 0;
    for _ in 0..10 {
        for key in ["live.a", "live.b"] {
            let key: Key = key.parse().unwrap();
            refused += usize::from(is_refused(&executor.call(key, policy, async || Err::<u32, _>(Fail::Broken)).await));
        }
    }
    assert_eq!((refused, executor.keys()), (14, 1_000), "each is refused after its third failure");
}

/// What an operator did is kept like an open breaker, and told of like one where it cannot be.
#[tokio::test(start_paused = true)]
async fn what_an_operator_did_is_not_evicted_before_others() {
    let custom: Key = "custom".parse().unwrap();
    let make = |policy: &CircuitPolicy| circuit::built_in(policy);
    let executor = Executor::builder().breaker(custom.clone(), make).build();
    let held: Vec<Key> = ["closed", "pushed", "custom"].map(|key| key.parse().unwrap()).into();
    for key in &held {
        assert!(call(&executor, key.as_str(), false).await.is_ok());
    }
    let breakers = executor.breakers();
    breakers.force_closed(&held[0]).unwrap();
    assert_eq!(breakers.set_policy(&held[1], CircuitPolicy::failures(9)), Ok(true));
    breakers.force_open(&custom).unwrap();
    assert_eq!(breakers.set_policy(&custom, CircuitPolicy::failures(9)), Ok(true));
    for shard in 0..2_000 {
        assert!(call(&executor, &format!("other.{shard}"), false).await.is_ok());
    }
    assert!(held.iter().all(|key| breakers.get(key).is_some()), "{:?}", breakers.list().len());
    assert!(is_refused(&call(&executor, "custom", false).await), "held open over a change of its policy");
}

/// Memory is bounded also where all of them are open; then it is said which one went.
#[tokio::test(start_paused = true)]
async fn an_open_breaker_is_never_evicted_in_silence() {
    #[derive(Clone, Debug, Default)]
    struct Seen(Arc<Mutex<Vec<String>>>);
    impl Observer for Seen {
        fn breaker(&self, key: &Key, event: BreakerEvent) {
            assert_eq!(event, BreakerEvent::Evicted);
            self.0.lock().unwrap().push(key.to_string());
        }
    }
    let seen = Seen::default();
    let executor = Executor::builder().observer(seen.clone()).build();
    for shard in 0..1_002 {
        assert!(call(&executor, &format!("open.{shard}"), true).await.is_err());
    }
    assert_eq!(executor.keys(), 1_000);
    let gone = seen.0.lock().unwrap().clone();
    assert_eq!(gone.len(), 2);
    for key in &gone {
        assert!(executor.breakers().get(&key.parse().unwrap()).is_none());
        let number: u32 = key.strip_prefix("open.").unwrap().parse().unwrap();
        assert!(number < 752, "the last quarter is spared: {number}");
    }
    assert!(is_refused(&call(&executor, "open.1001", false).await), "what came last is kept");
}

/// Keys of the program's text do not make room for others.
#[tokio::test(start_paused = true)]
async fn breakers_of_attributes_stay() {
    let stage = Stage::new([ok(7)]);
    assert!(get(&stage).await.is_ok());
    for shard in 0..2_000 {
        assert!(call(&stage.executor, &format!("shard.{shard}"), false).await.is_ok());
    }
    assert!(stage.executor.breakers().get(&super::key()).is_some());
}

/// What is evicted may be the user's, and what it does when it is dropped, too: it is dropped under no lock.
#[tokio::test(start_paused = true)]
async fn what_is_evicted_may_call_back() {
    #[derive(Debug)]
    struct Calls(LatencyRing, Arc<Mutex<Option<Executor>>>);
    impl LatencyTracker for Calls {
        fn observe(&self, latency: Duration, now: Instant) {
            self.0.observe(latency, now);
        }
        fn count(&self) -> u64 {
            self.0.count()
        }
        fn percentile(&self, percentile: u32) -> Option<Duration> {
            self.0.percentile(percentile)
        }
        fn snapshot(&self) -> LatencySnapshot {
            self.0.snapshot()
        }
    }
    impl Drop for Calls {
        fn drop(&mut self) {
            if let Some(executor) = &*self.1.lock().unwrap() {
                assert!(executor.keys() <= 1_000);
            }
        }
    }
    let shared = Arc::new(Mutex::new(None));
    let tracked = shared.clone();
    let executor =
        Executor::builder().latency_tracker(move |_| Arc::new(Calls(LatencyRing::default(), tracked.clone()))).build();
    *shared.lock().unwrap() = Some(executor.clone());
    for shard in 0..1_010 {
        let policy = Policy::new().hedge(HedgePolicy::percentile(99));
        let key: Key = format!("shard.{shard}").parse().unwrap();
        assert!(executor.call(key, policy, async || Ok::<_, Fail>(7)).await.is_ok());
    }
    *shared.lock().unwrap() = None;
}
