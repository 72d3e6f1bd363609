//! What was written, before anybody asks whether it is allowed: options may be unknown, repeated or without a value.

use crate::function::Function;
use crate::value::Value;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

/// The attribute and what it stands on.
pub(crate) struct Ast {
    pub(crate) options: Vec<Written>,
    pub(crate) item: Item,
}

/// One option as it was written.
pub(crate) struct Written {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What the attribute stands on.
pub(crate) enum Item {
    Function(Box<Function>),
    /// Something that is no function, or cannot be read.
    Other(TokenStream),
}

impl Ast {
    /// The option of that name; where it is repeated, the first.
    pub(crate) fn option(&self, name: &str) -> Option<&Written> {
        self.options.iter().find(|option| option.name == name)
    }

    /// True where the option is written, with whatever value.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.option(name).is_some()
    }
}

impl ToTokens for Written {
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
