//! What was meant, resolved. Every class that [`Model`] holds can be said: what inherits has a field to ask, and what an
//! expression names is bound where it stands.

use super::ast::{Field, Variant};
use crate::paths::Runtime;
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
    /// That of a field.
    Inherit(&'a Field),
}

/// When to come back.
pub(crate) enum After {
    Text(Duration),
    Expression {
        expression: Box<Expr>,
        /// The fields it names, each with the name as it stands there.
        named: Vec<(Member, Ident)>,
    },
}

impl<'a> Class<'a> {
    /// The field that is asked.
    pub(crate) fn inherits(&self) -> Option<&'a Field> {
        match self {
            Self::Inherit(field) => Some(field),
            _ => None,
        }
    }
}

impl<'a> Body<'a> {
    pub(crate) fn classes(&self) -> Box<dyn Iterator<Item = &Class<'a>> + '_> {
        match self {
            Self::Struct(class) => Box::new(std::iter::once(class)),
            Self::Enum(arms) => Box::new(arms.iter().map(|(_, class)| class)),
        }
    }
}
