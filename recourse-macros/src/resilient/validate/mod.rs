//! [`Ast`] -> [`Model`]. Asks whether the input makes sense, and reports everything that does not.
//!
//! One mistake should be one error. So an option that was already reported counts as absent for the checks after it.
//!
//! | module | checks |
//! |---|---|
//! | `values` | each option by itself: its name, and its value |
//! | `of_call` | the options that each call evaluates anew |
//! | `conflicts` | the options against each other |
//! | `repeats` | nothing; it finds out why a body may need its arguments more than once |
//! | `function` | the function: is it async, does it return a `Result`, what do its parameters' attributes say |
//! | `borrows` | mutable borrows that more than one attempt would need |
//! | `captures` | what a returned future has to keep, against its `use<..>` |
//! | `key` | the arguments in a key |

mod borrows;
mod captures;
mod conflicts;
mod function;
mod key;
mod of_call;
mod repeats;
mod values;

use super::arguments::Arguments;
use super::ast::{Ast, Item};
use super::model::{Body as ModelBody, Classifier, ErrorClassifier, Fallback, Model, Shape};
use super::{patterns, returned};
use crate::diagnostics::Errors;
use crate::function::{Body, Function};
use repeats::Repeats;
use syn::spanned::Spanned as _;

/// Returns the model, if there is a function with a body.
///
/// After an error the model may lack what could not be read; [`Errors::finish`] does not give it out then.
pub(crate) fn validate<'a>(ast: &'a Ast, errors: &mut Errors) -> Option<Model<'a>> {
    values::names(ast, errors);
    let arguments: Vec<_> = match &ast.item {
        Item::Function(function) => {
            patterns::bound(&function.signature).iter().map(|binding| binding.name.clone()).collect()
        }
        Item::Other(_) => Vec::new(),
    };
    let settings = values::settings(ast, &arguments, errors);
    // Checks that need no function come before the check whether there is one.
    conflicts::report(ast, &settings, errors);
    let repeats = Repeats::of(ast, &settings);

    let Item::Function(function) = &ast.item else { return None };
    check_function(function, ast, &settings, repeats, errors);
    let Function { body: Body::Braces(braces), signature, .. } = &**function else { return None };
    let unit = returned::unit();
    let (form, returned) = returned::form(signature);
    let returned = returned.unwrap_or(&unit);
    let (attributes, statements) = Body::open(braces);
    let body = ModelBody { attributes, statements, span: braces.span() };
    let shape = shape(function, &settings, repeats);
    let values::Settings { runtime, key, policy, breaker, redact, executor, fallback, of_call, documented, .. } =
        settings;
    let classifier = Classifier {
        returns: returned::without_opaque(returned),
        error_span: returned::error_of(returned).unwrap_or(returned).span(),
        errors: match settings.errors {
            ErrorClassifier::Type { .. } => {
                ErrorClassifier::Type { is_static: returned::error_is_static(returned, signature) }
            }
            named => named,
        },
        values: settings.values,
        rejections: settings.rejections,
    };
    Some(Model {
        runtime,
        function,
        form,
        body,
        key,
        policy,
        breaker,
        redact,
        executor,
        classifier,
        shape,
        fallback,
        of_call,
        documented,
    })
}

fn check_function(
    function: &Function,
    ast: &Ast,
    settings: &values::Settings<'_>,
    repeats: Option<Repeats>,
    errors: &mut Errors,
) {
    function::check(function, errors);
    if let Body::Braces(_) = function.body {
        borrows::check(&function.signature, repeats, settings.idempotent, errors);
        captures::check(&function.signature, &function.body, repeats.is_some(), errors);
    }
    // If a `retry` could not be read, it is not known that there is one attempt only.
    let runs_once = repeats.is_none() && !repeats::may_be_unread(ast, settings);
    function::by_ref(function, runs_once, errors);
    function::constants_of_the_program(&function.signature, &settings.policy, errors);
    function::attempt_name(&function.signature, settings.of_call.attempt, errors);
    let keeps_arguments = settings.keeps_arguments();
    if keeps_arguments {
        function::conditional_parameters(&function.signature, errors);
    }
    key::check(&function.signature, settings.key.as_ref(), keeps_arguments, errors);
    match settings.fallback {
        Some(Fallback::Closure(closure)) => function::fallback_closure(&function.signature, closure, errors),
        Some(Fallback::Path(path)) => function::fallback_path(&function.signature, path, errors),
        _ => {}
    }
}

fn shape(function: &Function, settings: &values::Settings<'_>, repeats: Option<Repeats>) -> Shape {
    let Some(why) = repeats else { return Shape::Once };
    Shape::Repeat {
        arguments: Box::new(Arguments::of(function, settings.keeps_arguments())),
        hedged: why.is_concurrent(),
        runs_once: why == Repeats::Fallback,
    }
}
