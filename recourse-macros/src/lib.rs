//! The macros of `recourse`. Depend on `recourse`, which re-exports them: what they expand to names
//! `::recourse::__private`, and the two crates are released together.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

use proc_macro::TokenStream;

/// Tokens of the macro, whose names nobody else can see.
macro_rules! ours {
    ($($tokens:tt)*) => { quote::quote_spanned!(crate::paths::here()=> $($tokens)*) };
}

mod classify;
mod diagnostics;
mod function;
mod literals;
mod options;
mod paths;
mod race;
mod resilient;
#[cfg(test)]
mod testing;
mod value;

#[doc = include_str!("../doc/resilient.md")]
#[proc_macro_attribute]
pub fn resilient(arguments: TokenStream, item: TokenStream) -> TokenStream {
    resilient::resilient(arguments.into(), item.into()).into()
}

#[doc = include_str!("../doc/classify.md")]
#[proc_macro_derive(Classify, attributes(classify))]
pub fn classify(item: TokenStream) -> TokenStream {
    classify::classify(item.into()).into()
}

#[doc = include_str!("../doc/race.md")]
#[proc_macro]
pub fn race(input: TokenStream) -> TokenStream {
    race::race(input.into()).into()
}
