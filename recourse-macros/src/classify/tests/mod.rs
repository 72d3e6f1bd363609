//! The derive from the outside: tokens in, tokens out.

mod expansion;
mod faults;
mod random;

use super::classify;
use proc_macro2::TokenStream;

fn tokens(item: &str) -> TokenStream {
    classify(item.parse().expect(item))
}

/// Expands, and gives the expansion as formatted text.
fn expanded(item: &str) -> String {
    let tokens = tokens(item);
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

/// The messages of the `compile_error!`s in an expansion, and what is left without them, dense.
fn faults(item: &str) -> (Vec<String>, String) {
    let file: syn::File = syn::parse2(tokens(item)).expect("the output can be read");
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
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}
