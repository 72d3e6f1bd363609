//! What the router tells.

use crate::admin::answer::{Refused, json, list};
use crate::admin::shared::Shared;
use crate::circuit::State as BreakerState;
use crate::executor::Executor;
use crate::sync::Arc;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use recourse_policy::text::did_you_mean;
use recourse_policy::{Key, Pattern, PatternKind};
use serde::Serialize;
use serde_json::json as value;

/// The most entries that match no key that are told, and switches.
const MOST_TOLD: usize = 100;

/// The keys or the pattern at the end of a path.
type Keys = Result<Path<String>, PathRejection>;

pub(super) async fn overview(State(shared): State<Arc<Shared>>) -> Response {
    let executor = &shared.executor;
    let breakers = executor.breakers().list();
    let (mut bypassed, mut unmatched) = (executor.bypassed(), executor.unmatched_policies());
    let (switches, entries) = (bypassed.len(), unmatched.len());
    bypassed.truncate(MOST_TOLD);
    unmatched.truncate(MOST_TOLD);
    let in_state = |state| breakers.iter().filter(|breaker| breaker.snapshot.state == state).count();
    json(&value!({
        "keys": executor.keys(),
        "key_capacity": executor.key_capacity(),
        "observer_panics": executor.observer_panics(),
        "breakers": {
            "closed": in_state(BreakerState::Closed),
            "open": in_state(BreakerState::Open),
            "half_open": in_state(BreakerState::HalfOpen),
            "forced": breakers.iter().filter(|breaker| breaker.snapshot.forced).count(),
        },
        "held": executor.breakers().held().len(),
        "held_limits": executor.limits().held().len(),
        "bypassed": { "first": bypassed, "all": switches },
        "unmatched_policies": { "first": unmatched, "all": entries },
        "writes": shared.check.is_some(),
    }))
}

pub(super) async fn breakers(State(shared): State<Arc<Shared>>) -> Response {
    list("breakers", shared.executor.breakers().list())
}

pub(super) async fn breakers_of(State(shared): State<Arc<Shared>>, keys: Keys) -> Result<Response, Refused> {
    let pattern = pattern(keys)?;
    let mut breakers = shared.executor.breakers().list();
    let known: Vec<Key> = breakers.iter().map(|breaker| breaker.key.clone()).collect();
    breakers.retain(|breaker| pattern.matches(breaker.key.as_str(), breaker.template));
    found("breakers", breakers, &pattern, &known)
}

pub(super) async fn policies(State(shared): State<Arc<Shared>>) -> Response {
    list("policies", shared.executor.sites(Pattern::any()))
}

pub(super) async fn policies_of(State(shared): State<Arc<Shared>>, keys: Keys) -> Result<Response, Refused> {
    let pattern = pattern(keys)?;
    let sites = shared.executor.sites(&pattern);
    let known = if sites.is_empty() { known(&shared.executor) } else { Vec::new() };
    found("policies", sites, &pattern, &known)
}

pub(super) async fn held(State(shared): State<Arc<Shared>>) -> Response {
    list("held", shared.executor.breakers().held())
}

pub(super) async fn limits(State(shared): State<Arc<Shared>>) -> Response {
    list("limits", shared.executor.limits().held())
}

pub(super) async fn remotes(State(shared): State<Arc<Shared>>) -> Response {
    #[cfg(feature = "remote")]
    let remotes = shared.executor.remote_status();
    #[cfg(not(feature = "remote"))]
    let remotes: Vec<()> = {
        let _ = shared;
        Vec::new()
    };
    list("remotes", remotes)
}

pub(super) async fn bypassed(State(shared): State<Arc<Shared>>) -> Response {
    list("bypassed", shared.executor.bypassed())
}

fn known(executor: &Executor) -> Vec<Key> {
    executor.sites(Pattern::any()).into_iter().map(|site| site.key).collect()
}

fn pattern(keys: Keys) -> Result<Pattern, Refused> {
    let bad = |why: String| Refused::new(StatusCode::BAD_REQUEST, why);
    let Path(text) = keys.map_err(|fault| bad(fault.body_text()))?;
    text.parse().map_err(|fault: recourse_policy::PatternError| bad(fault.to_string()))
}

/// Answers with what was found. A key of which nothing is known is most likely misspelt; a pattern may well match nothing.
fn found<T: Serialize>(
    name: &'static str,
    rows: Vec<T>,
    pattern: &Pattern,
    known: &[Key],
) -> Result<Response, Refused> {
    if !rows.is_empty() || pattern.kind() != PatternKind::Key {
        return Ok(list(name, rows));
    }
    let names: Vec<&str> = known.iter().map(Key::as_str).collect();
    let near = did_you_mean(pattern.as_str(), &names).and_then(|near| near.parse().ok());
    let why = format!("`{pattern}` has no {name}: no call of this key was made, or it was long ago");
    Err(Refused::new(StatusCode::NOT_FOUND, why).near(near))
}
