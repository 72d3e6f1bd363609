//! Futures by hand.

use crate::ms;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

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
