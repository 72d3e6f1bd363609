//! The attribute from the outside: tokens in, tokens out.

mod docs;
mod errors;
mod expansion;
mod random;
mod rename;
mod shapes;

use super::resilient;
use crate::testing::{self, without_spaces};
use proc_macro2::TokenStream;

fn tokens(arguments: &str, item: &str) -> TokenStream {
    resilient(arguments.parse().expect(arguments), item.parse().expect(item))
}

/// The expansion as formatted text.
fn expanded(arguments: &str, item: &str) -> String {
    testing::formatted(&tokens(arguments, item))
}

fn errors(arguments: &str, item: &str) -> (Vec<String>, String) {
    testing::errors(tokens(arguments, item))
}
