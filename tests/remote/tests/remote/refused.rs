//! Documents that cannot be used.

use recourse::providers::RemoteProvider;
use recourse::providers::remote::{RemoteError, RemoteErrorKind};
use recourse::{Executor, Key, Policy, RetryPolicy};
use recourse_tests_remote::{Answer, DECLARED, Plane, news, timeout_of};
use std::time::Duration;

const SPACES: &str = "https://control.example/policies/{namespace}";
const KEYS: &str = "https://control.example/policies/{namespace}/{name}";
const SECOND: Duration = Duration::from_secs(1);

/// Documents of one key, and what is said about each.
fn bad() -> Vec<(String, &'static str)> {
    let mut bad: Vec<(String, &'static str)> = Vec::new();
    for (text, says) in [
        ("", "this is not JSON"),
        (" \n ", "this is not JSON"),
        ("{}", "does not say its key"),
        ("null", "an object with the sections of one key"),
        ("true", "an object"),
        ("0", "an object"),
        ("\"\"", "an object"),
        ("[]", "an object"),
        (r#"[{ "key": "users.get" }]"#, "an object"),
        (r#"{ "key": "users.get", }"#, "this is not JSON"),
        (r#"{ "key": "users.get" } more"#, "this is not JSON"),
        ("{ \"key\": \"users.get\" }\0", "this is not JSON"),
        (r#"{ "key": "users.get" /* so */ }"#, "this is not JSON"),
        ("{ 'key': 'users.get' }", "this is not JSON"),
        ("\u{feff}{ \"key\": \"users.get\" }", "byte order mark"),
        ("<html>please log in</html>", "this is not JSON"),
        (r#"{ "timeout": "2s" }"#, "the document does not say its key"),
        (r#"{ "key": "users.put", "timeout": "2s" }"#, "is another key than the document was asked for"),
        (r#"{ "key": "Users.get", "timeout": "2s" }"#, "is another key"),
        (r#"{ "key": null, "timeout": "2s" }"#, "key"),
        (r#"{ "key": "", "timeout": "2s" }"#, "is another key"),
        (r#"{ "key": "users.get", "version": -1 }"#, "version"),
        (r#"{ "key": "users.get", "version": "1" }"#, "version"),
        (r#"{ "key": "users.get", "timeout": "2s", "timeout": "3s" }"#, "twice"),
        (r#"{ "key": "users.get", "timeuot": "2s" }"#, "did you mean"),
        (r#"{ "key": "users.get", "Timeout": "2s" }"#, "timeout"),
        (r#"{ "key": "users.get", "timeout": "2 s" }"#, "did you mean `2s`?"),
        (r#"{ "key": "users.get", "timeout": NaN }"#, "this is not JSON"),
        (r#"{ "key": "users.get", "hedge": { "trigger": "p99", "max_hedges": 1e400 } }"#, "max_hedges"),
        (r#"{ "key": "users.get", "retry": { "max_attempts": -3 } }"#, "max_attempts"),
        (r#"{ "key": "users.get", "retry": { "max_attempts": 2.5 } }"#, "max_attempts"),
    ] {
        bad.push((text.to_owned(), says));
    }
    bad.push(("[".repeat(60_000), "this is not JSON"));
    bad.push((format!(r#"{{ "key": "users.get", "retry": "{}" }}"#, "x".repeat(70_000)), "more than 65536 bytes"));
    bad
}

/// remote-19.
#[tokio::test(start_paused = true)]
async fn case38_a_document_that_cannot_be_used_never_replaces_a_good_one() {
    let good = r#"{ "key": "users.get", "version": 3, "timeout": "2s" }"#;
    let (plane, (observer, mut news)) = (Plane::of(good), news());
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    // The good one, cut off at each byte, besides.
    let cut = (0..good.len()).map(|end| (good[..end].to_owned(), ""));
    let (mut refused, mut before, bad) = (0, RemoteError::new(RemoteErrorKind::Document, ""), bad());
    for (text, says) in bad.into_iter().chain(cut) {
        let (sent, shown) = (text.clone(), text.chars().take(60).collect::<String>());
        plane.answers(move |_| Answer::Document(sent.clone()));
        let error = remote.refresh().await.expect_err(&shown);
        assert!(error.to_string().contains(says), "{shown}: {error}");
        assert!(error.to_string().starts_with("https://control.example/policies/users/get"), "{shown}: {error}");
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "{shown}");
        let told = news.so_far();
        // Two that differ may have the same mistake, of which nobody is told twice.
        assert!(error == before || told.iter().any(|line| line.contains(&error.to_string())), "{shown}: {told:?}");
        before = error;
        assert_eq!(remote.status().stale, 1, "{shown}");
        refused += 1;
    }
    println!("{refused} documents that cannot be used: each refused, the good one stayed");
    plane.answers(move |_| Answer::Document(good.to_owned()));
    remote.refresh().await.unwrap();
    assert_eq!((remote.status().stale, remote.status().documents[0].error.clone()), (0, None));
}

/// remote-19: one that is still the same is neither read nor told again.
#[tokio::test(start_paused = true)]
async fn a_mistake_is_told_once() {
    let (plane, (observer, mut news)) = (Plane::of(r#"{ "users.get": { "timeout": "soon" } }"#), news());
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    let _executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    tokio::time::sleep(600 * SECOND).await;
    assert!(plane.asked().len() > 15);
    let told = news.so_far();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(remote.status().refusals, 1);
    let error = remote.status().last_error.unwrap();
    assert_eq!(
        (error.faults()[0].line, &*error.faults()[0].field, &*error.faults()[0].key),
        (1, "timeout", "users.get")
    );
}

/// remote-20: every field absent, null, empty, of another type.
#[tokio::test(start_paused = true)]
async fn f52_fields_that_are_blank_refuse_the_document_and_crash_nothing() {
    let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    let fields = [
        "enabled",
        "retry",
        "hedge",
        "circuit",
        "budget",
        "timeout",
        "attempt_timeout",
        "classify",
        "retry.max_attempts",
        "retry.delay",
        "retry.initial",
        "retry.max",
        "retry.factor",
        "retry.jitter",
        "retry.backoff",
        "hedge.trigger",
        "hedge.delay",
        "hedge.max_hedges",
        "hedge.budget",
        "circuit.failures",
        "circuit.window",
        "circuit.cooldown",
        "circuit.probes",
        "budget.percent",
        "budget.per_second",
    ];
    let mut count = 0;
    for field in fields {
        for blank in ["null", "\"\"", "\" \"", "[]", "[1]", "{ \"a\": {} }", "-1e3", "\"nonsense\""] {
            let entry = match field.split_once('.') {
                Some((section, field)) => format!(r#""{section}": {{ "{field}": {blank} }}"#),
                None => format!(r#""{field}": {blank}"#),
            };
            let text = format!(r#"{{ "users.get": {{ {entry} }} }}"#);
            let sent = text.clone();
            plane.answers(move |_| Answer::Document(sent.clone()));
            assert!(remote.refresh().await.is_err(), "{text}");
            assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "{text}");
            count += 1;
        }
    }
    println!("{count} documents with a blank field: each refused, the good one stayed");
    assert_eq!(remote.status().panics, 0);
}

/// remote-20: a document of a set that is one too large, in keys and in bytes.
#[tokio::test(start_paused = true)]
async fn f51_a_set_that_is_too_large_is_refused_and_calls_go_on() {
    let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    let set = |keys: usize| {
        let entries: Vec<_> = (0..keys).map(|key| format!(r#""users.k{key}": {{ "timeout": "1s" }}"#)).collect();
        format!("{{ {} }}", entries.join(", "))
    };
    let twenty_megabytes = format!("{{ \"users.get\": {{ \"retry\": \"{}\" }} }}", "x".repeat(20 << 20));
    for (text, says) in [
        (set(10_001), "has 10001 keys and patterns, and 10000 are allowed"),
        (set(1_000_000), "more than 4194304 bytes"),
        (twenty_megabytes, "more than 4194304 bytes; write less, or raise `max_bytes` of `OperatorBounds`"),
    ] {
        plane.answers(move |_| Answer::Document(text.clone()));
        let error = remote.refresh().await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    }
    let whole = set(10_000);
    plane.answers(move |_| Answer::Document(whole.clone()));
    tokio::time::sleep(SECOND).await;
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.k9999").await, DECLARED / 2, "1 s is less than half of what is declared");
}

/// remote-21.
#[tokio::test(start_paused = true)]
async fn f55_one_bad_policy_of_a_hundred_refuses_the_whole_document() {
    let set = |timeout: &str, seventh: &str| {
        let entry = |key| format!(r#""users.k{key}": {{ "timeout": "{}" }}"#, if key == 7 { seventh } else { timeout });
        format!("{{ {} }}", (0..100).map(entry).collect::<Vec<_>>().join(", "))
    };
    let plane = Plane::of(&set("2s", "2s"));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.k0").await;
    remote.refresh().await.unwrap();
    let bad = set("3s", "soon");
    plane.answers(move |_| Answer::Document(bad.clone()));
    assert_eq!(remote.refresh().await.unwrap_err().faults().len(), 1);
    for key in 0..100 {
        assert_eq!(
            timeout_of(&executor, &format!("users.k{key}")).await,
            2 * SECOND,
            "none of the other 99 has changed"
        );
    }
}

/// remote-22.
#[tokio::test(start_paused = true)]
async fn case39_what_a_document_asks_for_is_clamped_and_with_strict_bounds_refused() {
    let text = r#"{ "users.get": { "retry": "1000 attempts, fixed 10h", "budget": "none", "timeout": "400h" } }"#;
    let (plane, (observer, mut news)) = (Plane::of(text), news());
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 24 * 3_600 * SECOND);
    assert!(news.that("changed").await.contains("retry none became 10 attempts, fixed 30s"));
    let fields: Vec<_> = remote.status().documents[0].reports.iter().map(|report| report.field.clone()).collect();
    for field in ["retry.max_attempts", "retry.delay", "budget", "timeout"] {
        assert!(fields.contains(&field.to_owned()), "{fields:?}");
    }

    let strict = RemoteProvider::builder(SPACES).transport(plane).strict(true).prefetch(["users"]).start().unwrap();
    let error = strict.refresh().await.unwrap_err().to_string();
    assert!(error.contains("retry.max_attempts: 1000 became 10") && error.ends_with("(bounds are strict)"), "{error}");
    assert_eq!(strict.status().held, 0);
}

/// remote-22: an unknown field of a newer schema is ignored and reported; of this one it refuses the document.
#[tokio::test(start_paused = true)]
async fn case39_unknown_fields_are_only_for_newer_schemas() {
    let plane = Plane::of(r#"{ "schema": 99, "users.get": { "timeout": "2s", "teleport": true } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    assert!(remote.status().documents[0].reports[0].to_string().contains("teleport"));
    plane.answers(|_| Answer::Document(r#"{ "users.get": { "timeout": "3s", "teleport": true } }"#.to_owned()));
    assert!(remote.refresh().await.unwrap_err().to_string().contains("teleport"));
}

/// remote-19: an entry of another namespace, as after two answers were mixed up.
#[tokio::test(start_paused = true)]
async fn a_document_of_another_namespace_is_refused() {
    let plane = Plane::new(|_| Answer::Document(String::new()));
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    for (name, ok) in [
        ("users.get", true),
        ("users.*", true),
        ("users", true),
        ("users.{id}.get", true),
        ("orders.get", false),
        ("*", false),
        ("usersx.get", false),
        ("{users}.get", false),
    ] {
        plane.answers(move |_| Answer::Document(format!(r#"{{ "{name}": {{ "timeout": "2s" }} }}"#)));
        let result = remote.refresh().await;
        assert_eq!(result.is_ok(), ok, "{name}: {result:?}");
        if let Err(error) = result {
            let says = format!(
                "https://control.example/policies/users:1: `{name}` is not in the namespace `users` that the document was asked for; write keys and \
                 patterns that begin with `users.`"
            );
            assert_eq!((error.kind().code(), error.to_string()), ("other_key", says));
        }
    }
}

/// remote-22: a policy from outside stays within what the function can do, and the attribute stays where it says nothing.
#[tokio::test(start_paused = true)]
async fn sections_that_a_document_leaves_out_stay_as_declared() {
    let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    let attempts = std::sync::atomic::AtomicU32::new(0);
    let policy = Policy::new().retry(RetryPolicy::attempts(4).no_delay());
    let call = || {
        executor.call(Key::from_static("users.get"), policy, async || {
            attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Err::<(), _>("down".to_owned())
        })
    };
    call().await.unwrap_err();
    remote.refresh().await.unwrap();
    call().await.unwrap_err();
    assert_eq!(attempts.into_inner(), 8);
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
}
