//! The page of one key or pattern: what holds for it, and where it stands.

use super::layout::{fault_list, link, page};
use super::list::history;
use super::refused::message;
use super::source::source;
use super::words::Worst;
use crate::app::App;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use recourse_policy::document::Entry;
use recourse_policy::{Pattern, PatternError, Section};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Asked {
    of: String,
}

pub(super) async fn show(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let state = app.store.state();
    let pattern: Pattern = match asked.of.parse() {
        Ok(pattern) => pattern,
        Err(fault) => {
            let fault: PatternError = fault;
            return message(&app, StatusCode::BAD_REQUEST, "This is no key and no pattern", &fault.to_string());
        }
    };
    let Some(good) = state.good.as_ref().filter(|good| good.knows(&pattern)) else {
        let why = format!("No document has a policy for {pattern}.");
        return message(&app, StatusCode::NOT_FOUND, "There is no such policy", &why);
    };
    let found = good.resolve(&pattern);
    let mut places: Vec<(&Entry<()>, Section)> =
        Section::ALL.into_iter().filter_map(|section| Some((found.source(section)?, section))).collect();
    places.sort_by_key(|(entry, _)| entry.file().clone());
    let files = state.files.iter().filter(|file| places.iter().any(|(entry, _)| **entry.file() == *file.name));
    let reports: Vec<_> = good.reports.iter().filter(|report| *report.key == *pattern.as_str()).cloned().collect();
    let content = html! {
        h1 { code { (pattern) } }
        div.scroll {
            table.values {
                thead { tr { th scope="col" { "section" } th scope="col" { "in force" } th scope="col" { "from" } } }
                @for (section, text) in found.sections() {
                    tr {
                        th scope="row" { (section.name()) }
                        td { code { (text) } }
                        td {
                            @if let Some(entry) = found.source(section) {
                                @let line = entry.line_of(section).unwrap_or_default();
                                a href={ (link("/document", &[("name", entry.file())])) "#L" (line) } { (entry.file()) ":" (line) }
                                " " code { (entry.pattern()) }
                            }
                        }
                    }
                }
            }
        }
        dl.worst.wide {
            @for (name, text) in Worst::of(&found).rows() { div { dt { (name) } dd { (text) } } }
        }
        @if !reports.is_empty() { h2 { "Reported" } (fault_list(&reports, 0, true)) }
        @for file in files {
            @let marked: Vec<u32> = places.iter().filter(|(entry, _)| **entry.file() == *file.name)
                .filter_map(|(entry, section)| entry.line_of(*section)).collect();
            section.document {
                h2 { a href=(link("/document", &[("name", &file.name)])) { (file.name) } }
                p.history { (history(file, Some(good))) }
                (source(&file.text(), &marked))
                @if app.writes { p { a.button href=(link("/edit", &[("name", &file.name)])) { "Edit " (file.name) } } }
            }
        }
    };
    page(&app, &state, StatusCode::OK, pattern.as_str(), &content)
}
