//! The documents themselves, for programs: read with a tag, and written under the tag that was read.

use super::conditional::Tagged;
use crate::app::App;
use crate::check::Faults;
use crate::guard::{same_origin, writable};
use crate::store::{Edit, Refusal};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
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
        Ok(version) => {
            ([(header::CONTENT_TYPE, "application/json")], json!({ "version": version }).to_string()).into_response()
        }
        Err(refusal) => explain(&refusal),
    }
}

fn explain(refusal: &Refusal) -> Response {
    let (status, why) = match refusal {
        Refusal::Faults(faults) => (StatusCode::UNPROCESSABLE_ENTITY, listed(faults)),
        Refusal::Conflict(theirs) => {
            let theirs = theirs.as_ref().map(|(text, _)| text);
            let why = "somebody else has changed the document; take it from there";
            (StatusCode::PRECONDITION_FAILED, json!({ "error": why, "text": theirs }))
        }
        Refusal::Name(name) => {
            let why = format!("`{name}` is no name of a document; write such as `users.toml` or `users/get.json`");
            (StatusCode::BAD_REQUEST, json!({ "error": why }))
        }
        Refusal::Same => (StatusCode::BAD_REQUEST, json!({ "error": "the text is as it was" })),
        Refusal::Failed(why) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "error": why })),
    };
    refused(status, &why)
}

fn listed(faults: &Faults) -> Value {
    let list = faults.faults.iter().map(|fault| {
        json!({
            "document": *fault.file, "line": fault.line, "column": fault.column, "key": *fault.key, "field": fault.field,
            "kind": fault.kind.code(), "message": fault.message, "allowed": fault.allowed, "instead": fault.instead,
        })
    });
    json!({ "error": "the document has faults", "faults": list.collect::<Vec<_>>(), "more": faults.more })
}

fn refused(status: StatusCode, why: &Value) -> Response {
    let kinds = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, kinds, why.to_string()).into_response()
}
