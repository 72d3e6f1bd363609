//! Why the files of a provider cannot be used.

use crate::sync::Arc;
use recourse_policy::document::{Fault, Refused};
use recourse_policy::limits;
use std::error::Error;
use std::fmt::{self, Display};

/// Why the files of a [`FileProvider`](super::FileProvider) cannot be used: everything that is wrong with all of them. It displays as one
/// line for each fault, with file, line, column, key and field, and what to write instead. Cheap to clone.
///
/// ```
/// use recourse::providers::FileProvider;
///
/// let error = FileProvider::open("no such file.toml").unwrap_err();
/// assert_eq!(error.problems().len(), 1, "{error}");
/// assert!(error.faults().is_empty() && error.more() == 0, "nothing was read");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    inner: Arc<Inner>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Inner {
    problems: Vec<String>,
    faults: Vec<Fault>,
    more: usize,
}

impl FileError {
    /// Returns what is wrong with documents that were read, by file and line. Reports about values that were clamped may stand among the
    /// faults; at least one refuses a document, or there is a [problem](Self::problems).
    pub fn faults(&self) -> &[Fault] {
        &self.inner.faults
    }

    /// Returns what is wrong besides, one sentence each: files that cannot be read, or an option of the builder.
    pub fn problems(&self) -> &[String] {
        &self.inner.problems
    }

    /// Returns the number of faults and problems that are not listed.
    pub fn more(&self) -> usize {
        self.inner.more
    }
}

impl Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { problems, faults, more } = &*self.inner;
        let lines = problems.iter().map(|line| line as &dyn Display).chain(faults.iter().map(|line| line as _));
        for (index, line) in lines.enumerate() {
            write!(f, "{}{line}", if index == 0 { "" } else { "\n" })?;
        }
        if *more > 0 {
            write!(f, "\nand {more} more")?;
        }
        Ok(())
    }
}

impl Error for FileError {}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Problems {
    inner: Inner,
}

impl Problems {
    pub(super) fn add(&mut self, problem: String) {
        // A folder may have as many broken files as keys.
        if self.inner.problems.len() < limits::DOCUMENT_FAULTS {
            self.inner.problems.push(problem);
        } else {
            self.inner.more += 1;
        }
    }

    pub(super) fn add_refused(&mut self, refused: &Refused) {
        let room = limits::DOCUMENT_FAULTS.saturating_sub(self.inner.faults.len());
        let listed = refused.faults().iter().take(room);
        self.inner.faults.extend(listed.cloned());
        self.inner.more += refused.more() + refused.faults().len().saturating_sub(room);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inner.problems.is_empty() && self.inner.faults.is_empty()
    }

    pub(super) fn into_error(self) -> FileError {
        FileError { inner: Arc::new(self.inner) }
    }
}

#[cfg(test)]
mod tests {
    use super::Problems;
    use recourse_policy::limits::DOCUMENT_FAULTS;

    #[test]
    fn the_text_of_many_problems_is_bounded() {
        let mut problems = Problems::default();
        for file in 0..10_000 {
            problems.add(format!("{file}.toml: cannot be read"));
        }
        let text = problems.into_error().to_string();
        assert_eq!(text.lines().count(), DOCUMENT_FAULTS + 1);
        assert!(text.ends_with(&format!("\nand {} more", 10_000 - DOCUMENT_FAULTS)), "{text}");
    }
}
