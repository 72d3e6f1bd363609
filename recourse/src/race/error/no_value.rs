//! The error of a branch that returns an `Option`.

use std::error::Error;
use std::fmt;

/// The error of a branch that returned `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "`None` carries nothing that a field could hold")]
pub struct NoValue;

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value")
    }
}

impl Error for NoValue {}
