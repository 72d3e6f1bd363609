//! No input makes the macro panic, and every refusal has a reason.

use super::{errors, race};
use crate::testing::Random;
use quote::quote;

const WORDS: &[&str] = &[
    "stagger", "min_gap", "deadline", "fair", "first", "panics", "lose", "exp", "max", "after", "if", "for", "in", "=",
    "=", ",", ",", ",", ";", ";", "=>", "|", "||", "|x|", "?", ".", "await", "async", "move", "::", "<", ">", "a", "b",
    "a()", "b(1, 2)", "250ms", "3x", "5", "\"2s\"", "(", ")", "[", "]", "{", "}", "self", "_", "&", "!",
];

#[test]
fn any_words_give_a_race_or_reasons() {
    let (mut random, mut races) = (Random(0x2545_F491), 0);
    for _ in 0..20_000 {
        let input = random.tokens(WORDS, 14);
        let text = input.to_string();
        let expansion = race(input);
        if expansion.to_string().contains("compile_error") {
            assert!(errors(&expansion).iter().all(|message| message.len() > 5), "{text}");
        } else {
            races += 1;
            assert!(syn::parse2::<syn::Expr>(quote!({ #expansion })).is_ok(), "{text}: {expansion}");
        }
    }
    assert!(races > 100, "only {races} could be read");
}
