//! The memory of keys that are made at run time: that of the capacity, however many keys come.

use allocation_counter::measure;
use futures::executor::block_on;
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy};
use recourse_tests::Fail;
use std::fmt::Write as _;

/// key-11: of a million keys (200,000 in a debug build), of which one in a hundred is down, memory is flat after the first thousands: a hash table may double once.
#[test]
fn keys_without_number_take_the_memory_of_a_thousand() {
    let executor = Executor::new();
    let policy = Policy::new()
        .circuit(CircuitPolicy::failures(3))
        .retry(RetryPolicy::attempts(2).no_delay())
        .hedge(HedgePolicy::none());
    let mut text = String::new();
    let mut call = |n: u32| {
        text.clear();
        write!(text, "host.{n}").expect("a string");
        let key = Key::parse(&text).expect("a key");
        let call = executor.call(key, policy, async || if n.is_multiple_of(100) { Err(Fail::Broken) } else { Ok(n) });
        assert_eq!(block_on(call.into_future()).is_err(), n.is_multiple_of(100));
    };
    let mut calls = |range: std::ops::Range<u32>| measure(|| range.for_each(&mut call)).bytes_max;
    let first = calls(0..10_000);
    let later = calls(10_000..if cfg!(debug_assertions) { 100_000 } else { 1_000_000 });
    println!("at most {first} bytes beyond the beginning in 10,000 calls, {later} in those after them");
    assert!(later < first / 10, "{later} bytes more, after {first}");
    assert_eq!(executor.keys(), 1_000);
}
