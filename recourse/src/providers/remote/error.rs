//! Why a provider cannot be started, or a document cannot be fetched or used.

use crate::sync::Arc;
use recourse_policy::document::{Fault, Refused};
use std::error::Error;
use std::fmt::{self, Display};

/// What kind of error it is. [`RemoteErrorKind::code`] is stable, for programs.
///
/// ```
/// use recourse::providers::remote::RemoteErrorKind;
///
/// assert_eq!(RemoteErrorKind::TooLarge.code(), "too_large");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RemoteErrorKind {
    /// An option of the builder: the URL, a header, a certificate.
    Option,
    /// There is no runtime to poll on, or it has ended.
    Runtime,
    /// No connection: refused, no such host, or a certificate that is not trusted.
    Connect,
    /// No whole answer in time.
    Timeout,
    /// The connection broke, or what came over it is not HTTP.
    Transport,
    /// A status other than 200, 304, 404 and 410.
    Status,
    /// A redirect, which is never followed.
    Redirect,
    /// More headers than are read.
    Headers,
    /// A body that is compressed, or text in another encoding than UTF-8, or a page for people.
    Encoding,
    /// A body with more bytes than the bounds allow.
    TooLarge,
    /// The answer "not modified" to a question that was not conditional.
    NotModified,
    /// A document that cannot be used: [`RemoteError::faults`] has its faults.
    Document,
    /// An entry for a key that the document was not asked for.
    OtherKey,
    /// An older version than the one in force, or none.
    Version,
    /// The snapshot file.
    Snapshot,
    /// The code that fetches panicked.
    Panic,
    /// The kill switch is thrown, so nothing is fetched.
    Ignored,
}

impl RemoteErrorKind {
    /// Returns the name of the kind, in `snake_case`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Runtime => "runtime",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::Status => "status",
            Self::Redirect => "redirect",
            Self::Headers => "headers",
            Self::Encoding => "encoding",
            Self::TooLarge => "too_large",
            Self::NotModified => "not_modified",
            Self::Document => "document",
            Self::OtherKey => "other_key",
            Self::Version => "version",
            Self::Snapshot => "snapshot",
            Self::Panic => "panic",
            Self::Ignored => "ignored",
        }
    }
}

/// Why a [`RemoteProvider`](super::RemoteProvider) cannot be started, or why a document of it cannot be fetched or used. It displays as a
/// sentence that names the URL, without query, what is allowed, and what to do. Cheap to clone.
///
/// ```
/// use recourse::providers::RemoteProvider;
/// use recourse::providers::remote::{RemoteError, RemoteErrorKind};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let error = RemoteProvider::builder("control.example.com/policies").start().unwrap_err();
/// assert_eq!(error.kind(), RemoteErrorKind::Option);
/// assert!(error.faults().is_empty(), "only a document has faults");
///
/// // That of a transport of your own.
/// let error = RemoteError::new(RemoteErrorKind::Connect, "the table is gone");
/// assert_eq!(error.to_string(), "the table is gone");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteError {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    kind: RemoteErrorKind,
    says: String,
    refused: Option<Refused>,
}

impl RemoteError {
    /// Creates an error. For a [`Transport`](super::Transport) of your own; the text is shown to people, so it names no secret.
    #[must_use]
    pub fn new(kind: RemoteErrorKind, says: impl Into<String>) -> Self {
        Self { inner: Arc::new(Inner { kind, says: says.into(), refused: None }) }
    }

    /// Creates the error of a document that cannot be used.
    pub(super) fn of_document(refused: Refused) -> Self {
        let inner = Inner { kind: RemoteErrorKind::Document, says: refused.to_string(), refused: Some(refused) };
        Self { inner: Arc::new(inner) }
    }

    /// Returns what kind of error it is.
    pub fn kind(&self) -> RemoteErrorKind {
        self.inner.kind
    }

    /// Returns what is wrong with a document, with line, column, key and field. Empty for other kinds of errors.
    pub fn faults(&self) -> &[Fault] {
        self.inner.refused.as_ref().map_or(&[], Refused::faults)
    }
}

impl Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.says)
    }
}

impl Error for RemoteError {}

/// Returns the error of an option.
pub(super) fn option(says: impl Into<String>) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Option, says)
}
