//! Slots and rates beside tokio's semaphore and governor, and calls under a limit beside the services of tower and tower-resilience, in
//! interleaved rounds of one run. See ../README.md.

mod services;

use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use recourse_benches::rounds::{self, Case, Target, at_once, both, find, measure, plain, ratio};
use recourse_benches::{calls, limited, limits};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// So many that no call of a loop is refused.
const RATE: NonZeroU32 = NonZeroU32::new(1_000_000_000).expect("not zero");

fn main() {
    let runtime = Box::leak(Box::new(rounds::runtime()));
    let _inside = runtime.enter();
    let mut cases = vec![plain("bare", || at_once(calls::ready(1)))];
    cases.extend(limits::slots());
    cases.extend(limits::rates());
    cases.extend(peers());
    cases.extend(limited::calls());
    cases.extend(services::services(runtime));
    rounds::main(cases, table);
}

fn governor() -> RateLimiter<NotKeyed, InMemoryState, DefaultClock> {
    RateLimiter::direct(Quota::per_second(RATE).allow_burst(RATE))
}

/// governor reads a clock of its own, which is quicker than the system's.
fn peers() -> Vec<Case> {
    let (alone, shared) = (governor(), Arc::new(governor()));
    vec![
        plain("governor 0.10: check", move || alone.check()),
        both("governor 0.10: check, 2 threads", move || {
            let limiter = shared.clone();
            move || limiter.check()
        }),
    ]
}

fn table(cases: &mut [Case]) {
    measure(cases, 31, Duration::from_micros(1_500));
    rounds::print(cases);
    rounds::judge(&[mechanisms(cases), calls_under_a_limit(cases)].concat());
}

/// Slots and rates on their own.
fn mechanisms(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let nanos = |case| find(cases, case).median();
    let (slot, rate_both) = ("slot: take + give back", "rate: take, the moment handed in, 2 threads");
    let semaphore = "tokio's semaphore: try_acquire + drop";
    vec![
        ("L1", "slot: ns taken and given back", nanos(slot), 15.0),
        ("L2", "slot: time over tokio's semaphore", to(slot, semaphore), 1.0),
        (
            "L2",
            "slot, 2 threads: time over tokio's semaphore",
            to("slot: take + give back, 2 threads", "tokio's semaphore: try_acquire + drop, 2 threads"),
            1.5,
        ),
        ("L3", "rate: ns, the moment handed in", nanos("rate: take, the moment handed in"), 18.0),
        ("L4", "the same, 2 threads", nanos(rate_both), 123.0),
        ("L4", "rate, 2 threads: time over governor", to(rate_both, "governor 0.10: check, 2 threads"), 1.0),
        (
            "L5",
            "adaptive slot: time over its two clock readings",
            to("adaptive slot: take + answered", "clock: two readings"),
            3.0,
        ),
    ]
}

/// Whole calls. tower's limit is a semaphore around a service and no more; the other peers tell what they did, as ours do.
fn calls_under_a_limit(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let (ours, ours_both) = ("attribute: 1000 at once", "attribute: 1000 at once, 2 threads");
    let refuses = "tower-resilience 0.14 bulkhead, refuses";
    vec![
        ("L6", "attribute: time over tower's limit", to(ours, "tower 0.5 load shed + limit"), 4.5),
        ("L6", "the same, 2 threads", to(ours_both, "tower 0.5 load shed + limit, 2 threads"), 2.5),
        ("L6", "attribute: time over tower-resilience's bulkhead", to(ours, refuses), 0.8),
        ("L6", "the same, 2 threads", to(ours_both, "tower-resilience 0.14 bulkhead, refuses, 2 threads"), 0.6),
        ("L6", "layer: time over tower-resilience's bulkhead", to("layer: 1000 at once", refuses), 1.0),
        ("L7", "adaptive attribute: time over its AIMD", to("attribute: adaptive", "tower-resilience 0.14 AIMD"), 1.2),
        (
            "L7",
            "adaptive layer: time over its Gradient2",
            to("layer: adaptive", "tower-resilience 0.14 Gradient2"),
            1.2,
        ),
        (
            "L7",
            "the same, 2 threads",
            to("layer: adaptive, 2 threads", "tower-resilience 0.14 Gradient2, 2 threads"),
            1.0,
        ),
    ]
}
