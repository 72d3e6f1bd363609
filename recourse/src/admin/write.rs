//! What the router lets operators do.

use crate::admin::answer::{Refused, json};
use crate::admin::gate::allowed_body;
use crate::admin::shared::Shared;
use crate::executor::UnknownBreaker;
use crate::sync::Arc;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use recourse_policy::{ConcurrencyPolicy, Pattern, PatternError, RatePolicy};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json as value};

/// What a body of a write has to look like.
const LIKE_THIS: &str = "send such as {\"keys\": \"users.get\"}";
const WITH_LIMITS: &str =
    "send such as {\"keys\": \"users.get\", \"concurrency\": \"8 at once\", \"rate\": null}, in which null takes back";
const WITH_ON: &str = "send such as {\"keys\": \"users.get\", \"on\": true}";

pub(super) async fn force_open(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refused> {
    let keys = only_keys(&shared, request).await?;
    let held = shared.executor.breakers().force_open(keys).map_err(|fault| of_breakers(&fault))?;
    Ok(json(&held))
}

pub(super) async fn force_closed(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refused> {
    let keys = only_keys(&shared, request).await?;
    let held = shared.executor.breakers().force_closed(keys).map_err(|fault| of_breakers(&fault))?;
    Ok(json(&held))
}

pub(super) async fn reset(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refused> {
    let keys = only_keys(&shared, request).await?;
    shared.executor.breakers().reset(&keys).map_err(|fault| of_breakers(&fault))?;
    Ok(json(&value!({ "reset": keys })))
}

pub(super) async fn bypass(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refused> {
    let mut body = Body::of(&shared, request, WITH_ON).await?;
    let (keys, on) = (body.keys()?, body.on()?);
    body.end()?;
    let changed = shared.executor.bypass_keys(&keys, on);
    Ok(json(&value!({ "keys": keys, "on": on, "changed": changed })))
}

pub(super) async fn limits(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refused> {
    let mut body = Body::of(&shared, request, WITH_LIMITS).await?;
    let keys = body.keys()?;
    let (has_concurrency, has_rate) = (body.has("concurrency"), body.has("rate"));
    let (concurrency, rate): (Option<ConcurrencyPolicy>, Option<RatePolicy>) =
        (body.section("concurrency")?, body.section("rate")?);
    body.end()?;
    if !has_concurrency && !has_rate {
        return Err(bad(format!("neither `concurrency` nor `rate` is there; {WITH_LIMITS}")));
    }
    let limits = shared.executor.limits();
    let changed = limits.change(&keys, |held| {
        held.concurrency = if has_concurrency { concurrency } else { held.concurrency };
        held.rate = if has_rate { rate } else { held.rate };
    });
    if changed.is_none() {
        let why = format!("the limits of `{keys}` cannot be held: there is no room; take others back, see `/limits`");
        return Err(Refused::new(StatusCode::CONFLICT, why));
    }
    Ok(json(&limits.held_by(&keys)))
}

async fn only_keys(shared: &Shared, request: Request) -> Result<Pattern, Refused> {
    let mut body = Body::of(shared, request, LIKE_THIS).await?;
    let keys = body.keys()?;
    body.end()?;
    Ok(keys)
}

fn of_breakers(fault: &UnknownBreaker) -> Refused {
    let status = if fault.is_unknown() { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
    Refused::new(status, fault.to_string()).near(fault.did_you_mean().cloned())
}

/// The fields of a body. Each is taken, so that what is left is unknown.
struct Body {
    fields: Map<String, Value>,
    like_this: &'static str,
}

impl Body {
    async fn of(shared: &Shared, request: Request, like_this: &'static str) -> Result<Self, Refused> {
        let body = allowed_body(shared, request).await?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(fields)) => Ok(Self { fields, like_this }),
            Ok(_) => Err(bad(format!("the body is no JSON object; {like_this}"))),
            Err(fault) => Err(bad(format!("the body is not JSON: {fault}; {like_this}"))),
        }
    }

    fn keys(&mut self) -> Result<Pattern, Refused> {
        let like_this = self.like_this;
        match self.fields.remove("keys") {
            Some(Value::String(text)) => text.parse().map_err(|fault: PatternError| bad(fault.to_string())),
            Some(_) => Err(bad(format!("`keys` is no text; {like_this}"))),
            None => Err(bad(format!("`keys` is missing; {like_this}"))),
        }
    }

    fn on(&mut self) -> Result<bool, Refused> {
        let like_this = self.like_this;
        match self.fields.remove("on") {
            Some(Value::Bool(on)) => Ok(on),
            Some(_) => Err(bad(format!("`on` is neither true nor false; {like_this}"))),
            None => Err(bad(format!("`on` is missing; {like_this}"))),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Takes a section of a policy; `None` if it is null, or not there.
    fn section<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refused> {
        let section = serde_json::from_value(self.fields.remove(name).unwrap_or_default());
        section.map_err(|fault| bad(format!("`{name}`: {fault}; {}", self.like_this)))
    }

    fn end(self) -> Result<(), Refused> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(unknown) => Err(bad(format!("there is no field {unknown:?}; {}", self.like_this))),
        }
    }
}

fn bad(why: String) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, why)
}
