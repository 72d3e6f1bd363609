//! Futures by hand.

use crate::ms;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// Polls a future once.
pub async fn once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Waits for a number of milliseconds. Ready at once if there is nothing to wait for.
pub async fn wait(time: u64) {
    if time > 0 {
        tokio::time::sleep(ms(time)).await;
    }
}

/// Runs a future on a runtime of its own, whose paused clock is ahead.
pub fn on_a_clock<T>(ahead: Duration, future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("it is built").block_on(async {
        tokio::time::advance(ahead).await;
        future.await
    })
}
