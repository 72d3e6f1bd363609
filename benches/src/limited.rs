//! Calls under a limit and nothing else, around a future that is ready at once: what a slot costs to those who write a word for it.

use crate::calls::Fail;
use crate::rounds::{Case, at_once, both, plain};
use recourse::{ConcurrencyPolicy, Executor, Key, Policy, resilient};
use std::future::IntoFuture;
use std::hint::black_box;

#[resilient(key = "bench.fixed", concurrency = "1000 at once")]
async fn fixed(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

#[resilient(key = "bench.adaptive", concurrency = "adaptive")]
async fn adaptive(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

#[resilient(key = "bench.rate", rate = "1000000/s, burst 1000000")]
async fn rate(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// The attribute, and a closure.
pub fn calls() -> Vec<Case> {
    let (executor, key) = (Executor::new(), Key::from_static("bench.closure"));
    let policy = Policy::new().concurrency(ConcurrencyPolicy::at_once(1_000));
    vec![
        plain("attribute: 1000 at once", || at_once(fixed(1))),
        plain("closure: 1000 at once", move || {
            at_once(executor.call(&key, policy, async || Ok::<_, Fail>(black_box(1))).into_future())
        }),
        both("attribute: 1000 at once, 2 threads", || || at_once(fixed(1))),
        plain("attribute: adaptive", || at_once(adaptive(1))),
        both("attribute: adaptive, 2 threads", || || at_once(adaptive(1))),
        plain("attribute: a rate", || at_once(rate(1))),
    ]
}
