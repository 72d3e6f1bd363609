//! How failures are displayed, and the chain of their sources.
//!
//! A failure of one leaf speaks with the words of its error, so it adds no line to a report that prints the chain. Only a
//! list has words of its own.

use super::model::{Cause, Entry, Failure, Failures};
use crate::race::{Cut, SHOWN, more};
use std::error::Error;
use std::fmt;

impl<E: fmt::Display> fmt::Display for Failure<E> {
    /// Writes the text of the one error, or that of the list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::All(all) => all.fmt(f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Failures<E> {
    /// Writes the first 16 entries, at most 500 bytes of each, and the number of the others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no side succeeded")?;
        for (index, Entry { label, cause }) in self.entries.iter().take(SHOWN).enumerate() {
            write!(f, "{} {}: {}", if index == 0 { ':' } else { ';' }, Cut(label), Cut(cause))?;
        }
        match more(self.entries.len()) {
            Some(more) => write!(f, "; and {more} more"),
            None => Ok(()),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Cause<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl<E> Failure<E> {
    /// Writes the failure as a text. `own` writes the service's own errors; if one of them has no text, the failure has
    /// none.
    pub(crate) fn text_by(&self, own: impl Fn(&E) -> Option<String>) -> Option<String> {
        let of_cause = |cause: &Cause<E>| match cause {
            Cause::Inner(error) => own(error),
            Cause::Rejected(rejected) => Some(rejected.to_string()),
        };
        match self {
            Self::Inner(error) => own(error),
            Self::Rejected(rejected) => Some(rejected.to_string()),
            Self::All(all) => {
                let entries = all.entries().iter().take(SHOWN);
                let text = |entry: &Entry<E>| Some(format!("{}: {}", Cut(&entry.label), Cut(of_cause(&entry.cause)?)));
                let more = more(all.entries().len()).map(|more| Some(format!("and {more} more")));
                Some(entries.map(text).chain(more).collect::<Option<Vec<_>>>()?.join("; "))
            }
        }
    }
}

impl<E: Error + 'static> Error for Failure<E> {
    /// Returns the source of the one error, whose text the failure shows already; of a list, the error of its first
    /// entry.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inner(error) => error.source(),
            Self::Rejected(rejected) => rejected.source(),
            Self::All(all) => all.source(),
        }
    }
}

impl<E: Error + 'static> Error for Failures<E> {
    /// Returns the first entry's own error.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.entries.first()?.cause {
            Cause::Inner(error) => Some(error),
            Cause::Rejected(rejected) => Some(rejected),
        }
    }
}

impl<E: Error + 'static> Error for Cause<E> {
    /// Returns the source of the error, whose text the cause shows already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inner(error) => error.source(),
            Self::Rejected(rejected) => rejected.source(),
        }
    }
}
