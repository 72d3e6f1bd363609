//! Calls that tell under which policy they are.

use recourse::observe::capture;
use recourse::policy::Section;
use recourse::{Executor, Key, Policy};
use std::time::Duration;

/// The timeout that is declared in code. Half of it is below 2 s, which documents of tests ask for.
pub const DECLARED: Duration = Duration::from_millis(3_900);

/// Makes a call, and returns the timeout that is in force: [`DECLARED`] is the one that is declared in code.
pub async fn timeout_of(executor: &Executor, key: &str) -> Duration {
    timeline_of(executor, key).await.effective().policy.timeout.expect("a timeout")
}

/// Makes a call, and returns where the timeout is from.
pub async fn place_of(executor: &Executor, key: &str) -> String {
    let timeline = timeline_of(executor, key).await;
    timeline.effective().sources.of(Section::Timeout).expect("a source").to_string()
}

async fn timeline_of(executor: &Executor, key: &str) -> recourse::observe::Timeline {
    let key: Key = key.parse().expect("a key");
    let call = executor.call(key, Policy::new().timeout(DECLARED), async || Ok::<_, String>(()));
    let (result, mut timelines) = capture(call.into_future()).await;
    result.expect("nothing fails");
    timelines.remove(0)
}
