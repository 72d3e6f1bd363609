//! What a window does to the limit, and when there is a dip.

use super::{START, Window, at};
use crate::concurrency::{
    AdaptiveLimit, ConcurrencyLimit, Limit, LimitChange, LimitReason, Priority, Sample, Share, Slot,
};
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// Calls that were admitted as the first in flight: their latency is the service time.
const LOW: Window = Window { from: 0.0, seconds: 0.25, calls: 25, ms: 10.0, running: 1, late: false, refused: 0 };

/// A limit that knows a service time of 10 ms, and allows a few more than 20.
fn learned() -> AdaptiveLimit {
    let limit = AdaptiveLimit::new();
    // The first window begins with the first call, so it takes two.
    LOW.feed(&limit, Share::ALL);
    Window { from: 0.25, ..LOW }.feed(&limit, Share::ALL);
    assert_eq!(limit.service_time(), Some(Duration::from_millis(10)));
    assert_eq!(limit.limit(), 24);
    limit
}

/// Feeds one window to a limit that was idle until it begins.
fn feed(limit: &AdaptiveLimit, window: &Window) -> Vec<LimitChange> {
    limit.admitted(Share::ALL, 1, at(window.from));
    window.feed(limit, Share::ALL)
}

/// A window of a server that does ten calls at once: 24 in flight take 24 ms.
const QUEUED: Window = Window { from: 10.0, seconds: 0.25, calls: 250, ms: 24.0, running: 24, late: false, refused: 1 };

/// concurrency-9: all that run are in service, and calls are refused.
#[test]
fn it_grows_when_the_limit_is_what_holds_throughput() {
    let limit = learned();
    // 24 in service: 2,400 a second of 10 ms each.
    let full = Window { seconds: 0.125, calls: 300, ms: 10.0, ..QUEUED };
    let changes = feed(&limit, &full);
    assert!(!changes.is_empty() && changes.iter().all(|change| change.reason == LimitReason::Capacity), "{changes:?}");
    assert!((32..=34).contains(&limit.limit()), "24 and 1.8 roots: {limit:?}");
    assert_eq!(limit.last_change(), changes.last().copied());
}

/// concurrency-9: the server does no more than before, and calls are refused.
#[test]
fn it_shrinks_when_the_server_has_a_queue() {
    let limit = learned();
    let changes = feed(&limit, &QUEUED);
    assert_eq!(changes, [LimitChange::new(24, 17, LimitReason::Queue)], "on the way to 10 and 1.8 roots, 30 % at most");
}

/// concurrency-9: calls that are given up halve it, and teach no service time.
#[test]
fn it_is_halved_when_many_calls_are_given_up() {
    let limit = learned();
    let late = Window { calls: 25, ms: 300.0, running: 1, late: true, refused: 0, ..QUEUED };
    let changes = feed(&limit, &late);
    assert_eq!(changes, [LimitChange::new(24, 12, LimitReason::TimeOuts)]);
    assert_eq!(limit.service_time(), Some(Duration::from_millis(10)), "latencies that were cut off prove nothing");
}

/// concurrency-9: without refusals it follows the load upwards at once, and downwards slowly, and not below the start.
#[test]
fn calm_gives_room_and_takes_it_back_slowly() {
    let limit = learned();
    let busy = Window { from: 0.5, seconds: 2.0, calls: 6_000, ms: 10.0, running: 19, late: false, refused: 0 };
    let changes = busy.feed(&limit, Share::ALL);
    assert!(changes.iter().all(|change| change.reason == LimitReason::Calm), "{changes:?}");
    let high = limit.limit();
    assert!(high > 50, "30 in service, and seven roots: {limit:?}");
    Window { from: 2.5, ..LOW }.feed(&limit, Share::ALL);
    assert!(limit.limit() >= high - 4, "{limit:?}");
    for window in 0..200 {
        Window { from: 3.0 + f64::from(window) * 0.25, ..LOW }.feed(&limit, Share::ALL);
    }
    assert!((20..high - 10).contains(&limit.limit()), "{limit:?}, of {high}");
}

/// concurrency-10: few calls change nothing, whatever they are like.
#[test]
fn few_calls_change_nothing() {
    let limit = AdaptiveLimit::new();
    for minute in 0..60 {
        let calls = Window {
            from: f64::from(minute) * 60.0,
            seconds: 1.0,
            calls: 19,
            ms: 5_000.0,
            running: 1,
            late: false,
            refused: 0,
        };
        assert_eq!(calls.feed(&limit, Share::ALL), []);
    }
    assert_eq!((limit.limit(), limit.service_time()), (20, None));
}

/// concurrency-10: after a second without a call the window begins anew; otherwise the pause would read as low throughput.
#[test]
fn an_idle_time_is_no_low_throughput() {
    let (busy, idle) = (learned(), learned());
    feed(&busy, &QUEUED);
    // A few calls, and an hour later many.
    feed(&idle, &Window { calls: 5, refused: 0, ..QUEUED });
    feed(&idle, &Window { from: 3_600.0, ..QUEUED });
    assert_eq!(idle.limit(), busy.limit());
}

/// concurrency-11: calls that lose a race, fail or are dropped give their slot back and teach nothing.
#[test]
fn a_slot_that_is_dropped_is_no_sample() {
    let adaptive = Arc::new(learned());
    let limit = ConcurrencyLimit::learned(adaptive.clone());
    let play = |from: u32, end: fn(Slot<&ConcurrencyLimit>, Instant)| {
        for call in 0..1_000 {
            let now = at(f64::from(from) + f64::from(call) / 1_000.0);
            let slot = Slot::take(&limit, Share::ALL, || now).unwrap();
            end(slot, now.saturating_add(Duration::from_millis(1)));
        }
    };
    play(10, |slot, _| drop(slot));
    assert_eq!((adaptive.limit(), adaptive.service_time()), (24, Some(Duration::from_millis(10))));
    play(20, |slot, now| {
        slot.answered(now);
    });
    assert!(adaptive.service_time() < Some(Duration::from_millis(5)), "answers do teach: {adaptive:?}");
}

/// Brings a limit into a dip: calls are refused, and none is low. Returns the moment.
fn dip(limit: &AdaptiveLimit) -> f64 {
    // The first window still has low calls of before.
    feed(limit, &QUEUED);
    let queued = Window { from: 20.0, ..QUEUED };
    feed(limit, &queued);
    let now = queued.from + queued.seconds;
    assert!(limit.ceiling(Share::ALL, at(now)) < limit.limit(), "{limit:?}");
    now
}

/// concurrency-12: in a dip few may run, for a few calls; those that are refused meanwhile are no pressure.
#[test]
fn a_dip_lasts_for_a_few_calls() {
    let limit = learned();
    let from = dip(&limit);
    let low = limit.ceiling(Share::ALL, at(from));
    let mut calls = 0;
    while limit.ceiling(Share::ALL, at(from)) < limit.limit() {
        limit.admitted(Share::ALL, low.min(9), at(from));
        limit.refused(Share::ALL);
        limit.ended(Sample::answered(Duration::from_millis(10), low.min(9)), at(from));
        calls += 1;
    }
    assert_eq!(calls, 50, "a fifth of the window's 250 calls");
    // A window without a further refusal is calm: what was refused in the dip is not counted.
    let calm = Window { from, seconds: 0.25, calls: 250, ms: 10.0, running: 10, late: false, refused: 0 };
    assert!(calm.feed(&limit, Share::ALL).iter().all(|change| change.reason == LimitReason::Calm));
}

/// concurrency-12: a dip ends by time, too.
#[test]
fn a_dip_lasts_for_a_second_at_most() {
    let limit = learned();
    let from = dip(&limit);
    assert!(limit.ceiling(Share::ALL, at(from + 0.999)) < limit.limit());
    assert_eq!(limit.ceiling(Share::ALL, at(from + 1.0)), limit.limit());
}

/// concurrency-12: the classes that are refused anyway pay for a dip.
#[test]
fn a_dip_spares_the_classes_that_are_not_refused() {
    let limit = AdaptiveLimit::new();
    let (critical, sheddable) = (Share::most(Priority::Critical), Share::most(Priority::Sheddable));
    for from in [0.0, 0.25] {
        Window { from, ..LOW }.feed(&limit, sheddable);
    }
    for from in [10.0, 20.0] {
        limit.admitted(sheddable, 1, at(from));
        Window { from, calls: 200, running: 12, ..QUEUED }.feed(&limit, sheddable);
    }
    let (spared, pays) = (limit.ceiling(critical, at(20.25)), limit.ceiling(sheddable, at(20.25)));
    assert_eq!(spared, limit.limit());
    assert!(pays < sheddable.slots(limit.limit()), "{pays} of {spared}");
}

/// concurrency-13: the limit stays within its bounds, also when they change.
#[test]
fn it_stays_within_its_bounds() {
    let limit = AdaptiveLimit::between(4, 8);
    assert_eq!(limit.limit(), 8);
    for window in 0..10 {
        // The first two teach a service time, the others halve the limit.
        let from = f64::from(window) * 0.25;
        Window { from, late: window > 1, ..LOW }.feed(&limit, Share::ALL);
    }
    assert_eq!(limit.limit(), 4);
    limit.set_bounds(6, 100);
    assert_eq!(limit.limit(), 6);
    limit.set_bounds(0, 0);
    assert_eq!(limit.limit(), 1);
    limit.set_bounds(u32::MAX, 3);
    assert_eq!(limit.limit(), crate::concurrency::MOST);
}

/// concurrency-14: a window or a dip of a clock that was ahead is of no use, and nobody waits for that time to come.
#[test]
fn on_another_clock_it_goes_on() {
    let limit = learned();
    let ahead = Window { from: 1e9, seconds: 0.2, calls: 250, ms: 20.0, running: 20, late: false, refused: 1 };
    ahead.feed(&limit, Share::ALL);
    assert!(limit.ceiling(Share::ALL, at(1.0)) >= 14);
    let changes = [1.0, 1.25, 1.5].map(|from| Window { from, ..QUEUED }.feed(&limit, Share::ALL)).concat();
    assert!(changes.iter().any(|change| change.reason == LimitReason::Queue), "{changes:?}");
    assert!(limit.ended(Sample::answered(Duration::MAX, 1), START).is_none());
}
