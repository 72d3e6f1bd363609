//! `race!(..)`: takes options and branches, returns an expression that makes a future.
//!
//! ```text
//!  tokens ──parse──▶ Ast ──validate──▶ Model ──expand──▶ constructor calls
//!                     │ any error
//!                     └──▶ all errors, as an expression
//! ```
//!
//! | module | contains |
//! |---|---|
//! | `ast` | the race as it was written, and what it means (`Model`) |
//! | `parse` | tokens -> `Ast` |
//! | `validate` | `Ast` -> `Model` |
//! | `expand` | `Model` -> tokens |

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
        // Braces, since there may be more than one error, and the macro has to be an expression.
        Err(errors) => quote!({ #errors }),
    }
}
