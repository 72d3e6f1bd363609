//! Pages that say why something is not done.

use super::diff::difference;
use super::form::{Fields, hidden};
use super::layout::{link, page};
use super::source::source;
use crate::app::App;
use crate::guard::{same_origin, writable};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;

/// Says one thing.
pub(super) fn message(app: &App, status: StatusCode, title: &str, why: &str) -> Response {
    let content = html! { h1 { (title) } p { (why) } p { a href="/" { "All policies" } } };
    page(app, &app.store.state(), status, title, &content)
}

/// Refuses a write that may not be one of our own page.
pub(super) fn refused_write(app: &App, headers: &HeaderMap) -> Option<Response> {
    let why = writable(app).and_then(|()| same_origin(headers, true)).err()?;
    Some(message(app, StatusCode::FORBIDDEN, "This is not allowed", why))
}

/// Shows that somebody else was faster: their text, and what the edit would make of it.
pub(super) fn conflict(app: &App, fields: &Fields, theirs: Option<&(String, String)>) -> Response {
    let (text, tag) = theirs.map_or(("", ""), |(text, tag)| (text, tag));
    let content = html! {
        h1 { "Somebody else has changed " (fields.name) }
        p.banner.bad role="alert" { strong { "Nothing was saved. " } "You have edited a text that is not there any more." }
        @if theirs.is_some() { h2 { "Their text" } (source(text, &[])) } @else { p { "The document is gone." } }
        h2 { "From theirs to yours" }
        (difference(text, &fields.text.replace("\r\n", "\n")))
        form method="post" action="/edit" {
            // From here on it is their text that was edited.
            (hidden(&fields.name, tag))
            input type="hidden" name="text" value=(fields.text);
            p.actions {
                button { "Edit mine further" }
                a href=(link("/edit", &[("name", &fields.name)])) { "Begin again with theirs" }
            }
        }
    };
    page(app, &app.store.state(), StatusCode::CONFLICT, "Changed meanwhile", &content)
}
