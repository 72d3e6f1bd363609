//! [`Ast`] -> [`Model`]. Asks: is it allowed? Reports every fault at once; what was already reported is treated as absent by
//! the rules behind it, so that one mistake is one error.

mod borrows;
mod conflicts;
mod function;
mod key;
mod values;

use super::arguments::Arguments;
use super::ast::{Ast, Item};
use super::model::{Body as ModelBody, Errors as JudgeOfErrors, Judge, Model, Shape};
use super::returned;
use crate::diagnostics::Errors;
use crate::function::{Body, Function};
use crate::options;
use syn::spanned::Spanned as _;

/// The model, where there is a function to make one of. It may be made of leftovers: [`Errors::finish`] gives it out only
/// where no fault was found.
pub(crate) fn validate<'a>(ast: &'a Ast, errors: &mut Errors) -> Option<Model<'a>> {
    values::names(ast, errors);
    let settings = values::settings(ast, errors);
    conflicts::report(ast, &settings, errors);
    let repeats = Repeats::of(ast, &settings);

    let Item::Function(function) = &ast.item else { return None };
    let runs_once = repeats.is_none() && !unread(ast, &settings);
    function::check(function, repeats, settings.idempotent, errors);
    function::lent(function, runs_once, errors);
    if settings.fallback.is_some() {
        function::lent_to_fallback(&function.signature, errors);
    }
    key::check(&function.signature, settings.key.as_ref(), errors);
    let Function { body: Body::Braces(braces), signature, .. } = &**function else { return None };
    let unit = returned::unit();
    let (form, returned) = function::form(signature);
    let (attributes, statements) = Body::open(braces);
    let body = ModelBody { attributes, statements, span: braces.span() };
    let shape = match repeats {
        None => Shape::Once,
        Some(why) => {
            let hedged = matches!(why, Repeats::Hedge | Repeats::Idempotent);
            let (fallback, once) = (settings.fallback, why == Repeats::Fallback);
            let arguments = Box::new(Arguments::of(function, fallback.is_some()));
            Shape::Repeat { arguments, hedged, once, fallback }
        }
    };
    let values::Settings {
        runtime,
        key,
        policy,
        breaker,
        executor,
        errors: judged,
        values,
        rejections,
        fallback: _,
        idempotent: _,
        documented,
    } = settings;
    let returned = returned.unwrap_or(&unit);
    let judge = Judge {
        returns: returned::without_opaque(returned),
        blame: returned::error_of(returned).unwrap_or(returned).span(),
        errors: match judged {
            JudgeOfErrors::Own { .. } => {
                JudgeOfErrors::Own { is_static: returned::error_is_static(returned, signature) }
            }
            named => named,
        },
        values,
        rejections,
    };
    Some(Model { runtime, function, form, body, key, policy, breaker, executor, judge, shape, documented })
}

/// True where something that may repeat the body is written, and could not be read.
fn unread(ast: &Ast, settings: &values::Settings<'_>) -> bool {
    let policy = &settings.policy;
    let read = [
        (options::RETRY, policy.retry.is_some()),
        (options::HEDGE, policy.hedge.is_some()),
        (options::POLICY, policy.base.is_some()),
        (options::FALLBACK, settings.fallback.is_some()),
    ];
    read.into_iter().any(|(name, read)| ast.names(name) && !read)
}

/// Why a body may run more than once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeats {
    /// `hedge` starts it beside itself.
    Hedge,
    /// The author vouches that a policy from outside may start it beside itself.
    Idempotent,
    /// `retry` starts it again.
    Retry,
    /// What a shared policy holds is not known here.
    Policy,
    /// No mechanism is named, so the executor's policy decides.
    Unnamed,
    /// It does not, but its arguments are wanted again, by the fallback.
    Fallback,
}

impl Repeats {
    /// `None`: nothing can want the arguments a second time.
    fn of(ast: &Ast, settings: &values::Settings<'_>) -> Option<Self> {
        let policy = &settings.policy;
        let written = |hedge: recourse_policy::HedgePolicy| hedge.hedges();
        if policy.hedge.as_ref().is_some_and(|hedge| hedge.written().is_none_or(written)) {
            return Some(Self::Hedge);
        }
        if settings.idempotent.is_some() {
            return Some(Self::Idempotent);
        }
        if policy.retry.as_ref().is_some_and(|retry| retry.written().is_none_or(|retry| retry.repeats())) {
            return Some(Self::Retry);
        }
        if ast.names(options::POLICY) {
            return Some(Self::Policy);
        }
        if !options::MECHANISMS.iter().any(|name| ast.names(name)) {
            return Some(Self::Unnamed);
        }
        settings.fallback.map(|_| Self::Fallback)
    }
}
