//! The documents themselves, for programs: read with a tag, and written under the tag that was read.

use super::conditional::Tagged;
use crate::app::App;
use crate::check::Faults;
use crate::guard::{same_origin, writable};
use crate::store::{After, Edit, Refusal};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use recourse_policy::document::Fault;
use serde_json::{Value, json};
use std::sync::Arc;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// `GET /documents/users.toml`: the text as its author wrote it.
pub(super) async fn read(State(app): State<Arc<App>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match app.store.state().file(&name) {
        Some(file) => Tagged::new(file.text().into_owned()).answer(&headers, "text/plain; charset=utf-8", &NO_STORE),
        None => refused(StatusCode::NOT_FOUND, &json!({ "error": format!("there is no document `{name}`") })),
    }
}

/// `PUT /documents/users.toml` with `If-Match: "tag"`, or with `If-None-Match: *` for a new one.
pub(super) async fn write(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    text: String,
) -> Response {
    if let Err(why) = writable(&app).and_then(|()| same_origin(&headers, false)) {
        return refused(StatusCode::FORBIDDEN, &json!({ "error": why }));
    }
    let text_of = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let tag = match (text_of(header::IF_MATCH), text_of(header::IF_NONE_MATCH)) {
        (Some(tag), None) if tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"') => Some(tag.trim_matches('"')),
        (None, Some("*")) => None,
        _ => {
            let why =
                "send `If-Match` with the `ETag` of the document that was edited, or `If-None-Match: *` for a new one";
            return refused(StatusCode::PRECONDITION_REQUIRED, &json!({ "error": why }));
        }
    };
    match app.store.save(&Edit { name: &name, text: &text, tag }).await {
        Ok(proposal) => {
            let mut saved = json!({ "version": proposal.version });
            // The document is good, and is served once the others are.
            if let After::Repaired(left) = &proposal.after {
                saved["faults"] = listed(left);
                saved["more"] = left.more.into();
            }
            ([(header::CONTENT_TYPE, "application/json")], saved.to_string()).into_response()
        }
        Err(refusal) => explain(&refusal),
    }
}

fn explain(refusal: &Refusal) -> Response {
    let mut why = json!({ "error": refusal.to_string() });
    let status = match refusal {
        Refusal::Faults(faults) => {
            why["faults"] = listed(faults);
            why["more"] = faults.more.into();
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::Conflict(theirs) => {
            why["text"] = theirs.as_ref().map(|(text, _)| &**text).into();
            StatusCode::PRECONDITION_FAILED
        }
        Refusal::Name(_) | Refusal::Same => StatusCode::BAD_REQUEST,
        Refusal::Failed(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    refused(status, &why)
}

fn listed(faults: &Faults) -> Value {
    let fault = |fault: &Fault| {
        json!({
            "document": *fault.file, "line": fault.line, "column": fault.column, "key": *fault.key, "field": fault.field,
            "kind": fault.kind.code(), "message": fault.message, "allowed": fault.allowed, "instead": fault.instead,
        })
    };
    faults.faults.iter().map(fault).collect()
}

fn refused(status: StatusCode, why: &Value) -> Response {
    let kinds = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, kinds, why.to_string()).into_response()
}
