//! A quota that callers on two workers ask for all the time: each attempt is counted once.

use crate::caller::{Fail, class};
use recourse::{Executor, Key, Policy, RatePolicy, RejectionKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

/// What the quota allows at once: a debug build takes its time for more.
const QUOTA: u32 = if cfg!(debug_assertions) { 4_000 } else { 24_000 };
/// When it allows one more.
const INTERVAL: Duration = Duration::from_secs(360);
const CALLERS: u32 = 4;

/// rate-12: callers that race for each attempt.
#[test]
fn a_quota_is_used_to_the_last_and_not_beyond() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let (executor, ran) = (Executor::new(), Arc::new(AtomicU64::new(0)));
    let policy = Policy::new().rate(RatePolicy::per_hour(10).burst(QUOTA));
    let start = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (executor, ran) = (executor.clone(), ran.clone());
            runtime.spawn(async move {
                let mut refused = 0;
                // More than its part, so that all ask for the last ones.
                for _ in 0..QUOTA / 2 {
                    let body = async || Ok::<_, Fail>(ran.fetch_add(1, Ordering::Relaxed));
                    match executor.call(Key::from_static("crowd.hourly"), policy, body).classify(class).await {
                        Ok(_) => {}
                        Err(Fail::Rejected(rejected)) if rejected.kind() == RejectionKind::RateLimited => refused += 1,
                        Err(other) => panic!("nobody asked for that: {other}"),
                    }
                }
                refused
            })
        })
        .collect();
    let mut refused = 0;
    for caller in callers {
        refused += runtime.block_on(caller).expect("a caller does not panic");
    }
    let ran = ran.load(Ordering::Relaxed);
    let come = u64::try_from(start.elapsed().as_nanos() / INTERVAL.as_nanos()).expect("not centuries");
    let quota = u64::from(QUOTA);
    assert!((quota..=quota + come).contains(&ran), "{ran} attempts of {quota}, and {come} that came meanwhile");
    assert_eq!(ran + refused, u64::from(QUOTA / 2 * CALLERS));
}
