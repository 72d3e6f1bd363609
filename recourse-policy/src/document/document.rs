//! One document that was read.

use super::entry::Entry;
use super::fault::Fault;
use std::sync::Arc;

/// A document that was read: its entries, every value within its bounds, and what there is to report.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format};
///
/// let text = r#"{ "version": 7, "key": "users.get", "retry": "50 attempts" }"#;
/// let document = DocumentReader::new().read("users/get.json", Format::Json, text.as_bytes())?;
/// assert_eq!(document.version(), Some(7));
/// assert_eq!(document.entries()[0].policy().retry, Some("10 attempts".parse()?));
/// let report = document.reports()[0].to_string();
/// assert!(report.starts_with("users/get.json:1:46: [users.get] retry.max_attempts: 50 became "), "{report}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<H> {
    pub(super) file: Arc<str>,
    pub(super) header: Header,
    pub(super) entries: Vec<Entry<H>>,
    pub(super) reports: Vec<Fault>,
    pub(super) more: usize,
}

/// The fields at the top of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) version: Option<u64>,
    pub(super) schema: Option<u64>,
}

impl Header {
    pub(super) const fn of(version: u64) -> Self {
        Self { version: Some(version), schema: None }
    }
}

impl<H> Document<H> {
    /// Returns the name of the file, or wherever the document is from.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Returns the version that the author gave to the content; a later version replaces an earlier one.
    pub fn version(&self) -> Option<u64> {
        self.header.version
    }

    /// Returns the schema that the document names.
    pub fn schema(&self) -> Option<u64> {
        self.header.schema
    }

    /// Returns the entries in the order of the text. No two have the same pattern.
    pub fn entries(&self) -> &[Entry<H>] {
        &self.entries
    }

    /// Returns what was clamped, what can never happen, and what was ignored, in the order of the text. At most
    /// [`limits::DOCUMENT_FAULTS`](crate::limits::DOCUMENT_FAULTS) are listed.
    pub fn reports(&self) -> &[Fault] {
        &self.reports
    }

    /// Returns the number of reports that are not listed.
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Format};
    ///
    /// let text = b"schema = 99\n[users.get]\ntimeout = '2s'\n";
    /// let document = DocumentReader::new().read("policies.toml", Format::Toml, text)?;
    /// assert_eq!((&**document.file(), document.schema()), ("policies.toml", Some(99)));
    /// assert_eq!(document.more_reports(), 0, "all of them are listed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn more_reports(&self) -> usize {
        self.more
    }
}
