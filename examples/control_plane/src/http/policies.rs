//! What programs read: the policy of a key, all entries of a namespace, or all there are, in one document each.

use super::conditional::Tagged;
use super::prefer;
use crate::app::App;
use crate::check::Checked;
use crate::store::State as Documents;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use recourse_policy::Key;
use recourse_policy::document::Format;
use serde_json::json;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// What a program asks for.
#[derive(Debug)]
enum Asked {
    Key(Key),
    Namespace(Key),
    All,
}

/// `GET /policies`: all entries of all documents.
pub(super) async fn all(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    answer(&app, &headers, &Asked::All).await
}

/// `GET /policies/users`: all entries of a namespace. `GET /policies/users/get`, or `/policies/users.get`: what holds for one key, put
/// together from all entries that match it.
pub(super) async fn some(State(app): State<Arc<App>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    // So that one template of a URL fits this server and a folder of files.
    let path = path.strip_suffix(".json").unwrap_or(&path);
    let key = match Key::parse(&path.replace('/', ".")) {
        Ok(key) => key,
        Err(fault) => return failure(StatusCode::BAD_REQUEST, &fault.to_string()),
    };
    let asked = if key.as_str() == key.namespace() { Asked::Namespace(key) } else { Asked::Key(key) };
    answer(&app, &headers, &asked).await
}

async fn answer(app: &App, headers: &HeaderMap, asked: &Asked) -> Response {
    let mut changes = app.store.changes();
    let wait = prefer::wait(headers).filter(|_| app.waits);
    let until = Instant::now() + wait.unwrap_or_default();
    let mut response = loop {
        let state = changes.borrow_and_update().clone();
        let Some(good) = &state.good else { break unready() };
        let Some(found) = find(good, asked) else {
            break failure(StatusCode::NOT_FOUND, "no document has a policy for this key");
        };
        // A wait ends with news, when its time is up, and when the server ends.
        if !found.is_known_to(headers) || !changed_until(app, &mut changes, until).await {
            break found.answer(headers, "application/json", &app.cache_control);
        }
    };
    // Also if nothing had to be waited for: it says that this server can wait.
    if let Some(wait) = wait {
        // Digits are a value.
        if let Ok(applied) = HeaderValue::from_str(&format!("wait={}", wait.as_secs())) {
            response.headers_mut().insert("preference-applied", applied);
        }
    }
    response
}

async fn changed_until(app: &App, changes: &mut tokio::sync::watch::Receiver<Arc<Documents>>, until: Instant) -> bool {
    let mut stop = app.stop.clone();
    tokio::select! {
        changed = timeout_at(until, changes.changed()) => matches!(changed, Ok(Ok(()))),
        _ = stop.wait_for(|stop| *stop) => false,
    }
}

fn find(good: &Checked, asked: &Asked) -> Option<Tagged> {
    let Checked { documents, version, .. } = good;
    let body = match asked {
        Asked::All => documents.print(*version, Format::Json),
        // Also if there is no entry: a program that waits for the first one waits on an answer with a tag.
        Asked::Namespace(namespace) => documents.print_namespace(namespace, *version, Format::Json),
        Asked::Key(key) if good.knows(&key.into()) => {
            documents.resolve(key.as_str(), None).print(key, *version, Format::Json)
        }
        Asked::Key(_) => return None,
    };
    Some(Tagged::new(body))
}

fn unready() -> Response {
    let why = "the documents have faults, and no good state of them is known";
    let mut response = failure(StatusCode::SERVICE_UNAVAILABLE, why);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Answers why there is nothing else to answer. Nobody keeps that.
fn failure(status: StatusCode, why: &str) -> Response {
    let kinds = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, kinds, json!({ "error": why }).to_string()).into_response()
}
