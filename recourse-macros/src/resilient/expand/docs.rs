//! The section about resilience in the documentation of a guarded function.
//!
//! `**Resilience**: 3 attempts, exponential 10ms..250ms, full jitter; timeout 2s; worst case 2s; at most 3 attempts.`
//!
//! # Design notes
//!
//! The section exists for rustdoc only (`cfg(doc)`). Otherwise it would count as documentation, and `missing_docs` would no
//! longer find functions that have none of their own.

use super::super::model::{Fallback, Model, Section};
use super::super::of_call::{Deadline, Priority};
use crate::spans::quote_internal;
use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use recourse_policy::{CircuitPolicy, ConcurrencyPolicy, DurationText, HedgePolicy, RetryPolicy, SlotPolicy};
use std::fmt::Display;
use std::time::Duration;
use syn::ExprPath;

pub(super) fn section(model: &Model<'_>) -> Option<TokenStream> {
    if !model.documented {
        return None;
    }
    let text = Literal::string(&text(model));
    // The empty line makes the section a paragraph of its own.
    Some(quote_internal!(#[cfg_attr(doc, doc = "", doc = #text)]))
}

/// Returns the section's one sentence.
fn text(model: &Model<'_>) -> String {
    let sections = &model.policy;
    let named = |word: &str, path: &ExprPath| format!("{word} `{}`", spelled(path));
    let mut parts: Vec<String> = Vec::new();
    parts.extend(sections.base.map(|path| named("policy", path)));
    // With no mechanism named, the policy comes from the executor, or is the default.
    if model.is_bare() {
        parts.push("by the policy of its key, else 3 attempts and circuit `defaults`".to_owned());
    }
    parts.extend(part(sections.retry.as_ref(), "retry", retry));
    parts.extend(part(sections.budget.as_ref(), "budget", |budget| format!("budget {budget}")));
    parts.extend(no_budget(model));
    parts.extend(part(sections.hedge.as_ref(), "hedge", hedge));
    parts.extend(part(sections.circuit.as_ref(), "circuit", circuit));
    parts.extend(model.breaker.map(|path| named("breaker", path)));
    parts.extend(part(sections.concurrency.as_ref(), "concurrency", concurrency));
    parts.extend(part(sections.rate.as_ref(), "rate", |rate| format!("rate {rate}")));
    parts.extend(part(sections.attempt_timeout.as_ref(), "attempt timeout", |time| limit("attempt timeout", *time)));
    parts.extend(part(sections.timeout.as_ref(), "timeout", |time| limit("timeout", *time)));
    parts.extend(part(sections.at_least.as_ref(), "at least", |time| format!("at least {time} left to begin")));
    parts.extend(model.of_call.timeout.map(|time| format!("timeout `{}`", spelled(time))));
    parts.extend(model.of_call.deadline.as_ref().map(|deadline| match deadline {
        Deadline::Ignored => "not bound to the deadline around it".to_owned(),
        Deadline::At(moment) => format!("deadline `{}`", spelled(moment)),
    }));
    parts.extend(model.of_call.priority.as_ref().map(|priority| match priority {
        Priority::Written(variant) => format!("priority {}", variant.to_lowercase()),
        Priority::At(expression) => format!("priority `{}`", spelled(expression)),
    }));
    match model.fallback {
        Some(Fallback::Path(path)) => parts.push(named("fallback", path)),
        Some(Fallback::Closure(_)) => parts.push("fallback".to_owned()),
        Some(Fallback::Value(value)) => parts.push(format!("fallback `{}`", spelled(value))),
        None => {}
    }
    parts.extend(worst_case(model));
    parts.extend(most_attempts(model));
    format!("**Resilience**: {}.", parts.join("; "))
}

fn part<T>(section: Option<&Section<'_, T>>, word: &str, written: impl Fn(&T) -> String) -> Option<String> {
    Some(match section? {
        Section::Written(value) => written(value),
        Section::Path(path) => format!("{word} `{}`", spelled(path)),
    })
}

/// Spells out defaults too: readers of the documentation may not know them.
fn retry(retry: &RetryPolicy) -> String {
    if !retry.repeats() {
        return "no retry".to_owned();
    }
    let attempts = retry.max_attempts.map_or_else(|| "forever".to_owned(), |most| format!("{most} attempts"));
    let pushback = retry.max_pushback.map(|time| limit(", pushback up to", time)).unwrap_or_default();
    let fresh = retry.fresh_after.map(|time| limit(", fresh after", time)).unwrap_or_default();
    let over = if retry.over_nested { ", over nested" } else { "" };
    format!("{attempts}, {}, {}{pushback}{fresh}{over}", retry.delay, retry.jitter)
}

fn hedge(hedge: &HedgePolicy) -> String {
    if hedge.hedges() { format!("hedge {hedge}") } else { "no hedge".to_owned() }
}

fn circuit(circuit: &CircuitPolicy) -> String {
    if circuit.trips() { format!("circuit {circuit}") } else { "no circuit".to_owned() }
}

fn concurrency(concurrency: &ConcurrencyPolicy) -> String {
    match concurrency.slots {
        SlotPolicy::Fixed(_) => concurrency.to_string(),
        _ => format!("concurrency {concurrency}"),
    }
}

fn limit(word: &str, time: Duration) -> String {
    format!("{word} {}", DurationText(time))
}

/// Returns how long a call may take, not counting a fallback. Only `timeout` sets a limit: a server may ask for longer delays. A deadline
/// around the call is not known here, and can only end it earlier.
fn worst_case(model: &Model<'_>) -> Option<String> {
    match &model.policy.timeout {
        Some(Section::Written(time)) => Some(limit("worst case", *time)),
        Some(Section::Path(path)) => Some(format!("worst case `{}`", spelled(path))),
        None if model.policy.base.is_some() || model.is_bare() => None,
        None if model.of_call.timeout.is_some() || matches!(model.of_call.deadline, Some(Deadline::At(_))) => None,
        None if matches!(model.of_call.deadline, Some(Deadline::Ignored)) => Some("no limit of time".to_owned()),
        None => Some("no limit of time of its own".to_owned()),
    }
}

/// Says that nothing limits the load of retries without end, unless a budget may be named elsewhere.
fn no_budget(model: &Model<'_>) -> Option<String> {
    let sections = &model.policy;
    let endless = sections.retry.as_ref().and_then(Section::written).is_some_and(|retry| retry.is_endless());
    (endless && sections.budget.is_none() && sections.base.is_none()).then(|| "no budget".to_owned())
}

/// Returns how often the body may run in one call, if the attribute alone determines that.
fn most_attempts(model: &Model<'_>) -> Option<String> {
    let sections = &model.policy;
    let from_elsewhere = sections.base.is_some() || model.is_bare();
    // Each group is a primary attempt and its hedges; retries make further groups.
    let (groups, fresh_after, over_nested) = match &sections.retry {
        Some(retry) => {
            let retry = retry.written()?;
            (retry.max_attempts, retry.fresh_after.filter(|_| retry.repeats()), retry.over_nested)
        }
        None if from_elsewhere => return None,
        None => (Some(1), None, false),
    };
    let hedges = match &sections.hedge {
        Some(hedge) => hedge.written().map(|hedge| if hedge.hedges() { hedge.max_hedges } else { 0 })?,
        None if sections.base.is_some() => return None,
        None => 0,
    };
    let Some(groups) = groups else {
        let stops = if sections.circuit.is_some() { " while the circuit is closed" } else { "" };
        return Some(format!("attempts without end{stops}"));
    };
    let anew = fresh_after.map(|time| limit(", counted anew from each that runs", time)).unwrap_or_default();
    let multiplied = if over_nested { ", each with all of the calls in it" } else { "" };
    Some(match groups.saturating_mul(1 + hedges) {
        1 => "one attempt".to_owned(),
        most => format!("at most {most} attempts{anew}{multiplied}"),
    })
}

/// Returns the path without the spaces that tokens are printed with.
fn spelled(path: &impl ToTokens) -> impl Display {
    path.to_token_stream().to_string().replace(' ', "")
}
