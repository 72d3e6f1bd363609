//! The twins: each mistake of `ui/`, after the fix that its error asks for. They compile, and do what they say.
//!
//! The list of modules is written by `build.rs` from the files `ui/KIND/NAME.fixed.rs`.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unused_async,
    clippy::redundant_closure_for_method_calls,
    reason = "written as in the crate of a user"
)]

include!(concat!(env!("OUT_DIR"), "/twins.rs"));

/// Counts how often the body of the guarded call in this future ran.
async fn attempts(call: impl Future) -> usize {
    let (_, timelines) = recourse::observe::capture(call).await;
    timelines[0].attempt_count()
}
