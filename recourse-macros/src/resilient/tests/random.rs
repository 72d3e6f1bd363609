//! No input makes the macro panic, and every refusal has a reason.

use super::resilient;
use crate::testing::Random;
use proc_macro2::TokenStream;

const WORDS: &[&str] = &[
    "retry",
    "hedge",
    "circuit",
    "timeout",
    "attempt_timeout",
    "budget",
    "key",
    "policy",
    "classify",
    "crate",
    "self",
    "executor",
    "fallback",
    "idempotent",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    "\"3 attempts\"",
    "\"p99\"",
    "\"2s\"",
    "\"\"",
    "3",
    "2s",
    "'a'",
    "b\"x\"",
    "|e| e",
    "::",
    "a",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "&",
    "mut",
    "async",
    "fn",
    "f",
    "->",
    "Result",
    "-",
    "#",
    "!",
    ";",
    ":",
    "Self",
    "impl",
    "struct",
    "pub",
    "T",
    "_",
    "by_ref",
    "where",
    "dyn",
    "Pin",
    "'x",
    "1.5",
    "const",
];

#[test]
fn nothing_panics() {
    let mut random = Random(0x5EED);
    let functions = [
        "async fn f(&self, x: X) -> Result<u8, E> { Ok(1) }",
        "pub async fn f(#[by_ref] x: &mut X, (a, b): (A, B)) -> R;",
        "fn f() -> BoxFuture<'static, u8> { x }",
    ]
    .map(|item| item.parse::<TokenStream>().expect(item));
    for _ in 0..4_000 {
        let arguments = random.tokens(WORDS, 12);
        let item = if random.next(2) == 0 {
            random.tokens(WORDS, 20)
        } else {
            functions[random.next(functions.len())].clone()
        };
        let output = resilient(arguments.clone(), item.clone()).to_string();
        let refused = output.contains("compile_error");
        let accepted = output.contains("__RECOURSE_SITE");
        assert!(refused != accepted, "#[resilient({arguments})] {item}");
        assert!(!output.contains("please report"), "#[resilient({arguments})] {item}");
    }
}

/// A function cut off at any token: what an editor sends while someone types.
#[test]
fn half_typed_functions_do_not_panic() {
    let whole: TokenStream =
        "/// Doc.\n#[a(b)] pub(crate) async fn f<T: Clone>(mut self, x: &mut T, (a, b): (A, B)) -> Result<u8, E> where T: X { Ok(1) }"
            .parse()
            .expect("tokens");
    let trees: Vec<_> = whole.into_iter().collect();
    for length in 0..=trees.len() {
        let item: TokenStream = trees.iter().take(length).cloned().collect();
        let output = resilient(TokenStream::new(), item.clone()).to_string();
        assert_eq!(output.contains("compile_error"), length < trees.len(), "{item}");
    }
}
