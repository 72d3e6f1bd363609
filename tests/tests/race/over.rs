//! Races over an iterator, whose branches run in a limited number of slots. The promises are those of any race.

use super::{Log, fails, ok, once, since, wait};
use allocation_counter::measure;
use recourse::race;
use recourse::race::{BranchError, RaceErrors};
use recourse_tests::ms;
use std::cell::Cell;
use std::error::Error;
use std::future::{Future, poll_fn, ready};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Instant;

fn starts<E, K>(error: &RaceErrors<E, K>) -> Vec<(usize, Option<Duration>)> {
    error.entries().iter().map(|entry| (entry.index, entry.times.start())).collect()
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn the_first_success_wins_in_the_order_of_the_starts() {
    let start = Instant::now();
    let winner = race!(max = 4; for after in [30, 10, 20] => ok(after, after)).await;
    assert_eq!((winner.unwrap(), since(start)), (10, ms(10)));
    assert_eq!(race!(max = 4; for item in 1..4 => ok(item, 5)).await.unwrap(), 1);

    // The third takes the slot of the first, and is polled behind the second.
    let log = Log::default();
    let polled = |name, fails_at_once| {
        let (mut polls, log) = (0, &log);
        poll_fn(move |_| {
            polls += 1;
            log.say(name);
            if fails_at_once && polls == 1 { Poll::Ready(Err::<u8, _>(())) } else { Poll::Pending }
        })
    };
    let mut race =
        Box::pin(race!(max = 2; for (name, fails) in [("a", true), ("b", false), ("c", false)] => polled(name, fails)));
    assert!(once(&mut race).await.is_pending());
    assert!(once(&mut race).await.is_pending());
    drop(race);
    assert_eq!(log.take(), ["a", "b", "c", "b", "c"]);
}

/// race-2.
#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_winner_is_returned_and_no_item_is_left() {
    let log = Log::default();
    let holds = |(held, after)| async move {
        let _held = held;
        ok(1, after).await
    };
    let items = vec![(log.held("a"), 50), (log.held("b"), 5), (log.held("c"), 50), (log.held("d"), 50)];
    let mut race = Box::pin(race!(max = 3; for item in items => holds(item)));
    let (winner, mut dropped) = poll_fn(|cx| race.as_mut().poll(cx).map(|winner| (winner, log.take()))).await;
    assert_eq!(winner.unwrap(), 1);
    assert_eq!(dropped.remove(0), "b", "the winner");
    assert_eq!(dropped, ["a", "c", "d"]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn no_more_than_max_run_and_a_failure_makes_room_at_once() {
    let (running, most) = (Cell::new(0), Cell::new(0));
    let branch = |after| {
        let (running, most) = (&running, &most);
        async move {
            running.set(running.get() + 1);
            most.set(most.get().max(running.get()));
            let result = fails::<u8>("no", after).await;
            running.set(running.get() - 1);
            result
        }
    };
    let error = race!(max = 2; for after in [10, 30, 10, 10] => branch(after)).await.unwrap_err();
    let expected = [(0, Some(ms(0))), (1, Some(ms(0))), (2, Some(ms(10))), (3, Some(ms(20)))];
    assert_eq!((starts(&error), most.get()), (expected.to_vec(), 2));
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn starts_are_staggered_and_failures_keep_their_distance() {
    let error =
        race!(stagger = 10ms, max = 8; for after in [100, 3, 100] => fails::<u8>("no", after)).await.unwrap_err();
    assert_eq!(starts(&error), [(0, Some(ms(0))), (1, Some(ms(10))), (2, Some(ms(13)))]);
    let race = race!(stagger = 50ms, min_gap = 10ms, max = 1; for _ in 0..3 => fails::<u8>("no", 2));
    assert_eq!(starts(&race.await.unwrap_err()), [(0, Some(ms(0))), (1, Some(ms(10))), (2, Some(ms(20)))]);
}

/// race-4: without a stagger the first `max` start at once. Each later one has its place from a failure.
#[tokio::test(start_paused = true)]
async fn min_gap_holds_without_a_stagger() {
    let at = |times: [u64; 5]| times.iter().enumerate().map(|(item, time)| (item, Some(ms(*time)))).collect::<Vec<_>>();
    // Both places become free in one moment.
    let together = race!(max = 2, min_gap = 100ms; for _ in 0..5 => fails::<u8>("no", 5)).await.unwrap_err();
    assert_eq!(starts(&together), at([0, 0, 100, 200, 300]));
    // Items that fail at once never fill the places.
    let at_once = race!(max = 2, min_gap = 100ms; for _ in 0..5 => ready(Err::<u8, _>("no"))).await.unwrap_err();
    assert_eq!(starts(&at_once), at([0, 0, 100, 200, 300]));
    let on_the_heap = 3;
    let at_once =
        race!(max = on_the_heap, min_gap = 9ms; for _ in 0..5 => ready(Err::<u8, _>("no"))).await.unwrap_err();
    assert_eq!(starts(&at_once), at([0, 0, 0, 9, 18]));
    // A place that becomes free later than that is taken at once.
    let slow =
        race!(max = 1, min_gap = 10ms; for after in [20, 30, 1, 5, 5] => fails::<u8>("no", after)).await.unwrap_err();
    assert_eq!(starts(&slow), at([0, 20, 50, 60, 70]));
    let none = race!(max = 1; for _ in 0..5 => ready(Err::<u8, _>("no"))).await.unwrap_err();
    assert_eq!(starts(&none), at([0; 5]));
}

/// race-5, race-6.
#[test]
fn a_race_that_wins_at_once_makes_no_timer_and_allocates_nothing() {
    let counted = measure(|| {
        let race = pin!(race!(stagger = 1s, max = 4; for item in [1, 2, 3] => ready(Ok::<_, ()>(item))));
        let won = race.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(won, Poll::Ready(Ok(1))));
    });
    assert_eq!(counted.count_total, 0);
}

/// race-8.
#[tokio::test(start_paused = true)]
async fn an_empty_iterator_is_an_error() {
    let error = race!(max = 4; for item in Vec::<u8>::new() => ok(item, 1)).await.unwrap_err();
    assert!(error.entries().is_empty() && error.preferred().is_none());
    assert_eq!(error.to_string(), "no branch of the race succeeded: there was none");
}

#[tokio::test(start_paused = true)]
async fn errors_are_in_the_order_of_the_starts() {
    let race = race!(max = 3; for (name, after) in [("a", 30), ("b", 10), ("c", 20)] => fails::<u8>(name, after));
    let error = race.await.unwrap_err();
    assert_eq!(error.to_string(), "no branch of the race succeeded: 0: a; 1: b; 2: c");
    assert_eq!(error.preferred(), Some(&"a"));
    let ends: Vec<_> = error.into_entries().iter().map(|entry| entry.times.end()).collect();
    assert_eq!(ends, [Some(ms(30)), Some(ms(10)), Some(ms(20))]);
}

#[tokio::test(start_paused = true)]
async fn items_are_taken_when_they_start_but_for_one() {
    let taken = Cell::new(0);
    let items = (0..9).inspect(|_| taken.set(taken.get() + 1));
    assert_eq!(race!(stagger = 10ms, max = 8; for item in items => ok(item, 15)).await.unwrap(), 0);
    assert_eq!(taken.get(), 3, "two started, and one was looked at");
}

#[tokio::test(start_paused = true)]
async fn it_is_send_and_its_future_may_be_of_a_block() {
    let hosts = vec![("a", 1_u64), ("b", 2)];
    let race = race!(max = 2; for (name, after) in hosts => async move { fails(name, after).await.map(|gap: u64| gap + after) });
    assert_eq!(tokio::spawn(race).await.unwrap().unwrap_err().entries().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_tells_what_failed_and_what_was_still_running() {
    let start = Instant::now();
    let race = race!(deadline = 50ms, stagger = 20ms, max = 4; for (name, after) in [("a", 5), ("b", 99), ("c", 99)] => fails::<u8>(name, after));
    let error = race.await.unwrap_err();
    assert_eq!(since(start), ms(50));
    let entries: Vec<_> = error.entries().iter().map(|entry| (entry.error, entry.times.end())).collect();
    let at_the_end = (BranchError::Cancelled, Some(ms(50)));
    assert_eq!(entries, [(BranchError::Failed("a"), Some(ms(5))), at_the_end, at_the_end]);
    assert_eq!(starts(&error), [(0, Some(ms(0))), (1, Some(ms(5))), (2, Some(ms(25)))]);
    assert!(error.expired());
    assert_eq!(
        error.to_string(),
        "no branch of the race succeeded: 0: a; 1: cancelled at the deadline; 2: cancelled at the deadline"
    );

    let none = race!(max = 4; for item in 0..9 => ok(item, 5)).deadline(ms(0)).await.unwrap_err();
    assert_eq!(none.to_string(), "no branch of the race succeeded: none was started before the deadline");
    assert_eq!(
        race!(deadline = 5ms, max = 4; for item in 0..9 => ok(item, 5)).await.unwrap(),
        0,
        "it is ready by then"
    );
    let lost = race!(deadline = 1s, max = 4; for item in [1, 2] => fails::<u8>("no", item)).await.unwrap_err();
    assert!(!lost.expired() && lost.entries().len() == 2);
}

#[tokio::test(start_paused = true)]
async fn first_takes_whatever_completes_first_and_of_nothing_makes_an_error() {
    let lost = race!(first, max = 4; for (name, after) in [("slow", 20), ("fast", 5)] => fails::<u8>(name, after));
    assert_eq!(lost.await.unwrap(), Err("fast"));
    assert_eq!(race!(first, max = 4; for item in [9, 4] => wait(item)).await.unwrap(), ());
    let method = race!(max = 4; for (name, after) in [("slow", 20), ("fast", 5)] => fails::<u8>(name, after)).first();
    assert_eq!(method.await.unwrap(), Err("fast"));
    let error = race!(first, max = 4; for item in Vec::<u64>::new() => wait(item)).await.unwrap_err();
    assert!(error.entries().is_empty());
    let late = race!(first, deadline = 3ms, max = 4; for item in [9, 4] => wait(item)).await.unwrap_err();
    assert_eq!(late.entries().iter().map(|entry| entry.error).collect::<Vec<_>>(), [BranchError::Cancelled; 2]);
}

/// Ready at the fourth poll, and notes when it is polled.
fn fourth_poll(log: &Log, name: &'static str) -> impl Future<Output = Result<&'static str, ()>> {
    let mut polls = 0;
    poll_fn(move |_| {
        polls += 1;
        log.say(name);
        if polls > 3 { Poll::Ready(Ok(name)) } else { Poll::Pending }
    })
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn fair_polls_another_branch_first_in_each_pass() {
    let log = Log::default();
    let mut race = Box::pin(race!(fair, max = 3; for name in ["a", "b", "c"] => fourth_poll(&log, name)));
    for expected in [["a", "b", "c"], ["a", "b", "c"], ["b", "c", "a"]] {
        assert!(once(&mut race).await.is_pending());
        assert_eq!(log.take(), expected);
    }
    assert!(matches!(once(&mut race).await, Poll::Ready(Ok("c"))), "it is the first in the fourth");
}

/// race-7.
#[tokio::test(start_paused = true)]
async fn a_branch_that_panics_can_lose() {
    let panics = |name: &'static str, after| async move {
        wait(after).await;
        assert!(name != "b", "b is no good");
        fails::<u8>(name, 1).await
    };
    let race = race!(panics = lose, max = 3; for (name, after) in [("a", 9), ("b", 5)] => panics(name, after));
    let error = race.await.unwrap_err();
    let fates: Vec<_> = error.entries().iter().map(|entry| (entry.error, entry.times.end())).collect();
    assert_eq!(fates, [(BranchError::Failed("a"), Some(ms(10))), (BranchError::Panicked, Some(ms(5)))]);

    // Also where there is no future yet.
    let make = |name| {
        assert!(name != "a", "a is no good");
        ok(name, 5)
    };
    assert_eq!(race!(panics = lose, max = 1; for name in ["a", "b"] => make(name)).await.unwrap(), "b");
}

#[tokio::test(start_paused = true)]
async fn more_slots_than_can_be_written_are_on_the_heap() {
    let most = 20;
    let (running, peak) = (Cell::new(0), Cell::new(0));
    let branch = |item: u64| {
        let (running, peak) = (&running, &peak);
        async move {
            running.set(running.get() + 1);
            peak.set(peak.get().max(running.get()));
            let result = if item == 49 { ok(item, 5).await } else { fails("no", 5).await };
            running.set(running.get() - 1);
            result
        }
    };
    let start = Instant::now();
    assert_eq!(race!(max = most; for item in 0..50 => branch(item)).await.unwrap(), 49);
    assert_eq!((peak.get(), since(start)), (20, ms(15)));
    assert_eq!(race!(max = 40; for item in 0..50_u64 => ok(item, 50 - item)).await.unwrap(), 39);
    let none = most - 20;
    assert_eq!(race!(max = none; for item in [3, 4] => fails::<u8>("no", item)).await.unwrap_err().entries().len(), 2);

    let log = Log::default();
    let holds = |(held, after)| async move {
        let _held = held;
        ok(1, after).await
    };
    let items = vec![(log.held("a"), 50), (log.held("b"), 5), (log.held("c"), 50)];
    assert_eq!(race!(max = most; for item in items => holds(item)).await.unwrap(), 1);
    assert_eq!(log.take(), ["b", "a", "c"]);
}

#[tokio::test(start_paused = true)]
async fn at_a_deadline_what_failed_is_preferred_to_what_was_still_running() {
    let refused = async |after| -> std::io::Result<u8> {
        wait(after).await;
        Err(ErrorKind::ConnectionRefused.into())
    };
    let error = race!(deadline = 50ms, max = 2; for after in [99, 5] => refused(after)).await.unwrap_err();
    assert_eq!(error.preferred().unwrap().kind(), ErrorKind::ConnectionRefused);
    assert!(error.source().unwrap().is::<std::io::Error>());
    assert_eq!(std::io::Error::from(error).kind(), ErrorKind::ConnectionRefused);
    let late = race!(deadline = 50ms, max = 2; for after in [99, 99] => refused(after)).await.unwrap_err();
    assert!(late.preferred().is_none() && late.source().is_none());
    assert_eq!(std::io::Error::from(late).kind(), ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn errors_of_io_become_one_with_a_kind_that_fits() {
    let fails = async |kind: ErrorKind| -> std::io::Result<u8> { Err(kind.into()) };
    let [refused, reset] = [ErrorKind::ConnectionRefused, ErrorKind::ConnectionReset];
    for (kinds, expected) in
        [(vec![refused, refused], refused), (vec![refused, reset], ErrorKind::Other), (vec![], ErrorKind::NotFound)]
    {
        let error = race!(max = 2; for kind in kinds.clone() => fails(kind)).await.unwrap_err();
        assert_eq!(std::io::Error::from(error).kind(), expected);
        let error = race!(deadline = 1s, max = 2; for kind in kinds => fails(kind)).await.unwrap_err();
        assert_eq!(std::io::Error::from(error).kind(), expected);
    }
    let panics = async |item| -> std::io::Result<u8> { panic!("{item} is no good") };
    let error = race!(panics = lose, max = 2; for item in [1, 2] => panics(item)).await.unwrap_err();
    assert_eq!(std::io::Error::from(error).kind(), ErrorKind::Other);
}

/// race-2: a race that is kept after its end holds nothing of its branches, nor what made them, nor their errors.
#[tokio::test(start_paused = true)]
async fn a_race_that_is_over_holds_nothing() {
    let held = Rc::new(());
    let make = {
        let held = Rc::clone(&held);
        move |item: u8| {
            let held = Rc::clone(&held);
            async move { if item == 2 { ok(item, 5).await.map_err(|_| held) } else { Err(held) } }
        }
    };
    let mut race = Box::pin(race!(stagger = 1s, max = 4; for item in 0..9 => make(item)));
    let won = poll_fn(|cx| race.as_mut().poll(cx)).await;
    assert!(matches!(won, Ok(2)));
    // The one here, and the one of `make`, which is borrowed.
    assert_eq!(Rc::strong_count(&held), 2);
}

/// race-6: others get their turn while branches fail one after the other in no time, even where there are more without end.
#[tokio::test(start_paused = true)]
async fn a_poll_ends() {
    let race = race!(deadline = 10ms, max = 2; for item in 0.. => ready(Err::<u8, u64>(item)));
    let other = tokio::spawn(tokio::time::sleep(ms(5)));
    let mut race = Box::pin(race);
    let polled = once(&mut race).await;
    assert!(polled.is_pending());
    drop(race);
    other.await.unwrap();
}

/// race-7: a panic that unwinds out of the race drops its branches, then its items.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_branch_leaves_nothing_behind() {
    for panics_in in ["make", "poll", "later poll"] {
        let log = Log::default();
        let items = vec![("a", log.held("a")), ("b", log.held("b")), ("panics", log.held("c")), ("d", log.held("d"))];
        let make = |(name, held)| {
            assert!(!(name == "panics" && panics_in == "make"), "{panics_in}");
            async move {
                let _held = held;
                assert!(!(name == "panics" && panics_in == "poll"), "{panics_in}");
                wait(5).await;
                assert_ne!(name, "panics", "{panics_in}");
                std::future::pending::<Result<u8, ()>>().await
            }
        };
        let mut race = Box::pin(race!(max = 3; for item in items => make(item)));
        let mut poll =
            || catch_unwind(AssertUnwindSafe(|| race.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
        if panics_in == "later poll" {
            assert!(poll().is_ok_and(|polled| polled.is_pending()));
            tokio::time::advance(ms(5)).await;
        }
        assert!(poll().is_err(), "{panics_in}");
        assert_eq!(log.take(), ["c", "a", "b", "d"], "{panics_in}");
        drop(race);
        assert_eq!(log.take(), [""; 0], "each exactly once");
    }
}
