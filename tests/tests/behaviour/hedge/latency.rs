//! Hedges at a percentile of earlier latencies, and the samples that a tracker gets.

use super::key;
use recourse::hedge::{LatencyRing, LatencyTracker};
use recourse::time::Instant;
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, RejectionKind, RetryPolicy};
use recourse_tests::{Play, Script, busy, hangs, ms, ok, through_both_front_ends};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

/// hedge-4: a percentile of no samples, or of a few, is none.
#[tokio::test(start_paused = true)]
async fn a_cold_tracker_does_not_hedge() {
    through_both_front_ends!({ hedge = "p99", timeout = "5s" }, [hangs()], |run| {
        run.rejected(RejectionKind::Timeout).hedges(0);
    });
    through_both_front_ends!({ hedge = "p99 or 30ms, at most 1", timeout = "5s" }, [hangs(), ok(7)], |run| {
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
