//! A class and the fields it may need: which one is asked, and which ones an expression names.

use super::super::ast::Field;
use super::super::model::{After, Class};
use super::super::vocabulary::{CLASSES, INHERIT};
use super::asked::{Asked, Kind, Own};
use crate::diagnostics::{Errors, list};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use recourse_policy::text::did_you_mean;
use syn::{Expr, Member};

/// The class of a variant or a struct that asks for it itself.
pub(super) fn class<'a>(asked: &Asked, owner: &Ident, fields: &'a [Field], errors: &mut Errors) -> Option<Class<'a>> {
    let field = match &asked.kind {
        Kind::Own(own) => return Some(of_own(own, fields)),
        Kind::Inherit(None) => only(fields).map_err(|message| (asked.place.clone(), message)),
        Kind::Inherit(Some(name)) => {
            let field = fields.iter().find(|field| *name == field.name());
            field.ok_or_else(|| (name.to_token_stream(), no_such(name, fields)))
        }
    };
    let explained = |(place, message)| errors.add(place, format!("`{owner}` {message}"));
    field.map(Class::Inherit).map_err(explained).ok()
}

/// The class of a variant that names none, where the enum does.
pub(super) fn default<'a>(asked: &Asked, owner: &Ident, fields: &'a [Field], errors: &mut Errors) -> Option<Class<'a>> {
    match &asked.kind {
        // Each variant has fields of its own: an expression for all of them sees none.
        Kind::Own(own) => Some(of_own(own, &[])),
        Kind::Inherit(_) => {
            let explained = |message| errors.add(owner, format!("`{owner}` cannot take the default: it {message}"));
            only(fields).map(Class::Inherit).map_err(explained).ok()
        }
    }
}

fn of_own<'a>(own: &Own, fields: &[Field]) -> Class<'a> {
    match own {
        Own::Retryable => Class::Retryable,
        Own::RetryableAt(duration) => Class::RetryableAfter(After::Text(*duration)),
        Own::RetryableAfter(expression) => Class::RetryableAfter(After::Expression {
            named: named(expression, fields),
            expression: Box::new(expression.clone()),
        }),
        Own::NonRetryable => Class::NonRetryable,
        Own::Ignore => Class::Ignore,
        Own::Success => Class::Success,
    }
}

/// The field that `inherit` means: the only one, else the only one that is marked as the source, else the one called `source`.
fn only(fields: &[Field]) -> Result<&Field, String> {
    if let [only] = fields {
        return Ok(only);
    }
    let mut marked = fields.iter().filter(|field| field.is_marked);
    match (marked.next(), marked.next()) {
        (Some(marked), None) => return Ok(marked),
        (None, _) => {
            if let Some(source) = fields.iter().find(|field| field.name() == "source") {
                return Ok(source);
            }
        }
        (Some(_), Some(_)) => {}
    }
    match fields.last() {
        None => {
            let others = CLASSES.into_iter().filter(|class| *class != INHERIT);
            Err(format!("has no field whose class it could have; write one of {}", list(others)))
        }
        Some(last) => {
            let names: Vec<String> = fields.iter().map(Field::name).collect();
            let names = list(names.iter().map(String::as_str));
            let (count, last) = (fields.len(), last.name());
            Err(format!("has {count} fields, {names}; name the one that is asked, for example `inherit({last})`"))
        }
    }
}

fn no_such(name: &Ident, fields: &[Field]) -> String {
    let all: Vec<String> = fields.iter().map(Field::name).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    match did_you_mean(&name.to_string(), &all) {
        Some(near) => format!("has no field `{name}`; did you mean `{near}`?"),
        None if all.is_empty() => format!("has no field `{name}`; it has no fields"),
        None => format!("has no field `{name}`; it has {}", list(all)),
    }
}

/// The fields that an expression names, as far as tokens tell, each with the identifier that stands in the expression:
/// that, and no other, is what it can see where it comes from a `macro_rules!`.
///
/// A field whose name is nearly there is bound, too: then rustc knows what to suggest.
fn named(expression: &Expr, fields: &[Field]) -> Vec<(Member, Ident)> {
    let words = words(expression.to_token_stream());
    let binding = |field: &Field| {
        let name = field.name();
        let exact = || words.iter().find(|word| **word == name).cloned();
        let near = |name: &Ident| {
            let word = words.iter().find(|word| did_you_mean(&word.to_string(), &[&name.to_string()]).is_some())?;
            let mut local = name.clone();
            local.set_span(word.span());
            Some(local)
        };
        let local = match &field.member {
            Member::Named(name) => exact().or_else(|| near(name)),
            Member::Unnamed(_) => exact(),
        };
        Some((field.member.clone(), local?))
    };
    fields.iter().filter_map(binding).collect()
}

fn words(tokens: TokenStream) -> Vec<Ident> {
    let words = |token| match token {
        TokenTree::Ident(word) => vec![word],
        TokenTree::Group(group) => words(group.stream()),
        _ => Vec::new(),
    };
    tokens.into_iter().flat_map(words).collect()
}
