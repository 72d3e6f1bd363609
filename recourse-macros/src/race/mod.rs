//! `race!(..)`: options and branches in, a future out.
//!
//! ```text
//!  tokens ──parse──▶ Ast ──validate──▶ Model ──expand──▶ constructor calls
//!                     │                  ▲
//!                     │  any fault       │ exists only without faults, so expand cannot fail
//!                     └──────────▶ every fault, as an expression
//! ```

mod ast;
mod expand;
mod parse;
mod validate;

#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn race(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let ast = parse::parse(input, &mut errors);
    let model = validate::validate(ast, &mut errors);
    match errors.finish(Some(model)) {
        Ok(model) => expand::expand(&model),
        Err(faults) => quote!({ #faults }),
    }
}
