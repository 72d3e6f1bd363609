//! The error of scripted operations: one variant per class.

use recourse::{Class, Classify, Rejected, RejectionKind};
use std::fmt;
use std::time::Duration;

/// How a scripted operation fails.
#[derive(Clone, Debug)]
pub enum Fail {
    /// Worth another attempt, after a time the server names or not.
    Busy(Option<Duration>),
    /// Not worth another attempt.
    Broken,
    /// None of the library's business.
    Missing,
    /// The library refused.
    Rejected(Rejected),
}

impl Fail {
    /// The kind of a rejection.
    pub fn rejection(&self) -> Option<RejectionKind> {
        match self {
            Self::Rejected(rejected) => Some(rejected.kind()),
            _ => None,
        }
    }
}

impl Classify for Fail {
    fn classify(&self) -> Class {
        match self {
            Self::Busy(after) => Class::Retryable { after: *after },
            Self::Broken | Self::Rejected(_) => Class::NonRetryable,
            Self::Missing => Class::Ignore,
        }
    }
}

impl From<Rejected> for Fail {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(_) => f.write_str("busy"),
            Self::Broken => f.write_str("broken"),
            Self::Missing => f.write_str("missing"),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}
