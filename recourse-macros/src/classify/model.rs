//! The class of each variant, with everything resolved.
//!
//! Every class that a [`Model`] holds can be expanded: one that is inherited has a field, and the fields that an expression names are
//! known.

use super::ast::{Field, Variant};
use crate::runtime::Runtime;
use proc_macro2::Ident;
use std::time::Duration;
use syn::{Expr, Generics, Member};

/// A type, and the classes of its values.
pub(crate) struct Model<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) body: Body<'a>,
}

pub(crate) enum Body<'a> {
    /// All values have one class.
    Struct(Class<'a>),
    /// Each variant has its own.
    Enum(Vec<(&'a Variant, Class<'a>)>),
}

pub(crate) enum Class<'a> {
    Retryable,
    RetryableAfter(After),
    NonRetryable,
    Ignore,
    Success,
    /// The class of a field.
    Inherit(&'a Field),
}

/// When the next attempt may start.
pub(crate) enum After {
    Text(Duration),
    Expression {
        expression: Box<Expr>,
        /// The fields it names, each with the identifier in the expression.
        named: Vec<(Member, Ident)>,
    },
}

impl<'a> Class<'a> {
    /// Returns the field whose class is inherited.
    pub(crate) fn inherits(&self) -> Option<&'a Field> {
        match self {
            Self::Inherit(field) => Some(field),
            _ => None,
        }
    }
}

impl<'a> Body<'a> {
    /// Returns all classes of the type.
    pub(crate) fn classes(&self) -> Box<dyn Iterator<Item = &Class<'a>> + '_> {
        match self {
            Self::Struct(class) => Box::new(std::iter::once(class)),
            Self::Enum(arms) => Box::new(arms.iter().map(|(_, class)| class)),
        }
    }
}
