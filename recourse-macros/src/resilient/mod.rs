//! `#[resilient(..)]`: options and a function in, the guarded function out.
//!
//! ```text
//!  arguments, item ──parse──▶ Ast ──validate──▶ Model ──expand──▶ tokens
//!                              │                  ▲
//!                              │  any fault       │ exists only without faults, so expand cannot fail
//!                              └──fallback──▶ every fault, and the function as it was
//! ```

mod arguments;
mod ast;
mod expand;
mod fallback;
mod model;
mod parse;
mod returned;
mod validate;

#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use proc_macro2::TokenStream;

pub(crate) fn resilient(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let ast = parse::parse(arguments, item, &mut errors);
    let model = validate::validate(&ast, &mut errors);
    match errors.finish(model) {
        Ok(model) => expand::expand(&model),
        Err(faults) => fallback::fallback(&ast, &faults),
    }
}
