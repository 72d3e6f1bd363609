//! The options against each other: which exclude each other, which do nothing, which numbers can never happen.

use super::super::ast::Ast;
use super::super::model::Section;
use super::values::Settings;
use crate::diagnostics::Errors;
use crate::options::{self, EXCLUSIVE, MECHANISMS};
use recourse_policy::Policy;

pub(super) fn report(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    exclusive(ast, errors);
    idle_budget(ast, settings, errors);
    idle_breaker(ast, settings, errors);
    idle_judges(ast, errors);
    impossible_numbers(ast, settings, errors);
}

fn exclusive(ast: &Ast, errors: &mut Errors) {
    for (one, other, message) in &EXCLUSIVE {
        if let (true, Some(other)) = (ast.names(one), ast.option(other)) {
            errors.add(&other.name, message);
        }
    }
}

/// A budget limits retries; beside a retry that is surely off it does nothing.
fn idle_budget(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let Some(budget) = ast.option(options::BUDGET) else { return };
    let retry = settings.policy.retry.as_ref().and_then(Section::written);
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

/// A breaker is made for the circuit; beside one that is surely off nobody makes it.
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

/// A class decides about retries, hedges and the circuit; where none of them can be on, nobody asks for it. `idempotent`
/// invites those of a policy from outside.
fn idle_judges(ast: &Ast, errors: &mut Errors) {
    let decides = [options::RETRY, options::HEDGE, options::CIRCUIT, options::POLICY, options::IDEMPOTENT];
    if !MECHANISMS.iter().any(|name| ast.names(name)) || decides.iter().any(|name| ast.names(name)) {
        return;
    }
    for name in [options::CLASSIFY, options::CLASSIFY_OK, options::RETRY_IF] {
        if let Some(judge) = ast.option(name) {
            let message = format!(
                "`{name}` decides about retries, hedges and the circuit, and none of them is on here; name `retry`, `hedge` \
                 or `circuit` too, or leave `{name}` out"
            );
            errors.add(&judge.name, message);
        }
    }
}

/// What can never happen, by the numbers that are written here.
fn impossible_numbers(ast: &Ast, settings: &Settings<'_>, errors: &mut Errors) {
    let sections = &settings.policy;
    let mut written = Policy::new();
    written.retry = sections.retry.as_ref().and_then(Section::written);
    written.hedge = sections.hedge.as_ref().and_then(Section::written);
    written.circuit = sections.circuit.as_ref().and_then(Section::written);
    written.budget = sections.budget.as_ref().and_then(Section::written);
    written.timeout = sections.timeout.as_ref().and_then(Section::written);
    written.attempt_timeout = sections.attempt_timeout.as_ref().and_then(Section::written);
    for conflict in written.conflicts() {
        if let Some(option) = ast.option(conflict.keys.0) {
            errors.add(&option.value, conflict);
        }
    }
}
