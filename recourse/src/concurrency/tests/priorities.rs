//! Shares of the slots by priority, and levels within a priority.

use super::{enter, limit, served, take};
use crate::concurrency::{Priority, Share};

const PRIORITIES: [Priority; 5] =
    [Priority::Critical, Priority::High, Priority::Normal, Priority::Low, Priority::Sheddable];

/// concurrency-5: the shares of the classes, rounded up, at least one slot.
#[test]
fn each_priority_has_its_share_of_the_slots_rounded_up() {
    let slots = |limit: u32| PRIORITIES.map(|priority| Share::most(priority).slots(limit));
    assert_eq!(slots(100), [100, 90, 80, 60, 50]);
    assert_eq!(slots(18), [18, 17, 15, 11, 9]);
    assert_eq!(slots(3), [3, 3, 3, 2, 2]);
    assert_eq!(slots(1), [1; 5]);
    assert_eq!(slots(0), [1; 5], "a limit of nothing would be for ever");
    assert_eq!(Share::ALL.slots(65_536), 65_536);
}

/// concurrency-5: counted against all that run.
#[test]
fn a_priority_counts_all_that_run() {
    let limit = limit(10, 0);
    let sheddable = Share::most(Priority::Sheddable);
    let critical: Vec<_> = (0..5).map(|_| take(&limit, Share::most(Priority::Critical)).unwrap()).collect();
    assert!(take(&limit, sheddable).is_none(), "half of the slots are taken, by whomever");
    let more: Vec<_> = (0..5).map(|_| take(&limit, Share::ALL).unwrap()).collect();
    assert!(take(&limit, Share::ALL).is_none());
    drop((critical, more));
    assert!(take(&limit, sheddable).is_some());
}

/// concurrency-5: a class is shed in part: the lower the level, the earlier.
#[test]
fn levels_spread_a_priority_down_to_the_next_one() {
    for (priority, lower) in PRIORITIES.iter().zip(&PRIORITIES[1..]).skip(1) {
        let slots = |level| Share::of(*priority, level).slots(1_000);
        assert!((0..255).all(|level| slots(level) <= slots(level + 1)), "{priority}: higher levels are shed later");
        assert_eq!(slots(255), priority.percent() * 10);
        assert!(slots(0) > lower.percent() * 10 && slots(0) <= lower.percent() * 10 + 2, "{priority}: {}", slots(0));
    }
    assert_eq!(Share::of(Priority::Critical, 0), Share::most(Priority::Critical), "critical has no levels");
    let drawn: Vec<u32> = (0..1_000).map(|_| Share::drawn(Priority::Sheddable).slots(1_000)).collect();
    assert!(drawn.iter().any(|slots| *slots < 420) && drawn.iter().any(|slots| *slots > 480));
    assert!(drawn.iter().all(|slots| (401..=500).contains(slots)));
}

/// concurrency-5: of those that wait, the highest class goes first, and none of a class that has no slot keeps another back.
#[test]
fn the_highest_class_is_served_first_and_a_low_one_blocks_nobody() {
    let limit = limit(2, 8);
    let (first, second) = (take(&limit, Share::ALL).unwrap(), take(&limit, Share::ALL).unwrap());
    let mut low = enter(&limit, Share::most(Priority::Low), 100);
    let mut sheddable = enter(&limit, Share::most(Priority::Sheddable), 100);
    let mut none = enter(&limit, Share::ALL, 100);
    let mut critical = enter(&limit, Share::most(Priority::Critical), 100);
    drop(first);
    let critical = served(&mut critical);
    drop(second);
    let none = served(&mut none);
    drop(critical);
    // One of two runs: 60 % of two are two, 50 % are one.
    let low = served(&mut low);
    assert!(super::poll(&mut sheddable).is_pending());
    assert!(take(&limit, Share::most(Priority::Critical)).is_none());
    drop(low);
    assert!(super::poll(&mut sheddable).is_pending());
    assert!(take(&limit, Share::most(Priority::Critical)).is_some(), "a slot that no waiter may have is free");
    drop(none);
    drop(served(&mut sheddable));
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
}

/// concurrency-5: a low class may not fill the queue before a high one.
#[test]
fn a_priority_has_its_share_of_the_queue() {
    let limit = limit(1, 4);
    let _held = take(&limit, Share::ALL).unwrap();
    let sheddable = Share::most(Priority::Sheddable);
    let _waiting = [enter(&limit, sheddable, 100), enter(&limit, sheddable, 100)];
    let full = crate::concurrency::Waiting::enter(
        limit.clone(),
        sheddable,
        super::now().saturating_add(std::time::Duration::MAX),
        super::now(),
    );
    assert_eq!(full.unwrap_err().to_string(), "1 call runs already, and 2 wait");
    let _others = [enter(&limit, Share::ALL, 100), enter(&limit, Share::ALL, 100)];
    assert_eq!(limit.waiting(), 4);
}
