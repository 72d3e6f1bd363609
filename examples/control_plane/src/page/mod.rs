//! What is answered to people: a page of plain HTML, which needs no script and allows none.

mod diff;
mod document;
mod edit;
mod form;
mod layout;
mod list;
mod policy;
mod refused;
mod review;
mod source;
mod words;

use crate::app::App;
use axum::Router;
use axum::http::header;
use axum::routing::get;
use std::sync::Arc;

/// Returns the paths of the page. No GET changes anything.
pub(crate) fn router() -> Router<Arc<App>> {
    let file =
        |kind: &'static str, text: &'static str| get(move || async move { ([(header::CONTENT_TYPE, kind)], text) });
    Router::new()
        .route("/", get(list::show))
        .route("/policy", get(policy::show))
        .route("/document", get(document::show))
        .route("/edit", get(edit::begin).post(edit::again))
        .route("/review", axum::routing::post(review::show))
        .route("/save", axum::routing::post(review::save))
        .route("/style.css", file("text/css", include_str!("../../assets/style.css")))
        .route("/icon.svg", file("image/svg+xml", include_str!("../../assets/icon.svg")))
}
