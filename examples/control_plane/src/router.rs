//! All paths, and what holds for each of them.

use crate::app::App;
use crate::{guard, http, page};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// The largest body: a form writes some characters as three bytes.
const MOST_BYTES: usize = 3 * recourse_policy::limits::DOCUMENT_BYTES;

/// Returns all paths: those for programs, and the page.
pub(crate) fn router(app: &Arc<App>) -> Router {
    http::router()
        .merge(page::router())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(app.clone(), guard::known_hosts_only))
        .with_state(app.clone())
}
