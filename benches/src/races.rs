//! Branches of races, beside [`ready`], and races of a branch that fails with one that is ready.

use crate::calls::{Fail, ready};
use futures::FutureExt as _;
use futures::future::select_ok;
use futures_concurrency::future::RaceOk as _;
use std::future::poll_fn;
use std::hint::black_box;
use std::task::Poll;

/// Fails at its first poll.
pub async fn fails(x: u32) -> Result<u64, Fail> {
    Err(Fail(black_box(x)))
}

/// Never ready, with something to remember.
pub async fn waits(x: u64) -> Result<u64, Fail> {
    std::future::pending::<()>().await;
    Ok(black_box(x))
}

/// Ready at its second poll; wakes its task, and costs next to nothing itself.
pub async fn ready_later(x: u64) -> Result<u64, Fail> {
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
    Ok(black_box(x))
}

/// The first success.
pub async fn race(x: u64) -> bool {
    recourse::race!(fails(1), ready(x)).await.is_ok()
}

/// The first completion.
pub async fn race_first(x: u64) -> bool {
    recourse::race!(first; fails(1), ready(x)).await.is_ok()
}

/// With a deadline, and so with room for a timer.
pub async fn race_deadline(x: u64) -> bool {
    recourse::race!(deadline = 1s; fails(1), ready(x)).await.is_ok()
}

/// The first completion, by hand.
pub async fn select(x: u64) -> bool {
    tokio::select! { biased; lost = fails(1) => lost.is_ok(), won = ready(x) => won.is_ok() }
}

/// The first success, by futures-concurrency.
pub async fn race_ok(x: u64) -> bool {
    (fails(1), ready(x)).race_ok().await.is_ok()
}

/// The first success, by futures, in boxes.
pub async fn boxed(x: u64) -> bool {
    select_ok([fails(1).boxed_local(), ready(x).boxed_local()]).await.is_ok()
}
