//! What an answer means for the document that was asked for.

use super::error::{RemoteError, RemoteErrorKind};
use super::held::Held;
use super::template::Scope;
use super::transport::FetchAnswer;
use crate::providers::names::{Named, PolicyNames};
use crate::sync::Arc;
use recourse_policy::Key;
use recourse_policy::document::{Document, DocumentReader, Documents, FaultKind, Format};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Reads the documents of one provider.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) documents: DocumentReader<PolicyNames>,
    pub(super) scope: Scope,
    /// True if a value out of bounds refuses the document, instead of being clamped.
    pub(super) strict: bool,
    /// True if the text of a document is kept.
    pub(super) keeps_body: bool,
    pub(super) hasher: RandomState,
}

/// The document that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) scope: Scope,
    /// A key, a namespace, or nothing.
    pub(super) name: Arc<str>,
    /// The URL without its query.
    pub(super) shown: Arc<str>,
}

/// The fingerprints of the texts that were judged already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    pub(super) good: Option<u64>,
    pub(super) refused: Option<u64>,
}

/// What the answer means.
#[derive(Debug)]
pub(super) enum Verdict {
    /// A document that can be used.
    Good(Box<Held>),
    /// The document in force.
    Same,
    /// The document that was refused already.
    StillRefused,
    /// There is no such document.
    Missing,
    /// A document that cannot be used: the control plane works, and its author has made a mistake.
    Refused(RemoteError, u64),
    /// No document, for a reason that concerns this one.
    Failed(RemoteError),
    /// No document, for a reason that most likely concerns all of them; perhaps with the time to come back.
    Outage(RemoteError, Option<Duration>),
}

impl Reader {
    /// Judges an answer. `conditional` is true if the question was.
    pub(super) fn judge(&self, target: &Target, answer: &FetchAnswer, conditional: bool, known: Known) -> Verdict {
        let error = |kind, says: &str| RemoteError::new(kind, format!("{}: {says}", target.shown));
        let status = answer.status;
        match status {
            200 => {
                let fingerprint = self.hasher.hash_one(&answer.body);
                if known.good == Some(fingerprint) {
                    return Verdict::Same;
                }
                if known.refused == Some(fingerprint) {
                    return Verdict::StillRefused;
                }
                match self.read(target, answer.format, &answer.body, fingerprint) {
                    Ok(held) => Verdict::Good(Box::new(held)),
                    Err(error) => Verdict::Refused(error, fingerprint),
                }
            }
            304 if conditional => Verdict::Same,
            304 => {
                let says = "the answer is 304 (not modified), and nothing was held that could be unmodified; only answer 304 to a request with \
                            If-None-Match";
                Verdict::Failed(error(RemoteErrorKind::NotModified, says))
            }
            404 | 410 => Verdict::Missing,
            408 | 429 | 500..=599 => {
                let says = format!("the answer is {status}; the control plane is asked again after a delay");
                Verdict::Outage(error(RemoteErrorKind::Status, &says), answer.retry_after)
            }
            300..=399 => {
                let says =
                    format!("the answer is {status}, and redirects are not followed; give the URL that it leads to");
                Verdict::Failed(error(RemoteErrorKind::Redirect, &says))
            }
            _ => {
                let hint = match status {
                    401 | 403 => "; check the token, or the client certificate",
                    _ => "",
                };
                let says = format!(
                    "the answer is {status}; allowed are 200 with the document, 304, and 404 or 410 if there is none{hint}"
                );
                Verdict::Failed(error(RemoteErrorKind::Status, &says))
            }
        }
    }

    /// Reads a document.
    pub(super) fn read(
        &self,
        target: &Target,
        format: Format,
        body: &[u8],
        fingerprint: u64,
    ) -> Result<Held, RemoteError> {
        let Target { name, shown, .. } = target;
        let most = self.max_bytes();
        if body.len() > most {
            return Err(too_large(shown, most));
        }
        let document = match self.scope {
            Scope::Key => match Key::parse(name) {
                Ok(key) => self.documents.read_named_key(&key, shown, format, body),
                Err(error) => return Err(RemoteError::new(RemoteErrorKind::Document, format!("{shown}: {error}"))),
            },
            Scope::Namespace | Scope::All => self.documents.read(shown, format, body),
        };
        let document = document.map_err(RemoteError::of_document)?;
        self.check(target, &document)?;
        let (version, reports, more_reports) =
            (document.version(), document.reports().to_vec(), document.more_reports());
        let documents = Documents::new([document], self.documents.max()).map_err(RemoteError::of_document)?;
        let body = self.keeps_body.then(|| body.to_vec());
        Ok(Held { documents, version, fingerprint, reports, more_reports, format, body })
    }

    /// Refuses entries of other namespaces, and with strict bounds whatever was clamped.
    fn check(&self, target: &Target, document: &Document<Named>) -> Result<(), RemoteError> {
        let Target { name, shown, .. } = target;
        if self.scope == Scope::Namespace {
            let is_inside = |pattern: &str| {
                pattern.strip_prefix(&**name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if let Some(entry) = document.entries().iter().find(|entry| !is_inside(entry.pattern().as_str())) {
                let says = format!(
                    "{shown}:{}: `{}` is not in the namespace `{name}` that the document was asked for; write keys and patterns that begin with \
                     `{name}.`",
                    entry.line(),
                    entry.pattern(),
                );
                return Err(RemoteError::new(RemoteErrorKind::OtherKey, says));
            }
        }
        let clamped = document.reports().iter().find(|report| report.kind == FaultKind::Clamped);
        match clamped.filter(|_| self.strict) {
            Some(report) => Err(RemoteError::new(RemoteErrorKind::Document, format!("{report} (bounds are strict)"))),
            None => Ok(()),
        }
    }

    /// Returns the most bytes of a document.
    pub(super) fn max_bytes(&self) -> usize {
        self.documents.max().max_bytes
    }
}

/// Returns the error of a body that is too large.
pub(super) fn too_large(shown: &str, most: usize) -> RemoteError {
    let says =
        format!("{shown}: the body has more than {most} bytes; write less, or raise `max_bytes` of `OperatorBounds`");
    RemoteError::new(RemoteErrorKind::TooLarge, says)
}

/// Refuses a version that is older than the one in force.
pub(super) fn check_version(target: &Target, old: &Held, new: &Held) -> Result<(), RemoteError> {
    let shown = &target.shown;
    let says = match (old.version, new.version) {
        (Some(old), Some(new)) if new < old => {
            format!(
                "{shown}: version {new} is older than version {old}, which is in force; to go back, publish the old text with a higher version"
            )
        }
        (Some(old), None) => {
            format!("{shown}: version {old} is in force, and the new text has none; write a `version` from {old} on")
        }
        _ => return Ok(()),
    };
    Err(RemoteError::new(RemoteErrorKind::Version, says))
}
