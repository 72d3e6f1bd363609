//! The derive from the outside: tokens in, tokens out.

mod expansion;
mod faults;
mod random;

use super::classify;
use crate::testing::{self, dense};
use proc_macro2::TokenStream;

fn tokens(item: &str) -> TokenStream {
    classify(item.parse().expect(item))
}

/// The expansion as formatted text.
fn expanded(item: &str) -> String {
    testing::formatted(&tokens(item))
}

fn faults(item: &str) -> (Vec<String>, String) {
    testing::faults(tokens(item))
}
