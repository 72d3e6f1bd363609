//! The attribute as it was written: options may be unknown, repeated or without a value.
//!
//! Nothing here says whether that is allowed; `validate` does.

use crate::function::Function;
use crate::value::Value;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

/// The attribute, and the item below it.
pub(crate) struct Ast {
    pub(crate) options: Vec<WrittenOption>,
    pub(crate) item: Item,
}

/// One option as it was written.
pub(crate) struct WrittenOption {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// The item below the attribute.
pub(crate) enum Item {
    Function(Box<Function>),
    /// An item that is not a function, or cannot be parsed.
    Other(TokenStream),
}

impl Ast {
    /// Returns the option of this name; the first, if there are more.
    pub(crate) fn option(&self, name: &str) -> Option<&WrittenOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Returns true if the option is written, with whatever value.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.option(name).is_some()
    }
}

impl ToTokens for WrittenOption {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, value } = self;
        let equals = if let Value::List(_) | Value::Nothing = value { TokenStream::new() } else { quote!(=) };
        tokens.extend(quote!(#name #equals #value));
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Function(function) => function.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}
