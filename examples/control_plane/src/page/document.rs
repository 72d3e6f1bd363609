//! The page of one document: its text.

use super::layout::{fault_list, link, page};
use super::list::history;
use super::refused::message;
use super::source::source;
use crate::app::App;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Asked {
    name: String,
    /// The version that was saved a moment ago.
    saved: Option<u64>,
}

pub(super) async fn show(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let state = app.store.state();
    let Some(file) = state.file(&asked.name) else {
        let why = format!("There is no document “{}”.", asked.name);
        return message(&app, StatusCode::NOT_FOUND, "There is no such document", &why);
    };
    let good = state.good.as_deref();
    let reports = good.map_or(&[][..], |good| &good.reports).iter().filter(|report| *report.file == *file.name);
    let reports: Vec<_> = reports.cloned().collect();
    let content = html! {
        h1 { (file.name) }
        @if let Some(version) = asked.saved { p.banner.good role="status" { "Saved as version " (version) "." } }
        p.history { (history(file, good)) }
        @if !reports.is_empty() { h2 { "Reported" } (fault_list(&reports, 0, false)) }
        (source(&file.text(), &[]))
        @if app.writes { p { a.button href=(link("/edit", &[("name", &file.name)])) { "Edit" } } }
    };
    page(&app, &state, StatusCode::OK, &file.name, &content)
}
