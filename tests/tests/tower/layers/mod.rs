//! Layers: the whole engine, and one mechanism each.

#![allow(clippy::precedence, reason = "it is what users write, and what is tested")]

mod alone;
mod circuits;
mod costs;
mod engine;
mod failures;
mod limiters;
mod observed;
mod played;
mod readiness;
mod requests;
mod sentence;

use crate::support::{asked, ready, timed};
use played::{Gate, Played, over};
use recourse::algebra::Failure;
use recourse_tests::{Fail, ms, once};

/// The kind of the rejection that a call gave.
fn rejection<T: std::fmt::Debug>(result: Result<T, Failure<Fail>>) -> recourse::RejectionKind {
    result.unwrap_err().rejected().expect("a rejection").kind()
}
