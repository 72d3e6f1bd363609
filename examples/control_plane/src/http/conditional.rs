//! Answers with a tag, and requests that name the tag that they have.

use crate::source::tag_of;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};

/// A body, and its tag: equal bytes have equal tags, also after a restart and from another server.
#[derive(Clone, Debug)]
pub(super) struct Tagged {
    pub(super) body: String,
    tag: String,
}

impl Tagged {
    pub(super) fn new(body: String) -> Self {
        let tag = format!("\"{}\"", tag_of(body.as_bytes()));
        Self { body, tag }
    }

    /// True if a request has this very body.
    pub(super) fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let known = headers.typed_get::<IfNoneMatch>();
        known.zip(self.tag.parse().ok()).is_some_and(|(known, tag): (_, ETag)| !known.precondition_passes(&tag))
    }

    /// Answers with the body, or with 304 if the request has it.
    pub(super) fn answer(self, headers: &HeaderMap, kind: &'static str, cache_control: &HeaderValue) -> Response {
        let known = self.is_known_to(headers);
        let common: [(HeaderName, HeaderValue); 2] = [
            (header::CACHE_CONTROL, cache_control.clone()),
            // A hexadecimal text in quotes is a value.
            (header::ETAG, HeaderValue::from_str(&self.tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))),
        ];
        if known {
            (StatusCode::NOT_MODIFIED, common).into_response()
        } else {
            (common, [(header::CONTENT_TYPE, kind)], self.body).into_response()
        }
    }
}
