//! What can be set.

use crate::check::Rules;
use crate::source::{Etcd, Folder, Source};
use axum::http::HeaderValue;
use recourse_policy::document::NameKind;
use std::path::PathBuf;

/// What can be set: where the documents are kept, who may read and write, and what caches may do.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) source: Source,
    pub(crate) place: String,
    pub(crate) rules: Rules,
    pub(crate) hosts: Vec<String>,
    pub(crate) writes: bool,
    pub(crate) cache_control: HeaderValue,
    pub(crate) waits: bool,
}

impl Settings {
    /// Serves the documents of a folder.
    #[must_use]
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let place = folder.display().to_string();
        Self::of(Source::Folder(Folder(folder)), place)
    }

    /// Serves the documents in etcd whose keys begin with a prefix.
    ///
    /// # Errors
    ///
    /// Returns an error if no HTTP client can be made, or if the prefix is empty.
    pub fn etcd(endpoint: &str, prefix: &str) -> Result<Self, String> {
        if prefix.is_empty() {
            return Err("the prefix is empty; write such as `/policies/`".to_owned());
        }
        Ok(Self::of(Source::Etcd(Etcd::new(endpoint, prefix)?), format!("etcd, below {prefix}")))
    }

    fn of(source: Source, place: String) -> Self {
        let cache_control = HeaderValue::from_static("no-cache");
        Self { source, place, rules: Rules::default(), hosts: Vec::new(), writes: true, cache_control, waits: true }
    }

    /// Allows a host beside the names of the machine itself.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Sets whether documents can be written.
    #[must_use]
    pub fn writes(mut self, writes: bool) -> Self {
        self.writes = writes;
        self
    }

    /// Lets caches answer for that many seconds without a question, and for a day while this server cannot be asked. Nobody waits for news
    /// then: a cache between would answer at once, and be asked again and again.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        let value = format!("public, max-age={seconds}, stale-if-error=86400");
        // Digits are a value.
        self.cache_control = HeaderValue::from_str(&value).unwrap_or(self.cache_control);
        self.waits = false;
        self
    }

    /// Names a trigger, a budget or a classifier that programs register, so that documents may name it.
    #[must_use]
    pub fn name(mut self, kind: NameKind, name: impl Into<String>) -> Self {
        self.rules.names = self.rules.names.with(kind, name);
        self
    }
}
