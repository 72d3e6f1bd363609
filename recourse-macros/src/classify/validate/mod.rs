//! [`Ast`] -> [`Model`]. Asks whether the input makes sense, and reports everything that does not.
//!
//! One mistake should be one error. So a place whose class was already reported counts as having one.
//!
//! | module | checks |
//! |---|---|
//! | `class` | one word: is it a class there, and does it take its value |
//! | `after` | the time in `retryable(after = ..)` |
//! | `resolve` | whether the fields can give the class |

mod after;
mod class;
mod resolve;

use super::ast::{Ast, Data, Field, Variant, Word, Words};
use super::model::{Body, Class, Model};
use super::vocabulary::{CLASSES, CRATE, DEFAULT, INHERIT, Position, second_class};
use crate::diagnostics::{Errors, list};
use crate::options;
use crate::runtime::Runtime;
use class::WrittenClass;
use quote::ToTokens as _;
use syn::Path;

/// Returns the model, if there is a type to classify.
///
/// After an error the model may lack variants; [`Errors::finish`] does not give it out then.
pub(crate) fn validate<'a>(ast: &'a Ast, errors: &mut Errors) -> Option<Model<'a>> {
    check_crate(&ast.words, errors);
    let body = match &ast.data {
        Data::Enum(variants) => Body::Enum(of_enum(ast, variants, errors)),
        Data::Struct(fields) => Body::Struct(of_struct(ast, fields, errors)?),
        Data::Union(keyword) => {
            let message = "a union does not know which of its fields it holds, so it cannot be classified; derive \
                           `Classify` for an enum or a struct";
            errors.add(keyword, message);
            return None;
        }
    };
    Some(Model { runtime: Runtime::new(crate_root(ast)), name: &ast.name, generics: &ast.generics, body })
}

/// The class that the attributes of an enum, a variant or a struct state.
enum Statement {
    Nothing,
    /// An error that was reported.
    Wrong,
    Class(WrittenClass),
}

fn of_struct<'a>(ast: &'a Ast, fields: &'a [Field], errors: &mut Errors) -> Option<Class<'a>> {
    refuse_on_fields(fields, "struct", errors);
    let others: Vec<&Word> = ast.words.words.iter().filter(|word| word.name != CRATE).collect();
    match statement(&others, ast.words.is_faulty, Position::Struct, errors) {
        Statement::Class(class) => resolve::class(&class, &ast.name, fields, errors),
        Statement::Wrong => None,
        Statement::Nothing => {
            let name = &ast.name;
            errors.add(name, format!("`{name}` has no class; write {} above it", one_of_the_classes()));
            None
        }
    }
}

fn of_enum<'a>(ast: &'a Ast, variants: &'a [Variant], errors: &mut Errors) -> Vec<(&'a Variant, Class<'a>)> {
    let default = default(&ast.words, errors);
    let (mut arms, mut without) = (Vec::new(), Vec::new());
    for variant in variants {
        let Variant { name, words, fields, is_unit: _ } = variant;
        refuse_on_fields(fields, "variant", errors);
        let others: Vec<&Word> = words.words.iter().collect();
        let class = match (statement(&others, words.is_faulty, Position::Variant, errors), &default) {
            (Statement::Class(class), _) => resolve::class(&class, name, fields, errors),
            (Statement::Nothing, Statement::Class(class)) => resolve::default(class, name, fields, errors),
            (Statement::Nothing, Statement::Nothing) => {
                without.push(name);
                None
            }
            (Statement::Wrong, _) | (Statement::Nothing, Statement::Wrong) => None,
        };
        arms.extend(class.map(|class| (variant, class)));
    }
    // One error for all of them, at the first: adding a variant asks one question.
    if let Some(first) = without.first() {
        let names: Vec<String> = without.iter().map(ToString::to_string).collect();
        let (have, each) = if names.len() == 1 { ("has", "it") } else { ("have", "each") };
        errors.add(
            first,
            format!(
                "{} {have} no class; write {} above {each}, or name the class of all such variants above the enum: \
                 `#[classify(default = non_retryable)]`",
                list(names.iter().map(String::as_str)),
                one_of_the_classes(),
            ),
        );
    }
    arms
}

fn one_of_the_classes() -> String {
    let [first, others @ ..] = CLASSES;
    format!("`#[classify({first})]` (or {})", list(others).replace(" and ", " or "))
}

/// Returns the class of the variants that state none.
fn default(words: &Words, errors: &mut Errors) -> Statement {
    let mut statement = if words.is_faulty { Statement::Wrong } else { Statement::Nothing };
    for word in words.words.iter().filter(|word| word.name != CRATE) {
        if word.name != DEFAULT {
            if let Some(class) = class::class(word, Position::Enum, errors) {
                let class = class.kind.word();
                let message = format!(
                    "the variants of an enum have classes, not the enum; for those that name none, write \
                     `default = {class}`"
                );
                errors.add(&word.name, message);
            }
            statement = Statement::Wrong;
        } else if let Statement::Class(_) = statement {
            errors.add(&word.name, "`default` is given twice; keep one of them");
        } else {
            statement = class::default(word, errors).map_or(Statement::Wrong, Statement::Class);
        }
    }
    statement
}

/// Returns the one class among the words of a variant or a struct.
fn statement(words: &[&Word], is_faulty: bool, position: Position, errors: &mut Errors) -> Statement {
    let mut statement = if is_faulty { Statement::Wrong } else { Statement::Nothing };
    let mut first: Option<&Word> = None;
    for word in words {
        let class = class::class(word, position, errors);
        let is_class = CLASSES.iter().any(|class| word.name == class);
        // Even if the first class had a mistake of its own, a second one is another mistake.
        match first {
            Some(first) if is_class && first.name == word.name => {
                errors.add(&word.name, format!("`{}` is given twice; keep one of them", word.name));
            }
            Some(first) if is_class => {
                errors.add(&word.name, second_class(&first.name));
            }
            _ => {}
        }
        if is_class {
            first = first.or(Some(word));
        }
        statement = match (class, statement) {
            (Some(class), Statement::Nothing) => Statement::Class(class),
            _ => Statement::Wrong,
        };
    }
    statement
}

fn refuse_on_fields(fields: &[Field], owner: &str, errors: &mut Errors) {
    for field in fields {
        for attribute in &field.misplaced {
            // `inherit` on a field shows which field was meant.
            let inherits = attribute.to_token_stream().to_string().contains(INHERIT);
            let name = if fields.len() == 1 { String::new() } else { format!("({})", field.name()) };
            let instead = format!("; to inherit from this one, write `#[classify({INHERIT}{name})]` there");
            let instead = if inherits { instead.as_str() } else { "" };
            errors.add(attribute, format!("classes are written above the {owner}, not on a field{instead}"));
        }
    }
}

/// Returns the path of `recourse`, if the type names it.
pub(crate) fn crate_root(ast: &Ast) -> Option<&Path> {
    ast.words.words.iter().find(|word| word.name == CRATE).and_then(path)
}

fn path(word: &Word) -> Option<&Path> {
    word.value.path().filter(|path| path.qself.is_none()).map(|path| &path.path)
}

fn check_crate(words: &Words, errors: &mut Errors) {
    let mut crates = words.words.iter().filter(|word| word.name == CRATE);
    let unreadable = crates.next().filter(|word| path(word).is_none());
    if let (Some(word), Some(spec)) = (unreadable, options::spec(CRATE)) {
        word.value.refuse(&word.name, spec, errors);
    }
    for word in crates {
        errors.add(&word.name, "`crate` is given twice; keep one of them");
    }
}
