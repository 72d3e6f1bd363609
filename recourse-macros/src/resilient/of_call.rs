//! What an attribute says by expressions that each call evaluates anew, as a part of the model.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, Ident};

/// What is said by expressions that each call evaluates anew.
#[derive(Default)]
pub(crate) struct OfCall<'a> {
    pub(crate) deadline: Option<Deadline<'a>>,
    pub(crate) priority: Option<Priority<'a>>,
    /// The timeout of this one call, beside that of the policy.
    pub(crate) timeout: Option<&'a Expr>,
    /// The name of the attempt in the body.
    pub(crate) attempt: Option<&'a Ident>,
}

/// What a call has to do with deadlines besides its own timeout.
pub(crate) enum Deadline<'a> {
    /// The one around it does not count.
    Ignored,
    /// A moment, or a time that is left.
    At(&'a Expr),
}

/// How much a call matters.
pub(crate) enum Priority<'a> {
    /// A word: the variant that it means.
    Written(&'static str),
    At(&'a Expr),
}

impl OfCall<'_> {
    /// Returns true if an expression names this argument.
    pub(crate) fn names(&self, argument: &Ident) -> bool {
        let deadline = match &self.deadline {
            Some(Deadline::At(expression)) => Some(*expression),
            _ => None,
        };
        let priority = match &self.priority {
            Some(Priority::At(expression)) => Some(*expression),
            _ => None,
        };
        self.timeout
            .into_iter()
            .chain(deadline)
            .chain(priority)
            .any(|expression| mentions(expression.to_token_stream(), argument))
    }

    /// Returns true if a mechanism is named here. The name of an attempt is none, and neither is a priority: it says who is refused first by a limit
    /// that is named elsewhere.
    pub(crate) fn has_mechanism(&self) -> bool {
        self.deadline.is_some() || self.timeout.is_some()
    }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
