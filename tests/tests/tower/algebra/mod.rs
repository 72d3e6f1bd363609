//! The operators `+`, `&` and `|` on tower layers.

#![allow(clippy::precedence, reason = "it is what users write, and what is tested")]

mod errors;
mod fallback;
mod fork_join;
mod laws;
mod limiters;
mod load;
mod mock;
mod readiness;
mod stagger;

mod types;

use crate::support::{asked, ready, timed};
use mock::{Mock, over};
use recourse::algebra::Failure;
use recourse_tests::{ms, once};
use std::fmt::Debug;
use std::task::Poll;

type Answer = Result<&'static str, Failure<&'static str>>;

fn is_ready<E: Debug>(polled: &Poll<Result<(), E>>) -> bool {
    matches!(polled, Poll::Ready(Ok(())))
}

/// The names and errors of a failure's entries.
fn listed(failure: &Failure<&'static str>) -> Vec<(String, &'static str)> {
    let entry = |entry: &recourse::algebra::Entry<&'static str>| {
        (entry.label.to_string(), *entry.cause.inner().expect("nothing is rejected here"))
    };
    failure.entries().iter().map(entry).collect()
}
