//! What is answered to programs: documents with their tags, long polls, and writes of whole documents.

mod conditional;
mod documents;
mod guard;
mod policies;
mod prefer;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use std::sync::Arc;

pub(crate) use guard::{same_origin, writable};

/// The largest body: a form writes some characters as three bytes.
const MOST_BYTES: usize = 3 * recourse_policy::limits::DOCUMENT_BYTES;

/// Returns all paths: those for programs, and the page.
pub(crate) fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/policies", get(policies::all))
        .route("/policies.json", get(policies::all))
        .route("/policies/{*path}", get(policies::some))
        .route("/documents/{*name}", get(documents::read).put(documents::write))
        .merge(crate::page::router())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(app.clone(), guard::known_hosts_only))
        .with_state(app.clone())
}
