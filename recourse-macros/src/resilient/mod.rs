//! `#[resilient(..)]`: takes options and a function, returns the guarded function.
//!
//! ```text
//!  options, function ──parse──▶ Ast ──validate──▶ Model ──expand──▶ tokens
//!                                │ any error
//!                                └──▶ the function as it was, and all errors
//! ```
//!
//! | module | contains |
//! |---|---|
//! | `ast` | the attribute as it was written |
//! | `parse` | tokens -> `Ast` |
//! | `model` | what the attribute means |
//! | `arguments`, `patterns`, `references`, `returned` | what can be read from a signature |
//! | `validate` | `Ast` -> `Model` |
//! | `expand` | `Model` -> tokens |

mod arguments;
mod ast;
mod expand;
mod model;
mod of_call;
mod parse;
mod patterns;
mod references;
mod returned;
mod validate;

#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn resilient(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let ast = parse::parse(arguments, item, &mut errors);
    let model = validate::validate(&ast, &mut errors);
    match errors.finish(model) {
        Ok(model) => expand::expand(&model),
        Err(errors) => {
            // The function is kept: its callers find it, and rustc still checks its body.
            let item = &ast.item;
            quote!(#item #errors)
        }
    }
}
