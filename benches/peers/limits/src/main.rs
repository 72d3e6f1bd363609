//! Slots and rates beside tokio's semaphore and governor, in interleaved rounds of one run. See ../README.md.

use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use recourse_benches::limits;
use recourse_benches::rounds::{self, Case, both, find, measure, plain, ratio};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// So many that no call of a loop is refused.
const RATE: NonZeroU32 = NonZeroU32::new(1_000_000_000).expect("not zero");

fn main() {
    let mut cases = limits::slots();
    cases.extend(limits::rates());
    cases.extend(peers());
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
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let nanos = |case| find(cases, case).median();
    rounds::judge(&[
        ("L1", "slot: ns taken and given back", nanos("slot: take + give back"), 15.0),
        (
            "L2",
            "slot, 2 threads: time over tokio's semaphore",
            to("slot: take + give back, 2 threads", "tokio's semaphore: try_acquire + drop, 2 threads"),
            1.5,
        ),
        (
            "L2",
            "slot: time over tokio's semaphore",
            to("slot: take + give back", "tokio's semaphore: try_acquire + drop"),
            1.0,
        ),
        ("L3", "rate: ns, the moment handed in", nanos("rate: take, the moment handed in"), 18.0),
        ("L4", "the same, 2 threads", nanos("rate: take, the moment handed in, 2 threads"), 123.0),
        (
            "L4",
            "rate, 2 threads: time over governor",
            to("rate: take, the moment handed in, 2 threads", "governor 0.10: check, 2 threads"),
            1.0,
        ),
    ]);
}
