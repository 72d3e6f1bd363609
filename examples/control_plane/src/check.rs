//! Checks all documents as one set, as the programs that read them do.

use crate::source::SourceFile;
use recourse_policy::document::{DocumentReader, Documents, Fault, KnownNames, Refused, Resolved};
use recourse_policy::{OperatorBounds, Pattern, limits};
use std::path::Path;

/// What a document may contain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) bounds: OperatorBounds,
    pub(crate) names: KnownNames,
}

/// Documents that are good together.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) documents: Documents<()>,
    /// The highest version that a document names. Each edit here writes a higher one, so it grows with every edit.
    pub(crate) version: u64,
    /// What was clamped, and what can never happen.
    pub(crate) reports: Vec<Fault>,
}

/// Faults that refuse the documents, and the number of those that are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    pub(crate) faults: Vec<Fault>,
    pub(crate) more: usize,
}

impl Faults {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.faults.len().saturating_add(self.more)
    }

    fn take(&mut self, refused: &Refused) {
        let room = limits::DOCUMENT_FAULTS.saturating_sub(self.faults.len());
        self.faults.extend(refused.faults().iter().take(room).cloned());
        self.more += refused.more() + refused.faults().len().saturating_sub(room);
    }
}

/// Checks documents.
pub(crate) fn check(files: &[SourceFile], rules: &Rules) -> Result<Checked, Faults> {
    let reader = DocumentReader::new().bounds(rules.bounds).names(&rules.names);
    let (mut faults, mut read, mut reports) = (Faults::default(), Vec::new(), Vec::new());
    for SourceFile { name, format, bytes, .. } in files {
        match reader.read_in_folder(Path::new(name), name, *format, bytes) {
            Ok(document) => {
                reports.extend_from_slice(document.reports());
                read.push(document);
            }
            Err(refused) => faults.take(&refused),
        }
    }
    // Also if some are refused: a key that is there twice is told at once.
    match Documents::new(read, &rules.bounds) {
        Ok(documents) if faults.faults.is_empty() => {
            let version = documents.versions().filter_map(|(_, version)| version).max().unwrap_or_default();
            return Ok(Checked { documents, version, reports });
        }
        Ok(_) => {}
        Err(refused) => faults.take(&refused),
    }
    Err(faults)
}

impl Checked {
    /// What the documents say about a key or a pattern. Keys below `users` inherit from `*`, and so does `users.*`.
    pub(crate) fn resolve<'d>(&'d self, pattern: &'d Pattern) -> Resolved<'d, ()> {
        // The text of a pattern is below the names above it, as a key would be.
        self.documents.resolve(pattern.as_str(), None)
    }

    /// All keys and patterns by name.
    pub(crate) fn patterns(&self) -> Vec<&Pattern> {
        let mut patterns: Vec<_> = self.documents.entries().map(recourse_policy::document::Entry::pattern).collect();
        patterns.sort();
        patterns
    }

    /// True if a key or pattern stands in a document, or if something that does stands for it.
    pub(crate) fn knows(&self, pattern: &Pattern) -> bool {
        !self.resolve(pattern).sections().is_empty()
    }
}
