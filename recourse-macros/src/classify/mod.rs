//! `#[derive(Classify)]`: takes an error type, returns an `impl Classify` for it.
//!
//! ```text
//!  type ──parse──▶ Ast ──validate──▶ Model ──expand──▶ impl Classify
//!                   │ any error
//!                   └──▶ an impl that compiles, and all errors
//! ```
//!
//! | module | contains |
//! |---|---|
//! | `ast` | the type and its attributes as they were written |
//! | `vocabulary` | the words of `#[classify(..)]`, and the answers to others |
//! | `parse` | tokens -> `Ast` |
//! | `model` | the class of each variant |
//! | `validate` | `Ast` -> `Model` |
//! | `expand` | `Model` -> tokens |

mod ast;
mod expand;
mod model;
mod parse;
mod validate;
mod vocabulary;

#[cfg(test)]
mod tests;

use crate::diagnostics::Errors;
use crate::runtime::Runtime;
use crate::spans::{internal_span, quote_internal};
use ast::Ast;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn classify(item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let ast = parse::parse(item, &mut errors);
    let model = ast.as_ref().and_then(|ast| validate::validate(ast, &mut errors));
    match errors.finish(model) {
        Ok(model) => expand::expand(&model),
        Err(errors) => {
            let implementation = ast.as_ref().map(placeholder);
            quote!(#implementation #errors)
        }
    }
}

/// Returns an impl to go with the errors. Without one, every function that returns the type would be an error too.
fn placeholder(ast: &Ast) -> TokenStream {
    let runtime = Runtime::new(validate::crate_root(ast));
    let class = runtime.class(internal_span());
    expand::implementation(&runtime, &ast.name, &ast.generics, &[], &quote_internal!(#class::NonRetryable))
}
