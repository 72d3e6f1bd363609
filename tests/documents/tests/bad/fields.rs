//! Fields that are wrong, in JSON.

use crate::{Bad, Good, Reported, rows, told};
use expect_test::expect_file;
use recourse_policy::Key;
use recourse_policy::document::{DocumentReader, FaultKind, Format};

/// document-1: each row is told as the file beside it has it.
#[test]
fn fields_that_are_wrong() {
    let rows = rows(&[
        ("an unknown field", r#"{ "key": "a", "timeuot": "1s" }"#, Bad),
        ("an unknown field without a near one", r#"{ "key": "a", "colour": "red" }"#, Bad),
        ("an unknown field of a section", r#"{ "a": { "retry": { "count": 3 } } }"#, Bad),
        (
            "another library's name",
            r#"{ "a": { "retry": { "multiplier": 3, "max_backoff": "1s", "base_delay": "1ms" } } }"#,
            Bad,
        ),
        ("upper case", r#"{ "a": { "retry": { "MaxAttempts": 3 } } }"#, Bad),
        ("camelCase", r#"{ "a": { "retry": { "maxAttempts": 3 }, "attemptTimeout": "1s" } }"#, Bad),
        ("a duplicate field", r#"{ "key": "a", "timeout": "1s", "timeout": "2s" }"#, Bad),
        ("a duplicate by an escape", r#"{ "key": "a", "timeout": "1s", "time\u006fut": "2s" }"#, Bad),
        ("a duplicate key", r#"{ "a": {}, "a": {} }"#, Bad),
        ("a duplicate key by nesting", r#"{ "a": { "b": { "timeout": "1s" } }, "a.b": {} }"#, Bad),
        ("null for a section", r#"{ "key": "a", "retry": null, "hedge": null, "circuit": null, "budget": null }"#, Bad),
        (
            "null for a time",
            r#"{ "key": "a", "timeout": null, "attempt_timeout": null, "enabled": null, "classify": null }"#,
            Bad,
        ),
        ("null for a field", r#"{ "a": { "retry": { "max_attempts": null, "delay": null, "jitter": null } } }"#, Bad),
        ("null for the top", r#"{ "version": null, "schema": null, "key": null }"#, Bad),
        ("text for a number", r#"{ "a": { "retry": { "max_attempts": "3" } } }"#, Bad),
        ("a number for text", r#"{ "key": "a", "retry": 3 }"#, Bad),
        ("a flag for a number", r#"{ "a": { "retry": { "max_attempts": true } } }"#, Bad),
        ("text for a flag", r#"{ "a": { "enabled": "false" } }"#, Bad),
        ("a number for a flag", r#"{ "a": { "enabled": 0 } }"#, Bad),
        ("an object for a number", r#"{ "a": { "retry": { "max_attempts": { "value": 3 } } } }"#, Bad),
        ("an object for a time", r#"{ "key": "a", "timeout": { "secs": 1, "nanos": 0 } }"#, Bad),
        ("an empty word", r#"{ "a": { "retry": { "jitter": "" } } }"#, Bad),
        ("an unknown word", r#"{ "a": { "retry": { "jitter": "fulll", "backoff": "cubic" } } }"#, Bad),
        ("a word with blanks", r#"{ "a": { "retry": { "jitter": " full " } } }"#, Bad),
        ("an empty section", r#"{ "key": "a", "retry": "", "hedge": "", "circuit": "", "budget": "" }"#, Bad),
        ("an unknown section in text", r#"{ "key": "a", "circuit": "five failures" }"#, Bad),
        ("a misspelt section with fields", r#"{ "a": { "retri": { "max_attempts": 3 } } }"#, Bad),
        ("the key is a number", r#"{ "key": 7, "timeout": "x" }"#, Bad),
        ("no key", r#"{ "timeout": "1s", "users": { "get": {} } }"#, Bad),
        ("a key beside other keys", r#"{ "key": "a", "timeout": "1s", "b": { "timeout": "1s" } }"#, Bad),
        ("an unknown schema", r#"{ "schema": 0, "a": {} }"#, Bad),
        ("a version that is no number", r#"{ "version": "3.1", "a": {} }"#, Bad),
        ("a version that is a key", r#"{ "version": { "get": { "timeout": "1s" } } }"#, Bad),
        (
            "a newer schema",
            r#"{ "schema": 2, "a": { "timeout": "1s", "fair": 5, "retry": { "mode": "x" }, "cache": { "size": 7 } } }"#,
            Reported,
        ),
        ("a newer schema with an unknown word", r#"{ "schema": 2, "a": { "retry": "3 attempts, cubic" } }"#, Bad),
        ("a newer schema with an unknown name", r#"{ "schema": 2, "a": { "classify": "by_colour" } }"#, Bad),
        ("an empty entry", r#"{ "a": {} }"#, Good),
    ]);
    expect_file!["fields.txt"].assert_eq(&told(Format::Json, &rows));
}

/// document-2: A text of 1 MB and 100,000 fields are refused in bounded time, with a bounded message.
#[test]
fn large_fields() {
    let long = "x".repeat(1_000_000);
    let million = (0..100_000).map(|index| format!(", \"f{index}\": 1")).collect::<Vec<_>>().concat();
    for text in [
        format!(r#"{{ "key": "a", "timeout": "{long}" }}"#),
        format!(r#"{{ "key": "a", "retry": "3 attempts, {long}" }}"#),
        format!(r#"{{ "key": "a", "retry": "{long} attempts" }}"#),
        format!(r#"{{ "key": "a", "{long}": 1 }}"#),
        format!(r#"{{ "{long}": {{ "a": {{ "timeout": "1s" }}, "b": {{ "timeout": "1s" }} }} }}"#),
        format!(r#"{{ "key": "{long}", "timeout": "1s" }}"#),
        format!(r#"{{ "key": "a", "classify": "{long}" }}"#),
        format!(r#"{{ "key": "a", "retry": {{ "jitter": "{long}", "max_attempts": {} }} }}"#, "9".repeat(1_000_000)),
        format!(r#"{{ "key": "a"{million} }}"#),
    ] {
        let refused = recourse_tests_documents::check::read(Format::Json, text.as_bytes()).unwrap_err();
        let told: usize = refused.faults().iter().map(|fault| format!("{fault:?}").len()).sum();
        assert!(told / refused.faults().len() < 4_000, "{told} bytes");
    }
}

/// document-4: A document that was asked for by its key is of that key.
#[test]
fn another_key_than_the_one_asked_for() {
    let key = Key::from_static("users.get");
    let read = |text: &str| DocumentReader::new().read_key(&key, "users/get.json", Format::Json, text.as_bytes());
    let refused = read(r#"{ "key": "users.put", "timeout": "1s" }"#).unwrap_err();
    assert_eq!(refused.faults()[0].kind, FaultKind::OtherKey);
    assert_eq!(
        refused.to_string(),
        "users/get.json:1:10: key: `users.put` is another key than the document was asked for, `users.get`; write \"users.get\", or \
         leave `key` out"
    );
    for text in [r#"{ "key": "users.get", "timeout": "1s" }"#, r#"{ "timeout": "1s" }"#] {
        assert_eq!(read(text).unwrap().entries()[0].pattern().as_str(), "users.get");
    }
    assert_eq!(read(r#"{ "users.get": { "timeout": "1s" } }"#).unwrap_err().faults()[0].kind, FaultKind::UnknownField);
}
