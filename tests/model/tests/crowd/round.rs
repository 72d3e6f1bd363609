//! One round: callers of five keys, an operator who changes their limits, and what has to be true when all of them are done.

use crate::caller::{BY_ATTRIBUTE, Called, Ends, Fail};
use crate::ledger::{ANY, Ledger};
use crate::lots::Lots;
use recourse::{ConcurrencyPolicy, Executor, Key, Policy, RatePolicy, RejectionKind, RetryPolicy};
use std::future::{IntoFuture, pending, poll_fn};
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

/// Only a slot, or the moment of a rate, ends such a wait.
const LONG: Duration = Duration::from_secs(3_600);
/// A round in which so long nothing ends has somebody who waits for nothing. It is long beyond what any machine takes for one call.
const STUCK: Duration = Duration::from_secs(60);
/// The calls that the quota of a round allows, until an hour later.
const QUOTA: u32 = 50;
/// What the pace of the last key saves up.
const BURST: u32 = 3;
/// One attempt in that time.
const INTERVAL: Duration = Duration::from_millis(1);
const CALLERS: u64 = 24;

/// The keys, and how many of a hundred calls are theirs.
const STEADY: (&str, u64) = ("crowd.steady", 40);
const CHANGING: (&str, u64) = (BY_ATTRIBUTE, 78);
const ADAPTIVE: (&str, u64) = ("crowd.adaptive", 96);
const QUOTAED: (&str, u64) = ("crowd.quota", 99);
const PACED: &str = "crowd.paced";

/// What has been seen in all rounds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    calls: u64,
    bodies: u64,
    changes: u64,
    answered: u64,
    failed: u64,
    full: u64,
    rate_limited: u64,
    dropped: u64,
    panicked: u64,
    /// The rounds in which a key was full.
    full_rounds: u64,
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.bodies += other.bodies;
        self.changes += other.changes;
        self.answered += other.answered;
        self.failed += other.failed;
        self.full += other.full;
        self.rate_limited += other.rate_limited;
        self.dropped += other.dropped;
        self.panicked += other.panicked;
        self.full_rounds += other.full_rounds;
    }
}

impl Seen {
    /// Calls that never got to a place would have shown nothing there.
    pub(crate) fn got_everywhere(self) {
        let Self { calls, bodies, changes, answered, failed, full, rate_limited, dropped, panicked, full_rounds } =
            self;
        let all = [bodies, changes, answered, failed, full, rate_limited, dropped, panicked, full_rounds * 100];
        assert!(all.iter().all(|seen| *seen * 500 > calls), "hardly ever: {self:?}");
    }
}

pub(crate) struct Round {
    seed: u64,
    lots: Lots,
    executor: Executor,
    /// The limit of the key whose limit does not change.
    limit: u32,
    steady: Called,
    changing: Called,
    adaptive: Called,
    quotaed: Called,
    paced: Called,
}

fn waits(limit: ConcurrencyPolicy) -> Policy {
    Policy::new().concurrency(limit.wait(LONG)).retry(RetryPolicy::attempts(2).no_delay())
}

impl Round {
    pub(crate) fn new(seed: u64) -> Self {
        let mut lots = Lots::new(seed);
        let executor = Executor::new();
        let limit = lots.pick(&[1, 2, 3, 4, 6]);
        executor.set_policy(Key::from_static(CHANGING.0), waits(ConcurrencyPolicy::at_once(3).queue(12)));
        let ends = Arc::new(Ends::default());
        let called = |key, most, drops| {
            let (ledger, executor, ends) = (Ledger::new(most), executor.clone(), ends.clone());
            Called { executor, key, ledger, ends, drops }
        };
        Self {
            limit,
            steady: called(STEADY.0, limit, true),
            changing: called(CHANGING.0, 3, true),
            adaptive: called(ADAPTIVE.0, 5, true),
            // What a caller that goes away has taken may be lost, and this one is counted exactly.
            quotaed: called(QUOTAED.0, ANY, false),
            paced: called(PACED, 2, true),
            seed,
            lots,
            executor,
        }
    }

    /// Plays the round, and looks at what is left.
    pub(crate) async fn play(mut self, calls: u64) -> Seen {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        let left = Arc::new(AtomicU64::new(CALLERS));
        for _ in 0..CALLERS {
            tasks.spawn(self.caller(calls / CALLERS, left.clone()));
        }
        let (changing, lots) = (self.changing.clone(), Lots::new(self.lots.next()));
        let operator = tokio::spawn(operator(changing, lots, left));
        let ends = self.steady.ends.clone();
        while !tasks.is_empty() {
            let before = ends.all();
            match timeout(STUCK, tasks.join_next()).await {
                Ok(joined) => joined.into_iter().for_each(|joined| joined.expect("a caller catches what it throws")),
                Err(_) => assert_ne!(ends.all(), before, "somebody is stranded: {ends:?}"),
            }
        }
        let changes = operator.await.expect("operators do not panic");
        let mut seen = Seen { changes, ..Seen::default() };
        for called in [&self.steady, &self.changing, &self.adaptive, &self.quotaed, &self.paced] {
            let (bodies, most) = called.ledger.close().unwrap_or_else(|fault| panic!("{}: {fault}", called.key));
            seen.bodies += bodies;
            if called.key == STEADY.0 {
                seen.full_rounds += u64::from(most == self.limit);
            }
        }
        let paced = self.paced.ledger.close().expect("it was closed").0;
        let allowed = u128::from(BURST) + start.elapsed().as_nanos() / INTERVAL.as_nanos() + 1;
        assert!(u128::from(paced) <= allowed, "{paced} attempts, and the rate allows {allowed}");
        let read = |end: &AtomicU64| end.load(Ordering::Relaxed);
        seen.calls = ends.all();
        (seen.answered, seen.failed) = (read(&ends.answered), read(&ends.failed));
        (seen.full, seen.rate_limited) = (read(&ends.full), read(&ends.rate_limited));
        (seen.dropped, seen.panicked) = (read(&ends.dropped), read(&ends.panicked));
        assert_eq!(seen.calls, calls / CALLERS * CALLERS, "each call has one end");
        self.quota_is_used_to_the_last().await;
        for called in [&self.steady, &self.changing, &self.adaptive, &self.paced] {
            self.all_slots_are_there(called.key).await;
        }
        seen
    }

    /// Makes one call after another.
    fn caller(&mut self, calls: u64, left: Arc<AtomicU64>) -> impl Future<Output = ()> + Send + use<> {
        let mut lots = Lots::new(self.lots.next());
        let keys = [&self.steady, &self.changing, &self.adaptive, &self.quotaed, &self.paced].map(Called::clone);
        let fixed = ConcurrencyPolicy::at_once(self.limit).queue(8);
        let at_once = Policy::new().concurrency(fixed).retry(RetryPolicy::attempts(2).no_delay());
        let adaptive = ConcurrencyPolicy::adaptive().between(1, 5).queue(40);
        let quota = Policy::new().rate(RatePolicy::per_hour(1).burst(QUOTA));
        let rate = RatePolicy::per_second(1_000).burst(BURST).wait(LONG);
        let pace = waits(ConcurrencyPolicy::at_once(2).queue(30)).rate(rate);
        async move {
            let [steady, changing, by_itself, quotaed, paced] = keys;
            for _ in 0..calls {
                match lots.up_to(99) {
                    // Some wait and some do not, for the same slots.
                    key if key < STEADY.1 => {
                        let policy = if lots.chance(60) { waits(fixed) } else { at_once };
                        steady.call(policy, &mut lots).await;
                    }
                    key if key < CHANGING.1 => {
                        changing.call(Policy::new(), &mut lots).await;
                    }
                    key if key < ADAPTIVE.1 => by_itself.call(waits(adaptive), &mut lots).await,
                    key if key < QUOTAED.1 => quotaed.call(quota, &mut lots).await,
                    _ => paced.call(pace, &mut lots).await,
                }
                if lots.chance(20) {
                    yield_now().await;
                }
            }
            left.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// As many attempts as the burst, and not one more.
    async fn quota_is_used_to_the_last(&self) {
        let began = || self.quotaed.ledger.close().expect("nobody else runs").0;
        let mut lots = Lots::new(1);
        let policy = Policy::new().rate(RatePolicy::per_hour(1).burst(QUOTA));
        for _ in 0..=QUOTA {
            self.quotaed.call(policy, &mut lots).await;
        }
        assert_eq!(began(), u64::from(QUOTA));
    }

    /// All slots of a key can be taken, and no other.
    async fn all_slots_are_there(&self, key: &'static str) {
        const SLOTS: usize = 4;
        self.executor.set_policy(Key::from_static(key), Policy::new().concurrency(ConcurrencyPolicy::at_once(4)));
        let call = || {
            let call = self.executor.call(Key::from_static(key), Policy::new(), pending::<Result<u32, Fail>>);
            Box::pin(call.into_future())
        };
        let mut running = Vec::new();
        for slot in 0..SLOTS {
            let mut call = call();
            let polled = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
            assert!(polled.is_pending(), "{key}: {slot} of {SLOTS} slots, and then {polled:?}");
            running.push(call);
        }
        let refused = match call().await {
            Err(Fail::Rejected(rejected)) => rejected,
            other => panic!("{key}: more than {SLOTS} at once: {other:?}"),
        };
        let full = refused.full().map(|full| (full.running, full.waiting));
        assert_eq!((refused.kind(), full), (RejectionKind::Full, Some((4, 0))), "{key}");
    }
}

/// Changes the limit of a key until all callers are done. Returns how often.
async fn operator(called: Called, mut lots: Lots, left: Arc<AtomicU64>) -> u64 {
    let mut changes = 0;
    while left.load(Ordering::Relaxed) > 0 {
        let number = lots.pick(&[1, 1, 2, 3, 4, 6]);
        let (limit, most) = match lots.up_to(9) {
            0 => (ConcurrencyPolicy::none(), ANY),
            1..=2 => (ConcurrencyPolicy::adaptive().between(1, number), number),
            _ => (ConcurrencyPolicy::at_once(number), number),
        };
        let limit = limit.queue(lots.pick(&[1, 3, 12, 40]));
        let limit = if lots.chance(80) { limit.wait(LONG) } else { limit };
        called.ledger.changes(most);
        let policy = Policy::new().concurrency(limit).retry(RetryPolicy::attempts(2).no_delay());
        called.executor.set_policy(Key::from_static(called.key), policy);
        // The next call puts it in force, and this is one.
        drop(called.executor.call(Key::from_static(called.key), Policy::new(), async || Ok::<_, Fail>(0)));
        called.ledger.changed(most).await;
        changes += 1;
        for _ in 0..lots.up_to(30) {
            yield_now().await;
        }
    }
    changes
}

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was round {}", self.seed);
        }
    }
}
