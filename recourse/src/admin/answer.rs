//! What the router answers: JSON of plain ASCII, and the reason of a request that is refused.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use recourse_policy::Pattern;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt::Write as _;

/// The most rows of a list.
const MOST_ROWS: usize = 1_000;

/// A request that is refused.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    why: String,
    did_you_mean: Option<Pattern>,
    /// The methods that are allowed, if the method is what is wrong.
    allow: Option<&'static str>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, why: impl Into<String>) -> Self {
        Self { status, why: why.into(), did_you_mean: None, allow: None }
    }

    pub(super) fn near(mut self, near: Option<Pattern>) -> Self {
        self.did_you_mean = near;
        self
    }

    pub(super) const fn allow(mut self, methods: &'static str) -> Self {
        self.allow = Some(methods);
        self
    }
}

impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", &self.why)?;
        self.did_you_mean.iter().try_for_each(|near| map.serialize_entry("did_you_mean", near))?;
        map.end()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = json(&self);
        *response.status_mut() = self.status;
        if let Some(methods) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        response
    }
}

/// A list, as `{"breakers": [..], "left_out": 0}`.
struct List<T> {
    name: &'static str,
    rows: Vec<T>,
    left_out: usize,
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(self.name, &self.rows)?;
        map.serialize_entry("left_out", &self.left_out)?;
        map.end()
    }
}

/// Answers with a list, of which the first rows are shown.
pub(super) fn list<T: Serialize>(name: &'static str, mut rows: Vec<T>) -> Response {
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    json(&List { name, rows, left_out })
}

/// Answers with a value.
pub(super) fn json(value: &impl Serialize) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    match serde_json::to_string(value) {
        Ok(text) => (HEADERS, Body::from(harmless(&text))).into_response(),
        // What is written here has no keys but texts, so there is nothing that could fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Escapes what is not plain in the texts of a JSON text, and what would be markup elsewhere. Only texts have such characters, so the
/// value stays the same.
fn harmless(json: &str) -> String {
    let mut harmless = String::with_capacity(json.len());
    for letter in json.chars() {
        if matches!(letter, ' '..='~') && !matches!(letter, '<' | '>' | '&' | '\'') {
            harmless.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(harmless, "\\u{unit:04x}");
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn the_value_stays_and_every_character_is_plain() {
        for text in ["users.get", "</script><b>&'\"", "é\u{202e}\u{7f}\u{9b}\n\0", "😀", "\\u003c"] {
            let written = serde_json::to_string(text).expect("a text");
            let shown = harmless(&written);
            assert!(
                shown.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !shown.contains(['<', '>', '&', '\'']),
                "{shown}"
            );
            assert_eq!(serde_json::from_str::<String>(&shown).expect("JSON"), text);
        }
    }
}
