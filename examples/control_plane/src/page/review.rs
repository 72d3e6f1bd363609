//! The page between an edit and its end: what changes, and the button that does it.

use super::diff::difference;
use super::edit;
use super::form::{Fields, hidden};
use super::layout::{counted, fault_list, link, page};
use super::refused::{conflict, message, refused_write};
use super::words::{Change, Row, changes};
use crate::app::App;
use crate::store::{After, Proposal, Refusal};
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use std::sync::Arc;

/// Shows what an edit would do.
pub(super) async fn show(State(app): State<Arc<App>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refused) = refused_write(&app, &headers) {
        return refused;
    }
    match app.store.propose(&fields.edit()) {
        Ok(proposal) => review(&app, &fields, &proposal),
        Err(refusal) => explain(&app, &fields, &refusal),
    }
}

/// Makes the edit, and shows the document.
pub(super) async fn save(State(app): State<Arc<App>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refused) = refused_write(&app, &headers) {
        return refused;
    }
    match app.store.save(&fields.edit()).await {
        Ok(proposal) => {
            let saved = [("name", &*fields.name), ("saved", &proposal.version.to_string())];
            Redirect::to(&link("/document", &saved)).into_response()
        }
        Err(refusal) => explain(&app, &fields, &refusal),
    }
}

fn explain(app: &App, fields: &Fields, refusal: &Refusal) -> Response {
    let (status, title) = match refusal {
        Refusal::Faults(faults) => return edit::show(app, StatusCode::UNPROCESSABLE_ENTITY, fields, Some(faults)),
        Refusal::Conflict(theirs) => return conflict(app, fields, theirs.as_ref()),
        Refusal::Same => (StatusCode::OK, "Nothing has changed"),
        Refusal::Name(_) => (StatusCode::BAD_REQUEST, "This is no name"),
        Refusal::Failed(_) => (StatusCode::SERVICE_UNAVAILABLE, "It may not have been saved"),
    };
    message(app, status, title, &refusal.to_string())
}

fn review(app: &App, fields: &Fields, proposal: &Proposal) -> Response {
    let (changes, reports, left) = match &proposal.after {
        After::Good(after) => {
            let reports = after.reports.iter().filter(|report| *report.file == *fields.name);
            (changes(proposal.before.as_deref(), after), reports.cloned().collect(), None)
        }
        After::Repaired(left) => (Vec::new(), Vec::new(), Some(left)),
    };
    let content = html! {
        h1 { "Review " (fields.name) }
        p {
            "This becomes version " (proposal.version) ". "
            @if left.is_none() { strong { (summary(changes.len())) } }
        }
        @if let Some(left) = left {
            section.banner {
                p { strong { "This document is good then, and others are not yet: it is served once they are." } }
                (fault_list(&left.faults, left.more, true))
            }
        }
        @if !reports.is_empty() {
            section.banner { p { strong { "It would be used, but not as it is written:" } } (fault_list(&reports, 0, false)) }
        }
        @for change in &changes { (changed(change)) }
        h2 { "Text" }
        (difference(&proposal.old, &proposal.text))
        form method="post" action="/save" {
            (hidden(&fields.name, &fields.tag))
            input type="hidden" name="text" value=(fields.text);
            p.actions {
                button { "Save" }
                button.second formaction="/edit" { "Edit further" }
                a href=(link("/document", &[("name", &fields.name)])) { "Leave" }
            }
        }
    };
    page(app, &app.store.state(), StatusCode::OK, &format!("Review {}", fields.name), &content)
}

fn summary(count: usize) -> String {
    if count == 0 {
        "No policy changes: only comments, blanks or the order of lines.".to_owned()
    } else {
        format!("{}.", counted(count, "policy changes", "policies change"))
    }
}

fn changed(change: &Change<'_>) -> Markup {
    let cell = |text: &Option<String>| html! { @match text { Some(text) => { code { (text) } } None => { span.unset { "not set" } } } };
    let row = |row: &Row| {
        html! {
            tr class=[(!row.is_same()).then_some("changed")] {
                th scope="row" { (row.name) }
                td { (cell(&row.before)) }
                td { (cell(&row.after)) }
            }
        }
    };
    html! {
        section.change {
            h2 { code { (change.pattern) } }
            div.scroll {
                table.values {
                    thead { tr { th scope="col" { "" } th scope="col" { "before" } th scope="col" { "after" } } }
                    @for section in &change.sections { (row(section)) }
                    @for worst in &change.worst { (row(worst)) }
                }
            }
        }
    }
}
