//! Races over more branches than one looks at: what a wake-up costs, and what an error says.

use super::{fails, ok, once, wait};
use recourse::race;
use recourse::race::BranchError;
use recourse_tests::ms;
use std::cell::Cell;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;
use tokio::sync::Notify;
use tokio::task::coop::has_budget_remaining;

const MANY: u64 = 10_000;

/// Counts the polls of a future.
async fn counted<F: Future>(polls: &Cell<u64>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| {
        polls.set(polls.get() + 1);
        future.as_mut().poll(cx)
    })
    .await
}

/// race-12.
#[tokio::test(start_paused = true)]
async fn branches_that_fail_in_turn_are_not_all_polled_at_each_failure() {
    let polls = Cell::new(0);
    let branch = |item| counted(&polls, fails::<u8>("no", item));
    let most = usize::try_from(MANY).unwrap();
    assert_eq!(race!(max = most; for item in 0..MANY => branch(item)).await.unwrap_err().entries().len(), most);
    assert!(polls.get() <= 3 * MANY, "{} polls", polls.get());
}

/// race-12: a task of tokio's may poll 128 things that are ready at a time. What is left waits for the next poll.
#[tokio::test(start_paused = true)]
async fn branches_that_fail_in_one_moment_are_not_polled_again_and_again() {
    let (polls, go) = (Cell::new(0), Notify::new());
    let branch = |_| {
        let (polls, go) = (&polls, &go);
        async move {
            counted(polls, go.notified()).await;
            counted(polls, fails::<u8>("no", 5)).await
        }
    };
    let most = usize::try_from(MANY).unwrap();
    let lost = async { race!(max = most; for item in 0..MANY => branch(item)).await.unwrap_err().entries().len() };
    let starter = async {
        wait(5).await;
        go.notify_waiters();
    };
    assert_eq!(tokio::join!(lost, starter).0, most);
    assert!(polls.get() <= 6 * MANY, "{} polls", polls.get());
}

/// race-1, race-12: branches that wait for the budget of their task have not been polled, so the deadline waits for them.
#[tokio::test(start_paused = true)]
async fn the_last_of_many_that_are_ready_at_the_deadline_wins() {
    let most = usize::try_from(MANY).unwrap();
    let last = |item| async move { if item == MANY - 1 { ok(item, 50).await } else { fails("no", 50).await } };
    let race = race!(deadline = 50ms, max = most; for item in 0..MANY => last(item));
    assert_eq!(race.await.unwrap(), MANY - 1);
    assert!(has_budget_remaining());
}

/// race-12.
#[tokio::test(start_paused = true)]
async fn a_branch_that_was_not_woken_is_not_polled() {
    let (polls, most) = (Cell::new(0), 20);
    let branch = |item| {
        let polls = &polls;
        async move { if item == 3 { fails::<u8>("no", 5).await } else { counted(polls, pending()).await } }
    };
    let mut race = Box::pin(race!(max = most; for item in 0..9 => branch(item)));
    for _ in 0..3 {
        assert!(once(&mut race).await.is_pending());
        wait(5).await;
    }
    assert_eq!(polls.get(), 8);
}

/// race-6, race-12: a branch that is woken while it is polled, or before its race is polled, is not forgotten.
#[tokio::test(start_paused = true)]
async fn a_branch_that_wakes_itself_is_polled_again() {
    let most = 20;
    let yields = |times: u32| {
        let mut left = times;
        poll_fn(move |cx| {
            if left == 0 {
                return Poll::Ready(Ok::<_, ()>(times));
            }
            left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    };
    assert_eq!(race!(max = most; for times in [300, 200, 250] => yields(times)).await.unwrap(), 200);
    assert_eq!(race!(fair, max = most; for times in [300, 200, 250] => yields(times)).await.unwrap(), 200);
}

/// race-13.
#[tokio::test(start_paused = true)]
async fn an_error_of_many_branches_shows_some_and_counts_the_rest() {
    let error = race!(max = 4; for item in 0..20_000 => ready(Err::<u8, _>(item))).await.unwrap_err();
    assert_eq!(error.entries().len(), 20_000);
    let text = error.to_string();
    assert!(text.starts_with("no branch of the race succeeded: 0: 0; 1: 1; 2: 2; "), "{text}");
    assert!(text.ends_with("; 15: 15; and 19984 more"), "{text}");
    let debug = format!("{error:?}");
    assert!(debug.contains("19984 more") && debug.len() < 4_000, "{debug}");

    let race = race!(deadline = 10ms, panics = lose, max = 4; for item in 0..17 => ready(Err::<u8, _>(item)));
    let text = race.await.unwrap_err().to_string();
    assert!(text.ends_with("; 15: 15; and 1 more"), "{text}");
}

/// race-13.
#[tokio::test(start_paused = true)]
async fn the_text_of_each_branch_is_cut() {
    let page = || ready(Err::<u8, _>("ä".repeat(100_000)));
    let cut = format!("{}…", "ä".repeat(250));
    let error = race!(page(), page()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("no branch of the race succeeded: 0: {cut}; 1: {cut}"));
    let error = race!(max = 4; for _ in 0..2 => page()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("no branch of the race succeeded: 0: {cut}; 1: {cut}"));
    assert_eq!(error.entries()[0].error.len(), 200_000, "the error itself is kept");
    let error = race!(deadline = 1s; page(), pending::<Result<u8, String>>()).await.unwrap_err();
    assert!(
        error.to_string().ends_with("…; 1: cancelled at the deadline") && matches!(error.0, BranchError::Failed(_))
    );
}

/// race-14.
#[tokio::test(start_paused = true)]
async fn a_race_whose_deadline_is_over_at_its_first_poll_starts_nothing_and_takes_no_item() {
    let taken = Cell::new(0);
    let items = (0..9_u64).inspect(|_| taken.set(taken.get() + 1));
    let make = |item| {
        taken.set(taken.get() + 1);
        ok(item, 0)
    };
    let error = race!(deadline = wait_for_nothing(), max = 4; for item in items => make(item)).await.unwrap_err();
    assert_eq!((taken.get(), error.expired(), error.entries().len()), (0, true, 0));

    let evaluated = || {
        taken.set(taken.get() + 1);
        ready(Ok::<u8, ()>(1))
    };
    let error = race!(evaluated(), evaluated()).deadline(ms(0)).await.unwrap_err();
    assert_eq!((taken.get(), error.into_errors()), (0, (BranchError::NotStarted, BranchError::NotStarted)));
    let error = race!(stagger = 1ms; evaluated(), evaluated()).deadline(ms(0)).await.unwrap_err();
    assert_eq!((taken.get(), error.0), (0, BranchError::NotStarted));
}

/// No time, where a duration is an expression.
fn wait_for_nothing() -> std::time::Duration {
    ms(0)
}
