//! Keys that are wrong: as a name in quotes, in both formats.

use crate::{Bad, Expect, Good, told};
use expect_test::expect_file;
use recourse_policy::document::{DocumentReader, Format};

/// document-1: each row is told as the file beside it has it.
#[test]
fn keys_that_are_wrong() {
    let long = "a".repeat(65_536);
    let limit = "a".repeat(201);
    let keys: [(&str, &str, Expect); 37] = [
        ("empty", "", Bad),
        ("a dot", ".", Bad),
        ("two dots", "..", Bad),
        ("a dot at the end", "a.", Bad),
        ("a dot at the beginning", ".a", Bad),
        ("an empty part", "a..b", Bad),
        ("a slash", "a/b", Bad),
        ("a folder above", "../x", Bad),
        ("escaped dots", "%2e%2e", Bad),
        ("a backslash", "a\\\\b", Bad),
        ("a host", "//host/x", Bad),
        ("a URL", "https://h/x", Bad),
        ("a line break", "a\\r\\nb", Bad),
        ("NUL", "a\\u0000b", Bad),
        ("a blank", "a b", Bad),
        ("201 characters", &limit, Bad),
        ("64 KiB", &long, Bad),
        ("mixed scripts", "us\u{435}rs", Bad),
        ("composed", "caf\u{e9}", Bad),
        ("decomposed", "cafe\u{301}", Bad),
        ("full width", "\u{ff55}sers", Bad),
        ("zero width", "us\u{200b}ers", Bad),
        ("right to left", "us\u{202e}ers", Bad),
        ("upper case", "Users.Get", Good),
        ("braces", "{", Bad),
        ("closing braces", "a.}", Bad),
        ("empty braces", "a.{}", Bad),
        ("a format", "a.{b:?}", Bad),
        ("two arguments in one part", "a.{b}{c}", Bad),
        ("a template", "a.{b}.c", Good),
        ("a template with a star", "a.{b}.*", Bad),
        ("a star in a part", "a*", Bad),
        ("a star in the middle", "a.*.b", Bad),
        ("two stars", "**", Bad),
        ("a section at the end", "users.retry", Bad),
        ("a section alone", "users.get.enabled", Bad),
        ("a section at the beginning", "retry.users", Good),
    ];
    let documents = |format| {
        keys.map(|(name, key, expect)| {
            let document = match format {
                Format::Toml => format!("[\"{key}\"]\ntimeout = \"1s\"\n"),
                _ => format!("{{\"{key}\": {{ \"timeout\": \"1s\" }} }}"),
            };
            (name, document.into_bytes(), expect)
        })
    };
    let toml = told(Format::Toml, &documents(Format::Toml));
    expect_file!["keys.txt"].assert_eq(&toml);
    assert_eq!(told(Format::Json, &documents(Format::Json)), toml, "the place is the same in both");
}

/// Keys that differ in case are two keys.
#[test]
fn case_tells_keys_apart() {
    let text = "[A]\ntimeout = \"1s\"\n[a]\ntimeout = \"2s\"\n";
    let document = DocumentReader::new().read("policies.toml", Format::Toml, text.as_bytes()).unwrap();
    let keys: Vec<_> = document.entries().iter().map(|entry| entry.pattern().as_str()).collect();
    assert_eq!(keys, ["A", "a"]);
}
