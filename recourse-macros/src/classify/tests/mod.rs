//! The derive from the outside: tokens in, tokens out.

mod errors;
mod expansion;
mod random;

use super::classify;
use crate::testing::{self, without_spaces};
use proc_macro2::TokenStream;

fn tokens(item: &str) -> TokenStream {
    classify(item.parse().expect(item))
}

/// The expansion as formatted text.
fn expanded(item: &str) -> String {
    testing::formatted(&tokens(item))
}

fn errors(item: &str) -> (Vec<String>, String) {
    testing::errors(tokens(item))
}
