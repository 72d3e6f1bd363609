//! What becomes of a branch that has not won.

use std::error::Error;
use std::fmt;

/// How a branch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fate<E> {
    /// It failed, with this error.
    Failed(E),
    /// It was running when the deadline came.
    Cancelled,
    /// It was not started before the deadline.
    NotStarted,
    /// Its `if` said no.
    Disabled,
    /// It panicked, in a race with `panics = lose`.
    Panicked,
}

impl<E> Fate<E> {
    /// The branch's own error, where it failed.
    pub const fn failed(&self) -> Option<&E> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Fate<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed(error) => return error.fmt(f),
            Self::Cancelled => "cancelled at the deadline",
            Self::NotStarted => "not started before the deadline",
            Self::Disabled => "disabled",
            Self::Panicked => "panicked",
        })
    }
}

impl<E: Error> Error for Fate<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}
