//! [`Ast`] -> [`Model`]. Asks: is it allowed? Reports every fault at once; what was already reported is treated as said by the
//! rules behind it, so that one mistake is one error.

mod after;
mod asked;
mod resolve;

use super::ast::{Ast, Data, Field, Variant, Word, Words};
use super::model::{Body, Class, Model};
use super::vocabulary::{CLASSES, CRATE, DEFAULT, INHERIT, Place, second_class};
use crate::diagnostics::{Errors, list};
use crate::options;
use crate::paths::Runtime;
use asked::Asked;
use quote::ToTokens as _;
use syn::Path;

/// The model, where there is a type to make one of. It may be made of leftovers: [`Errors::finish`] gives it out only where no
/// fault was found.
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

/// What a place says about its class.
enum Said {
    Nothing,
    /// Something that was reported.
    Wrong,
    Class(Asked),
}

fn of_struct<'a>(ast: &'a Ast, fields: &'a [Field], errors: &mut Errors) -> Option<Class<'a>> {
    refuse_on_fields(fields, "struct", errors);
    let others: Vec<&Word> = ast.words.words.iter().filter(|word| word.name != CRATE).collect();
    match said(&others, ast.words.is_faulty, Place::Struct, errors) {
        Said::Class(asked) => resolve::class(&asked, &ast.name, fields, errors),
        Said::Wrong => None,
        Said::Nothing => {
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
        let class = match (said(&others, words.is_faulty, Place::Variant, errors), &default) {
            (Said::Class(asked), _) => resolve::class(&asked, name, fields, errors),
            (Said::Nothing, Said::Class(asked)) => resolve::default(asked, name, fields, errors),
            (Said::Nothing, Said::Nothing) => {
                without.push(name);
                None
            }
            (Said::Wrong, _) | (Said::Nothing, Said::Wrong) => None,
        };
        arms.extend(class.map(|class| (variant, class)));
    }
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

/// The class of the variants that name none.
fn default(words: &Words, errors: &mut Errors) -> Said {
    let mut said = if words.is_faulty { Said::Wrong } else { Said::Nothing };
    for word in words.words.iter().filter(|word| word.name != CRATE) {
        if word.name != DEFAULT {
            if let Some(asked) = asked::class(word, Place::Enum, errors) {
                let class = asked.kind.word();
                let message = format!(
                    "the variants of an enum have classes, not the enum; for those that name none, write \
                     `default = {class}`"
                );
                errors.add(&word.name, message);
            }
            said = Said::Wrong;
        } else if let Said::Class(_) = said {
            errors.add(&word.name, "`default` is given twice; keep one of them");
        } else {
            said = asked::default(word, errors).map_or(Said::Wrong, Said::Class);
        }
    }
    said
}

/// The one class among the words of a place.
fn said(words: &[&Word], is_faulty: bool, place: Place, errors: &mut Errors) -> Said {
    let mut said = if is_faulty { Said::Wrong } else { Said::Nothing };
    let mut first: Option<&Word> = None;
    for word in words {
        let asked = asked::class(word, place, errors);
        let is_class = CLASSES.iter().any(|class| word.name == class);
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
        said = match (asked, said) {
            (Some(asked), Said::Nothing) => Said::Class(asked),
            _ => Said::Wrong,
        };
    }
    said
}

fn refuse_on_fields(fields: &[Field], owner: &str, errors: &mut Errors) {
    for field in fields {
        for attribute in &field.misplaced {
            let inherits = attribute.to_token_stream().to_string().contains(INHERIT);
            let name = if fields.len() == 1 { String::new() } else { format!("({})", field.name()) };
            let instead = format!("; to ask this one, write `#[classify({INHERIT}{name})]` there");
            let instead = if inherits { instead.as_str() } else { "" };
            errors.add(attribute, format!("classes stand above the {owner}, not on a field{instead}"));
        }
    }
}

/// Where `recourse` lives, as far as that is said.
pub(crate) fn crate_root(ast: &Ast) -> Option<&Path> {
    ast.words.words.iter().find(|word| word.name == CRATE).and_then(path)
}

fn path(word: &Word) -> Option<&Path> {
    word.value.path().filter(|path| path.qself.is_none()).map(|path| &path.path)
}

fn check_crate(words: &Words, errors: &mut Errors) {
    let mut crates = words.words.iter().filter(|word| word.name == CRATE);
    if let Some((word, spec)) = crates.next().zip(options::spec(CRATE))
        && path(word).is_none()
    {
        word.value.refuse(&word.name, spec, errors);
    }
    for word in crates {
        errors.add(&word.name, "`crate` is given twice; keep one of them");
    }
}
