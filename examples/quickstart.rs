//! One attribute: a function that fails twice succeeds at its third attempt. No network.
//!
//! Prints what the caller got, `Ok("Ada")`, and draws the call: three attempts on one time axis, the delays between them as dots, and
//! the errors of the first two.
//!
//! To try: write `2 attempts`, and the caller gets the second error; write `exponental`, and the compiler says which word was meant; leave the
//! key out, and the call has the name of the function.

use recourse::{observe, resilient};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Any error that implements `From<recourse::Rejected>` will do; `std::io::Error` is ready-made.
#[resilient(key = "users.get", retry = "3 attempts, exponential 20ms..250ms, equal jitter", timeout = "2s")]
async fn get_user(id: u32) -> io::Result<String> {
    ask_the_server(id).await
}

/// Plays the part of a server: answers after 10 ms, and resets the first two connections.
async fn ask_the_server(_id: u32) -> io::Result<String> {
    static REQUESTS: AtomicU32 = AtomicU32::new(0);
    tokio::time::sleep(Duration::from_millis(10)).await;
    match REQUESTS.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Err(io::ErrorKind::ConnectionReset.into()),
        _ => Ok("Ada".to_string()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // A guarded function is called like any other. `capture` is only needed to look at what happened.
    let (user, timelines) = observe::capture(get_user(7)).await;

    println!("{user:?}\n");
    // One timeline for each guarded call that began in there.
    for timeline in timelines {
        println!("{timeline}");
    }
}
