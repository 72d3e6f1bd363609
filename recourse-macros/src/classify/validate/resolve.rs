//! The fields that a class needs: the one whose class is inherited, and those that an expression names.

use super::super::ast::Field;
use super::super::model::{After, Class};
use super::super::vocabulary::{CLASSES, INHERIT};
use super::after::After as WrittenAfter;
use super::class::{Kind, Stated, WrittenClass};
use crate::diagnostics::{Errors, list};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use recourse_policy::text::did_you_mean;
use syn::{Expr, Member};

/// Resolves the class that is written on a variant or a struct.
pub(super) fn class<'a>(
    written: &WrittenClass,
    owner: &Ident,
    fields: &'a [Field],
    errors: &mut Errors,
) -> Option<Class<'a>> {
    let field = match &written.kind {
        Kind::Stated(stated) => return Some(of_stated(stated, fields)),
        Kind::Inherit(None) => source(fields).map_err(|message| (written.tokens.clone(), message)),
        Kind::Inherit(Some(name)) => {
            let field = fields.iter().find(|field| *name == field.name());
            field.ok_or_else(|| (name.to_token_stream(), no_such(name, fields)))
        }
    };
    let explained = |(tokens, message)| errors.add(tokens, format!("`{owner}` {message}"));
    field.map(Class::Inherit).map_err(explained).ok()
}

/// Resolves the default of an enum, for a variant that has no class of its own.
pub(super) fn default<'a>(
    written: &WrittenClass,
    owner: &Ident,
    fields: &'a [Field],
    errors: &mut Errors,
) -> Option<Class<'a>> {
    match &written.kind {
        // Each variant has different fields, so the expression of a default sees none.
        Kind::Stated(stated) => Some(of_stated(stated, &[])),
        Kind::Inherit(_) => {
            let explained = |message| errors.add(owner, format!("`{owner}` cannot take the default: it {message}"));
            source(fields).map(Class::Inherit).map_err(explained).ok()
        }
    }
}

fn of_stated<'a>(stated: &Stated, fields: &[Field]) -> Class<'a> {
    match stated {
        Stated::Retryable(None) => Class::Retryable,
        Stated::Retryable(Some(WrittenAfter::Text(duration))) => Class::RetryableAfter(After::Text(*duration)),
        Stated::Retryable(Some(WrittenAfter::Expression(expression))) => Class::RetryableAfter(After::Expression {
            named: named(expression, fields),
            expression: Box::new(expression.clone()),
        }),
        Stated::NonRetryable => Class::NonRetryable,
        Stated::Ignore => Class::Ignore,
        Stated::Success => Class::Success,
    }
}

/// Returns the field that `inherit` alone means: the only field, else the only one marked as the source, else the one called `source`.
fn source(fields: &[Field]) -> Result<&Field, String> {
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
        // Two marked fields are a contradiction, which a name does not decide.
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
            Err(format!("has {count} fields, {names}; name the one to inherit from, for example `inherit({last})`"))
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

/// Returns the fields that an expression names, as far as its tokens show, each with the identifier from the expression.
///
/// The field is bound to that identifier: in an expression from a `macro_rules!`, another one of the same name would not be seen. A
/// field whose name is only similar to a word is bound as well, so that rustc can suggest it.
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
