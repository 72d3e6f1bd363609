//! No input makes the derive panic; every refusal has a reason, and an impl all the same.

use super::{classify, errors};
use crate::testing::Random;

const WORDS: &[&str] = &[
    "retryable",
    "retryable",
    "non_retryable",
    "ignore",
    "success",
    "inherit",
    "inherit",
    "after",
    "default",
    "crate",
    "=",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    "(",
    "(",
    ")",
    ")",
    "_0",
    "a",
    "source",
    "\"2s\"",
    "\"\"",
    "3",
    "2s",
    "|e| e",
    "::",
    "<",
    ">",
    "-",
    "#",
    "!",
    ":",
    "Self",
    "self",
    "T",
    "1.5",
    "{",
    "}",
    "[",
    "]",
    ";",
    "&",
    "*",
    "non",
    "r#type",
    "'a'",
];

#[test]
fn nothing_panics() {
    let mut random = Random(0x5EED);
    let (mut refused, mut accepted) = (0, 0);
    for _ in 0..4_000 {
        let mut attribute = |one_in| match random.next(one_in) {
            0 => format!("#[classify({})]", random.tokens(WORDS, 8)),
            _ => String::new(),
        };
        let (above, a, b, c, field) = (attribute(4), attribute(4), attribute(4), attribute(4), attribute(16));
        let item = format!(
            "#[classify(default = ignore)] {above} enum E<T> {{ {a} A, {b} B(A), {c} C {{ a: A, {field} source: T }} }}"
        );
        let (messages, rest) = errors(&item);
        assert!(rest.contains("::Classifyfor"), "{item}");
        assert!(messages.iter().all(|message| !message.contains("please report")), "{item}: {messages:?}");
        *(if messages.is_empty() { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(refused > 1_000 && accepted > 1_000, "{refused} refused, {accepted} accepted");
}

/// An item cut off at any token.
#[test]
fn half_typed_types_do_not_panic() {
    let whole: proc_macro2::TokenStream =
        "/// Doc.\n#[a(b)] pub(crate) enum E<'a, T: Clone> where T: X { #[classify(inherit)] A(T) }"
            .parse()
            .expect("tokens");
    let trees: Vec<_> = whole.into_iter().collect();
    for length in 0..trees.len() {
        let item: proc_macro2::TokenStream = trees.iter().take(length).cloned().collect();
        assert!(classify(item.clone()).to_string().contains("compile_error"), "{item}");
    }
}
