//! What the attribute writes into the documentation.

use super::tokens;

/// The sentence, where there is one.
fn sentence(arguments: &str) -> Option<String> {
    let output = tokens(arguments, "/// Loads.\nasync fn f(x: u8) -> Result<u8, E> { g(x).await }").to_string();
    let (_, after) = output.split_once("(doc , doc = \"\" , doc = \"**Resilience**: ")?;
    Some(after.split_once(".\")").expect("the end of a sentence").0.to_owned())
}

#[test]
fn what_is_written_and_what_follows_from_it() {
    for (arguments, expected) in [
        (
            r#"retry = "3 attempts, exponential 10ms..250ms", hedge = "p99", circuit = "defaults", timeout = "2s""#,
            "3 attempts, exponential 10ms..250ms, full jitter; hedge p99; circuit defaults; timeout 2s; worst case 2s; \
             at most 9 attempts",
        ),
        (
            r#"retry = "defaults", budget = "10% + 5/s", attempt_timeout = "1500ms""#,
            "3 attempts, exponential 50ms..1s, full jitter; budget 10% + 5/s; attempt timeout 1.5s; no limit of time of its own; \
             at most 3 attempts",
        ),
        (r#"timeout = "2s""#, "timeout 2s; worst case 2s; one attempt"),
        (
            r#"retry = "2 attempts, no delay", deadline = "ignore""#,
            "2 attempts, no delay, no jitter; not bound to the deadline around it; no limit of time; at most 2 attempts",
        ),
        (
            r#"retry = "2 attempts, no delay, over nested""#,
            "2 attempts, no delay, no jitter, over nested; no limit of time of its own; at most 2 attempts, each with all of the calls in it",
        ),
        (
            r#"retry = "forever, exponential 1s..1m, fresh after 5m", circuit = "5 failures""#,
            "forever, exponential 1s..1m, full jitter, fresh after 5m; no budget; circuit 5 failures; no limit of time of its own; \
             attempts without end while the circuit is closed",
        ),
        (
            r#"retry = "forever", budget = "defaults", timeout = "1m""#,
            "forever, exponential 50ms..1s, full jitter; budget defaults; timeout 1m; worst case 1m; attempts without end",
        ),
        (
            r#"retry = "100 attempts, fixed 1ms, pushback up to 5m, fresh after 1h", hedge = "1s, at most 3""#,
            "100 attempts, fixed 1ms, no jitter, pushback up to 5m, fresh after 1h; hedge 1s, at most 3; no limit of time of its own; \
             at most 400 attempts, counted anew from each that runs 1h",
        ),
        (
            r#"retry = "none", circuit = "none", hedge = "none""#,
            "no retry; no hedge; no circuit; no limit of time of its own; one attempt",
        ),
        ("fallback = Self::cached", "fallback `Self::cached`; no limit of time of its own; one attempt"),
        (
            r#"hedge = "50ms, at most 1", fallback = Self::cached"#,
            "hedge 50ms, at most 1; fallback `Self::cached`; no limit of time of its own; at most 2 attempts",
        ),
        (r#"concurrency = "8 at once, wait 50ms""#, "8 at once, wait 50ms; no limit of time of its own; one attempt"),
        (r#"concurrency = "adaptive 4..200""#, "concurrency adaptive 4..200; no limit of time of its own; one attempt"),
        ("concurrency = POOL", "concurrency `POOL`; no limit of time of its own; one attempt"),
        (
            r#"rate = "90/m, burst 5, per call""#,
            "rate 90/m, burst 5, per call; no limit of time of its own; one attempt",
        ),
        (
            r#"concurrency = "8 at once", priority = "low""#,
            "8 at once; priority low; no limit of time of its own; one attempt",
        ),
        (
            "priority = user.tier()",
            "by the policy of its key, else 3 attempts and circuit `defaults`; priority `user.tier()`",
        ),
        ("", "by the policy of its key, else 3 attempts and circuit `defaults`"),
        (r#"key = "a.b", idempotent"#, "by the policy of its key, else 3 attempts and circuit `defaults`"),
        ("policy = policies::READS", "policy `policies::READS`"),
        (
            r#"policy = READS, retry = "2 attempts, no delay", hedge = "none", timeout = LIMIT"#,
            "policy `READS`; 2 attempts, no delay, no jitter; no hedge; timeout `LIMIT`; worst case `LIMIT`; at most 2 attempts",
        ),
        (
            "retry = FAST, circuit = GATE, breaker = make",
            "retry `FAST`; circuit `GATE`; breaker `make`; no limit of time of its own",
        ),
    ] {
        assert_eq!(sentence(arguments).as_deref(), Some(expected), "{arguments}");
    }
}

#[test]
fn it_stands_behind_the_users_words_and_only_in_the_documentation() {
    let output = tokens(r#"timeout = "2s""#, "/// Loads.\n#[inline] async fn f() -> R { g().await }").to_string();
    let (user, ours) = (output.find("Loads."), output.find("# [cfg_attr (doc"));
    assert!(user.is_some() && user < ours, "{output}");
    assert_eq!(output.matches("Resilience").count(), 1);
}

#[test]
fn it_can_be_left_out() {
    assert_eq!(sentence(r#"timeout = "2s", docs = "none""#), None);
}
