//! The contract of what fetches documents.

use super::error::RemoteError;
use crate::sync::Arc;
use recourse_policy::document::Format;
use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// What a [`Transport`] returns: the answer, later.
///
/// ```
/// use recourse::providers::remote::{FetchAnswer, FetchFuture};
///
/// let there_is_none: FetchFuture = Box::pin(async { Ok(FetchAnswer::new(404, "")) });
/// # let _ = there_is_none;
/// ```
pub type FetchFuture = Pin<Box<dyn Future<Output = Result<FetchAnswer, RemoteError>> + Send>>;

/// Fetches documents. The one that is used unless you give another is HTTP; another one can ask a store that speaks otherwise, or play an
/// outage in a test.
///
/// The provider cuts an answer that takes longer than [`FetchRequest::time_limit`], and refuses a body of more than
/// [`FetchRequest::max_bytes`]. A panic counts as a failure.
///
/// ```
/// use recourse::providers::RemoteProvider;
/// use recourse::providers::remote::{FetchAnswer, FetchFuture, FetchRequest, Transport};
///
/// #[derive(Debug)]
/// struct FromTable;
///
/// impl Transport for FromTable {
///     fn fetch(&self, request: FetchRequest) -> FetchFuture {
///         let body = match request.document() {
///             "users" => r#"{ "version": 1, "users.get": { "timeout": "2s" } }"#,
///             _ => return Box::pin(std::future::ready(Ok(FetchAnswer::new(404, "")))),
///         };
///         Box::pin(std::future::ready(Ok(FetchAnswer::new(200, body))))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = RemoteProvider::builder("https://table/{namespace}").transport(FromTable).prefetch(["users"]).start()?;
/// remote.refresh().await?;
/// assert_eq!(remote.status().documents[0].version, Some(1));
/// # Ok(())
/// # }
/// ```
pub trait Transport: Debug + Send + Sync + 'static {
    /// Asks for a document. The future is dropped when nobody waits for the answer any more.
    fn fetch(&self, request: FetchRequest) -> FetchFuture;
}

/// A question for a document.
///
/// ```
/// use recourse::providers::remote::FetchRequest;
///
/// /// The line of a command that asks the same.
/// fn as_curl(request: &FetchRequest) -> String {
///     let etag = request.etag.as_deref().map_or_else(String::new, |etag| format!(" -H 'if-none-match: {etag}'"));
///     format!("curl{etag} --max-time {} {}", request.time_limit.as_secs(), request.url())
/// }
///
/// /// What may stand in a log: the query may have a secret.
/// fn to_log(request: &FetchRequest) -> String {
///     format!("{} from {}", request.document(), request.shown_url())
/// }
/// # let _ = (as_curl, to_log);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct FetchRequest {
    pub(super) url: Arc<str>,
    pub(super) shown: Arc<str>,
    pub(super) document: Arc<str>,
    /// The tag of what is in force: an answer "not modified" (304) is enough if it is still that.
    pub etag: Option<Arc<str>>,
    /// How long the answer may be held back until there is something new. Zero asks whether the server can do that.
    pub wait: Option<Duration>,
    /// The most bytes that are read.
    pub max_bytes: usize,
    /// How long all of it may take, the body included.
    pub time_limit: Duration,
}

impl FetchRequest {
    /// Returns the URL, with its query.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the URL without its query, for messages.
    pub fn shown_url(&self) -> &str {
        &self.shown
    }

    /// Returns the name of the document: a key, a namespace, or nothing if one document is about all keys.
    pub fn document(&self) -> &str {
        &self.document
    }
}

/// Shows no query, which may hold a secret.
impl Debug for FetchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shown, etag, wait, .. } = self;
        f.debug_struct("FetchRequest")
            .field("url", shown)
            .field("etag", etag)
            .field("wait", wait)
            .finish_non_exhaustive()
    }
}

/// An answer to a question for a document.
///
/// ```
/// use recourse::providers::remote::FetchAnswer;
/// use std::time::Duration;
///
/// let mut answer = FetchAnswer::new(200, r#"{ "version": 7 }"#).etag("\"7\"");
/// answer.max_age = Some(Duration::from_secs(60));
/// assert_eq!(answer.status, 200);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchAnswer {
    /// The status, as HTTP numbers them: 200 with a document, 304 if it is the one of the tag, 404 or 410 if there is none.
    pub status: u16,
    /// The bytes of the document.
    pub body: Vec<u8>,
    /// The format of the document: JSON unless the answer says otherwise.
    pub format: Format,
    /// The tag of the document.
    pub etag: Option<Arc<str>>,
    /// For how long the document is good.
    pub max_age: Option<Duration>,
    /// When it makes sense to ask again, from a server that has too much to do.
    pub retry_after: Option<Duration>,
    /// True if the server has heeded, or would heed, [`FetchRequest::wait`].
    pub waits: bool,
}

impl FetchAnswer {
    /// Creates an answer with a status and a body in JSON.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let (format, etag) = (Format::Json, None);
        Self { status, body: body.into(), format, etag, max_age: None, retry_after: None, waits: false }
    }

    /// Sets the tag of the document.
    #[must_use]
    pub fn etag(mut self, etag: impl Into<Arc<str>>) -> Self {
        self.etag = Some(etag.into());
        self
    }
}
