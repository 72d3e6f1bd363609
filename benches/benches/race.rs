//! Races of two, against what one would write otherwise: `tokio::select!` in declared order, which takes the first completion,
//! and `futures::future::select_ok`, which takes the first success and boxes. `cargo bench -p recourse-benches --bench race`
//!
//! One branch is ready at its second poll, the other never.

use futures::future::select_ok;
use recourse::race;
use recourse_benches::rounds::{self, case, measure};
use std::future::{Future, pending, poll_fn};
use std::hint::black_box;
use std::task::Poll;
use std::time::Duration;

async fn second_poll() -> Result<u32, u32> {
    let mut polled = false;
    poll_fn(|cx| {
        if polled {
            return Poll::Ready(());
        }
        polled = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    Ok(black_box(1))
}

async fn never() -> Result<u32, u32> {
    pending::<()>().await;
    Err(black_box(2))
}

async fn at_once() -> Result<u32, u32> {
    poll_fn(|_| Poll::Ready(())).await;
    Ok(black_box(1))
}

type Boxed = std::pin::Pin<Box<dyn Future<Output = Result<u32, u32>>>>;

fn main() {
    let cases = vec![
        case("at once: race!", async || race!(at_once(), never()).await.is_ok()),
        case("at once: race!, first", async || race!(first; at_once(), never()).await.is_ok()),
        case("at once: race!, stagger", async || race!(stagger = 1s; at_once(), never()).await.is_ok()),
        case("at once: select! biased", async || {
            tokio::select! { biased; won = at_once() => won.is_ok(), lost = never() => lost.is_ok() }
        }),
        case("at once: select_ok", async || select_ok([Box::pin(at_once()) as Boxed, Box::pin(never())]).await.is_ok()),
        case("second poll: race!", async || race!(never(), second_poll()).await.is_ok()),
        case("second poll: race!, first", async || race!(first; never(), second_poll()).await.is_ok()),
        case("second poll: select! biased", async || {
            tokio::select! { biased; lost = never() => lost.is_ok(), won = second_poll() => won.is_ok() }
        }),
        case("second poll: select_ok", async || {
            select_ok([Box::pin(never()) as Boxed, Box::pin(second_poll())]).await.is_ok()
        }),
    ];
    rounds::main(cases, |cases| {
        measure(cases, 31, Duration::from_micros(1_500));
        rounds::print(cases);
    });
}
