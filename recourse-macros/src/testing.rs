//! Helpers for the tests of all macros: expansions as text, their errors, and random tokens.

use proc_macro2::TokenStream;

/// Returns an expansion as formatted text.
pub(crate) fn formatted(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

/// Returns the messages of the `compile_error!`s in an expansion, and the other items without spaces.
pub(crate) fn errors(expansion: TokenStream) -> (Vec<String>, String) {
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
    (messages, without_spaces(&rest.to_string()))
}

/// Removes all spaces from a text: how tokens are spaced depends on where they come from.
pub(crate) fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Random numbers by xorshift64*, from a fixed seed, so that a failing case can be found again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns a number below `limit`.
    pub(crate) fn next(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).expect("31 bits") % limit
    }

    /// Returns fewer words than `limit`, as tokens. Unbalanced ones are drawn again.
    pub(crate) fn tokens(&mut self, words: &[&str], limit: usize) -> TokenStream {
        loop {
            let drawn: Vec<&str> = (0..self.next(limit)).map(|_| words[self.next(words.len())]).collect();
            if let Ok(tokens) = drawn.join(" ").parse() {
                return tokens;
            }
        }
    }
}
