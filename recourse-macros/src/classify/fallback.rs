//! What stands there when the derive is at fault: every fault, and an impl that compiles, so that a function whose errors
//! these are does not turn red, too.

use super::ast::Ast;
use super::expand::implementation;
use super::validate::crate_root;
use crate::paths::{Runtime, here};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn fallback(ast: Option<&Ast>, faults: &TokenStream) -> TokenStream {
    let implementation = ast.map(|ast| {
        let runtime = Runtime::new(crate_root(ast));
        let class = runtime.class(here());
        implementation(&runtime, &ast.name, &ast.generics, &[], &ours!(#class::NonRetryable))
    });
    quote!(#implementation #faults)
}
