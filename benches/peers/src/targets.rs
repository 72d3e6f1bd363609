//! The targets that need a peer. A time is over a peer's in the same round; an added time is what a call adds to the bare one.

use recourse_benches::rounds::{Case, Target, added_ratio, find, ratio};

pub(crate) fn hedges(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let added = |case, peer| added_ratio(find(cases, case), find(cases, peer), find(cases, "bare, pending"));
    let (ours, pending) = ("retry+hedge p99", "retry+hedge p99, pending");
    let kept = "tracker: observe + read, kept";
    vec![
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
        ("T11", "the same, each observation kept", to(kept, "histogram: observe + read"), 0.15),
        ("T11", "tracker: ns of a read of p99", find(cases, "tracker: read").median(), 1.0),
        (
            "T11",
            "two threads: observe over tower's histogram",
            to("tracker: observe, 2 threads", "histogram: observe, 2 threads"),
            0.25,
        ),
    ]
}

/// Calls under a circuit.
pub(crate) fn circuits(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let added = |case, peer| added_ratio(find(cases, case), find(cases, peer), find(cases, "bare, pending"));
    let (alone, stack, headline, open) =
        ("circuit", "retry+timeout+circuit", "retry+hedge p99+circuit", "open circuit");
    let (waits, headline_waits) = ("retry+timeout+circuit, pending", "retry+hedge p99+circuit, pending");
    vec![
        ("T2", "circuit, ready: time over recloser", to(alone, "recloser 1.4"), 0.2),
        ("T2", "the same over failsafe", to(alone, "failsafe 1.3 consecutive"), 0.15),
        ("T2", "the same over seatbelt", to(alone, "seatbelt 0.11 breaker"), 0.06),
        ("T2", "the same over tower-resilience", to(alone, "tower-resilience 0.14 breaker consecutive"), 0.03),
        (
            "T4",
            "retry + timeout + circuit, ready: over backon + recloser",
            to(stack, "backon+recloser+tokio timeout"),
            0.1,
        ),
        ("T4", "the same over seatbelt", to(stack, "seatbelt retry+breaker+timeout"), 0.05),
        ("T4", "the same over tower-resilience", to(stack, "tower-resilience retry+breaker+timeout"), 0.02),
        ("T6", "retry + hedge p99 + circuit, ready: over seatbelt", to(headline, "seatbelt retry+breaker+hedge"), 0.12),
        ("T6", "the same over tower-resilience", to(headline, "tower-resilience retry+breaker+hedge"), 0.06),
        ("T6", "the same over tower's retry + hedge", to(headline, "tower retry+hedge p99"), 0.2),
        ("T7", "T4 pending: added time over loop + tokio timeout", added(waits, "loop+tokio timeout, pending"), 1.15),
        ("T7", "the same over seatbelt", added(waits, "seatbelt retry+breaker+timeout, pending"), 0.45),
        ("T7", "the same over tower-resilience", added(waits, "tower-resilience retry+breaker+timeout, pending"), 0.5),
        (
            "T7",
            "T6 pending: added time over loop + tokio timeout",
            added(headline_waits, "loop+tokio timeout, pending"),
            1.15,
        ),
        ("T7", "the same over seatbelt", added(headline_waits, "seatbelt retry+breaker+hedge, pending"), 0.45),
        (
            "T7",
            "the same over tower-resilience",
            added(headline_waits, "tower-resilience retry+breaker+hedge, pending"),
            0.5,
        ),
        ("T13", "refused by an open circuit: time over failsafe", to(open, "failsafe 1.3 open"), 1.0),
        ("T13", "the same over tower-resilience", to(open, "tower-resilience 0.14 open"), 0.35),
    ]
}

/// Breakers on their own. seatbelt's cannot be asked without a call, so it stands here with a call that is ready at once.
pub(crate) fn breakers(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    let (row, row_both) = ("breaker: allow + success", "breaker: allow + success, 2 threads");
    let (rate, rate_both) = ("rate breaker: allow + success", "rate breaker: allow + success, 2 threads");
    vec![
        (
            "T9",
            "breaker, 2 threads: time over failsafe",
            to(row_both, "failsafe consecutive: the same, 2 threads"),
            0.02,
        ),
        ("T9", "the same over recloser", to(row_both, "recloser: the same, 2 threads"), 0.02),
        ("T9", "the same over its own on 1 thread", to(row_both, row), 1.2),
        ("T10", "rate breaker: time over recloser", to(rate, "recloser: allow + success"), 0.7),
        ("T10", "the same over failsafe", to(rate, "failsafe default: allow + success"), 0.15),
        ("T10", "the same over seatbelt", to(rate, "seatbelt 0.11 breaker"), 0.1),
        ("T10", "2 threads: time over recloser", to(rate_both, "recloser: the same, 2 threads"), 0.1),
    ]
}
