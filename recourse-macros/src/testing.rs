//! What the tests of all macros need: expansions as text, their faults, and random words.

use proc_macro2::TokenStream;

/// An expansion as formatted text.
pub(crate) fn formatted(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

/// The messages of the `compile_error!`s in an expansion, and what is left without them, dense.
pub(crate) fn faults(expansion: TokenStream) -> (Vec<String>, String) {
    let file: syn::File = syn::parse2(expansion).expect("the output can be read");
    let mut messages = Vec::new();
    let mut rest = TokenStream::new();
    for item in file.items {
        match item {
            syn::Item::Macro(call)
                if call.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error") =>
            {
                messages.push(call.mac.parse_body::<syn::LitStr>().expect("a message").value());
            }
            other => quote::ToTokens::to_tokens(&other, &mut rest),
        }
    }
    (messages, dense(&rest.to_string()))
}

/// The text without its spaces: tokens are spaced by where they come from.
pub(crate) fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

/// xorshift64*, so that a failing case can be found again.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).expect("31 bits") % sides
    }

    /// Fewer words than `most`, as tokens; unbalanced ones are drawn again.
    pub(crate) fn tokens(&mut self, words: &[&str], most: usize) -> TokenStream {
        loop {
            let drawn: Vec<&str> = (0..self.next(most)).map(|_| words[self.next(words.len())]).collect();
            if let Ok(tokens) = drawn.join(" ").parse() {
                return tokens;
            }
        }
    }
}
