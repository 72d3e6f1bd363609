//! `(a & b).stagger(gaps)`: the second side is called only if the first one takes longer than the gap.

use super::mock::Gate;
use super::{Mock, asked, is_ready, listed, ms, once, over, ready, timed};
use recourse::race::exp;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use tokio::time::Instant;
use tower::{Service, ServiceExt};

#[tokio::test(start_paused = true)]
async fn the_right_side_is_called_after_the_gap() {
    let (slow, fast) = (Mock::ok("slow", 100), Mock::ok("fast", 10));
    let start = Instant::now();
    let (winner, took) = timed((over(&slow) & over(&fast)).stagger(ms(30)).layer(()).oneshot(())).await;
    assert_eq!((winner.unwrap(), took), ("fast", 40));
    assert_eq!((slow.called_at(start), fast.called_at(start)), (vec![0], vec![30]));
    assert_eq!((slow.running(), slow.alive(), fast.alive()), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_right_side_is_never_asked_where_the_left_one_is_quick() {
    let (quick, spare) = (Mock::ok("quick", 29), Mock::ok("spare", 0));
    assert_eq!((over(&quick) & over(&spare)).stagger(ms(30)).layer(()).oneshot(()).await.unwrap(), "quick");
    assert_eq!((spare.asked(), spare.calls()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_failure_calls_the_right_side_at_once() {
    for fails_after in [0, 7] {
        let (no, b) = (Mock::fails("no", fails_after), Mock::ok("b", 10));
        let (winner, took) = timed((over(&no) & over(&b)).stagger(ms(30)).layer(()).oneshot(())).await;
        assert_eq!((winner.unwrap(), took), ("b", u128::from(fails_after) + 10));
    }
    let (a, b) = (Mock::fails("a", 40), Mock::fails("b", 20));
    let (lost, took) = timed((over(&a) & over(&b)).stagger(ms(30)).layer(()).oneshot(())).await;
    assert_eq!((listed(&lost.unwrap_err()).len(), took), (2, 50));
}

/// The first to be ready goes first; the other one is not asked again before its turn.
#[tokio::test(start_paused = true)]
async fn the_right_side_goes_first_where_only_that_is_ready() {
    let (late, open) = (Mock::ok("late", 10).gate(Gate::Opens(5)), Mock::ok("open", 100));
    let start = Instant::now();
    let (winner, took) = timed((over(&late) & over(&open)).stagger(ms(30)).layer(()).oneshot(())).await;
    // A copy of the left side, asked when the gap is over, opens five later.
    assert_eq!((winner.unwrap(), took), ("late", 30 + 5 + 10));
    assert_eq!((open.called_at(start), late.called_at(start)), (vec![0], vec![35]));
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_turn_has_nothing_reserved() {
    let (late, open) = (Mock::hangs("late").gate(Gate::Opens(5)), Mock::hangs("open"));
    let mut service = (over(&late) & over(&open)).stagger(ms(30)).layer(());
    assert!(is_ready(&ready(&mut service).await), "the right one");
    tokio::time::advance(ms(5)).await;
    let copies = open.copies();
    assert!(is_ready(&ready(&mut service).await), "now the left one, and the right one gives back what it has");
    assert_eq!(open.copies(), copies + 1);
    let mut response = Box::pin(service.call(()));
    assert!(once(&mut response).await.is_pending());
    assert_eq!((late.calls(), open.calls()), (1, 0));
    assert_eq!(open.copies(), copies + 2, "the one that was ready is gone: a copy in its seat, and one for its turn");
    assert_eq!(open.alive(), 2);
    drop(response);
    assert!(is_ready(&ready(&mut service).await), "the copy in the seat is asked anew");
    drop(service.call(()));
}

#[tokio::test(start_paused = true)]
async fn no_timer_is_left_of_a_response_that_is_over() {
    let (a, b) = (Mock::ok("a", 5), Mock::ok("b", 5));
    let mut service = (over(&a) & over(&b)).stagger(ms(30)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    let (mut response, wakes) = (Box::pin(service.call(())), Arc::new(Wakes::default()));
    let waker = Waker::from(Arc::clone(&wakes));
    assert!(response.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    tokio::time::advance(ms(5)).await;
    assert!(response.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
    tokio::time::sleep(ms(100)).await;
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1, "by the left side");
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn gaps_are_those_of_races() {
    for gap in [ms(0), ms(20)] {
        let (a, b) = (Mock::hangs("a"), Mock::ok("b", 10));
        let plain = (over(&a) & over(&b)).stagger(gap).layer(());
        let list = (over(&a) & over(&b)).stagger([gap, ms(900)]).layer(());
        let grows = (over(&a) & over(&b)).stagger(exp(gap, 2, ms(900))).layer(());
        let took =
            [timed(plain.oneshot(())).await.1, timed(list.oneshot(())).await.1, timed(grows.oneshot(())).await.1];
        assert_eq!(took, [gap.as_millis() + 10; 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn options_can_be_set_in_any_order() {
    let (a, b) = (Mock::fails("a", 1), Mock::fails("b", 1));
    let policy = (over(&a) & over(&b)).label("v6", "v4").fork(|(): &()| Some(())).stagger(ms(30));
    let failure = policy.layer(()).oneshot(()).await.unwrap_err();
    assert_eq!(failure.to_string(), "no side succeeded: v6: a; v4: b");
    let policy = (over(&a) & over(&b)).stagger(ms(30)).fork(|(): &()| None).label("v6", "v4");
    assert_eq!(policy.layer(()).oneshot(()).await.unwrap_err().inner(), Some(&"a"));
}

#[tokio::test(start_paused = true)]
async fn each_call_has_a_gap_of_its_own() {
    let (slow, fast) = (Mock::ok("slow", 100), Mock::ok("fast", 10));
    let mut service = (over(&slow) & over(&fast)).stagger(ms(30)).layer(());
    for _ in 0..3 {
        let (winner, took) = timed(asked(&mut service)).await;
        assert_eq!((winner.unwrap(), took), ("fast", 40));
    }
}
