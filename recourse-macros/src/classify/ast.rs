//! The type and its `#[classify(..)]` as they were written: words may be unknown, repeated, or in the wrong position.
//!
//! Nothing here says whether that is allowed; `validate` does.

use crate::value::Value;
use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, Member, Type};

/// The type, and its attributes.
pub(crate) struct Ast {
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) words: Words,
    pub(crate) data: Data,
}

/// The kind of type.
pub(crate) enum Data {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
    /// The keyword `union`.
    Union(TokenStream),
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) words: Words,
    /// The variant has neither fields nor empty braces.
    pub(crate) is_unit: bool,
    pub(crate) fields: Vec<Field>,
}

/// A field of a variant, or of a struct.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// The field has thiserror's `#[source]` or `#[from]`.
    pub(crate) is_marked: bool,
    /// The field's `#[classify(..)]`s, which belong on the variant.
    pub(crate) misplaced: Vec<Attribute>,
}

/// The words of all `#[classify(..)]` in one position.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) words: Vec<Word>,
    /// Part of them could not be read, which was reported.
    pub(crate) is_faulty: bool,
}

/// One word, and its value.
pub(crate) struct Word {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

impl Field {
    /// Returns the name that the field has in an expression, such as `_0` for the first one of a tuple.
    pub(crate) fn name(&self) -> String {
        match &self.member {
            Member::Named(name) => name.to_string(),
            Member::Unnamed(index) => format!("_{}", index.index),
        }
    }
}
