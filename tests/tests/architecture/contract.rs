//! `tests/CONTRACT.md` and the tests agree: promises have tests, tests exist, and what they cite is promised.

use crate::source::{is_ident, is_punct, read, rust_files, workspace};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Folders with tests: what their paths begin with.
const TESTS: [(&str, &str); 17] = [
    ("tests/tests", ""),
    ("tests/propagation/tests", ""),
    ("tests/by-name/tests", ""),
    ("tests/foreign/tests", ""),
    ("tests/model/tests", ""),
    ("tests/documents/tests", ""),
    ("tests/admin/tests", ""),
    ("tests/classifiers/tests", ""),
    ("tests/files/tests", "files"),
    ("tests/remote/tests", ""),
    ("examples/control_plane/tests", ""),
    ("examples/metrics/tests", ""),
    ("examples/otel/tests", ""),
    ("recourse-cli/tests", "cli"),
    ("tests/renamed/tests", ""),
    ("tests/unsafe/tests", ""),
    ("recourse/src", "recourse"),
];

/// Folders whose comments may cite promises.
const CITING: [&str; 7] =
    ["tests", "ui-tests", "examples", "recourse/src", "recourse-macros/src", "recourse-policy", "recourse-cli"];

/// A test, and the promises that its documentation cites.
pub(crate) type Tests = BTreeMap<String, BTreeSet<String>>;

/// The tests of each promise.
fn contract() -> BTreeMap<String, Vec<String>> {
    let text = read(&workspace("tests/CONTRACT.md"));
    let mut promises: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("- **") {
            let (id, sentence) = rest.split_once("** ").unwrap_or_else(|| panic!("no promise: {line}"));
            assert!(sentence.ends_with('.') && ids(id).contains(id), "no promise: {line}");
            assert!(promises.insert(id.to_owned(), Vec::new()).is_none(), "{id} stands there twice");
            last = Some(id.to_owned());
        } else if let Some(test) = line.strip_prefix("  - `").and_then(|rest| rest.strip_suffix('`')) {
            let id = last.as_ref().unwrap_or_else(|| panic!("a test of no promise: {line}"));
            promises.get_mut(id).expect("it was inserted").push(test.to_owned());
        } else {
            assert!(!line.trim_start().starts_with("- "), "neither a promise nor a test: {line}");
        }
    }
    assert!(promises.len() > 80, "only {} promises were read", promises.len());
    promises
}

/// All tests by their paths.
pub(crate) fn tests() -> Tests {
    let mut tests = Tests::new();
    for (folder, prefix) in TESTS {
        let root = workspace(folder);
        for file in rust_files(&root) {
            let path = module_of(prefix, file.strip_prefix(&root).expect("below the root"));
            collect(read(&file).parse().expect("Rust"), &path, &mut tests);
        }
    }
    assert!(tests.len() > 600, "only {} tests were found", tests.len());
    tests
}

/// `behaviour::hedge` for `behaviour/hedge/mod.rs`.
fn module_of(prefix: &str, file: &Path) -> String {
    let file = file.with_extension("");
    let names = file.iter().map(|name| name.to_string_lossy().into_owned());
    let names = names.filter(|name| !matches!(name.as_str(), "mod" | "main" | "lib"));
    let names: Vec<_> = (!prefix.is_empty()).then(|| prefix.to_owned()).into_iter().chain(names).collect();
    names.join("::")
}

/// Adds the tests that stand in this code, in modules and macros, too.
fn collect(code: TokenStream, module: &str, tests: &mut Tests) {
    let tokens: Vec<_> = code.into_iter().collect();
    let (mut is_test, mut docs) = (false, String::new());
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        match token {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Bracket && is_punct(before(&tokens, at), '#') =>
            {
                let attribute = group.stream().to_string().replace(' ', "");
                is_test |= attribute == "test" || attribute.starts_with("tokio::test");
                if attribute.starts_with("doc=") {
                    docs.push_str(&group.stream().to_string());
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                match before(&tokens, at) {
                    Some(name) if at > 1 && is_ident(tokens.get(at - 2), "mod") => {
                        collect(group.stream(), &format!("{module}::{name}"), tests);
                    }
                    Some(bang) if is_punct(Some(bang), '!') => collect(group.stream(), module, tests),
                    _ => {}
                }
                (is_test, docs) = (false, String::new());
            }
            TokenTree::Ident(word) if word == "fn" && is_test => {
                let name = next.expect("a name").to_string();
                tests.insert(format!("{module}::{name}"), ids(&docs));
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => (is_test, docs) = (false, String::new()),
            _ => {}
        }
    }
}

fn before(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    at.checked_sub(1).and_then(|at| tokens.get(at))
}

/// What looks like the id of a promise: `retry-3`, for a mechanism that has promises.
fn ids(text: &str) -> BTreeSet<String> {
    const MECHANISMS: [&str; 30] = [
        "call",
        "site",
        "scope",
        "context",
        "propagation",
        "source",
        "testing",
        "panic",
        "timeout",
        "retry",
        "classify",
        "budget",
        "hedge",
        "circuit",
        "key",
        "fallback",
        "observe",
        "attribute",
        "race",
        "net",
        "tower",
        "cost",
        "concurrency",
        "rate",
        "document",
        "admin",
        "file",
        "remote",
        "serving",
        "answer",
    ];
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let is_id = |word: &&str| {
        word.split_once('-').is_some_and(|(mechanism, number)| {
            MECHANISMS.contains(&mechanism) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    words.filter(is_id).map(ToOwned::to_owned).collect()
}

/// The comments of a text.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.find("//").map(|at| &line[at..]))
}

#[test]
fn every_promise_has_tests_that_exist() {
    let tests = tests();
    let mut wrong = Vec::new();
    for (id, named) in contract() {
        if named.is_empty() {
            wrong.push(format!("{id} has no test"));
        }
        wrong
            .extend(named.iter().filter(|test| !tests.contains_key(*test)).map(|test| format!("{id}: no test {test}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_test_that_cites_a_promise_is_named_under_it() {
    let contract = contract();
    let mut wrong = Vec::new();
    for (test, cited) in tests() {
        for id in cited {
            if !contract.get(&id).is_some_and(|named| named.contains(&test)) {
                wrong.push(format!("{test} cites {id}, and is not named under it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_comments_cite_is_promised_and_in_this_repository() {
    let contract = contract();
    let mut wrong = Vec::new();
    for file in CITING.iter().flat_map(|folder| rust_files(&workspace(folder))) {
        if file.ends_with("architecture/contract.rs") {
            continue;
        }
        let text = read(&file);
        let cited = comments(&text).flat_map(ids).collect::<BTreeSet<_>>();
        wrong.extend(
            cited.difference(&contract.keys().cloned().collect()).map(|id| format!("{}: {id}", file.display())),
        );
        wrong.extend(
            comments(&text).filter(|comment| is_foreign(comment)).map(|it| format!("{}: {it}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// True for a number of a list that is not in this repository.
fn is_foreign(comment: &str) -> bool {
    let numbered = |word: &str, first: char, digits: std::ops::RangeInclusive<usize>| {
        let rest = word.strip_prefix(first).unwrap_or_default();
        digits.contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut words = comment.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word == "CASES" || numbered(word, 'F', 2..=2) || numbered(word, 'T', 2..=2))
}

/// The checks themselves.
#[test]
fn the_check_can_fail() {
    let found = |code: &str| {
        let mut tests = Tests::new();
        collect(code.parse().expect("Rust"), "m", &mut tests);
        tests.into_iter().map(|(test, ids)| format!("{test} {ids:?}")).collect::<Vec<_>>()
    };
    assert_eq!(found("/// retry-1, race-12: so.\n#[test]\nfn a() {}\nfn b() {}"), [r#"m::a {"race-12", "retry-1"}"#]);
    assert_eq!(found("/// retry-1.\nfn a() {}\n#[tokio::test(start_paused = true)]\nasync fn b() {}"), ["m::b {}"]);
    assert_eq!(
        found("mod n { #[test] fn a() {} } proptest! { #[test] fn b(n in 0..1) {} }"),
        ["m::b {}", "m::n::a {}"]
    );
    assert_eq!(module_of("recourse", Path::new("hedge/ring/tests.rs")), "recourse::hedge::ring::tests");
    assert_eq!(module_of("", Path::new("race/easy_racer/mod.rs")), "race::easy_racer");
    assert!(ids("retry-x, foo-1, hedge-, x-retry-1, retry-1s").is_empty());
    assert!(
        is_foreign("// CASES 3") && is_foreign("// F04.") && is_foreign("// T15:") && !is_foreign("// F4, FF04, F045")
    );
}
