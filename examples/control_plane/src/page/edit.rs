//! The form with the text of a document.

use super::form::{Fields, hidden};
use super::layout::{fault_list, link, page};
use super::refused::{message, refused_write};
use crate::app::App;
use crate::check::Faults;
use crate::source::{SourceFile, is_new_name};
use crate::store::Refusal;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;
use recourse_policy::document::Format;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Asked {
    name: String,
}

/// Shows the form with the text as it is.
pub(super) async fn begin(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let state = app.store.state();
    let file = state.file(&asked.name);
    if file.is_none() && !is_new_name(&asked.name) {
        let why = Refusal::Name(asked.name).to_string();
        return message(&app, StatusCode::BAD_REQUEST, "This is no name", &why);
    }
    let text = file.map_or_else(|| beginning(&asked.name), |file| file.text().into_owned());
    let fields = Fields { name: asked.name, tag: file.map(SourceFile::tag).unwrap_or_default(), text };
    show(&app, StatusCode::OK, &fields, None)
}

/// Shows the form again with the text as it was edited.
pub(super) async fn again(State(app): State<Arc<App>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refused) = refused_write(&app, &headers) {
        return refused;
    }
    show(&app, StatusCode::OK, &fields, None)
}

/// Shows the form, with the faults of its text if there are any.
pub(super) fn show(app: &App, status: StatusCode, fields: &Fields, faults: Option<&Faults>) -> Response {
    if !app.writes {
        let why = "Nobody may write here.";
        return message(app, StatusCode::FORBIDDEN, "This server only reads", why);
    }
    let title = if fields.tag.is_empty() { "New document" } else { "Edit" };
    let content = html! {
        h1 { (title) " " (fields.name) }
        @if let Some(faults) = faults {
            section.banner.bad role="alert" {
                p { strong { "Nothing was saved. " } "The text has faults:" }
                (fault_list(&faults.faults, faults.more, faults.faults.iter().any(|fault| *fault.file != *fields.name)))
            }
        }
        form.edit method="post" action="/review" {
            (hidden(&fields.name, &fields.tag))
            label for="text" { "Text" }
            // A parser takes away one line end behind the tag, so there is one that it may take.
            textarea #text name="text" rows="24" spellcheck="false" autocapitalize="off" autocomplete="off" { "\n" (fields.text) }
            p.actions {
                button { "Review" }
                a href=(if fields.tag.is_empty() { "/".to_owned() } else { link("/document", &[("name", &fields.name)]) }) { "Leave" }
            }
        }
        p.note { "The server counts the version up. Nothing is written before you have seen what changes." }
    };
    page(app, &app.store.state(), status, &format!("{title} {}", fields.name), &content)
}

/// What a new document may begin with.
fn beginning(name: &str) -> String {
    if Format::of_file(name) == Some(Format::Json) {
        "{\n  \"users.get\": { \"retry\": \"3 attempts\", \"timeout\": \"2s\" }\n}\n".to_owned()
    } else {
        "[\"users.get\"]\nretry = \"3 attempts\"\ntimeout = \"2s\"\n".to_owned()
    }
}
