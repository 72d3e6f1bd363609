//! What all handlers share.

use crate::store::Store;
use axum::http::HeaderValue;
use std::sync::Arc;
use tokio::sync::watch;

/// What all handlers share.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    /// Where the documents are kept, for people.
    pub(crate) place: String,
    pub(crate) hosts: Vec<String>,
    pub(crate) writes: bool,
    pub(crate) cache_control: HeaderValue,
    /// Whether an answer is held until there is news.
    pub(crate) waits: bool,
    /// True once the server ends, so that nobody waits for news any more.
    pub(crate) stop: watch::Receiver<bool>,
}
