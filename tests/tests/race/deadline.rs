//! What is ready when a deadline ends a race (race-1).

use super::once;
use recourse::race;
use recourse_tests::ms;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tokio::sync::oneshot;
use tokio::task::coop::{consume_budget, has_budget_remaining};
use tokio::time::{Instant, advance};

/// Ready from a moment on. Nothing wakes it then.
fn ready_at(moment: Instant) -> impl Future<Output = Result<u8, &'static str>> {
    poll_fn(move |_| if Instant::now() >= moment { Poll::Ready(Ok(1)) } else { Poll::Pending })
}

/// Never ready; keeps the thread for 20 ms at its second poll.
fn blocks() -> impl Future<Output = Result<u8, &'static str>> {
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        if polls == 2 {
            // The clock moves in the first poll of this future.
            assert!(pin!(advance(ms(20))).poll(cx).is_pending());
        }
        Poll::Pending
    })
}

/// Takes what the task may still do in this poll, so that nothing of tokio's is ready in it.
fn exhaust_budget(cx: &mut std::task::Context<'_>) {
    while has_budget_remaining() {
        let _ = pin!(consume_budget()).poll(cx);
    }
}

/// race-1: a later branch blocks until the deadline is over.
#[tokio::test(start_paused = true)]
async fn what_became_ready_while_another_branch_was_polled_wins_over_the_deadline() {
    let at = Instant::now() + ms(8);
    let mut race = Box::pin(race!(deadline = 10ms; ready_at(at), blocks()));
    assert!(once(&mut race).await.is_pending());
    advance(ms(5)).await;
    assert!(matches!(once(&mut race).await, Poll::Ready(Ok(1))));

    let at = Instant::now() + ms(8);
    let mut race = Box::pin(race!(stagger = 5ms, deadline = 10ms; ready_at(at), async {
        // In the poll that starts it.
        poll_fn(|cx| pin!(advance(ms(20))).poll(cx)).await;
        Err("no")
    }));
    assert!(once(&mut race).await.is_pending());
    advance(ms(5)).await;
    assert!(matches!(once(&mut race).await, Poll::Ready(Ok(1))));

    let at = Instant::now() + ms(8);
    let make = |first: bool| -> std::pin::Pin<Box<dyn Future<Output = Result<u8, &'static str>>>> {
        if first { Box::pin(ready_at(at)) } else { Box::pin(blocks()) }
    };
    let mut race = Box::pin(race!(deadline = 10ms, max = 2; for first in [true, false] => make(first)));
    assert!(once(&mut race).await.is_pending());
    advance(ms(5)).await;
    assert!(matches!(once(&mut race).await, Poll::Ready(Ok(1))));
}

/// race-1: without cooperative budget nothing of tokio's is ready, so this does not say that a branch is late.
#[tokio::test(start_paused = true)]
async fn a_branch_that_is_ready_wins_over_the_deadline_in_a_poll_without_budget() {
    let (send, receive) = oneshot::channel();
    let mut race = Box::pin(race!(deadline = 10ms; receive));
    assert!(once(&mut race).await.is_pending());
    advance(ms(10)).await;
    send.send(7).unwrap();
    let polled = poll_fn(|cx| {
        exhaust_budget(cx);
        Poll::Ready(race.as_mut().poll(cx))
    });
    assert!(matches!(polled.await, Poll::Ready(Ok(7))));

    let (send, receive) = oneshot::channel();
    let mut race = Box::pin(race!(deadline = 10ms, max = 2; for receive in [receive] => receive));
    assert!(once(&mut race).await.is_pending());
    advance(ms(10)).await;
    send.send(7).unwrap();
    let polled = poll_fn(|cx| {
        exhaust_budget(cx);
        Poll::Ready(race.as_mut().poll(cx))
    });
    assert!(matches!(polled.await, Poll::Ready(Ok(7))));
}
