//! The options against each other: some exclude each other, some have no effect without another, and some numbers contradict each
//! other.

use super::super::ast::Ast;
use super::super::model::{Rejections, Section};
use super::super::of_call::Deadline;
use super::values::Settings;
use crate::diagnostics::Errors;
use crate::options::{self, EXCLUSIVE, MECHANISMS};
use recourse_policy::Policy;

pub(super) fn report(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    exclusive(ast, errors);
    idle_budget(ast, settings, errors);
    idle_breaker(ast, settings, errors);
    idle_classifiers(ast, errors);
    never_rejected(ast, settings, errors);
    impossible_numbers(ast, settings, errors);
}

fn exclusive(ast: &Ast, errors: &mut Errors) {
    for (one, other, message) in &EXCLUSIVE {
        if let (true, Some(other)) = (ast.names(one), ast.option(other)) {
            errors.add(&other.name, message);
        }
    }
}

/// Reports a budget, which limits retries, if retries are certainly off. A shared policy may turn them on.
fn idle_budget(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let Some(budget) = ast.option(options::BUDGET) else { return };
    let retry = settings.policy.retry.as_ref().and_then(Section::written);
    // A path may name any policy, so only text shows that retries are off.
    let off = !ast.names(options::RETRY) || retry.is_some_and(|retry| !retry.repeats());
    if off && !ast.names(options::POLICY) {
        let otherwise = if ast.names(options::HEDGE) {
            "the budget of hedges is part of `hedge`: `hedge = \"p99, budget 5%\"`"
        } else {
            "leave `budget` out"
        };
        let message = format!(
            "`budget` limits retries, and nothing is retried here; name `retry` too, as in `retry = \"3 attempts\"`, or \
             {otherwise}"
        );
        errors.add(&budget.name, message);
    }
}

/// Reports a `breaker`, which makes the breaker of the circuit, if the circuit is certainly off.
fn idle_breaker(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let (Some(breaker), Some(_)) = (ast.option(options::BREAKER), settings.breaker) else { return };
    let circuit = settings.policy.circuit.as_ref().and_then(Section::written);
    let off = !ast.names(options::CIRCUIT) || circuit.is_some_and(|circuit| !circuit.trips());
    if off && !ast.names(options::POLICY) {
        let message = "`breaker` makes the breaker of the circuit, and there is none here; name `circuit` too, as in \
                       `circuit = \"defaults\"`, or leave `breaker` out";
        errors.add(&breaker.name, message);
    }
}

/// Reports the options that may reject a call of which `on_reject = "never"` says that it is not rejected.
fn never_rejected(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let Rejections::Never = settings.rejections else { return };
    // A breaker without a circuit was reported, and text that turns the circuit off rejects nothing.
    let circuit = settings.policy.circuit.as_ref().and_then(Section::written);
    let concurrency = settings.policy.concurrency.as_ref().and_then(Section::written);
    let is_off = |name: &str| match name {
        options::CONCURRENCY => concurrency.is_some_and(|limit| !limit.limits()),
        options::CIRCUIT => circuit.is_some_and(|circuit| !circuit.trips()),
        options::BREAKER => !ast.names(options::CIRCUIT),
        options::DEADLINE => !matches!(settings.of_call.deadline, Some(Deadline::At(_))),
        _ => false,
    };
    for name in options::REJECTING {
        let Some(option) = ast.option(name).filter(|_| !is_off(name)) else { continue };
        let rejects = if name == options::BREAKER { "lets the circuit reject" } else { "may reject" };
        let message = format!(
            "`{name}` {rejects} a call, and `on_reject = \"never\"` says that there is no error for that; leave out `{name}`, or name a \
             function that makes the error: `on_reject = |rejected| ..`"
        );
        errors.add(&option.name, message);
    }
}

/// Reports functions that return classes, if nothing asks for a class: retries, hedges and the circuit are all certainly off.
///
/// With no mechanism named, the executor's policy may turn them on; `idempotent` allows such a policy to hedge.
fn idle_classifiers(ast: &Ast, errors: &mut Errors) {
    let decides = [options::RETRY, options::HEDGE, options::CIRCUIT, options::POLICY, options::IDEMPOTENT];
    if !MECHANISMS.iter().any(|name| ast.names(name)) || decides.iter().any(|name| ast.names(name)) {
        return;
    }
    for name in [options::CLASSIFY, options::CLASSIFY_OK, options::RETRY_IF] {
        if let Some(classifier) = ast.option(name) {
            let message = format!(
                "`{name}` decides about retries, hedges and the circuit, and none of them is on here; name `retry`, `hedge` \
                 or `circuit` too, or leave `{name}` out"
            );
            errors.add(&classifier.name, message);
        }
    }
}

/// Reports numbers that contradict each other, as far as they are written as text. Those of constants are checked when the static is
/// evaluated.
fn impossible_numbers(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let sections = &settings.policy;
    let mut written = Policy::new();
    written.retry = sections.retry.as_ref().and_then(Section::written);
    written.hedge = sections.hedge.as_ref().and_then(Section::written);
    written.circuit = sections.circuit.as_ref().and_then(Section::written);
    written.budget = sections.budget.as_ref().and_then(Section::written);
    written.concurrency = sections.concurrency.as_ref().and_then(Section::written);
    written.timeout = sections.timeout.as_ref().and_then(Section::written);
    written.attempt_timeout = sections.attempt_timeout.as_ref().and_then(Section::written);
    written.at_least = sections.at_least.as_ref().and_then(Section::written);
    for conflict in written.conflicts().into_iter().filter(|conflict| !conflict.is_note) {
        if let Some(option) = ast.option(conflict.keys.0) {
            errors.add(&option.value, conflict);
        }
    }
}
