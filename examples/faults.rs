//! Shows what a guarded function does when its dependency fails, hangs or is slow, without a server: `cargo run --example faults`.
//!
//! You see four drawings. The faults are injected by `recourse::testing`, as in a test, on tokio's paused clock, so it takes no time.

use recourse::testing::{Fault, fault, isolated};
use recourse::{Class, resilient};
use std::time::Duration;

#[resilient(
    key = "users.get",
    retry = "3 attempts, exponential 50ms..1s",
    hedge = "200ms, at most 1",
    circuit = "5 failures",
    timeout = "2s"
)]
async fn get_user(id: u32) -> Result<String, String> {
    tokio::time::sleep(Duration::from_millis(30)).await;
    Ok(format!("user {id}"))
}

/// Calls the function with these faults in front of it, in an executor of its own, and draws what happened.
async fn scene(title: &str, faults: &[Fault]) {
    let (result, timelines) = isolated(async {
        for planned in faults {
            fault("users.get", *planned);
        }
        get_user(7).await
    })
    .await;
    println!("{title}\n{}  the caller gets: {result:?}\n", timelines[0]);
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    scene("Two attempts fail, and the third answers.", &[Fault::fail().times(2)]).await;
    scene("The first attempt hangs, and its hedge answers.", &[Fault::hang()]).await;
    let later = Class::Retryable { after: Some(Duration::from_millis(600)) };
    scene("The server says when to come back.", &[Fault::fail_as(later)]).await;
    scene("Everything hangs, and the call's time is up.", &[Fault::hang().times(9)]).await;
}
