//! What stands there when the attribute is at fault: every fault, and the function as it was.
//!
//! The function first: whoever calls it finds it, its body is still checked, and so one mistake is one error.

use super::ast::Ast;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn fallback(ast: &Ast, faults: &TokenStream) -> TokenStream {
    let item = &ast.item;
    quote!(#item #faults)
}
