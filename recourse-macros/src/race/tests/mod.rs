//! The macro from the outside: tokens in, tokens out.

mod errors;
mod expansion;
mod random;

use super::race;
use crate::testing;
use proc_macro2::TokenStream;
use quote::quote;

fn tokens(input: &str) -> TokenStream {
    race(input.parse().unwrap_or_else(|error| panic!("{error}: {input}")))
}

/// The expansion as formatted text.
fn expanded(input: &str) -> String {
    let expansion = tokens(input);
    testing::formatted(&quote!(fn f() { #expansion }))
}

/// The messages of the `compile_error!`s that the expansion consists of.
fn errors(expansion: &TokenStream) -> Vec<String> {
    let block: syn::Block = syn::parse2(expansion.clone()).unwrap_or_else(|error| panic!("{error}: {expansion}"));
    let messages = block.stmts.iter().map(|statement| match statement {
        syn::Stmt::Macro(call) if call.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error") => {
            call.mac.parse_body::<syn::LitStr>().expect("a message").value()
        }
        _ => panic!("no error: {expansion}"),
    });
    messages.collect()
}
