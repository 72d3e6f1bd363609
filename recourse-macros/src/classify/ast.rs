//! What was written, before anybody asks whether it is allowed: words may be unknown, repeated, or in the wrong place.

use crate::value::Value;
use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, Member, Type};

/// The type, and what it says of its classes.
pub(crate) struct Ast {
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) words: Words,
    pub(crate) data: Data,
}

/// What the type is.
pub(crate) enum Data {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
    /// Its keyword.
    Union(TokenStream),
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) words: Words,
    /// It has no fields, not even none of them in braces.
    pub(crate) is_unit: bool,
    pub(crate) fields: Vec<Field>,
}

/// A field of a variant, or of a struct.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// It has `#[source]` or `#[from]`, as thiserror calls them.
    pub(crate) is_marked: bool,
    /// `#[classify(..)]`, which has no business here.
    pub(crate) misplaced: Vec<Attribute>,
}

/// All `#[classify(..)]` of one place.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) words: Vec<Word>,
    /// Something of it could not be read, and that was reported.
    pub(crate) is_faulty: bool,
}

/// One word, and what stands behind it.
pub(crate) struct Word {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

impl Field {
    /// The name that the field has in an expression: `_0` is the first one of a tuple.
    pub(crate) fn name(&self) -> String {
        match &self.member {
            Member::Named(name) => name.to_string(),
            Member::Unnamed(index) => format!("_{}", index.index),
        }
    }
}
