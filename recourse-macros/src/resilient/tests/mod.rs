//! The attribute from the outside: tokens in, tokens out.

mod expansion;
mod faults;
mod random;
mod shapes;

use super::resilient;
use proc_macro2::TokenStream;

/// Expands, and gives the expansion as formatted text.
fn expanded(arguments: &str, item: &str) -> String {
    let tokens = tokens(arguments, item);
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

fn tokens(arguments: &str, item: &str) -> TokenStream {
    resilient(arguments.parse().expect(arguments), item.parse().expect(item))
}

/// The messages of the `compile_error!`s in an expansion, and what is left without them, dense.
fn faults(arguments: &str, item: &str) -> (Vec<String>, String) {
    let file: syn::File = syn::parse2(tokens(arguments, item)).expect("the output can be read");
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
