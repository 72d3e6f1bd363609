//! The frame of every page, and links. Every text in it is escaped, whoever wrote it.

use crate::app::App;
use crate::store::{State, Trouble};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use recourse_policy::document::Fault;

/// Answers with a page.
pub(super) fn page(app: &App, state: &State, status: StatusCode, title: &str, content: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · policies" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg";
            }
            body {
                header.top {
                    a.home href="/" { "Policies" }
                    span.place { (app.place) }
                    @if let Some(good) = &state.good { span.version { "version " (good.version) } }
                    @if !app.writes { span.badge { "read only" } }
                }
                main {
                    @if let Some(trouble) = &state.trouble { (banner(trouble, state.good.is_some())) }
                    (content)
                }
            }
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Html(markup.into_string())).into_response()
}

/// Says why the documents, as they are, are not served.
fn banner(trouble: &Trouble, is_served: bool) -> Markup {
    let stays =
        if is_served { "The last good state stays in force." } else { "Programs get nothing until they are good." };
    html! {
        section.banner.bad role="alert" {
            @match trouble {
                Trouble::Unread(why) => { p { strong { "The documents cannot be read. " } (stays) } p { (why) } }
                Trouble::Faults(faults) => {
                    p { strong { "The documents have faults. " } (stays) }
                    (fault_list(&faults.faults, faults.more, true))
                }
            }
        }
    }
}

/// Lists faults with their place, what is wrong and what is allowed.
pub(super) fn fault_list(faults: &[Fault], more: usize, with_document: bool) -> Markup {
    html! {
        ul.faults {
            @for fault in faults {
                li {
                    @if with_document { a href=(link("/document", &[("name", &fault.file)])) { (fault.file) } " " }
                    @if fault.line > 0 { span.line { "line " (fault.line) ", column " (fault.column) } " " }
                    @if !fault.key.is_empty() { code { (fault.key) } " " }
                    span.message { (fault.message) }
                    @if !fault.allowed.is_empty() { div.allowed { "Allowed: " (fault.allowed) } }
                }
            }
            @if more > 0 { li { "and " (more) " more" } }
        }
    }
}

/// Returns a link with a query.
pub(super) fn link(path: &str, query: &[(&str, &str)]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(query);
    format!("{path}?{}", encoded.finish())
}

/// Says how many there are.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
