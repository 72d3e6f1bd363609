//! Order of polls, winners, and what is dropped before a winner is returned (race-1, race-2, race-3, race-7).

use super::{Log, ok, once, wait};
use recourse::race;
use recourse::race::BranchError;
use recourse_tests::ms;
use std::cell::Cell;
use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use tokio::time::advance;

/// Says when it is polled, and is never ready.
async fn polled(log: &Log, name: &'static str) -> Result<u32, &'static str> {
    poll_fn(|_| {
        log.say(name);
        Poll::Pending
    })
    .await
}

/// Holds something all its life, and is ready after a while.
async fn holds<H>(_held: H, after: u64) -> Result<u32, &'static str> {
    ok(1, after).await
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn live_branches_are_polled_in_declared_order_and_the_first_success_wins() {
    let log = Log::default();
    let winner = race!(polled(&log, "a"), ready(Ok::<_, ()>(1)), polled(&log, "never"), ready(Ok::<_, ()>(2))).await;
    assert_eq!((winner.unwrap(), log.take()), (1, vec!["a"]));

    let both_ready_at_once = race!(ok(1, 10), ok(2, 10)).await;
    assert_eq!(both_ready_at_once.unwrap(), 1);
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn fair_rotates_the_branch_that_is_polled_first() {
    let log = Log::default();
    let mut race = Box::pin(race!(fair; polled(&log, "a"), polled(&log, "b"), polled(&log, "c")));
    for expected in [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]] {
        assert!(once(&mut race).await.is_pending());
        assert_eq!(log.take(), expected);
    }
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn what_runs_is_polled_before_what_is_due_starts_which_is_polled_in_the_same_pass() {
    let log = Log::default();
    let mut race = Box::pin(race!(stagger = 10ms; polled(&log, "a"), polled(&log, "b")));
    assert!(once(&mut race).await.is_pending());
    assert_eq!(log.take(), ["a"]);
    advance(ms(10)).await;
    assert!(once(&mut race).await.is_pending());
    assert_eq!(log.take(), ["a", "b"]);

    // A success of what runs is seen before anything starts.
    let started = Cell::new(false);
    let start = || {
        started.set(true);
        ready(Err("never"))
    };
    let winner = race!(stagger = 10ms; ok(1, 10), start()).await;
    assert_eq!((winner.unwrap(), started.get()), (1, false));
}

/// race-1.
#[tokio::test(start_paused = true)]
async fn a_branch_that_is_ready_at_the_deadline_wins_over_it() {
    assert_eq!(race!(deadline = 10ms; ok(1, 10)).await.unwrap(), 1);
    let late = race!(deadline = 9ms; ok(1, 10)).await.unwrap_err();
    assert_eq!(late.into_errors(), (BranchError::Cancelled,));
}

/// race-2.
#[tokio::test(start_paused = true)]
async fn the_winner_then_the_losers_in_declared_order_then_what_never_started_are_dropped() {
    let log = Log::default();
    let (a, b, c, d) = (log.held("a"), log.held("b"), log.held("c"), log.held("d"));
    let mut race = Box::pin(race!(
        stagger = [1ms, 1ms, 50ms];
        holds(a, 100), holds(b, 5), holds(c, 100), holds(d, 100),
    ));
    // Looked at in the poll that is ready, before anything else can happen.
    let (winner, dropped) = poll_fn(|cx| race.as_mut().poll(cx).map(|winner| (winner, log.take()))).await;
    assert_eq!((winner.unwrap(), dropped), (1, vec!["b", "a", "c", "d"]));
    drop(race);
    assert_eq!(log.take(), [""; 0], "each exactly once");

    // Also where what never started was declared first.
    let (a, b, c) = (log.held("a"), log.held("b"), log.held("c"));
    race!(holds(a, 100) after 1s, holds(b, 100), holds(c, 5)).await.unwrap();
    assert_eq!(log.take(), ["c", "b", "a"]);
}

/// race-2.
#[tokio::test(start_paused = true)]
async fn a_lock_that_a_loser_held_is_free_in_the_next_line() {
    let lock = Mutex::new(());
    let mut race = pin!(race!(holds(lock.lock().unwrap(), 50), ok(1, 5)));
    assert_eq!(race.as_mut().await.unwrap(), 1);
    assert!(lock.try_lock().is_ok(), "though the race is still there");
}

/// race-3.
#[tokio::test(start_paused = true)]
async fn a_failed_branch_is_dropped_before_any_other_is_polled_again() {
    let log = Log::default();
    let failing = async {
        let _held = log.held("failed and gone");
        wait(5).await;
        Err("no")
    };
    let other = async {
        wait(5).await;
        log.say("the other goes on");
        Ok::<_, ()>(1)
    };
    assert_eq!(race!(failing, other).await.unwrap(), 1);
    assert_eq!(log.take(), ["failed and gone", "the other goes on"]);
}

/// race-3.
#[tokio::test(start_paused = true)]
async fn a_finished_branch_is_never_polled_again() {
    let mut done = false;
    let fails_once = poll_fn(|_| {
        assert!(!done, "polled after it had failed");
        done = true;
        Poll::Ready(Err::<u32, _>("no"))
    });
    assert_eq!(race!(fails_once, ok(1, 30), ok(2, 20)).await.unwrap(), 2);
}

/// race-7.
#[tokio::test(start_paused = true)]
async fn dropping_the_race_drops_everything_at_once() {
    let log = Log::default();
    let (a, b) = (log.held("running"), log.held("not started"));
    let mut race = Box::pin(race!(stagger = 10ms; holds(a, 100), holds(b, 100)));
    assert!(once(&mut race).await.is_pending());
    assert_eq!(log.take(), [""; 0]);
    drop(race);
    assert_eq!(log.take(), ["running", "not started"]);
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied()).unwrap_or_default()
}

fn poll_caught<F: Future>(future: std::pin::Pin<&mut F>) -> Result<Poll<F::Output>, String> {
    let mut cx = Context::from_waker(Waker::noop());
    catch_unwind(AssertUnwindSafe(|| future.poll(&mut cx))).map_err(|panic| message(&*panic).to_owned())
}

/// race-7.
#[test]
fn polling_after_ready_panics_with_a_clear_text() {
    let mut race = pin!(race!(ready(Ok::<_, ()>(1))));
    assert!(poll_caught(race.as_mut()).is_ok_and(|polled| polled.is_ready()));
    let panic = poll_caught(race.as_mut()).map(|_| ()).unwrap_err();
    assert!(panic.starts_with("a race was polled after it was over"), "{panic}");
}

/// race-7.
#[test]
fn a_panic_in_a_branch_unwinds_out_and_leaves_nothing_behind() {
    let log = Log::default();
    let holds = |held| async {
        let _held = held;
        pending::<Result<u32, ()>>().await
    };
    let lost = Some(());
    let panics = async {
        let _held = log.held("panicked");
        assert!(lost.is_none(), "of the branch");
        Ok::<u32, ()>(1)
    };
    let (a, c) = (log.held("running"), log.held("not started"));
    {
        let mut race = pin!(race!(holds(a), panics, holds(c)));
        assert_eq!(poll_caught(race.as_mut()).map(|_| ()).unwrap_err(), "of the branch");
        assert_eq!(log.take(), ["panicked", "running", "not started"]);
        let again = poll_caught(race.as_mut()).map(|_| ()).unwrap_err();
        assert!(again.ends_with("or a branch of it had panicked"), "{again}");
    }
    assert_eq!(log.take(), [""; 0], "each exactly once");
}

/// race-7.
#[tokio::test(start_paused = true)]
async fn where_panics_lose_the_others_go_on() {
    let panics = async || -> Result<u32, &'static str> { panic!("of the branch") };
    assert_eq!(race!(panics = lose; panics(), ok(1, 5)).await.unwrap(), 1);

    // Also one that panics before there is a future.
    let never = |fail: bool| {
        assert!(!fail, "no future");
        ready(Ok(1))
    };
    let error = race!(panics = lose; panics(), never(true), super::fails::<u32>("no", 5)).await.unwrap_err();
    assert_eq!(error.2, BranchError::Failed("no"));
    assert_eq!(error.into_errors(), (BranchError::Panicked, BranchError::<&str>::Panicked, BranchError::Failed("no")));
}
