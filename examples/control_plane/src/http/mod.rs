//! What is answered to programs: documents with their tags, long polls, and writes of whole documents.

mod conditional;
mod documents;
mod policies;
mod prefer;

use crate::app::App;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

/// Returns the paths for programs.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/policies", get(policies::all))
        .route("/policies.json", get(policies::all))
        .route("/policies/{*path}", get(policies::some))
        .route("/documents/{*name}", get(documents::read).put(documents::write))
}
