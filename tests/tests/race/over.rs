//! Races over an iterator: the same contract, in slots.

use super::{Log, fails, ok, once, since};
use allocation_counter::measure;
use recourse::race;
use recourse::race::RaceErrors;
use recourse_tests::ms;
use std::cell::Cell;
use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

fn starts<E>(error: &RaceErrors<E>) -> Vec<(usize, Option<Duration>)> {
    error.entries().iter().map(|entry| (entry.index, entry.times.start())).collect()
}

#[tokio::test(start_paused = true)]
async fn p1_the_first_success_wins_in_the_order_of_the_starts() {
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

#[tokio::test(start_paused = true)]
async fn p2_losers_are_dropped_before_the_winner_is_returned_and_no_item_is_left() {
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

#[tokio::test(start_paused = true)]
async fn p4_no_more_than_max_run_and_a_failure_makes_room_at_once() {
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

#[tokio::test(start_paused = true)]
async fn p4_starts_are_staggered_and_failures_keep_their_distance() {
    let error =
        race!(stagger = 10ms, max = 8; for after in [100, 3, 100] => fails::<u8>("no", after)).await.unwrap_err();
    assert_eq!(starts(&error), [(0, Some(ms(0))), (1, Some(ms(10))), (2, Some(ms(13)))]);
    let race = race!(stagger = 50ms, min_gap = 10ms, max = 1; for _ in 0..3 => fails::<u8>("no", 2));
    assert_eq!(starts(&race.await.unwrap_err()), [(0, Some(ms(0))), (1, Some(ms(10))), (2, Some(ms(20)))]);
}

#[test]
fn p5_p6_a_race_that_wins_at_once_makes_no_timer_and_allocates_nothing() {
    let counted = measure(|| {
        let race = pin!(race!(stagger = 1s, max = 4; for item in [1, 2, 3] => ready(Ok::<_, ()>(item))));
        let won = race.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        assert!(matches!(won, Poll::Ready(Ok(1))));
    });
    assert_eq!(counted.count_total, 0);
}

#[tokio::test(start_paused = true)]
async fn p8_an_empty_iterator_is_an_error() {
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
