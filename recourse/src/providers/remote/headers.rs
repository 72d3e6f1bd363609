//! What the headers of an answer mean.

use super::error::{RemoteError, RemoteErrorKind};
use crate::classify::retry_after;
use crate::sync::Arc;
use recourse_policy::document::Format;
use reqwest::Url;
use reqwest::header::{AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::Duration;

/// The most bytes of all headers.
const BYTES: usize = 16 * 1024;
/// The longest tag that is kept and sent back.
const TAG: usize = 1_024;

/// What the headers say.
#[derive(Debug)]
pub(super) struct Meaning {
    pub(super) format: Format,
    pub(super) etag: Option<Arc<str>>,
    pub(super) max_age: Option<Duration>,
    pub(super) retry_after: Option<Duration>,
    pub(super) waits: bool,
}

/// Reads the headers of an answer, and refuses a body that cannot be a document.
pub(super) fn read(headers: &HeaderMap, url: &Url, status: u16, shown: &str) -> Result<Meaning, RemoteError> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > BYTES {
        let says = format!("{shown}: the headers have {size} bytes, and at most {BYTES} are allowed; send fewer");
        return Err(RemoteError::new(RemoteErrorKind::Headers, says));
    }
    let format = if status == 200 { body(headers, url, shown)? } else { Format::Json };
    // Also in several headers of one name.
    let parts = |name: HeaderName| {
        let texts: Vec<_> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        texts
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|part| part.trim().to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    let cache = parts(CACHE_CONTROL);
    let is_cached = !cache.iter().any(|part| part == "no-store" || part == "no-cache");
    let max_age = cache.iter().find_map(|part| part.strip_prefix("max-age=")?.trim_matches('"').parse().ok());
    let age = text(headers, AGE).and_then(|age| age.parse().ok()).unwrap_or(0);
    Ok(Meaning {
        format,
        etag: text(headers, ETAG).filter(|tag| !tag.is_empty() && tag.len() <= TAG).map(Into::into),
        max_age: max_age.filter(|_| is_cached).map(|seconds: u64| Duration::from_secs(seconds.saturating_sub(age))),
        retry_after: text(headers, RETRY_AFTER).and_then(retry_after),
        waits: parts(HeaderName::from_static("preference-applied"))
            .iter()
            .any(|part| part == "wait" || part.starts_with("wait=")),
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Returns the format of a body.
fn body(headers: &HeaderMap, url: &Url, shown: &str) -> Result<Format, RemoteError> {
    let error = |says: String| RemoteError::new(RemoteErrorKind::Encoding, format!("{shown}: {says}"));
    for coding in headers.get_all(CONTENT_ENCODING) {
        if !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity") {
            let coding = String::from_utf8_lossy(coding.as_bytes().get(..20).unwrap_or(coding.as_bytes())).into_owned();
            return Err(error(format!(
                "the body is compressed ({coding:?}), although only `identity` was accepted; send it as it is"
            )));
        }
    }
    let kind = text(headers, CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let (kind, parameters) = kind.split_once(';').unwrap_or((&kind, ""));
    if matches!(kind.trim(), "text/html" | "application/xhtml+xml") {
        return Err(error(
            "the answer is a page in HTML, perhaps that of a login; the document is JSON or TOML".to_owned(),
        ));
    }
    let charset = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("charset="));
    if let Some(charset) =
        charset.map(|name| name.trim_matches('"')).filter(|name| !matches!(*name, "utf-8" | "utf8" | "us-ascii"))
    {
        let charset: String = charset.chars().take(20).collect();
        return Err(error(format!("the text has the encoding {charset:?}; a document is UTF-8")));
    }
    Ok(if kind.contains("toml") {
        Format::Toml
    } else if kind.contains("json") {
        Format::Json
    } else {
        Format::of_file(url.path()).unwrap_or(Format::Json)
    })
}
