//! What priorities are for: visitors are served while prefetching asks for far more than there is.

use recourse::context::Priority;
use recourse::{Executor, resilient};
use recourse_tests::{Fail, ms};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// A generator with a seed: xorshift64*.
struct Random(u64);

impl Random {
    fn exponential(&mut self, mean: Duration) -> Duration {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) + 1;
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        mean.mul_f64(-(bits as f64 / (1_u64 << 53) as f64).ln())
    }
}

/// Ten calls at once, 20 ms each in the mean, first come, first served; it works on for callers that have given up.
struct Server {
    executor: Executor,
    busy: Arc<Semaphore>,
}

impl Server {
    /// A caller waits for 300 ms.
    async fn call(&self, takes: Duration, priority: Option<Priority>) -> Result<(), Fail> {
        #[resilient(key = "server", executor = server.executor, concurrency = "adaptive", timeout = "300ms", priority = priority)]
        async fn guarded(server: &Server, takes: Duration, priority: Option<Priority>) -> Result<(), Fail> {
            let busy = server.busy.clone();
            let work = tokio::spawn(async move {
                let _one = busy.acquire().await;
                tokio::time::sleep(takes).await;
            });
            work.await.map_err(|_| Fail::Broken)
        }
        guarded(self, takes, priority).await
    }
}

#[derive(Debug, Default)]
struct Counted {
    asked: AtomicU32,
    answered: AtomicU32,
}

impl Counted {
    fn part(&self) -> f64 {
        f64::from(self.answered.load(Ordering::Relaxed)) / f64::from(self.asked.load(Ordering::Relaxed))
    }
}

/// Calls at this load, in parts of the capacity, from one moment to another.
async fn load(server: &Arc<Server>, of: f64, ms: std::ops::Range<u64>, priority: Option<Priority>, seed: u64) -> f64 {
    let (mut random, counted) = (Random(seed), Arc::new(Counted::default()));
    let begin = Instant::now();
    let mut next = begin + Duration::from_millis(ms.start);
    while next < begin + Duration::from_millis(ms.end) {
        tokio::time::sleep_until(next).await;
        let (server, counted, takes) = (server.clone(), counted.clone(), random.exponential(self::ms(20)));
        counted.asked.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            if server.call(takes, priority).await.is_ok() {
                counted.answered.fetch_add(1, Ordering::Relaxed);
            }
        });
        next += random.exponential(self::ms(2).div_f64(of));
    }
    tokio::time::sleep(self::ms(400)).await;
    counted.part()
}

/// The part of the critical calls that is answered in time, while prefetching asks for 3.6 times the capacity.
async fn critical_calls(seed: u64, critical: Option<Priority>, prefetch: Option<Priority>) -> f64 {
    let server = Arc::new(Server { executor: Executor::new(), busy: Arc::new(Semaphore::new(10)) });
    let (_, _, answered, _) = tokio::join!(
        load(&server, 0.4, 0..10_000, critical, seed),
        load(&server, 0.3, 0..10_000, prefetch, seed + 1),
        load(&server, 0.4, 10_000..40_000, critical, seed + 2),
        load(&server, 3.6, 10_000..40_000, prefetch, seed + 3),
    );
    answered
}

/// concurrency-28: a limit that learns, and through the engine.
#[tokio::test(start_paused = true)]
async fn critical_calls_are_answered_while_prefetching_asks_for_far_too_much() {
    for seed in [0x5EED_0001, 0x5EED_1001, 0x5EED_2001] {
        let answered = critical_calls(seed, Some(Priority::Critical), Some(Priority::Sheddable)).await;
        assert!(answered >= 0.999, "seed {seed:#x}: {answered:.4}");
    }
    let one_class = critical_calls(0x5EED_0001, None, None).await;
    assert!(one_class < 0.5, "without priorities they would be shed like the others: {one_class:.4}");
}
