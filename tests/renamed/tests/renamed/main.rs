//! The attribute where `recourse` goes by another name: each function fails once, then succeeds, and its body ran twice.

#![deny(warnings)]
#![deny(clippy::pedantic, clippy::nursery)]

mod by_facade;
mod by_macro;
mod by_name;
mod classified;

use std::sync::atomic::{AtomicU32, Ordering};

/// Counts the runs of a body.
#[derive(Default)]
struct Runs(AtomicU32);

impl Runs {
    /// Fails at the first run.
    async fn play(&self) -> std::io::Result<u32> {
        tokio::task::yield_now().await;
        let run = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        if run == 1 { Err(std::io::Error::other("busy")) } else { Ok(run) }
    }
}
