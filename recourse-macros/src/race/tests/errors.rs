//! The error messages, by words that they contain. How they look to a user is tested in ui-tests.

use super::{errors, tokens};

fn check(input: &str, expected: &[&str]) {
    let found = errors(&tokens(input));
    assert_eq!(found.len(), expected.len(), "{input}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{input}: {found:?} lacks {expected:?}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    check(
        "stager = 1s, deadline = 5, fair = yes; v6 = a().await, v4 = b() after 3x, v4 = c(), d()",
        &[
            "did you mean `stagger`",
            "`5` has no unit",
            "`fair` takes no value",
            "leave this `.await` out",
            "unknown unit `x`",
            "this branch has no name",
        ],
    );
}

#[test]
fn a_part_that_cannot_be_read_is_no_other_mistake() {
    check("stagger = 1s;", &["a race needs a branch"]);
    check("stagger = ; a()", &["`stagger` needs a value"]);
    check("stagger; a()", &["`stagger` needs a value"]);
    check("1s; a()", &["options come before the `;`"]);
    check("a() b()", &["a branch ends here"]);
    check("a() after 1s after 2s", &["a branch ends here"]);
    check("v6 =", &["a branch needs a future"]);
    check("stagger = exp(5, 2, max 2s); a()", &["`5` has no unit"]);
    check("stagger = exp(5ms, 2); a()", &["gaps that grow are written"]);
    check("stagger = [50ms, 3x]; a()", &["unknown unit `x`"]);
    check("timeout = 2s; a()", &["its `deadline`"]);
    check("a(), panics = lose", &["options come before the branches"]);
    check("for a in b => c(a)", &["needs `max`"]);
    check("max = 4; for a b => c(a)", &["is written `for a in addrs => connect(a)`"]);
    check("max = 4; for a in b { c(a) }", &["is written `for a in addrs => connect(a)`"]);
    check("max = 0; for a in b => c(a)", &["`max` is how many"]);
    check("max = 4.5; for a in b => c(a)", &["`max` is how many"]);
    check("max = 4; a()", &["`max` is for a race over an iterator"]);
    check("max = 4; for a in b => c(a?)", &["`async move { .. }`"]);
    check("self = a()", &["cannot be the name of a branch"]);
}

#[test]
fn names_of_options_are_names_of_branches_where_a_future_follows() {
    assert!(!tokens("first = a(), fair = b(), stagger = c()").to_string().contains("compile_error"));
    assert!(!tokens("first, second").to_string().contains("compile_error"));
}
