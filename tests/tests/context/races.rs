//! Races and connections, and the deadlines around them and of their own.

use crate::entrances::{ENTRANCES, executor};
use recourse::{Executor, Key, Policy, RejectionKind, RetryPolicy, context, race};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok};
use std::cell::RefCell;
use std::future::{IntoFuture, pending};
use std::net::SocketAddr;
use tokio::time::Instant;

/// context-22: a race with a deadline ends at the earlier of the two; one without has no place in its error for it.
#[tokio::test(start_paused = true)]
async fn a_race_with_a_deadline_ends_at_the_earlier_one() {
    let never = || pending::<Result<u32, Fail>>();
    for (own, around, took) in [(100, 500, 100), (500, 100, 100)] {
        let began = Instant::now();
        let lost = context::within(ms(around), race!(never(), never()).deadline(ms(own))).await;
        assert!(lost.is_err() && began.elapsed() == ms(took), "{own} within {around}");
        let began = Instant::now();
        let lost = context::within(ms(around), race!(max = 3; for _ in 0..3 => never()).deadline(ms(own))).await;
        assert!(lost.is_err() && began.elapsed() == ms(took), "{own} within {around}, over an iterator");
    }
    let late = tokio::time::timeout(ms(300), context::within(ms(100), race!(never(), never()))).await;
    assert!(late.is_err(), "a race without a deadline goes on");
}

/// context-22: guarded calls in the branches see the deadline around the race, and its own.
#[tokio::test(start_paused = true)]
async fn branches_are_inside_of_both() {
    let (inner, script) = (executor(Policy::new().retry(RetryPolicy::none())), Script::new([hangs()]));
    let seen = RefCell::new(Vec::new());
    let branch = || async {
        seen.borrow_mut().push(context::remaining());
        ENTRANCES[0].1(&inner, &script).await
    };
    let lost = context::within(ms(200), race!(branch(), branch()).deadline(ms(80))).await.unwrap_err();
    assert_eq!(seen.take(), [Some(ms(80)); 2]);
    drop(lost);
    let lost = context::within(ms(200), race!(branch(), branch())).await;
    assert_eq!(seen.take(), [Some(ms(200)); 2]);
    let (first, _) = lost.unwrap_err().into_entries();
    assert_eq!(first.rejection(), Some(RejectionKind::Timeout));
}

/// context-10: a branch that lost takes away no retry of what comes after a race that was won.
#[tokio::test(start_paused = true)]
async fn the_losers_of_a_race_that_was_won_mark_nothing() {
    let twice = RetryPolicy::attempts(2).no_delay();
    let (inner, fails, works) = (executor(Policy::new().retry(twice)), Script::new([busy()]), Script::new([ok(7)]));
    let outer = Executor::new();
    let runs = RefCell::new(0);
    let body = async || {
        *runs.borrow_mut() += 1;
        let won = race!(ENTRANCES[0].1(&inner, &fails), works.play()).await;
        assert_eq!(won.unwrap(), 7);
        Err::<u32, Fail>(Fail::Busy(None))
    };
    outer.call(Key::from_static("outer"), Policy::new().retry(twice), body).into_future().await.unwrap_err();
    assert_eq!(runs.take(), 2);
}

/// context-22: a connection, too, also one without a deadline of its own.
#[tokio::test(start_paused = true)]
async fn a_connection_ends_at_the_deadline_around_it() {
    let addresses: [SocketAddr; 2] = ["[::1]:443".parse().unwrap(), "127.0.0.1:443".parse().unwrap()];
    let connector =
        recourse::net::Connector::new().dialer(async |_: SocketAddr| pending::<std::io::Result<()>>().await);
    for (connector, around, took) in [(connector.clone(), 100, 100), (connector.deadline(ms(70)), 100, 70)] {
        let began = Instant::now();
        let lost = context::within(ms(around), connector.connect_to(addresses)).await;
        assert!(lost.is_err() && began.elapsed() == ms(took), "{took}");
    }
}
