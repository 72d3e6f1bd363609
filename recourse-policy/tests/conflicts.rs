//! Conflicts: what a policy can never do, and what it still can, up to the last millisecond.

use recourse_policy::{Policy, Trip, text};

/// A policy of texts; `-` leaves a section out.
fn policy(retry: &str, hedge: &str, circuit: &str, timeout: &str, attempt_timeout: &str) -> Policy {
    let time = |text: &str| (text != "-").then(|| text::duration(text).expect(text));
    let mut policy = Policy::new();
    policy.retry = (retry != "-").then(|| text::strict(retry).expect(retry));
    policy.hedge = (hedge != "-").then(|| text::strict(hedge).expect(hedge));
    policy.circuit = (circuit != "-").then(|| text::strict(circuit).expect(circuit));
    (policy.timeout, policy.attempt_timeout) = (time(timeout), time(attempt_timeout));
    policy
}

#[test]
fn each_conflict_says_what_never_happens() {
    for (policy, keys, message) in [
        (
            policy("-", "-", "-", "2s", "2s"),
            ("attempt_timeout", "timeout"),
            "attempt_timeout: 2s is not below the timeout of 2s: it could never end an attempt; write a shorter `attempt_timeout` or a longer `timeout`, or leave `attempt_timeout` out",
        ),
        (
            policy("-", "1s", "-", "2s", "500ms"),
            ("hedge", "attempt_timeout"),
            "hedge: 1s is not below the attempt timeout of 500ms: no hedge could ever start; write a shorter hedge delay or a longer `attempt_timeout`",
        ),
        (
            policy("-", "p99 or 2s", "-", "2s", "-"),
            ("hedge", "timeout"),
            "hedge: 2s is not below the timeout of 2s: no hedge could ever start; write a shorter hedge delay or a longer `timeout`",
        ),
        (
            policy("4 attempts, fixed 1s", "-", "-", "2s", "-"),
            ("retry", "timeout"),
            "retry: the delays of `4 attempts, fixed 1s` add up to at least 3s, which does not fit in the timeout of 2s: \
             the last attempt could never start; write fewer attempts, shorter delays or a longer timeout",
        ),
        (
            policy("100 attempts, exponential 1s..10s, no jitter", "-", "-", "10m", "-"),
            ("retry", "timeout"),
            "retry: the delays of `100 attempts, exponential 1s..10s, no jitter` add up to at least 16m5s, which does not fit in the timeout of 10m: \
             the last attempt could never start; write fewer attempts, shorter delays or a longer timeout",
        ),
        (
            policy("forever, fixed 1h", "-", "-", "1h", "-"),
            ("retry", "timeout"),
            "retry: the first delay of `forever, fixed 1h` is at least 1h, which does not fit in the timeout of 1h: \
             no second attempt could ever start; write shorter delays or a longer timeout",
        ),
        (
            policy("3 attempts, pushback up to 5m", "-", "-", "5m", "-"),
            ("retry", "timeout"),
            "retry: `pushback up to 5m` is not below the timeout of 5m: a pushback that long could never fit; \
             write a shorter one or a longer `timeout`, or leave it out",
        ),
        (
            policy("3 attempts, fresh after 1m", "-", "-", "1m", "-"),
            ("retry", "timeout"),
            "retry: `fresh after 1m` is not below the timeout of 1m: no attempt could ever run that long; \
             write a shorter one or a longer `timeout`, or leave it out",
        ),
        (
            policy("forever, fresh after 1m", "-", "-", "5m", "30s"),
            ("retry", "attempt_timeout"),
            "retry: `fresh after 1m` is not below the attempt timeout of 30s: no attempt could ever run that long; \
             write a shorter one or a longer `attempt_timeout`, or leave it out",
        ),
        (
            policy("-", "-", "5 failures, slow 2s", "2s", "1s"),
            ("circuit", "attempt_timeout"),
            "circuit: slow 2s is not below the attempt timeout of 1s: a call that slow has timed out; write a shorter `slow` or a longer `attempt_timeout`",
        ),
        (
            policy("8 attempts", "-", "5 failures", "-", "-"),
            ("retry", "circuit"),
            "retry: of 8 attempts that fail, attempt 5 opens the circuit of `5 failures`, and attempt 6 could never start; \
             write at most 5 attempts, or at least 8 failures",
        ),
        (
            policy("2 attempts, no delay", "-", "1 failure", "-", "-"),
            ("retry", "circuit"),
            "retry: of 2 attempts that fail, attempt 1 opens the circuit of `1 failure`, and attempt 2 could never start; \
             write 1 attempt, or at least 2 failures",
        ),
    ] {
        let conflicts = policy.conflicts();
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert!(!conflicts[0].is_note);
        assert_eq!((conflicts[0].keys, conflicts[0].to_string().as_str()), (keys, message));
    }
}

#[test]
fn delays_count_at_their_least() {
    for (retry, least) in [
        ("3 attempts, fixed 100ms", "200ms"),
        ("3 attempts, fixed 100ms, equal jitter", "100ms"),
        ("3 attempts, fixed 100ms, decorrelated jitter", "200ms"),
        ("4 attempts, linear 10ms..25ms, no jitter", "55ms"),
        ("4 attempts, linear 10ms..25ms, decorrelated jitter", "30ms"),
        ("5 attempts, exponential 10ms..50ms, no jitter", "120ms"),
        ("4 attempts, exponential 10ms..50ms x1.5, no jitter", "47.5ms"),
        ("4 attempts, exponential 10ms..50ms x1.5, equal jitter", "23.75ms"),
        ("10 attempts, exponential 30s..30s x10, no jitter", "4m30s"),
    ] {
        let conflicts = policy(retry, "-", "-", least, "-").conflicts();
        assert_eq!(conflicts.len(), 1, "{retry} in {least}");
        assert!(conflicts[0].message.contains(&format!("at least {least},")), "{}", conflicts[0]);
        let longer = text::duration(least).expect(least) + std::time::Duration::from_nanos(1);
        let fits = policy(retry, "-", "-", "-", "-").timeout(longer);
        assert_eq!(fits.conflicts(), [], "{retry} in {longer:?}");
    }
}

/// Within a window it depends on how long the attempts take.
#[test]
fn attempts_that_may_open_their_circuit_are_a_note() {
    for (retry, circuit, note) in [
        ("8 attempts, no delay", "5 failures in 10s", true),
        ("8 attempts", "5 failures in 10s", true),
        ("8 attempts, fixed 2s", "5 failures in 10s", true),
        ("8 attempts, fixed 2499ms", "5 failures in 10s", true),
        ("8 attempts, fixed 2500ms", "5 failures in 10s", false),
        ("8 attempts, fixed 30s, full jitter", "5 failures in 10s", true),
        ("5 attempts, no delay", "5 failures in 10s", false),
        ("6 attempts, no delay", "50% of 5 in 10s", true),
        ("5 attempts, no delay", "50% of 5 in 10s", false),
        ("10 attempts, no delay", "defaults", false),
        ("10 attempts, fixed 30s", "9 failures in 3m", false),
        ("1 attempt", "1 failure in 10s", false),
        ("8 attempts", "none", false),
    ] {
        let policy = policy(retry, "-", circuit, "-", "-");
        let notes: Vec<bool> = policy.conflicts().iter().map(|conflict| conflict.is_note).collect();
        assert_eq!(notes, if note { vec![true] } else { vec![] }, "{retry} with {circuit}");
        assert_eq!(policy.validated(), policy, "a note is no error");
    }
    let within = policy("8 attempts", "-", "5 failures in 20s", "-", "-").conflicts();
    assert_eq!(
        within[0].message,
        "retry: of 8 attempts that fail, attempt 5 may open the circuit of `5 failures in 20s`, and attempt 6 then never starts; \
         write at most 5 attempts, or at least 8 failures"
    );
}

#[test]
fn what_is_off_or_can_happen_is_no_conflict() {
    for policy in [
        policy("-", "-", "-", "2s", "1.999s"),
        policy("10 attempts, fixed 30s, full jitter", "-", "-", "1ms", "-"),
        policy("10 attempts, no delay", "-", "-", "1ms", "-"),
        policy("1 attempt, fixed 30s", "-", "-", "1ms", "-"),
        policy("-", "p99", "-", "1ms", "-"),
        policy("-", "1s, at most 0", "-", "1ms", "-"),
        policy("-", "none", "none", "1ms", "-"),
        policy("-", "1s", "5 failures, slow 1s", "-", "-"),
        policy("-", "1s", "5 failures, slow 1s", "3s", "1001ms"),
        policy("10 attempts, fixed 30s", "-", "-", "-", "1ms"),
        policy("5 attempts", "-", "5 failures", "-", "-"),
        policy("8 attempts", "-", "none", "-", "-"),
        policy("forever", "-", "5 failures", "-", "-"),
        policy("forever, fixed 1h", "-", "1% of 1 in 1h", "61m", "-"),
        policy("forever, exponential 1h..1h x1, full jitter", "-", "-", "1ms", "-"),
        policy("100 attempts, exponential 1ms..1h x1, no jitter", "-", "-", "100ms", "-"),
        policy("100 attempts, linear 1h..1h, equal jitter", "-", "-", "-", "-"),
        policy("3 attempts, fixed 1ms, pushback up to 5m, fresh after 5m", "-", "-", "5.001m", "-"),
        policy("1 attempt, fixed 1ms, pushback up to 5m, fresh after 5m", "-", "-", "1m", "1s"),
    ] {
        assert_eq!(policy.conflicts(), [], "{policy:?}");
    }
}

#[test]
fn a_circuit_that_never_opens_has_no_slow_calls() {
    let mut policy = policy("-", "-", "5 failures, slow 1s", "1s", "-");
    assert_eq!(policy.conflicts().len(), 1);
    policy.circuit.as_mut().expect("was given").trip = Trip::Never;
    assert_eq!(policy.conflicts(), []);
}

#[test]
fn every_conflict_is_listed() {
    let all = policy("3 attempts, fixed 1s", "1s", "5 failures, slow 1s", "1s", "1s");
    let keys: Vec<_> = all.conflicts().iter().map(|conflict| conflict.keys.0).collect();
    assert_eq!(keys, ["attempt_timeout", "hedge", "retry", "circuit"]);
}

#[test]
fn a_wait_has_to_fit_and_a_queue_needs_somebody_who_waits() {
    let conflicts = |limit: &str, timeout| {
        let mut policy = policy("-", "-", "-", timeout, "-");
        policy.concurrency = Some(text::strict(limit).expect(limit));
        let told = policy.conflicts();
        assert!(told.iter().all(|conflict| !conflict.is_note));
        assert_eq!(std::panic::catch_unwind(|| policy.validated()).is_err(), !told.is_empty());
        told.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        conflicts("8 at once, wait 2s", "2s"),
        [
            "concurrency: wait 2s is not below the timeout of 2s: nobody could wait that long; write a shorter `wait` or a longer `timeout`"
        ]
    );
    assert_eq!(conflicts("8 at once, wait 1999ms", "2s"), [""; 0]);
    assert_eq!(conflicts("adaptive, wait 2s, queue 1", "-"), [""; 0]);
    assert_eq!(
        conflicts("8 at once, queue 4", "-"),
        [
            "concurrency: `queue 4` has no effect without `wait`: nobody stands in the queue; write such as `wait 50ms, queue 4`, or leave \
             `queue` out"
        ]
    );
}
