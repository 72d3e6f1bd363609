//! Whole expansions, input beside output. `UPDATE_EXPECT=1 cargo test -p recourse-rs-macros` writes them anew.

use super::{expanded, tokens};
use expect_test::{ExpectFile, expect_file};

fn check(input: &str, expected: &ExpectFile) {
    expected.assert_eq(&format!("// Input\n\nrace!({input});\n\n// Expansion\n\n{}", expanded(input)));
}

#[test]
fn a_plain_race_is_a_constructor_and_closures() {
    check("primary(&request), replica(&request)", &expect_file!["../../snapshots/race_plain.rs"]);
}

#[test]
fn everything_that_can_be_written() {
    check(
        "stagger = exp(50ms, 2, max 2s), min_gap = GAP, deadline = 1.5s, fair, panics = lose;
         cache = get(key.parse()?) if warm && ready, db = load(key) after 20ms => |row| row.name,",
        &expect_file!["../../snapshots/race_named.rs"],
    );
}

#[test]
fn an_iterator_gets_its_slots() {
    check(
        "stagger = 250ms, max = 2; for (host, port) in hosts => connect(host, port)",
        &expect_file!["../../snapshots/race_over.rs"],
    );
}

#[test]
fn commas_of_closures_and_paths_separate_no_branches() {
    for (input, branches) in [
        ("a(|x, y| x)", 1),
        ("a() => |(x, y)| x, b() => |x| x", 2),
        ("a() => move |x: A, y: B| x, b()", 2),
        ("load::<A, B>(), b()", 2),
        ("a() if x || y, b()", 2),
        ("a() if x | y, b() if x | y", 2),
        ("[a, b], { c; d }", 2),
        ("(|| a, || b)(), c", 2),
    ] {
        let text = tokens(input).to_string();
        assert_eq!(text.matches("race_and").count(), branches, "{input}: {text}");
    }
}

#[test]
fn only_a_branch_with_a_question_of_its_own_is_wrapped() {
    for (input, wrapped) in [
        ("a(b?)", true),
        ("a(b).c?.d()", true),
        ("a(b.await)", true),
        ("{ let b = c?; a(b) }", true),
        ("async { a(b?).await }", false),
        ("async move { a(b?).await }", false),
        ("a(async { b? })", false),
        ("await_me(b)", false),
    ] {
        let text = tokens(input).to_string();
        assert_eq!(text.contains("|| async { ("), wrapped, "{input}: {text}");
    }
}
