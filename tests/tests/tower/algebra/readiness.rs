//! Tower's contract of readiness: a service that is called was ready, and what it reserved is used or given back
//! (tower-2).

use super::mock::Gate;
use super::{Mock, asked, is_ready, listed, once, over, ready, timed};
use recourse::algebra::PolicyLayer;
use recourse_tests::ms;
use std::future::poll_fn;
use std::task::Poll;
use tokio::time::{Instant, advance};
use tower::{Service, ServiceExt};

#[tokio::test(start_paused = true)]
async fn two_sides_that_are_ready_are_called_without_a_copy() {
    let (a, b) = (Mock::ok("a", 5), Mock::ok("b", 9));
    let mut service = (over(&a) & over(&b)).layer(());
    let before = (a.copies(), b.copies());
    assert!(is_ready(&ready(&mut service).await));
    let call = service.call(());
    assert_eq!((a.calls(), b.calls()), (1, 1));
    assert_eq!((a.copies(), b.copies()), before);
    assert_eq!(call.await.unwrap(), "a");
}

#[tokio::test(start_paused = true)]
async fn one_side_that_is_ready_is_enough_and_the_other_follows_when_it_is() {
    for left_first in [true, false] {
        let (open, late) = (Mock::ok("open", 100), Mock::ok("late", 5).gate(Gate::Opens(20)));
        let start = Instant::now();
        let (winner, took) = if left_first {
            let mut service = (over(&open) & over(&late)).layer(());
            assert!(is_ready(&ready(&mut service).await));
            timed(service.call(())).await
        } else {
            let mut service = (over(&late) & over(&open)).layer(());
            assert!(is_ready(&ready(&mut service).await));
            timed(service.call(())).await
        };
        assert_eq!((winner.unwrap(), took), ("late", 25));
        assert_eq!((open.called_at(start), late.called_at(start)), (vec![0], vec![20]));
        assert_eq!((open.running(), late.running()), (0, 0));
    }
}

/// It keeps its place in the queue: what it has waited before the call counts.
#[tokio::test(start_paused = true)]
async fn the_original_goes_along_with_the_response_and_not_a_copy() {
    let (open, late) = (Mock::hangs("open"), Mock::ok("late", 0).gate(Gate::Opens(20)));
    let mut service = (over(&open) & over(&late)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    advance(ms(15)).await;
    let before = (late.copies(), open.copies());
    let (winner, took) = timed(service.call(())).await;
    assert_eq!((winner.unwrap(), took), ("late", 5));
    assert_eq!((late.copies(), open.copies()), (before.0 + 1, before.1), "one copy, for the seat");
}

#[tokio::test(start_paused = true)]
async fn where_no_side_is_ready_the_first_that_gets_ready_wakes_the_caller() {
    let [a, b] = [Mock::ok("a", 1).gate(Gate::Opens(30)), Mock::ok("b", 1).gate(Gate::Opens(20))];
    for mut service in [(over(&a) & over(&b)).layer(()), (over(&b) & over(&a)).layer(())] {
        let (_, took) = timed(poll_fn(|cx| Service::<()>::poll_ready(&mut service, cx))).await;
        assert_eq!(took, 20);
        assert_eq!(service.call(()).await.unwrap(), "b");
    }
}

/// A side that is ready keeps what it has, but may have died in the meantime.
#[tokio::test(start_paused = true)]
async fn asking_again_asks_both() {
    let (a, late) = (Mock::ok("a", 1), Mock::ok("late", 0).gate(Gate::Opens(10)));
    let mut service = (over(&a) & over(&late)).layer(());
    let copies = a.copies();
    assert!(is_ready(&ready(&mut service).await) && is_ready(&ready(&mut service).await));
    assert_eq!((a.asked(), late.asked(), a.copies()), (2, 2, copies));
    advance(ms(10)).await;
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(service.call(()).await.unwrap(), "late", "both were called at once");
}

#[tokio::test(start_paused = true)]
async fn a_side_that_never_gets_ready_is_no_hindrance() {
    let (a, never) = (Mock::ok("a", 5), Mock::never("never"));
    for (winner, took) in [
        timed((over(&a) & over(&never)).layer(()).oneshot(())).await,
        timed((over(&never) & over(&a)).layer(()).oneshot(())).await,
    ] {
        assert_eq!((winner.unwrap(), took), ("a", 5));
    }
    assert_eq!((a.alive(), a.running()), (0, 0));
    let service = (over(&never) & over(&never)).layer(());
    assert!(tokio::time::timeout(ms(10_000), service.oneshot(())).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_side_whose_readiness_fails_is_out_and_its_error_is_listed() {
    let broken = Mock::new("broken").gate(Gate::Broken);
    let (a, no) = (Mock::ok("a", 5), Mock::fails("no", 5));
    for call in [(over(&a) & over(&broken)).layer(()), (over(&broken) & over(&a)).layer(())] {
        assert_eq!(call.oneshot(()).await.unwrap(), "a");
    }
    let failure = (over(&broken) & over(&no)).layer(()).oneshot(()).await.unwrap_err();
    assert_eq!(listed(&failure), [("left".into(), "broken"), ("right".into(), "no")]);
    assert_eq!(broken.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_caller_gets_an_error_of_readiness_only_where_both_sides_fail() {
    let (broken, late) = (Mock::new("broken").gate(Gate::Broken), Mock::ok("late", 1).gate(Gate::Opens(10)));
    let mut service = (over(&broken) & over(&late)).layer(());
    assert!(ready(&mut service).await.is_pending());
    assert_eq!(timed(service.oneshot(())).await.1, 11);

    let mut service = (over(&broken) & over(&broken)).layer(());
    let Poll::Ready(Err(failure)) = ready(&mut service).await else { panic!("both have failed") };
    assert_eq!(listed(&failure), [("left".into(), "broken"), ("right".into(), "broken")]);
    assert!(matches!(ready(&mut service).await, Poll::Ready(Err(_))), "copies took their seats");
}

/// The one that failed is gone, its copy is asked in the response.
#[tokio::test(start_paused = true)]
async fn a_side_that_recovers_is_asked_in_the_response() {
    let once = Mock::ok("once", 1).gate(Gate::BreaksOnce);
    let slow = Mock::ok("slow", 50);
    assert_eq!((over(&once) & over(&slow)).layer(()).oneshot(()).await.unwrap(), "once");
}

#[tokio::test(start_paused = true)]
async fn the_copy_of_a_service_that_is_ready_is_not() {
    let (a, b) = (Mock::ok("a", 1), Mock::ok("b", 1));
    let (both, either) = (over(&a) & over(&b), over(&a) | over(&b));
    let mut service = both.layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(service.clone().oneshot(()).await.unwrap(), "a", "the mock panics where it is called unready");
    let mut service = either.layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(service.clone().oneshot(()).await.unwrap(), "a");

    // A caller that forgets to ask gets an answer nevertheless: the sides get ready in the response.
    assert_eq!(both.layer(()).call(()).await.unwrap(), "a");
    assert_eq!(either.layer(()).call(()).await.unwrap(), "a");
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_and_never_called_leaves_nothing_behind() {
    let (a, late) = (Mock::ok("a", 1), Mock::ok("late", 1).gate(Gate::Opens(10)));
    let mut service = (over(&a) & over(&late)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!((a.alive(), late.alive()), (1, 1));
    drop(service);
    assert_eq!((a.alive(), late.alive(), a.calls(), late.calls()), (0, 0, 0, 0));

    let mut service = (over(&a) & over(&late)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    let response = service.call(());
    assert_eq!((a.alive(), late.alive()), (1, 2), "one in its seat, one on its way");
    drop((response, service));
    assert_eq!((a.alive(), late.alive(), a.running()), (0, 0, 0), "a response that was never polled");
}

/// tower-5: the waker of the task that polls last is the one that counts, also where another one asked.
#[tokio::test(start_paused = true)]
async fn a_response_that_moves_to_another_task_is_woken_there() {
    let (hangs, late) = (Mock::hangs("hangs"), Mock::ok("late", 5).gate(Gate::Opens(20)));
    let mut service = (over(&hangs) & over(&late)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    let mut response = Box::pin(service.call(()));
    assert!(once(&mut response).await.is_pending());
    let (winner, took) = timed(async { tokio::spawn(response).await.unwrap() }).await;
    assert_eq!((winner.unwrap(), took), ("late", 25));
}

#[tokio::test(start_paused = true)]
async fn every_policy_can_be_used_again_after_each_call() {
    let (a, b) = (Mock::fails("a", 1), Mock::ok("b", 2));
    let mut both = (over(&a) & over(&b)).layer(());
    let mut either = (over(&a) | over(&b)).layer(());
    for _ in 0..3 {
        assert_eq!(asked(&mut both).await.unwrap(), "b");
        assert_eq!(asked(&mut either).await.unwrap(), "b");
    }
    assert_eq!((a.calls(), b.calls()), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn a_stack_passes_readiness_on() {
    let late = Mock::ok("late", 0).gate(Gate::Opens(10));
    let mut service = (PolicyLayer::bare() + over(&late)).layer(());
    assert!(ready(&mut service).await.is_pending());
    assert_eq!(timed(poll_fn(|cx| Service::<()>::poll_ready(&mut service, cx))).await.1, 10);
    assert_eq!(service.call(()).await.unwrap(), "late");
}

/// Two connections that fail one after the other: the caller is told, and nobody is asked without end.
#[tokio::test(start_paused = true)]
async fn sides_whose_readiness_fails_one_after_the_other_are_asked_once_each() {
    let [a, b] = [Mock::new("a").gate(Gate::Breaks(10)), Mock::new("b").gate(Gate::Breaks(15))];
    let mut service = (over(&a) & over(&b)).layer(());
    let (polled, took) = timed(poll_fn(|cx| Service::<()>::poll_ready(&mut service, cx))).await;
    assert!(polled.is_ok(), "the response lists what they say");
    assert_eq!(took, 15);
    // Copies took their seats: the first are asked once for each time that they are woken.
    assert!(a.asked() <= 3 && b.asked() <= 4, "{} and {}", a.asked(), b.asked());
    let failure = service.call(()).await.unwrap_err();
    assert_eq!(listed(&failure), [("left".to_owned(), "a"), ("right".to_owned(), "b")]);
}

#[tokio::test(start_paused = true)]
async fn a_side_that_died_while_nobody_called_is_out() {
    let (dies, open) = (Mock::hangs("dies").gate(Gate::Dies(10)), Mock::ok("open", 0));
    let mut service = (over(&dies) & over(&open)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    advance(ms(10)).await;
    assert!(is_ready(&ready(&mut service).await));
    let copies = dies.copies();
    assert_eq!(service.call(()).await.unwrap(), "open");
    assert_eq!(dies.copies(), copies + 1, "the copy in its seat is asked in the response");
}

/// What was ready once stays so until the call, as tower's contract has it.
#[tokio::test(start_paused = true)]
async fn a_fallback_that_is_ready_because_its_left_side_failed_stays_ready() {
    let (broken, open) = (Mock::new("broken").gate(Gate::BreaksOnceForGood), Mock::ok("open", 0));
    let mut service = (over(&broken) | over(&open)).layer(());
    for _ in 0..3 {
        assert!(is_ready(&ready(&mut service).await));
    }
    assert_eq!(broken.asked(), 1);
    assert_eq!(service.call(()).await.unwrap(), "open");
}
