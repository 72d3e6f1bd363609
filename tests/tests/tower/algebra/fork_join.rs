//! `a & b`: the first success wins, and nothing of the other side is left.

use super::mock::Gate;
use super::{Mock, is_ready, listed, ms, once, over, ready, timed};
use allocation_counter::measure;
use recourse::algebra::{Failure, PolicyLayer};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio::sync::Mutex;
use tower::{Service, ServiceExt, service_fn};

#[tokio::test(start_paused = true)]
async fn the_first_success_wins_whatever_fails_before() {
    let cases = [
        (Mock::ok("a", 5), Mock::ok("b", 9), Ok("a"), 5),
        (Mock::ok("a", 9), Mock::ok("b", 5), Ok("b"), 5),
        (Mock::ok("a", 5), Mock::ok("b", 5), Ok("a"), 5),
        (Mock::fails("a", 5), Mock::ok("b", 9), Ok("b"), 9),
        (Mock::ok("a", 9), Mock::fails("b", 0), Ok("a"), 9),
        (Mock::hangs("a"), Mock::ok("b", 0), Ok("b"), 0),
        (Mock::fails("a", 9), Mock::fails("b", 5), Err(["a", "b"]), 9),
        (Mock::fails("a", 0), Mock::fails("b", 0), Err(["a", "b"]), 0),
    ];
    for (a, b, expected, after) in cases {
        let (answer, took) = timed((over(&a) & over(&b)).layer(()).oneshot(())).await;
        let errors = |failure| listed(&failure).into_iter().map(|(_, error)| error).collect::<Vec<_>>();
        assert_eq!((answer.map_err(errors), took), (expected.map_err(Vec::from), after), "{a:?} & {b:?}");
        assert_eq!((a.running(), b.running(), a.alive(), b.alive()), (0, 0, 0, 0));
        assert_eq!((a.calls(), b.calls()), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_loser_is_dropped_inside_the_poll_that_returns_the_winner() {
    for (a, b) in [(5, 9), (9, 5)] {
        let (a, b) = (Mock::ok("a", a), Mock::ok("b", b));
        let mut service = (over(&a) & over(&b)).layer(());
        assert!(is_ready(&ready(&mut service).await));
        let mut response = Box::pin(service.call(()));
        assert!(once(&mut response).await.is_pending());
        assert_eq!((a.running(), b.running()), (1, 1));
        tokio::time::advance(ms(5)).await;
        assert!(once(&mut response).await.is_ready());
        assert_eq!((a.running(), b.running()), (0, 0), "the response itself is still there");
        drop(response);
    }
}

#[tokio::test(start_paused = true)]
async fn a_side_that_failed_is_dropped_at_once() {
    let (a, b) = (Mock::fails("a", 5), Mock::ok("b", 9));
    let mut response = Box::pin((over(&a) & over(&b)).layer(()).oneshot(()));
    assert!(once(&mut response).await.is_pending());
    tokio::time::advance(ms(5)).await;
    assert!(once(&mut response).await.is_pending());
    assert_eq!((a.running(), b.running()), (0, 1));
}

/// A lock that the loser held is free in the caller's next line.
#[tokio::test(start_paused = true)]
async fn a_lock_of_the_loser_is_free_in_the_next_line() {
    let lock = Mutex::new(());
    let turn = Cell::new(0);
    let service = service_fn(async |()| {
        turn.set(turn.get() + 1);
        if turn.get() == 1 {
            let _held = lock.lock().await;
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        Ok::<_, ()>(())
    });
    assert_eq!((PolicyLayer::bare() & PolicyLayer::bare()).layer(service).oneshot(()).await.ok(), Some(()));
    assert!(lock.try_lock().is_ok());
}

/// As in a race: whoever waits for what the winner held may have it before the losers go.
#[tokio::test(start_paused = true)]
async fn the_winner_is_dropped_before_the_loser() {
    struct Held<'a>(&'a Mutex<Vec<u64>>, u64);
    impl Drop for Held<'_> {
        fn drop(&mut self) {
            self.0.try_lock().unwrap().push(self.1);
        }
    }
    for (takes, winner) in [([5, 9], 5), ([9, 5], 5)] {
        let (dropped, turn) = (Mutex::new(Vec::new()), Cell::new(0));
        let service = service_fn(|()| {
            let takes = takes[turn.replace(turn.get() + 1)];
            let (held, mut sleep) = (Held(&dropped, takes), Box::pin(tokio::time::sleep(ms(takes))));
            poll_fn(move |cx| {
                let _held = &held;
                sleep.as_mut().poll(cx).map(Ok::<_, ()>)
            })
        });
        assert!((PolicyLayer::bare() & PolicyLayer::bare()).layer(service).oneshot(()).await.is_ok());
        assert_eq!(*dropped.lock().await, [winner, 9]);
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_a_response_drops_both_sides() {
    let (a, b) = (Mock::hangs("a"), Mock::hangs("b"));
    let mut response = Box::pin((over(&a) & over(&b)).layer(()).oneshot(()));
    assert!(once(&mut response).await.is_pending());
    assert_eq!((a.running(), b.running()), (1, 1));
    drop(response);
    assert_eq!((a.running(), b.running(), a.alive(), b.alive()), (0, 0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_function_says_which_requests_have_two_sides() {
    let policy = (PolicyLayer::bare() & PolicyLayer::bare())
        .fork(|name: &String| (name != "write").then(|| format!("copy of {name}")));
    let asked = std::sync::Mutex::new(Vec::new());
    let service = policy.layer(service_fn(async |name: String| {
        asked.lock().unwrap().push(name.clone());
        Err::<(), _>(name)
    }));
    let read = service.clone().oneshot("read".into()).await.unwrap_err();
    assert_eq!(read.to_string(), "no side succeeded: left: read; right: copy of read");
    let write = service.oneshot("write".into()).await.unwrap_err();
    assert_eq!(write.inner().map(String::as_str), Some("write"), "the failure of the only side is as it was");
    assert_eq!(*asked.lock().unwrap(), ["read", "copy of read", "write"]);
}

/// Only the left side may have it, so the right one is not asked in its place.
#[tokio::test(start_paused = true)]
async fn a_request_for_the_left_side_only_waits_until_that_is_ready() {
    let (late, open) = (Mock::ok("late", 5).gate(Gate::Opens(20)), Mock::ok("open", 1));
    let service = (over(&late) & over(&open)).fork(|(): &()| None).layer(());
    let (winner, took) = timed(service.oneshot(())).await;
    assert_eq!((winner.unwrap(), took, open.calls()), ("late", 25, 0));

    let broken = Mock::new("broken").gate(Gate::Broken);
    let failure = (over(&broken) & over(&open)).fork(|(): &()| None).layer(()).oneshot(()).await.unwrap_err();
    assert_eq!((failure.inner(), open.calls()), (Some(&"broken"), 0));
}

/// What it had when it was not wanted is gone: the mock panics where it is called without having been asked.
#[tokio::test(start_paused = true)]
async fn a_side_that_was_not_wanted_is_asked_anew_for_the_next_request() {
    let (a, b) = (Mock::fails("a", 1), Mock::ok("b", 1));
    let mut service = (over(&a) & over(&b)).fork(|both: &bool| both.then_some(true)).layer(());
    for (both, asked) in [(false, 1), (true, 2), (false, 3), (true, 4)] {
        assert!(poll_fn(|cx| Service::<bool>::poll_ready(&mut service, cx)).await.is_ok());
        assert_eq!((service.call(both).await.is_ok(), b.asked()), (both, asked));
    }
}

#[test]
fn two_plain_services_allocate_nothing_on_success() {
    let service = service_fn(|n: u32| std::future::ready(if n > 0 { Ok(n) } else { Err("zero") }));
    let mut plain = (PolicyLayer::bare() & PolicyLayer::bare()).layer(service);
    let mut deep =
        (PolicyLayer::bare() & PolicyLayer::bare() + PolicyLayer::bare() | PolicyLayer::bare()).layer(service);
    let mut staggered = (PolicyLayer::bare() & PolicyLayer::bare()).stagger(ms(10)).layer(service);
    let counted = measure(|| {
        assert!(matches!(in_one_poll(&mut plain, 7), Ok(7)));
        assert!(matches!(in_one_poll(&mut deep, 7), Ok(7)));
        assert!(matches!(in_one_poll(&mut staggered, 7), Ok(7)));
    });
    assert_eq!(counted.count_total, 0);
    let counted = measure(|| assert!(in_one_poll(&mut plain, 0).is_err()));
    assert_eq!(counted.count_total, 1, "the list of failures");
}

fn in_one_poll<S: Service<u32>>(service: &mut S, request: u32) -> Result<S::Response, S::Error> {
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(matches!(service.poll_ready(cx), Poll::Ready(Ok(()))));
    match pin!(service.call(request)).poll(cx) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the services are ready at once"),
    }
}

#[tokio::test]
async fn a_response_that_was_polled_after_its_end_says_so() {
    let (a, b) = (Mock::ok("a", 0), Mock::ok("b", 0));
    let mut service = (over(&a) & over(&b)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    let mut response = Box::pin(service.call(()));
    assert!(once(&mut response).await.is_ready());
    let again = catch_unwind(AssertUnwindSafe(|| {
        let _ = response.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }));
    let text = again.unwrap_err().downcast::<&str>().map(|text| *text).unwrap_or_default();
    assert!(text.contains("polled after it was over"), "{text}");
}

/// A panic unwinds to the caller, and drops both sides on its way.
#[tokio::test]
async fn a_panic_of_a_side_reaches_the_caller() {
    let hangs = Mock::hangs("hangs");
    let panics = PolicyLayer(super::mock::Instead(service_fn(async |()| -> super::Answer { panic!("a bug") })));
    let call = tokio::spawn((over(&hangs) & panics).layer(()).oneshot(()));
    let panic = call.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a bug"));
    assert_eq!((hangs.running(), hangs.alive()), (0, 0));
}

#[tokio::test]
async fn a_failure_of_the_only_side_that_was_called_is_no_list() {
    let policy = PolicyLayer::bare() & PolicyLayer::bare();
    let single = policy.fork(|_: &u32| None).layer(service_fn(|_: u32| std::future::ready(Err::<(), _>("no"))));
    assert!(matches!(single.oneshot(1).await, Err(Failure::Inner("no"))));
}
