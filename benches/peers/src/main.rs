//! recourse against its peers, in interleaved rounds of one run. See README.md.

mod hedge;
mod tracker;

use recourse_benches::rounds::{self, Case, added_ratio, case, measure, ratio};
use recourse_benches::{calls, hedging};
use std::time::Duration;

fn main() {
    let sampled = std::env::args().any(|arg| arg == "--sampled");
    if sampled {
        hedging::sample();
    }
    let mut cases = vec![case("bare", || calls::ready(1)), case("bare, pending", || calls::yields(1))];
    cases.extend(hedging::calls());
    cases.push(case("loop+tokio timeout, pending", || calls::loop_and_timeout_yields(1)));
    cases.extend(hedge::peers());
    cases.extend(hedging::tracker());
    cases.extend(tracker::peers());
    rounds::main(cases, |cases| table(cases, sampled));
}

fn table(cases: &mut [Case], sampled: bool) {
    println!("Of recourse's hedged calls, {} timed.\n", if sampled { "one in eight is" } else { "each is" });
    measure(cases, 31, Duration::from_micros(1_500));
    rounds::print(cases);
    let find = |name: &str| rounds::find(cases, name);
    let to = |case: &str, peer: &str| ratio(find(case), find(peer));
    let added = |case: &str, peer: &str| added_ratio(find(case), find(peer), find("bare, pending"));
    let (ours, pending) = ("retry+hedge p99", "retry+hedge p99, pending");
    rounds::judge(&[
        ("T5", "retry + hedge p99, ready: time over tower's hedge", to(ours, "tower 0.5 hedge p99"), 0.2),
        ("T5", "the same over seatbelt's hedge", to(ours, "seatbelt 0.11 hedge fixed"), 0.2),
        ("T5", "the same over tower-resilience's hedge", to(ours, "tower-resilience 0.14 hedge fixed"), 0.1),
        ("T7", "pending: added time over loop + tokio timeout", added(pending, "loop+tokio timeout, pending"), 1.15),
        ("T7", "the same over seatbelt's", added(pending, "seatbelt 0.11 hedge fixed, pending"), 0.45),
        ("T7", "the same over tower-resilience's", added(pending, "tower-resilience 0.14 hedge fixed, pending"), 0.5),
        (
            "T11",
            "tracker: observe + read over tower's histogram",
            to("tracker: observe + read", "histogram: observe + read"),
            0.15,
        ),
        (
            "T11",
            "the same, each observation kept",
            to("tracker: observe + read, kept", "histogram: observe + read"),
            0.15,
        ),
        ("T11", "tracker: ns of a read of p99", find("tracker: read").median(), 1.0),
        (
            "T11",
            "two threads: observe over tower's histogram",
            to("tracker: observe, 2 threads", "histogram: observe, 2 threads"),
            0.25,
        ),
    ]);
}
