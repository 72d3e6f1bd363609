//! Starts of branches: when each is due (race-4, race-5), and that it is evaluated only then.

use super::{Log, fails, ok, once, since, wait};
use recourse::race;
use recourse::race::{Times, exp};
use recourse_tests::ms;
use std::cell::Cell;
use std::future::{pending, ready};
use std::time::Duration;
use tokio::time::{Instant, advance};

fn starts(times: &[Times]) -> Vec<Option<Duration>> {
    times.iter().map(Times::start).collect()
}

fn ends(times: &[Times]) -> Vec<Option<Duration>> {
    times.iter().map(Times::end).collect()
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn a_failure_makes_the_next_start_due_at_once() {
    let error = race!(stagger = 100ms; fails::<u32>("a", 30), fails("b", 5), fails("c", 5)).await.unwrap_err();
    assert_eq!(starts(error.times()), [Some(ms(0)), Some(ms(30)), Some(ms(35))]);
    assert_eq!(ends(error.times()), [Some(ms(30)), Some(ms(35)), Some(ms(40))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn after_a_failure_nothing_starts_earlier_than_min_gap_after_the_last_start() {
    let error = race!(stagger = 100ms, min_gap = 10ms; fails::<u32>("a", 3), fails("b", 50), fails("c", 0)).await;
    assert_eq!(starts(error.unwrap_err().times()), [Some(ms(0)), Some(ms(10)), Some(ms(60))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn failures_of_one_moment_start_one_branch() {
    let race = race!(stagger = 10ms; fails::<u32>("a", 15), fails("b", 5), fails("c", 100), fails("d", 100));
    // a and b both fail at 15.
    assert_eq!(starts(race.await.unwrap_err().times()), [Some(ms(0)), Some(ms(10)), Some(ms(15)), Some(ms(25))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn a_start_caused_by_a_failure_uses_up_no_step_of_the_schedule() {
    let race = race!(stagger = [20ms, 50ms]; fails::<u32>("a", 5), fails("b", 500), fails("c", 500), fails("d", 500));
    // b by the failure, c by the first gap, d by the second.
    assert_eq!(starts(race.await.unwrap_err().times()), [Some(ms(0)), Some(ms(5)), Some(ms(25)), Some(ms(75))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn one_start_per_due_event_and_the_gap_begins_again_at_each_start() {
    let mut race = Box::pin(race!(stagger = 10ms; fails::<u32>("a", 100), fails("b", 100), fails("c", 100)));
    assert!(once(&mut race).await.is_pending());
    // Nobody polls for a long time.
    advance(ms(55)).await;
    assert_eq!(starts(race.await.unwrap_err().times()), [Some(ms(0)), Some(ms(55)), Some(ms(65))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn schedules_fixed_listed_and_growing() {
    let late = async || fails::<u32>("no", 1_000).await;
    let fixed = race!(stagger = 30ms; late(), late(), late()).await.unwrap_err();
    assert_eq!(starts(fixed.times()), [Some(ms(0)), Some(ms(30)), Some(ms(60))]);
    let listed = race!(stagger = [10ms, 20ms]; late(), late(), late(), late()).await.unwrap_err();
    assert_eq!(starts(listed.times()), [Some(ms(0)), Some(ms(10)), Some(ms(30)), Some(ms(50))]);
    let growing = race!(stagger = exp(10ms, 2, max 30ms); late(), late(), late(), late()).await.unwrap_err();
    assert_eq!(starts(growing.times()), [Some(ms(0)), Some(ms(10)), Some(ms(30)), Some(ms(60))]);
    let method = race!(late(), late()).stagger(exp(ms(10), 2, ms(30))).await.unwrap_err();
    assert_eq!(starts(method.times()), [Some(ms(0)), Some(ms(10))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn after_takes_the_place_of_a_gap_and_uses_up_no_step() {
    let late = async || fails::<u32>("no", 1_000).await;
    let error = race!(stagger = [10ms, 20ms]; late(), late() after 300ms, late(), late()).await.unwrap_err();
    assert_eq!(starts(error.times()), [Some(ms(0)), Some(ms(300)), Some(ms(310)), Some(ms(330))]);
}

/// race-4.
#[tokio::test(start_paused = true)]
async fn without_a_stagger_all_others_start_at_once() {
    let late = async || fails::<u32>("no", 1_000).await;
    let error = race!(late(), late() after 20ms, late(), late() after 30ms).await.unwrap_err();
    assert_eq!(starts(error.times()), [Some(ms(0)), Some(ms(20)), Some(ms(0)), Some(ms(50))]);
}

/// race-5.
#[tokio::test(start_paused = true)]
async fn time_zero_is_the_first_poll() {
    let race = race!(stagger = 10ms, deadline = 50ms; pending::<Result<u32, ()>>(), fails::<u32>("no", 5));
    advance(ms(500)).await;
    let start = Instant::now();
    let error = race.await.unwrap_err();
    assert_eq!(since(start), ms(50));
    assert_eq!(starts(error.times()), [Some(ms(0)), Some(ms(10))]);
    assert_eq!(ends(error.times()), [Some(ms(50)), Some(ms(15))]);

    // Without a timer, too.
    let race = race!(fails::<u32>("no", 5), fails("no", 7));
    advance(ms(500)).await;
    assert_eq!(ends(race.await.unwrap_err().times()), [Some(ms(5)), Some(ms(7))]);
}

/// race-5.
#[test]
fn a_race_that_wins_on_its_first_poll_makes_no_timer() {
    // There is no runtime here, so a timer would panic.
    let race = race!(stagger = 10ms, deadline = 1s; ready(Ok::<u32, ()>(1)), ready(Ok::<u32, ()>(2)));
    assert_eq!(futures::executor::block_on(race).unwrap(), 1);
    let race = race!(stagger = 10ms; ready(Err::<u32, _>("no")), ready(Ok::<u32, ()>(2)));
    assert_eq!(futures::executor::block_on(race).unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn branches_are_evaluated_when_they_start_at_most_once_and_never_when_the_race_is_decided() {
    let log = Log::default();
    let branch = |name, after| {
        log.say(name);
        ok(1, after)
    };
    let race = race!(branch("a", 0), branch("b", 0));
    assert_eq!(log.take(), [""; 0], "nothing before the first poll");
    race.await.unwrap();
    assert_eq!(log.take(), ["a"]);
    race!(stagger = 10ms; branch("a", 25), branch("b", 100), branch("c", 100), branch("d", 100)).await.unwrap();
    assert_eq!(log.take(), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_condition_is_evaluated_when_the_race_is_made_and_a_disabled_branch_never() {
    let (asked, evaluated) = (Cell::new(0), Cell::new(0));
    let condition = || {
        asked.set(asked.get() + 1);
        false
    };
    let branch = || {
        evaluated.set(evaluated.get() + 1);
        ok(2, 0)
    };
    let race = race!(branch() if condition(), ok(1, 5));
    assert_eq!(asked.get(), 1);
    assert_eq!(race.await.unwrap(), 1);
    assert_eq!((asked.get(), evaluated.get()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_disabled_branch_takes_no_turn_and_no_gap() {
    let start = Instant::now();
    let winner = race!(stagger = 10ms; ok(0, 0) if false, ok(1, 100), ok(2, 0) if false, ok(3, 5)).await;
    assert_eq!((winner.unwrap(), since(start)), (3, ms(15)));
}

#[tokio::test(start_paused = true)]
async fn a_question_mark_is_the_failure_of_its_branch() {
    let connect = async |port: u16| {
        wait(1).await;
        Ok::<_, std::num::ParseIntError>(port)
    };
    let race = race!(bad = connect("x".parse()?), good = connect("7".parse()?));
    assert_eq!(race.await.unwrap(), 7);
    let error = race!(connect("x".parse()?)).await.unwrap_err();
    assert_eq!(error.0, "x".parse::<u16>().unwrap_err());
}
