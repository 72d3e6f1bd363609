//! `a | b`: the right side is called when the left one fails.

use super::mock::Gate;
use super::{Mock, is_ready, listed, ms, once, over, ready, timed};
use tokio::time::Instant;
use tower::{Service, ServiceExt};

#[tokio::test(start_paused = true)]
async fn the_right_side_is_called_where_the_left_one_fails() {
    let start = Instant::now();
    let (a, b) = (Mock::fails("a", 5), Mock::ok("b", 7));
    let (winner, took) = timed((over(&a) | over(&b)).layer(()).oneshot(())).await;
    assert_eq!((winner.unwrap(), took, b.called_at(start)), ("b", 12, vec![5]));
    assert_eq!((a.running(), b.running(), a.alive(), b.alive()), (0, 0, 0, 0));

    let (a, b) = (Mock::fails("a", 5), Mock::fails("b", 7));
    let (lost, took) = timed((over(&a) | over(&b)).layer(()).oneshot(())).await;
    assert_eq!(listed(&lost.unwrap_err()), [("left".into(), "a"), ("right".into(), "b")]);
    assert_eq!(took, 12);
}

#[tokio::test(start_paused = true)]
async fn the_right_side_is_not_even_asked_after_a_success() {
    let (a, b) = (Mock::ok("a", 5), Mock::new("b").gate(Gate::Broken));
    assert_eq!((over(&a) | over(&b)).layer(()).oneshot(()).await.unwrap(), "a");
    assert_eq!((b.asked(), b.calls(), b.alive()), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_right_side_gets_ready_after_the_failure() {
    let (a, late) = (Mock::fails("a", 5), Mock::ok("late", 7).gate(Gate::Opens(20)));
    let start = Instant::now();
    let (winner, took) = timed((over(&a) | over(&late)).layer(()).oneshot(())).await;
    assert_eq!((winner.unwrap(), took, late.called_at(start)), ("late", 32, vec![25]));
}

#[tokio::test(start_paused = true)]
async fn the_left_side_that_failed_is_gone_while_the_right_one_runs() {
    let (a, b) = (Mock::fails("a", 5), Mock::hangs("b"));
    let mut response = Box::pin((over(&a) | over(&b)).layer(()).oneshot(()));
    assert!(once(&mut response).await.is_pending());
    tokio::time::advance(ms(5)).await;
    assert!(once(&mut response).await.is_pending());
    assert_eq!((a.running(), b.running()), (0, 1));
    drop(response);
    assert_eq!((b.running(), a.alive(), b.alive()), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_the_left_side_to_be_ready_however_long() {
    let (late, b) = (Mock::ok("late", 5).gate(Gate::Opens(20)), Mock::ok("b", 0));
    let (winner, took) = timed((over(&late) | over(&b)).layer(()).oneshot(())).await;
    assert_eq!((winner.unwrap(), took), ("late", 25));
    let mut service = (over(&Mock::never("never")) | over(&b)).layer(());
    assert!(ready(&mut service).await.is_pending());
}

#[tokio::test(start_paused = true)]
async fn a_left_side_whose_readiness_fails_is_listed_and_the_right_one_is_called() {
    let (broken, b, no) = (Mock::new("broken").gate(Gate::Broken), Mock::ok("b", 5), Mock::fails("no", 5));
    let mut service = (over(&broken) | over(&b)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(service.call(()).await.unwrap(), "b");
    assert_eq!(broken.asked(), 1, "the right one does not wait until it has failed again");
    let failure = (over(&broken) | over(&no)).layer(()).oneshot(()).await.unwrap_err();
    assert_eq!(listed(&failure), [("left".into(), "broken"), ("right".into(), "no")]);
}

/// A copy of it, when the right side has failed as well.
#[tokio::test(start_paused = true)]
async fn a_left_side_that_has_recovered_is_called_last() {
    let (once, no) = (Mock::ok("once", 3).gate(Gate::BreaksOnce), Mock::fails("no", 5));
    let (winner, took) = timed((over(&once) | over(&no)).layer(()).oneshot(())).await;
    assert_eq!((winner.unwrap(), took, once.calls(), no.calls()), ("once", 8, 1, 1));

    // What only the left side may have is never the right one's.
    let broken = Mock::new("broken").gate(Gate::Broken);
    let failure = (over(&broken) | over(&no)).fork(|(): &()| None).layer(()).oneshot(()).await.unwrap_err();
    assert_eq!((failure.inner(), no.calls()), (Some(&"broken"), 1));
}

#[tokio::test(start_paused = true)]
async fn a_function_says_which_requests_may_go_to_the_right() {
    let (a, b) = (Mock::fails("a", 1), Mock::ok("b", 1));
    let policy = (over(&a) | over(&b)).label("primary", "replica").fork(|write: &bool| (!write).then_some(false));
    assert_eq!(policy.layer(()).oneshot(false).await.unwrap(), "b");
    assert_eq!(policy.layer(()).oneshot(true).await.unwrap_err().inner(), Some(&"a"));
    assert_eq!(b.calls(), 1);
}
