//! The project's targets, as ratios of interleaved runs. `cargo bench -p recourse-benches --bench targets`
//!
//! Options: `--sampled` times one hedged call in eight; `--count N CASE` runs one case N times (for callgrind), `--list` names
//! the cases.

use recourse_benches::rounds::{self, Case, added_ratio, case, measure, ratio};
use recourse_benches::{breakers, calls, circuits, hedging, keys, providers};
use std::mem::size_of_val;
use std::time::Duration;

fn cases() -> Vec<Case> {
    vec![
        case("bare", || calls::ready(1)),
        case("nothing", || calls::ready_nothing(1)),
        case("retry", || calls::ready_retry(1)),
        case("retry, policy replaced", || calls::ready_replaced(1)),
        case("retry, policy taken back", || calls::ready_taken_back(1)),
        case("retry+timeout", || calls::ready_retry_timeout(1)),
        case("retry in retry+timeout", || calls::ready_nested(1)),
        case("retry in retry", || calls::ready_nested_without(1)),
        case("retry+timeouts+budget", || calls::ready_all(1)),
        case("backon", || calls::backon_retry(1)),
        case("loop+tokio timeout", || calls::loop_and_timeout(1)),
        case("bare, pending", || calls::yields(1)),
        case("retry, pending", || calls::yields_retry(1)),
        case("retry+timeout, pending", || calls::yields_retry_timeout(1)),
        case("loop+tokio timeout, pending", || calls::loop_and_timeout_yields(1)),
        case("three failures", || calls::fails_three_times(1)),
        case("backon, three failures", || calls::backon_fails_three_times(1)),
    ]
}

fn main() {
    let sampled = std::env::args().any(|arg| arg == "--sampled");
    if sampled {
        hedging::sample();
    }
    calls::replace_policies();
    let mut cases = cases();
    cases.extend(hedging::calls());
    cases.extend(hedging::tracker());
    cases.extend(circuits::calls());
    cases.extend(breakers::breakers());
    cases.extend(keys::calls());
    cases.extend(providers::calls());
    rounds::main(cases, |cases| table(cases, sampled));
}

fn table(cases: &mut [Case], sampled: bool) {
    if sampled {
        println!("One hedged call in eight is timed.");
    }
    measure(cases, 31, Duration::from_micros(1_500));
    rounds::print(cases);
    let find = |name: &str| rounds::find(cases, name);
    let to = |case: &str, peer: &str| ratio(find(case), find(peer));
    let added = added_ratio(find("retry+timeout, pending"), find("loop+tokio timeout, pending"), find("bare, pending"));
    let hedge =
        added_ratio(find("retry+hedge p99, pending"), find("loop+tokio timeout, pending"), find("bare, pending"));
    let circuit =
        added_ratio(find("retry+timeout+circuit, pending"), find("loop+tokio timeout, pending"), find("bare, pending"));
    let (row, rate) = ("breaker: allow + success", "rate breaker: allow + success");
    let (bare, guarded) = (size_of_val(&calls::ready(1)), size_of_val(&calls::ready_all(1)));
    let hedged = size_of_val(&calls::ready_retry_hedge(1));
    let headline = size_of_val(&circuits::ready_headline(1));
    #[expect(clippy::cast_precision_loss, reason = "a few hundred bytes")]
    let beyond = |guarded: usize| (guarded - bare - size_of::<u64>()) as f64;
    let reads = find("tracker: read").median();
    rounds::judge(&[
        ("T1", "retry, ready: time over backon's", to("retry", "backon"), 0.6),
        (
            "T3",
            "retry + timeout, ready: time over loop + tokio timeout",
            to("retry+timeout", "loop+tokio timeout"),
            0.15,
        ),
        ("T3", "the same with both timeouts and a budget", to("retry+timeouts+budget", "loop+tokio timeout"), 0.15),
        ("T7", "retry + timeout, pending: added time over tokio timeout's", added, 1.15),
        ("T7", "retry + hedge p99, pending: the same", hedge, 1.15),
        ("T7", "retry + timeout + circuit, pending: the same", circuit, 1.15),
        (
            "T9",
            "breaker, 2 threads: time over its own on 1 thread",
            to("breaker: allow + success, 2 threads", row),
            1.2,
        ),
        (
            "T10",
            "rate breaker, 100,000 calls later: time over a new one's",
            to("rate breaker: the same, 100,000 calls later", rate),
            1.2,
        ),
        ("T11", "tracker: ns of a read of p99", reads, 1.0),
        ("T14", "three failures, no delay: time over backon's", to("three failures", "backon, three failures"), 0.001),
        ("T16", "future: bytes beyond the body's and its argument once more", beyond(guarded), 190.0),
        ("T16", "the same with a hedge", beyond(hedged), 190.0),
        ("T16", "the same with a hedge and a circuit", beyond(headline), 190.0),
    ]);
    println!(
        "(bytes: bare {bare}, guarded {guarded}, hedged {hedged}, headline {headline}; the rest is in benches/peers)"
    );
}
