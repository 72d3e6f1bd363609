//! The macros of `recourse`: `#[resilient]`, `#[derive(Classify)]` and `race!`.
//!
//! Depend on `recourse`, which re-exports them, and not on this crate: expanded code names `::recourse::__private`, and the
//! two crates are released together.
//!
//! # Design notes
//!
//! Each macro is a pipeline of three phases, with one type between any two of them:
//!
//! ```text
//! tokens ──parse──▶ Ast ──validate──▶ Model ──expand──▶ tokens
//! ```
//!
//! `parse` asks whether the input can be read, `validate` whether it makes sense. Both add what they find wrong to one
//! `diagnostics::Errors`, so that all mistakes of an attribute are reported together. A `Model` is given out only when
//! there are none, and holds nothing that could not be expanded; `expand` therefore cannot fail. When there are errors, the
//! output is the user's item, unchanged, and the errors: code that uses the item still compiles, and one mistake is
//! reported once.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

use proc_macro::TokenStream;

mod classify;
mod diagnostics;
mod function;
mod literals;
mod options;
mod race;
mod resilient;
mod runtime;
mod spans;
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
