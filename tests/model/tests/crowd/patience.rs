//! On one worker and a paused clock: nobody waits for longer than his own wait, whoever comes before him, and nobody waits beside a slot that he may use.
//!
//! Calls begin, and bodies and deadlines end, at even milliseconds, and waits end at odd ones. So nothing else happens in the moment in which a wait
//! is over.

use crate::caller::{Fail, class};
use crate::lots::Lots;
use recourse::concurrency::Share;
use recourse::context::Priority;
use recourse::{ConcurrencyPolicy, Executor, Key, Policy, RatePolicy, RejectionKind, testing};
use std::cell::Cell;
use std::future::IntoFuture;
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

fn ms(lots: &mut Lots, list: &[u32]) -> Duration {
    MS * lots.pick(list)
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime")
}

/// How calls have ended.
#[derive(Debug, Default)]
struct Seen {
    ran_at_once: Cell<u32>,
    ran_after_a_wait: Cell<u32>,
    refused_at_once: Cell<u32>,
    refused_after_the_wait: Cell<u32>,
    rate_limited: Cell<u32>,
    timed_out_in_the_queue: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

/// One call of a key with these slots and this rate.
async fn call(executor: &Executor, key: Key, slots: u32, rate: Option<RatePolicy>, seen: &Seen, lots: &mut Lots) {
    let wait = ms(lots, &[1, 3, 5, 11, 21, 51, 101]);
    let pace = if lots.chance(50) { Some(ms(lots, &[1, 5, 20, 50])) } else { None };
    let limit = if lots.chance(30) { Some(ms(lots, &[4, 10, 30])) } else { None };
    let mut policy = Policy::new().concurrency(ConcurrencyPolicy::at_once(slots).wait(wait).queue(20));
    (policy.rate, policy.timeout) = (rate, limit);
    if let (Some(rate), Some(pace)) = (&mut policy.rate, pace) {
        *rate = rate.wait(pace);
    }
    let pace = pace.filter(|_| rate.is_some()).unwrap_or_default();
    let takes = ms(lots, &[0, 2, 2, 6, 20]);
    let priority = if lots.chance(60) { Some(lots.pick(&Priority::ALL)) } else { None };
    let (asked, began) = (Instant::now(), Cell::new(None));
    let operation = async || {
        began.set(Some(asked.elapsed()));
        sleep(takes).await;
        Ok::<_, Fail>(7)
    };
    let result = executor.call(key, policy, operation).classify(class).priority(priority).await;
    let (ended, began) = (asked.elapsed(), began.get());
    // A timer of the rate fires at the next whole millisecond.
    let longest = wait + pace + if pace.is_zero() { Duration::ZERO } else { MS };
    if let Some(began) = began {
        assert!(began <= longest, "it began after {began:?}, and would wait for {longest:?}");
        assert!(limit.is_none_or(|limit| began < limit), "it began at its deadline: {began:?}");
        count(if began.is_zero() { &seen.ran_at_once } else { &seen.ran_after_a_wait });
        return;
    }
    let Err(Fail::Rejected(rejected)) = result else { panic!("without a body: {result:?}") };
    match rejected.kind() {
        RejectionKind::Full if ended.is_zero() => count(&seen.refused_at_once),
        RejectionKind::Full => {
            assert_eq!(ended, wait, "{rejected}");
            let may_use = priority.map_or(Share::ALL, Share::most).slots(slots);
            let full = rejected.full().expect("it is full");
            assert!(rate.is_some() || full.running >= may_use, "{may_use} slots were there for it: {rejected}");
            count(&seen.refused_after_the_wait);
        }
        RejectionKind::RateLimited => {
            assert!(rate.is_some() && ended <= wait, "{rejected} after {ended:?}");
            count(&seen.rate_limited);
        }
        RejectionKind::Timeout => {
            assert!(limit.is_some_and(|limit| ended == limit && limit <= longest), "{rejected} after {ended:?}");
            count(&seen.timed_out_in_the_queue);
        }
        other => panic!("{other}: {rejected}"),
    }
}

/// concurrency-33, rate-13.
#[test]
fn nobody_waits_for_longer_than_his_own_wait() {
    let runtime = paused();
    let seen = Rc::new(Seen::default());
    for seed in 0..if cfg!(debug_assertions) { 60 } else { 600 } {
        // The levels within a priority are drawn.
        testing::fix_jitter(seed);
        let mut lots = Lots::new(seed);
        let (executor, slots) = (Executor::new(), lots.pick(&[1, 2, 3, 5]));
        let rate = RatePolicy::per_second(lots.pick(&[50, 200])).burst(3);
        let tasks = LocalSet::new();
        let start = runtime.block_on(async { Instant::now() });
        for _ in 0..30 {
            let (executor, seen, mut lots) = (executor.clone(), seen.clone(), Lots::new(lots.next()));
            tasks.spawn_local(async move {
                for _ in 0..10 {
                    sleep(ms(&mut lots, &[0, 0, 2, 4, 10, 50])).await;
                    let (key, rate) = if lots.chance(50) { ("crowd.slots", None) } else { ("crowd.both", Some(rate)) };
                    call(&executor, Key::from_static(key), slots, rate, &seen, &mut lots).await;
                    let odd = start.elapsed().as_nanos() % (MS * 2).as_nanos();
                    sleep(if odd == 0 { Duration::ZERO } else { MS }).await;
                }
            });
        }
        runtime.block_on(tasks);
    }
    println!("{seen:?}");
    let Seen { ran_at_once, ran_after_a_wait, refused_at_once, refused_after_the_wait, rate_limited, .. } = &*seen;
    let all = [ran_at_once, ran_after_a_wait, refused_at_once, refused_after_the_wait, rate_limited];
    assert!(all.into_iter().chain([&seen.timed_out_in_the_queue]).all(|seen| seen.get() > 30), "hardly ever: {seen:?}");
}

/// concurrency-33: the least of all waits for no longer than it said while those before it take every slot that comes back; and it goes at once
/// when they are gone.
#[test]
fn a_low_class_is_told_when_its_wait_is_over() {
    let runtime = paused();
    let tasks = LocalSet::new();
    let executor = Executor::new();
    let policy = |wait: u32| Policy::new().concurrency(ConcurrencyPolicy::at_once(2).wait(MS * wait).queue(8));
    let load = |executor: Executor| async move {
        // Each has another one behind it in the queue.
        for _ in 0..20 {
            let busy = executor.call(Key::from_static("crowd.low"), policy(1_000), async || {
                sleep(MS * 10).await;
                Ok::<_, Fail>(1)
            });
            busy.priority(Priority::Critical).await.expect("the first class is served");
        }
    };
    (0..4).for_each(|_| drop(tasks.spawn_local(load(executor.clone()))));
    let low = tasks.run_until(async move {
        sleep(MS).await;
        let ends = async |wait: u32| {
            let asked = Instant::now();
            let low = executor.call(Key::from_static("crowd.low"), policy(wait), async || Ok::<_, Fail>(2));
            let result = low.priority(Priority::Sheddable).into_future().await;
            (asked.elapsed(), result.is_ok())
        };
        (ends(50).await, ends(1_000).await)
    });
    let ((first, first_ran), (second, second_ran)) = runtime.block_on(low);
    assert_eq!((first, first_ran), (MS * 50, false));
    // Twenty turns of four in two slots take 400 ms; of those 51 have gone. When one of the last two ends, the slot is for the first class.
    assert_eq!((second, second_ran), (MS * 349, true));
    runtime.block_on(tasks);
}
