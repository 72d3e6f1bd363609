//! The first page: all policies, by document.

use super::layout::{counted, link, page};
use super::words::Worst;
use crate::app::App;
use crate::check::Checked;
use crate::source::SourceFile;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use recourse_policy::document::Entry;
use serde::Deserialize;
use std::sync::Arc;

/// The most policies on a page. A search finds the others.
const MOST: usize = 300;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// A part of keys and patterns.
    #[serde(default)]
    find: String,
}

pub(super) async fn show(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let state = app.store.state();
    let mut entries: Vec<&Entry<()>> = match &state.good {
        Some(good) => {
            good.documents.entries().filter(|entry| entry.pattern().as_str().contains(asked.find.trim())).collect()
        }
        None => Vec::new(),
    };
    entries.sort_by_key(|entry| (entry.file().clone(), entry.line()));
    let found = entries.len();
    entries.truncate(MOST);
    let content = html! {
        div.tools {
            form role="search" {
                label for="find" { "Find" }
                input #find name="find" type="search" value=(asked.find) placeholder="users.";
                button { "Find" }
            }
            @if app.writes {
                form action="/edit" {
                    label for="name" { "New document" }
                    input #name name="name" placeholder="users/get.toml" required;
                    button { "Write" }
                }
            }
        }
        @if found > MOST { p { (found - MOST) " policies are not shown: find them by a part of their key." } }
        @for file in &state.files {
            @let own: Vec<_> = entries.iter().filter(|entry| **entry.file() == *file.name).collect();
            // What was looked for stands in other documents.
            @if asked.find.is_empty() || !own.is_empty() {
                section.document {
                    (heading(file, own.len(), state.good.as_deref()))
                    div.cards {
                        @if let Some(good) = &state.good {
                            @for entry in own { (card(entry, good)) }
                        }
                    }
                }
            }
        }
        @if state.files.is_empty() { p.empty { "There is no document yet." } }
        @if found == 0 && !asked.find.is_empty() { p.empty { "No key and no pattern has “" (asked.find) "” in it." } }
    };
    page(&app, &state, StatusCode::OK, "All", &content)
}

fn heading(file: &SourceFile, policies: usize, good: Option<&Checked>) -> Markup {
    html! {
        h2 { a href=(link("/document", &[("name", &file.name)])) { (file.name) } }
        p.history { (history(file, good)) " · " (counted(policies, "policy", "policies")) }
    }
}

/// Says which version a document is, and since when.
pub(super) fn history(file: &SourceFile, good: Option<&Checked>) -> Markup {
    let version = good.and_then(|good| good.documents.versions().find(|(name, _)| ***name == *file.name)?.1);
    html! {
        @match version { Some(version) => { "version " (version) } None => { "no version" } }
        " · changed " (file.changed)
    }
}

fn card(entry: &Entry<()>, good: &Checked) -> Markup {
    let pattern = entry.pattern();
    let found = good.resolve(pattern);
    html! {
        article.card {
            h3 {
                a href=(link("/policy", &[("of", pattern.as_str())])) { code { (pattern) } }
                @if found.enabled() == Some(false) { " " span.badge.off { "switched off" } }
            }
            table.sections {
                @for (section, text) in found.sections() {
                    @let inherited = entry.line_of(section).is_none();
                    tr class=[inherited.then_some("inherited")] {
                        th scope="row" { (section.name()) }
                        td { code { (text) } @if inherited { " " span.from { "from " (found.source(section).map_or("", |from| from.pattern().as_str())) } } }
                    }
                }
            }
            dl.worst {
                @for (name, text) in Worst::of(&found).rows() {
                    div { dt { (name) } dd { (text) } }
                }
            }
        }
    }
}
