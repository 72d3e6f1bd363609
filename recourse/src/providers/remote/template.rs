//! Where the documents are: a URL with places for the parts of a key.
//!
//! # Design notes
//!
//! Scheme, host and port are the operator's, and nothing that is put into the path can change them: a key has no characters that mean
//! something in a URL, and no part of it is empty or a dot. All the same the finished URL is compared with the template.

use super::error::{RemoteError, option};
use crate::sync::Arc;
use recourse_policy::Key;
use reqwest::Url;
use std::net::IpAddr;

const LIKE_THIS: &str = "write such as `https://host/policies/{namespace}`";
const PLACES: [&str; 3] = ["{namespace}", "{name}", "{key}"];

/// What one document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All keys.
    All,
    /// The keys of a namespace.
    Namespace,
    /// One key.
    Key,
}

/// A URL in which `{namespace}`, `{name}` and `{key}` stand for parts of a key.
#[derive(Clone)]
pub(super) struct UrlTemplate {
    text: String,
    /// Where the query begins.
    query: usize,
    /// The template with a key of the program's, which every other is compared with.
    sample: Url,
    pub(super) scope: Scope,
}

impl UrlTemplate {
    pub(super) fn parse(text: &str) -> Result<Self, RemoteError> {
        // The URL may hold a secret, so none of it is shown until the places of secrets are known.
        let (scheme, rest) =
            text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "https" | "http")).ok_or_else(|| {
                option(format!(
                    "the URL of the control plane begins neither with https:// nor with http://; {LIKE_THIS}"
                ))
            })?;
        let path = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()) + scheme.len() + 3;
        let query = text.find('?').unwrap_or(text.len());
        let authority = text.get(scheme.len() + 3..path).unwrap_or_default();
        if authority.contains('@') {
            return Err(option(
                "the URL of the control plane has a user and a password; give them to `header` of `RemoteProviderBuilder`, as `authorization`",
            ));
        }
        if text.contains('#') {
            return Err(option(
                "the URL of the control plane has a fragment, which no server sees; leave out what follows `#`",
            ));
        }
        let is_place =
            |at: usize| PLACES.iter().find(|place| text.get(at..).is_some_and(|rest| rest.starts_with(**place)));
        for (at, brace) in text.char_indices().filter(|(_, c)| matches!(c, '{' | '}')) {
            let closes =
                brace == '}' && PLACES.iter().any(|place| text.get(..=at).is_some_and(|to| to.ends_with(place)));
            if !closes && is_place(at).is_none() {
                return Err(option(format!(
                    "the URL of the control plane has a place that is none of {}; {LIKE_THIS}",
                    PLACES.join(", ")
                )));
            }
            if at < path || at >= query {
                return Err(option(format!(
                    "places stand in the path of the URL only, so that no key can choose a host or a query; {LIKE_THIS}"
                )));
            }
        }
        let has = |place: &str| text.contains(place);
        let scope = match (has("{namespace}"), has("{name}"), has("{key}")) {
            (_, _, true) | (true, true, false) => Scope::Key,
            (true, false, false) => Scope::Namespace,
            (false, false, false) => Scope::All,
            (false, true, false) => {
                return Err(option(
                    "the URL of the control plane has `{name}` and no `{namespace}`, so keys of two namespaces would be one document; write \
                     `{namespace}/{name}`, or `{key}`",
                ));
            }
        };
        let filled = Self::fill(text, &Key::from_static("namespace.name"));
        let sample = Url::parse(&filled)
            .map_err(|error| option(format!("the URL of the control plane is no URL: {error}; {LIKE_THIS}")))?;
        let template = Self { text: text.to_owned(), query, sample, scope };
        // What the parser puts right, such as `..`, would be put right for every key in a way of its own.
        if template.sample.as_str().trim_end_matches('/') != filled.trim_end_matches('/') {
            let shown = template.shown();
            return Err(option(format!(
                "the URL `{shown}` is not written as it is sent; write the host in lower case, no default port, and no `..`, blanks or `\\`"
            )));
        }
        Ok(template)
    }

    fn fill(text: &str, key: &Key) -> String {
        let name = key.as_str().split_once('.').map_or("", |(_, name)| name);
        text.replace("{namespace}", key.namespace()).replace("{name}", name).replace("{key}", key.as_str())
    }

    /// Returns the name of the document about a key: the key, its namespace, or nothing. `None` if the URL asks for a name, and the key is no
    /// more than a namespace.
    pub(super) fn document_of(&self, key: &Key) -> Option<Arc<str>> {
        match self.scope {
            Scope::All => Some("".into()),
            Scope::Namespace => Some(key.namespace().into()),
            Scope::Key if !self.text.contains("{key}") && !key.as_str().contains('.') => None,
            Scope::Key => Some(key.as_str().into()),
        }
    }

    /// Returns the URL of a document. `None` if the name is no key, or would change more than the path.
    pub(super) fn url_of(&self, document: &str) -> Option<Arc<str>> {
        let url = match self.scope {
            Scope::All => self.sample.clone(),
            _ => Url::parse(&Self::fill(&self.text, &Key::parse(document).ok()?)).ok()?,
        };
        let fixed = |url: &Url| {
            let host = url.host_str().map(str::to_owned);
            (url.origin(), host, url.query().map(str::to_owned), url.path_segments().map(Iterator::count))
        };
        (fixed(&url) == fixed(&self.sample)).then(|| url.as_str().into())
    }

    /// Returns the URL of a document without its query, for messages and timelines. `None` if the name is no key.
    pub(super) fn shown_of(&self, document: &str) -> Option<Arc<str>> {
        match self.scope {
            Scope::All => Some(self.shown().into()),
            _ => Some(Self::fill(self.shown(), &Key::parse(document).ok()?).into()),
        }
    }

    /// Returns the template without its query, for messages.
    pub(super) fn shown(&self) -> &str {
        self.text.get(..self.query).unwrap_or_default()
    }

    /// Returns true if what is sent can be read on its way: no TLS, and not to this machine.
    pub(super) fn is_open(&self) -> bool {
        let host = self.sample.host_str().unwrap_or_default();
        let is_loopback = host == "localhost" || self.address().is_some_and(|address| address.is_loopback());
        self.sample.scheme() == "http" && !is_loopback
    }

    /// Returns the host, if it is an address.
    pub(super) fn address(&self) -> Option<IpAddr> {
        let host = self.sample.host_str().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    pub(super) fn is_tls(&self) -> bool {
        self.sample.scheme() == "https"
    }
}
