//! Good documents: what they say about a key, section by section.

use recourse_policy::document::{Document, DocumentReader, Documents, FaultKind, Format, Section};
use recourse_policy::{BudgetPolicy, HedgePolicy, HedgeWhen, OperatorBounds, Policy, RetryPolicy};
use recourse_tests_documents::check::{holds, read};
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn toml(file: &str, text: &str) -> Document<()> {
    let names = recourse_tests_documents::generate::names();
    let reader = DocumentReader::new().names(names);
    reader.read(file, Format::Toml, text.as_bytes()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn documents(files: &[(&str, &str)]) -> Documents<()> {
    let read = files.iter().map(|(file, text)| toml(file, text));
    Documents::new(read, &OperatorBounds::new()).unwrap_or_else(|refused| panic!("{refused}"))
}

/// Every file of the folder `good` is read without a report.
#[test]
fn good_files_are_good() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/good");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let format = Format::of_file(path.to_str().unwrap()).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert!(holds(format, &bytes), "{}", read(format, &bytes).unwrap_err());
        assert_eq!(read(format, &bytes).unwrap().reports(), [], "{}", path.display());
        count += 1;
    }
    assert!(count >= 5, "{count}");
}

/// Every file of the folder `bad` is refused.
#[test]
fn bad_files_are_bad() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/bad");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let format = Format::of_file(path.to_str().unwrap()).unwrap();
        assert!(!holds(format, &std::fs::read(&path).unwrap()), "{}", path.display());
    }
}

/// document-6: Text and fields of a section mean the same.
#[test]
fn text_and_fields_mean_the_same() {
    for (text, fields) in [
        (r#"retry = "4 attempts""#, "retry = { max_attempts = 4 }"),
        (r#"retry = "defaults""#, "retry = {}"),
        (r#"retry = "3 attempts, fixed 5ms""#, r#"retry = { delay = "5ms" }"#),
        (r#"retry = "3 attempts, no delay""#, r#"retry = { backoff = "none" }"#),
        (r#"retry = "3 attempts, fixed 50ms, equal jitter""#, r#"retry = { backoff = "fixed", jitter = "equal" }"#),
        (r#"retry = "3 attempts, linear 5ms..1s""#, r#"retry = { backoff = "linear", initial = "5ms" }"#),
        (r#"retry = "3 attempts, exponential 5s..5s""#, r#"retry = { initial = "5s" }"#),
        (
            r#"retry = "3 attempts, exponential 1ms..2s x1.5, decorrelated jitter""#,
            r#"retry = { initial = "1ms", max = "2s", factor = 1.5, jitter = "decorrelated" }"#,
        ),
        (
            r#"retry = "3 attempts, pushback up to 5s, fresh after 1h, over nested""#,
            r#"retry = { max_pushback = "5s", fresh_after = "1h", over_nested = true }"#,
        ),
        (r#"hedge = "200ms""#, r#"hedge = { delay = "200ms" }"#),
        (r#"hedge = "none""#, r#"hedge = { trigger = "none" }"#),
        (
            r#"hedge = "p99 or 200ms, at most 1, budget 10% + 3/s, fail slow""#,
            r#"hedge = { trigger = "p99", delay = "200ms", max_hedges = 1, budget = "10% + 3/s", fail_slow = true }"#,
        ),
        (
            r#"hedge = "p50, budget 10% + 0/s""#,
            r#"hedge = { trigger = "p50", budget = { percent = 10 }, fail_slow = false }"#,
        ),
        (r#"hedge = "20ms""#, r#"hedge = { delay = "20ms", budget = "defaults" }"#),
        (r#"circuit = "defaults""#, "circuit = {}"),
        (r#"circuit = "5 failures""#, "circuit = { failures = 5 }"),
        (r#"circuit = "20% of 20 in 10s""#, "circuit = { percent = 20 }"),
        (
            r#"circuit = "5 failures in 10s, slow 1s, cooldown 1s..30s, 2 probes, 5 successes""#,
            r#"circuit = { failures = 5, window = "10s", slow = "1s", cooldown = "1s", max_cooldown = "30s", probes = 2, successes = 5 }"#,
        ),
        (r#"budget = "10%""#, "budget = { percent = 10 }"),
        (r#"concurrency = "8 at once""#, "concurrency = { at_once = 8 }"),
        (
            r#"concurrency = "8 at once, wait 50ms, queue 20""#,
            r#"concurrency = { at_once = 8, wait = "50ms", queue = 20 }"#,
        ),
        (r#"concurrency = "adaptive""#, r#"concurrency = { at_once = "adaptive" }"#),
        (r#"concurrency = "adaptive 4..1000""#, r#"concurrency = { at_once = "adaptive", min = 4 }"#),
        (r#"budget = "0% + 7/s""#, "budget = { per_second = 7 }"),
    ] {
        let policy = |section: &str| *toml("policies.toml", &format!("[a]\n{section}\n")).entries()[0].policy();
        assert_eq!(policy(text), policy(fields), "{text} {fields}");
        assert_ne!(policy(text), Policy::new(), "{text}");
    }
}

/// document-7: The entry that is most specific decides each section: key, template, longest name, `*`.
#[test]
fn the_most_specific_entry_decides_each_section() {
    let documents = documents(&[
        ("base.toml", "['*']\nretry = \"2 attempts\"\ntimeout = \"9s\"\nbudget = \"7%\"\nenabled = true\n"),
        (
            "t.toml",
            "['t.*']\ntimeout = \"8s\"\ncircuit = \"sensitive\"\n['t.{tenant}']\ncircuit = \"5 failures\"\nenabled = false\n",
        ),
        ("acme.toml", "key = \"t.acme\"\nretry = \"4 attempts\"\n"),
    ]);
    let found = documents.resolve("t.acme", Some("t.{tenant}"));
    let expected = Policy::new()
        .retry(RetryPolicy::attempts(4))
        .circuit("5 failures".parse().unwrap())
        .budget(BudgetPolicy::percent(7))
        .timeout(8_000 * MS);
    assert_eq!((found.policy(), found.enabled()), (&expected, Some(false)));
    let source = |section| found.source(section).map(|entry| (&**entry.file(), entry.line_of(section).unwrap()));
    assert_eq!(source(Section::Retry), Some(("acme.toml", 2)));
    assert_eq!(source(Section::Circuit), Some(("t.toml", 5)));
    assert_eq!(source(Section::Timeout), Some(("t.toml", 2)));
    assert_eq!(source(Section::Budget), Some(("base.toml", 4)));
    assert_eq!((source(Section::Hedge), source(Section::Classify)), (None, None));
    let other = documents.resolve("t.other", None);
    assert_eq!((other.policy().circuit, other.enabled()), (Some("sensitive".parse().unwrap()), Some(true)));
    assert_eq!(documents.resolve("t", None).policy().timeout, Some(9_000 * MS));
    // A call site that has made no key yet asks by its template.
    assert_eq!(documents.resolve("t.{tenant}", None).enabled(), Some(false));
    assert_eq!(documents.versions().count(), 3);
}

/// document-7: Names are resolved while the document is read, and belong to their section.
#[test]
fn names_belong_to_their_section() {
    let documents = documents(&[(
        "policies.toml",
        "['*']\nbudget = \"7%\"\nhedge = { trigger = \"adaptive\", budget = \"search\", max_hedges = 1 }\nclassify = \"by_status\"\n\
         ['a.*']\nbudget = \"search\"\n['a.b']\nhedge = \"20ms\"\n",
    )]);
    let a = documents.resolve("a.c", None);
    assert_eq!(a.policy().budget, None, "the named budget takes the place of the one with values");
    assert_eq!(a.budget().map(|budget| &*budget.name), Some("search"));
    assert_eq!(a.trigger().map(|trigger| &*trigger.name), Some("adaptive"));
    assert_eq!(a.hedge_budget().map(|budget| &*budget.name), Some("search"));
    assert_eq!(a.classify().map(|classify| &*classify.name), Some("by_status"));
    // What holds if nobody asks the trigger never fires without samples.
    assert_eq!(a.policy().hedge, Some(HedgePolicy::percentile(99).at_most(1)));
    let b = documents.resolve("a.b", None);
    assert!(b.trigger().is_none() && b.hedge_budget().is_none());
    assert_eq!(b.policy().hedge.unwrap().when, HedgeWhen::After(20 * MS));
    assert_eq!(documents.resolve("c", None).policy().budget, Some(BudgetPolicy::percent(7)));
}

/// document-8: Two files with the same pattern, and more keys than allowed, are refused with both places.
#[test]
fn files_that_do_not_go_together_are_refused() {
    let read = || [toml("a.toml", "[x]\ntimeout = \"1s\"\n"), toml("b.toml", "version = 1\n['x']\ntimeout = \"2s\"\n")];
    let refused = Documents::new(read(), &OperatorBounds::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "b.toml:2:1: [x] `x` is there twice, first in a.toml, line 1; leave one of them out"
    );
    let refused = Documents::new(read(), &OperatorBounds::new().max_keys(1)).unwrap_err();
    assert_eq!(refused.faults()[0].kind, FaultKind::TooLarge);
    assert!(refused.to_string().contains("more than 1 keys"), "{refused}");
}

/// document-8: Entries that match no known key are told with the nearest one.
#[test]
fn entries_that_match_nothing_are_told() {
    let documents = documents(&[(
        "policies.toml",
        "[users.gte]\n['user.*']\n[users.get]\n['users.*']\n['t.{tennant}']\n['t.{tenant}']\n['*']\n[something.else]\n",
    )]);
    let unmatched = documents.unmatched(["users.get", "users.put", "t.{tenant}"]);
    let told: Vec<_> =
        unmatched.iter().map(|other| (other.entry.line(), other.entry.pattern().as_str(), other.nearest)).collect();
    assert_eq!(
        told,
        [
            (1, "users.gte", Some("users.get")),
            (2, "user.*", Some("users")),
            (5, "t.{tennant}", Some("t.{tenant}")),
            (8, "something.else", None)
        ]
    );
}

/// document-5: A report has the place of the value even if a text has several, and an operator's bound has the same place.
#[test]
fn bounds_of_an_operator_are_told_in_their_place() {
    let bounds = OperatorBounds::new().max_attempts(2).max_delay(100 * MS);
    let text = "[a]\nretry = \"5 attempts, exponential 1ms..2s\"\n[b.retry]\nmax_attempts = 3\ndelay = \"1s\"\n";
    let document = DocumentReader::new().bounds(bounds).read("p.toml", Format::Toml, text.as_bytes()).unwrap();
    let told: Vec<_> =
        document.reports().iter().map(|report| (report.line, report.column, report.field.as_str())).collect();
    assert_eq!(
        told,
        [(2, 9, "retry.max_attempts"), (2, 9, "retry.max"), (4, 16, "retry.max_attempts"), (5, 9, "retry.delay")]
    );
    assert_eq!(document.entries()[1].policy().retry, Some(RetryPolicy::attempts(2).fixed(100 * MS)));
}
