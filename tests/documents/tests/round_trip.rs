//! What is printed is read as the same: documents in both formats, and policies by serde.

use recourse_policy::document::{DocumentReader, Documents, Format, Resolved, schema};
use recourse_policy::{
    BudgetPolicy, CircuitPolicy, DurationText, HedgePolicy, Key, OperatorBounds, Policy, RetryPolicy,
};
use recourse_tests_documents::{check, generate, rng::Rng};

/// The numbers of random documents, and of random policies.
const DOCUMENTS: u64 = 3_000;

/// document-6: `check::holds` prints each good document in both formats, and reads it again.
#[test]
fn random_documents_are_good_and_print_as_themselves() {
    let mut entries = 0;
    for seed in 0..DOCUMENTS {
        let mut rng = Rng::new(seed);
        let format = *rng.pick(&[Format::Toml, Format::Json]);
        let (text, count) = generate::document(&mut rng, format);
        assert!(check::holds(format, text.as_bytes()), "{}\n{text}", check::read(format, text.as_bytes()).unwrap_err());
        assert_eq!(check::read(format, text.as_bytes()).unwrap().entries().len(), count, "{text}");
        entries += count;
    }
    assert!(entries > 3_000, "{entries}");
}

/// document-12: for every key that an entry matches, in both formats.
#[test]
fn what_is_printed_for_a_key_a_namespace_and_all_means_what_the_documents_mean() {
    let of = |document| Documents::new([document], &OperatorBounds::new()).unwrap();
    let means = |found: &Resolved<'_, ()>| (*found.policy(), found.sections());
    let mut keys = 0;
    for seed in 0..DOCUMENTS {
        let mut rng = Rng::new(seed);
        let (text, _) = generate::document(&mut rng, Format::Toml);
        let documents = of(check::read(Format::Toml, text.as_bytes()).unwrap());
        let format = *rng.pick(&[Format::Toml, Format::Json]);
        let all = documents.print(7, format);
        let all = of(check::read(format, all.as_bytes()).unwrap());
        for entry in documents.entries() {
            let key =
                Key::new(entry.pattern().as_str().replace("{self.", "").replace(['{', '}'], "").replace('*', "z"))
                    .unwrap();
            let expected = documents.resolve(key.as_str(), None);
            assert_eq!(means(&all.resolve(key.as_str(), None)), means(&expected), "{key} of\n{text}");

            let namespace = Key::parse(key.namespace()).unwrap();
            let printed = documents.print_namespace(&namespace, 7, format);
            let read = check::read(format, printed.as_bytes()).unwrap();
            let below = format!("{namespace}.");
            let is_below = |text: &str| text == namespace.as_str() || text.starts_with(&below);
            assert!(read.entries().iter().all(|entry| is_below(entry.pattern().as_str())), "{printed}");
            // What `*` says about the key that is the namespace itself has no place in it.
            if key != namespace {
                assert_eq!(
                    means(&of(read).resolve(key.as_str(), None)),
                    means(&expected),
                    "{key} in\n{printed}\nof\n{text}"
                );
            }
            let printed = expected.print(&key, 7, format);
            let reader = DocumentReader::new().names(generate::names());
            let read = reader.read_key(&key, "key", format, printed.as_bytes());
            let read = read.unwrap_or_else(|refused| panic!("{refused}\n{printed}\nof\n{text}"));
            assert_eq!(read.version(), Some(7));
            assert_eq!(means(&of(read).resolve(key.as_str(), None)), means(&expected), "{printed}\nof\n{text}");
            keys += 1;
        }
    }
    assert!(keys > 3_000, "{keys}");
}

/// document-6
#[test]
fn policies_come_back_from_serde() {
    for seed in 0..DOCUMENTS {
        let policy = generate::policy(&mut Rng::new(seed));
        if policy.conflicts().iter().any(|conflict| !conflict.is_note) {
            continue;
        }
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy, "{json}");
        let text = toml::to_string(&policy).unwrap();
        assert_eq!(toml::from_str::<Policy>(&text).unwrap(), policy, "{text}");
    }
}

#[test]
fn serde_writes_texts_and_reads_fields_too() {
    let policy = Policy::defaults().timeout(std::time::Duration::from_millis(1500));
    let text = r#"{"retry":"defaults","circuit":"defaults","timeout":"1.5s"}"#;
    assert_eq!(serde_json::to_string(&policy).unwrap(), text);
    let fields = r#"{ "retry": { "max_attempts": 3 }, "circuit": { "percent": 50 }, "timeout": "1500ms" }"#;
    assert_eq!(serde_json::from_str::<Policy>(fields).unwrap(), policy);
    assert_eq!(serde_json::from_str::<RetryPolicy>(r#"{ "max_attempts": 3 }"#).unwrap(), RetryPolicy::defaults());
    assert_eq!(serde_json::from_str::<CircuitPolicy>(r#""defaults""#).unwrap(), CircuitPolicy::defaults());
    assert_eq!(serde_json::from_str::<BudgetPolicy>(r#""none""#).unwrap(), BudgetPolicy::none());
    assert_eq!(serde_json::from_str::<HedgePolicy>(r#"{ "trigger": "p99" }"#).unwrap(), HedgePolicy::percentile(99));
}

/// document-9: Serde is strict: everything at once, bounds and contradictions, too, and nothing by name.
#[test]
fn serde_refuses_what_is_wrong() {
    let error = |text: &str| serde_json::from_str::<Policy>(text).unwrap_err().to_string();
    for (text, says) in [
        (r#"{ "retry": "500 attempts" }"#, "retry.max_attempts: 500 became 100: attempts are 1 to 100"),
        (r#"{ "timeout": "1s", "attempt_timeout": "2s" }"#, "attempt_timeout: 2s is not below the timeout of 1s"),
        (r#"{ "timeuot": "1s" }"#, "there is no field `timeuot`; did you mean `timeout`?"),
        (r#"{ "enabled": false }"#, "there is no field `enabled`"),
        (r#"{ "budget": "search" }"#, "only a document can have"),
        (r#"{ "hedge": { "trigger": "adaptive" } }"#, "only a document can have"),
        (r#"{ "timeout": "1s", "timeout": "1s" }"#, "`timeout` is there twice"),
        (r#"{ "timeout": 5 }"#, "did you mean \"5ms\" or \"5s\"?"),
        ("[]", "an array is no policy"),
    ] {
        assert!(error(text).contains(says), "{text}: {}", error(text));
    }
    assert_eq!(error(r#"{ "retry": "4 tries", "circuit": 5, "timeout": null }"#).lines().count(), 3);
    assert!(serde_json::from_str::<DurationText>("5").is_err());
    assert!(serde_json::from_str::<BudgetPolicy>(r#""search""#).is_err());
}

/// document-10: `docs/policy.schema.json` is what the code says: `cargo run -p recourse-rs-cli -- schema > docs/policy.schema.json`.
#[test]
fn the_committed_schema_is_the_one_of_the_code() {
    let committed = include_str!("../../../docs/policy.schema.json");
    assert!(
        committed == schema(),
        "docs/policy.schema.json is old: cargo run -p recourse-rs-cli -- schema > docs/policy.schema.json"
    );
}
