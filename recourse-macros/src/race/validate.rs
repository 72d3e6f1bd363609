//! [`Ast`] -> [`Model`]. Asks whether the input makes sense, and reports everything that does not.

use super::ast::{Ast, Branch, Model, OptionValue, OverIterator, Slots, label};
use crate::diagnostics::Errors;
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::{Expr, Lit};

/// The largest number of branches, and of slots that are part of the race itself.
const MAX_BRANCHES: usize = 16;

pub(super) fn validate(ast: Ast, errors: &mut Errors) -> Model {
    let mut model = Model::default();
    let mut seen = BTreeSet::new();
    let (mut min_gap, mut max) = (None, None);
    for option in ast.options {
        let name = option.name;
        // The first one stands; whether the values agree does not matter.
        if !seen.insert(name.to_string()) {
            errors.add(&name, format!("`{name}` is written twice"));
            continue;
        }
        match option.value {
            OptionValue::Stagger(schedule) => model.stagger = Some(schedule),
            OptionValue::Max(number) => max = Some(number),
            OptionValue::Deadline(time) => model.deadline = Some(time),
            OptionValue::Fair => model.fair = true,
            OptionValue::First => model.first = true,
            OptionValue::PanicsLose => model.panics_lose = true,
            OptionValue::MinGap(time) => {
                model.min_gap = Some(time);
                min_gap = Some(name);
            }
        }
    }
    model.branches = ast.branches;
    if let Some(over) = ast.over {
        model.over = slots(&over, max, errors).map(|slots| (over, slots));
        return model;
    }
    if let Some(max) = max.filter(|_| !model.branches.is_empty()) {
        errors.add(
            max,
            "`max` is for a race over an iterator, `for a in addrs => connect(a)`; branches are counted already",
        );
    }
    let starts_at_once = model.stagger.is_none() && model.branches.iter().all(|branch| branch.after.is_none());
    if let Some(name) = min_gap.filter(|_| starts_at_once) {
        errors.add(name, "without `stagger` all branches start at once, and there is no gap: add `stagger = 250ms`");
    }
    count(&model.branches, errors);
    names(&model.branches, errors);
    model
}

/// Reads `max`, the number of futures that may run at the same time.
fn slots(over: &OverIterator, max: Option<Expr>, errors: &mut Errors) -> Option<Slots> {
    let Some(max) = max else {
        errors.add(
            over.word,
            "a race over an iterator needs `max`, how many may run at the same time: `race!(max = 4; for ..)`",
        );
        return None;
    };
    // Only a literal is known here, and slots in the race itself need a number at compile time.
    let Expr::Lit(literal) = &max else { return Some(Slots::Heap(max)) };
    let number = match &literal.lit {
        Lit::Int(number) => number.base10_parse::<usize>().ok().filter(|number| *number > 0),
        _ => None,
    };
    match number {
        Some(number @ ..=MAX_BRANCHES) => Some(Slots::Inline(number)),
        Some(_) => Some(Slots::Heap(max)),
        None => {
            errors.add(max, "`max` is how many may run at the same time, 1 or more: `max = 4`");
            None
        }
    }
}

fn count(branches: &[Branch], errors: &mut Errors) {
    if let Some(one_too_many) = branches.get(MAX_BRANCHES) {
        let message = format!(
            "a race has at most {MAX_BRANCHES} branches, and this is one more; a race over an iterator has as many as there are items: `race!(max = 4; for a in addrs => connect(a))`"
        );
        errors.add(&one_too_many.expression, message);
    }
    // A branch that could not be read was reported already.
    if branches.is_empty() && errors.is_empty() {
        let message = "a race needs a branch: `race!(primary(), replica())`";
        errors.push(syn::Error::new(Span::call_site(), message));
    }
}

fn names(branches: &[Branch], errors: &mut Errors) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in branches.iter().filter_map(|branch| branch.name.as_ref()) {
        // Names become fields of a struct, which these cannot.
        if name == "self" || name == "super" || name == "crate" || name == "Self" || name == "_" {
            errors.add(name, format!("`{name}` cannot be the name of a branch"));
        }
        if !seen.insert(label(name)) {
            errors.add(name, format!("there is another branch called `{name}`: each name stands for one branch"));
        }
    }
    let unnamed = branches.iter().find(|branch| branch.name.is_none());
    let named = branches.iter().find_map(|branch| branch.name.as_ref());
    if let (Some(unnamed), Some(named)) = (unnamed, named) {
        let message = format!("this branch has no name, and `{named}` has one: name all branches, or none");
        errors.add(&unnamed.expression, message);
    }
}
