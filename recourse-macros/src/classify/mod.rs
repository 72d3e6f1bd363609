//! `#[derive(Classify)]`: a type in, what its errors mean out.
//!
//! ```text
//!  type ──parse──▶ Ast ──validate──▶ Model ──expand──▶ impl Classify
//!                   │                  ▲
//!                   │  any fault       │ exists only without faults, so expand cannot fail
//!                   └──fallback──▶ every fault, and an impl that compiles
//! ```

mod ast;
mod expand;
mod fallback;
mod model;
mod parse;
mod validate;
mod vocabulary;

#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use proc_macro2::TokenStream;

pub(crate) fn classify(item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let ast = parse::parse(item, &mut errors);
    let model = ast.as_ref().and_then(|ast| validate::validate(ast, &mut errors));
    match errors.finish(model) {
        Ok(model) => expand::expand(&model),
        Err(faults) => fallback::fallback(ast.as_ref(), &faults),
    }
}
