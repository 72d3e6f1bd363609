//! What is wrong with a document, or was changed in it: typed, and with its place.

use super::kind::FaultKind;
use std::{error::Error, fmt, sync::Arc};

/// One fault of a document, or one report about it.
///
/// It displays as file, line, column, key and message: `policies.toml:3:9: [users.get] retry: unknown word ..`.
///
/// ```
/// use recourse_policy::document::{DocumentReader, FaultKind, Format};
///
/// let refused = DocumentReader::new().read("p.toml", Format::Toml, b"[users.get]\ntimeuot = '2s'\nretry = 'none'\n").unwrap_err();
/// let fault = &refused.faults()[0];
/// assert_eq!((fault.kind, fault.line, &*fault.key, &*fault.field), (FaultKind::UnknownField, 2, "users.get", "timeuot"));
/// assert!(fault.to_string().contains("did you mean `timeout`?"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// The file, or wherever the document is from.
    pub file: Arc<str>,
    /// The line, from 1; 0 if the fault is one of the whole document.
    pub line: u32,
    /// The column in characters, from 1; 0 if the fault is one of the whole document.
    pub column: u32,
    /// The key or pattern to which the value belongs; empty at the top of the document.
    pub key: Arc<str>,
    /// The field: `retry`, `retry.max_attempts`, `hedge.budget.percent`; empty if none is meant.
    pub field: String,
    /// The value as it was read, cut after 60 characters; empty if there is none.
    pub value: String,
    /// A sentence that says what is wrong, and what to write instead.
    pub message: String,
    /// The values that are allowed.
    pub allowed: String,
    /// What to write instead; empty if that is not known.
    pub instead: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        f.write_str(": ")?;
        if !self.key.is_empty() {
            write!(f, "[{}] ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl Error for Fault {}

/// The error of a document that is not used: every fault and report, in the order of the text.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format};
///
/// let text = b"[users.get]\ntimeuot = '2s'\nretry = '3 atempts'\n";
/// let refused = DocumentReader::new().read("p.toml", Format::Toml, text).unwrap_err();
/// assert_eq!((refused.faults().len(), refused.more()), (2, 0), "all faults at once");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    faults: Vec<Fault>,
    more: usize,
}

impl Refused {
    pub(super) fn new(faults: Vec<Fault>, more: usize) -> Self {
        Self { faults, more }
    }

    /// Returns the faults and reports in the order of the text; at least one of them refuses the document. At most
    /// [`limits::DOCUMENT_FAULTS`](crate::limits::DOCUMENT_FAULTS) of either are listed.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns the number of faults and reports that are not listed.
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl Error for Refused {}
