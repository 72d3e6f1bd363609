//! Sides that share a limiter do not wait for each other.

use super::mock::Gate;
use super::{Mock, asked, is_ready, ms, once, over, ready, timed};
use recourse::algebra::PolicyLayer;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::{Service, ServiceExt};

/// A limiter that all sides share.
struct Limiter(Arc<Semaphore>);

impl Limiter {
    fn new(slots: usize) -> Self {
        Self(Arc::new(Semaphore::new(slots)))
    }

    fn layer(&self) -> PolicyLayer<GlobalConcurrencyLimitLayer> {
        PolicyLayer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(&self.0)))
    }

    fn free(&self) -> usize {
        self.0.available_permits()
    }
}

#[tokio::test(start_paused = true)]
async fn the_right_side_gets_the_only_slot_when_the_left_one_has_failed() {
    let limiter = Limiter::new(1);
    let (no, b) = (Mock::fails("no", 5), Mock::ok("b", 7));
    let mut service = (limiter.layer() + over(&no) & limiter.layer() + over(&b)).layer(());
    for _ in 0..2 {
        let (winner, took) = timed(asked(&mut service)).await;
        assert_eq!((winner.unwrap(), took, limiter.free()), ("b", 12, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_of_the_left_side_gives_the_slot_and_the_place_in_the_queue_back() {
    let limiter = Limiter::new(1);
    let (a, b) = (Mock::ok("a", 5), Mock::ok("b", 7));
    let mut service = (limiter.layer() + over(&a) & limiter.layer() + over(&b)).layer(());
    for _ in 0..3 {
        assert!(is_ready(&ready(&mut service).await));
        assert_eq!(limiter.free(), 0);
        let (winner, took) = timed(service.call(())).await;
        // The right one stood in the queue, and was given the slot in this very poll.
        assert_eq!((winner.unwrap(), took, limiter.free(), b.calls()), ("a", 5, 1, 0));
    }
}

/// In every mode: the one that is ready first, staggered, as a fallback, for the left side only, and one in the other.
#[tokio::test(start_paused = true)]
async fn one_slot_is_enough_for_every_mode() {
    let limiter = Limiter::new(1);
    let (no, b) = (Mock::fails("no", 5), Mock::ok("b", 7));
    let (no, b) = (|| limiter.layer() + over(&no), || limiter.layer() + over(&b));
    assert_eq!(timed((no() & b()).layer(()).oneshot(())).await.1, 12);
    assert_eq!(timed((b() & no()).layer(()).oneshot(())).await.1, 7);
    assert_eq!(timed((no() & b()).stagger(ms(2)).layer(()).oneshot(())).await.1, 12);
    assert_eq!(timed((b() & no()).stagger(ms(2)).layer(()).oneshot(())).await.1, 7);
    assert_eq!(timed((no() | b()).layer(()).oneshot(())).await.1, 12);
    assert_eq!(timed((b() & no()).fork(|(): &()| None).layer(()).oneshot(())).await.1, 7);
    assert_eq!(timed(((no() | no()) & (no() & b())).layer(()).oneshot(())).await.1, 5 + 5 + 7);
    assert_eq!(timed((no() & no() | no() & b()).layer(()).oneshot(())).await.1, 5 + 5 + 5 + 7);
    assert_eq!(limiter.free(), 1);
}

/// The slot is the right side's when the call is made.
#[tokio::test(start_paused = true)]
async fn a_left_side_that_gets_ready_later_waits_for_the_slot() {
    for fails in [true, false] {
        let limiter = Limiter::new(1);
        let gate = Mock::ok("late", 3);
        let late = PolicyLayer(GatedLayer(10)) + limiter.layer() + over(&gate);
        let right = if fails { Mock::fails("right", 20) } else { Mock::ok("right", 20) };
        let (winner, took) = timed((late & limiter.layer() + over(&right)).layer(()).oneshot(())).await;
        let expected = if fails { ("late", 23) } else { ("right", 20) };
        assert_eq!((winner.unwrap(), took, limiter.free()), (expected.0, expected.1, 1));
    }
}

/// What only the left side may have does not wait for a slot that the right one holds for nothing.
#[tokio::test(start_paused = true)]
async fn a_slot_of_the_side_that_is_not_asked_is_given_back() {
    let limiter = Limiter::new(1);
    let (a, b) = (Mock::ok("a", 3), Mock::ok("b", 3));
    let late = PolicyLayer(GatedLayer(10)) + limiter.layer() + over(&a);
    let mut service = (late & limiter.layer() + over(&b)).fork(|(): &()| None).layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(limiter.free(), 0);
    let (winner, took) = timed(service.call(())).await;
    assert_eq!((winner.unwrap(), took, limiter.free()), ("a", 13, 1));
    assert_eq!(timed(asked(&mut service)).await.1, 13, "and so it is in the next call");
}

/// A stagger holds no slot for the side that has to wait, and the caller's service none after the call.
#[tokio::test(start_paused = true)]
async fn nothing_is_reserved_for_a_side_whose_turn_has_not_come() {
    let limiter = Limiter::new(2);
    let (a, b) = (Mock::ok("a", 50), Mock::ok("b", 10));
    let mut service = (limiter.layer() + over(&a) & limiter.layer() + over(&b)).stagger(ms(30)).layer(());
    assert!(is_ready(&ready(&mut service).await));
    assert_eq!(limiter.free(), 1);
    let mut response = Box::pin(service.call(()));
    assert!(once(&mut response).await.is_pending());
    assert_eq!(limiter.free(), 1);
    tokio::time::advance(ms(30)).await;
    assert!(once(&mut response).await.is_pending());
    assert_eq!(limiter.free(), 0);
    assert_eq!((response.await.unwrap(), limiter.free()), ("b", 2));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_dropped_uncalled_gives_everything_back() {
    let limiter = Limiter::new(1);
    let (a, b) = (Mock::ok("a", 5), Mock::ok("b", 5));
    let policy = limiter.layer() + over(&a) & limiter.layer() + over(&b);
    let mut first = policy.layer(());
    assert!(is_ready(&ready(&mut first).await));
    let mut second = policy.layer(());
    assert!(ready(&mut second).await.is_pending());
    drop(first);
    assert!(is_ready(&ready(&mut second).await));
    let mut response = Box::pin(second.call(()));
    assert!(once(&mut response).await.is_pending());
    drop(response);
    assert_eq!(limiter.free(), 1);
}

/// tower-4: a slot is granted to the loser at the very moment when it loses, thousands of times, and none is lost.
#[tokio::test(start_paused = true)]
async fn a_slot_that_is_granted_as_its_side_loses_is_not_lost() {
    let limiter = Limiter::new(1);
    for round in 0..10_000_u64 {
        let (a, b) = (Mock::ok("a", round % 3), Mock::ok("b", round % 2));
        let mut service = (limiter.layer() + over(&a) & limiter.layer() + over(&b)).layer(());
        let held = Arc::clone(&limiter.0).acquire_owned().await.unwrap();
        let call = asked(&mut service);
        let (winner, ()) = tokio::join!(call, async {
            tokio::task::yield_now().await;
            drop(held);
        });
        assert_eq!((winner.unwrap(), limiter.free()), ("a", 1));
    }
}

/// Readiness of its own in front of that of the inner service, which is not asked before.
#[derive(Clone)]
struct GatedLayer(u64);

impl<S> tower::Layer<S> for GatedLayer {
    type Service = Gated<S>;

    fn layer(&self, service: S) -> Gated<S> {
        Gated(Mock::new("gate").gate(Gate::Opens(self.0)), service)
    }
}

#[derive(Clone)]
struct Gated<S>(Mock, S);

impl<S: Service<()>> Service<()> for Gated<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), S::Error>> {
        if Service::<()>::poll_ready(&mut self.0, cx).is_pending() {
            return std::task::Poll::Pending;
        }
        self.1.poll_ready(cx)
    }

    fn call(&mut self, request: ()) -> S::Future {
        self.1.call(request)
    }
}

/// The limiter stands around the whole, and inside again.
#[tokio::test(start_paused = true)]
async fn a_limiter_around_a_policy_over_limiters_comes_back_whole() {
    let (outer, inner) = (Limiter::new(1), Limiter::new(1));
    let (no, b) = (Mock::fails("no", 5), Mock::ok("b", 7));
    let service = (outer.layer() + (inner.layer() + over(&no) & inner.layer() + over(&b))).layer(());
    let both = futures::future::join(service.clone().oneshot(()), service.oneshot(()));
    let ((first, second), took) = timed(both).await;
    assert_eq!((first.unwrap(), second.unwrap(), took), ("b", "b", 24));
    assert_eq!((outer.free(), inner.free()), (1, 1));
}
