//! Three tasks, written with each library: run, and counted. `cargo run -p recourse-peers-written`
//!
//! The lines of a program are those of its file that are neither empty, nor a comment, nor a `use`. All of them are formatted by rustfmt.

mod all;
mod breaker;
mod retry;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many of the next requests fail.
static FAILING: AtomicU32 = AtomicU32::new(0);
static ASKED: AtomicU32 = AtomicU32::new(0);

/// The operation of all tasks. Nobody has the number 0, which is no fault of the server.
pub(crate) async fn get(id: u32) -> io::Result<String> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    if id == 0 {
        return Err(io::ErrorKind::NotFound.into());
    }
    match FAILING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
        Ok(_) => Err(io::ErrorKind::ConnectionReset.into()),
        Err(_) => Ok(id.to_string()),
    }
}

/// Makes the next `n` requests fail, and counts anew.
fn fail(n: u32) {
    FAILING.store(n, Ordering::Relaxed);
    ASKED.store(0, Ordering::Relaxed);
}

fn asked() -> u32 {
    ASKED.swap(0, Ordering::Relaxed)
}

/// Two failures are retried, and a user who is not there is asked for once.
async fn retries<E>(call: impl AsyncFn(u32) -> Result<String, E>) -> bool {
    fail(2);
    let answered = call(7).await.is_ok_and(|user| user == "7") && asked() == 3;
    fail(0);
    answered && call(0).await.is_err() && asked() == 1
}

/// Nobody's mistake opens the circuit, and failures do.
async fn breaks<E>(call: impl AsyncFn(u32) -> Result<String, E>) -> bool {
    fail(0);
    for _ in 0..9 {
        let _ = call(0).await;
    }
    let closed = asked() == 9;
    fail(9);
    for _ in 0..9 {
        let _ = call(7).await;
    }
    let refused = asked() < 9;
    fail(0);
    closed && refused && call(7).await.is_err()
}

fn lines(text: &str) -> usize {
    let counts = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with("use "));
    text.lines().map(str::trim).filter(counts).count()
}

fn row(task: &str, library: &str, text: &str, works: bool) {
    println!("| {task} | {library} | {} |", lines(text));
    assert!(works, "{task} by {library} does what it is to do");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("| task | written with | lines |\n|---|---|--:|");
    retry::rows().await;
    breaker::rows().await;
    all::rows().await;
}
