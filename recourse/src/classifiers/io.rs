//! The class of `std::io::Error`. Always there.
//!
//! | error | class | because |
//! |---|---|---|
//! | connection refused | retryable | nobody listens yet, or the server is overloaded |
//! | connection reset | retryable | the other side, or the way to it, failed |
//! | broken pipe | retryable | the other side is gone |
//! | unexpected end | retryable | the other side broke off |
//! | timed out | retryable | the other side was too slow this time |
//! | unknown host | retryable | the resolver does not say whether the name is wrong, or no server for names was reached |
//! | not found | ignore | the path is wrong. The same error means that no server is there when connecting to a Unix socket: say so by `classify` |
//! | already exists | ignore | what was to be made is there |
//! | wrong kind of file | ignore | a folder where a file was due, or the other way round |
//! | folder not empty | ignore | the caller's mistake |
//! | invalid input | ignore | the caller's mistake |
//! | permission denied | non-retryable | the machine is not set up for this, and will not be in a moment |
//! | invalid data | non-retryable | what was read is broken, and so will be what is read again |
//! | disk full | non-retryable | so are a quota that is used up, a file too large, and a file system that is read-only |
//! | rejected below | as the rejection says | another guarded call was refused, see [`Rejected`](crate::Rejected) |
//! | anything else | retryable | nobody knows |
//!
//! ```
//! use recourse::{Class, Classify};
//!
//! let missing = std::fs::read("/no/such/file").unwrap_err();
//! assert_eq!(missing.classify(), Class::Ignore);
//! ```

use super::chain::unless_rejected;
use super::idempotent::MayHaveRun;
use crate::classify::Classify;
use crate::outcome::Class;
use std::io::{Error, ErrorKind};

impl Classify for Error {
    /// Returns the class by the kind of the error, see [the table](self).
    fn classify(&self) -> Class {
        unless_rejected(self, |error| match error.kind() {
            ErrorKind::NotFound
            | ErrorKind::AlreadyExists
            | ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
            | ErrorKind::DirectoryNotEmpty
            | ErrorKind::InvalidInput => Class::Ignore,
            ErrorKind::PermissionDenied
            | ErrorKind::InvalidData
            | ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::ReadOnlyFilesystem => Class::NonRetryable,
            _ => Class::RETRYABLE,
        })
    }
}

impl MayHaveRun for Error {
    /// Returns true, unless the connection was refused.
    fn may_have_run(&self) -> bool {
        self.kind() != ErrorKind::ConnectionRefused
    }
}
