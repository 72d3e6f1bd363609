//! Classes for `sqlx` 0.9: errors of PostgreSQL, SQLite and MySQL. Feature `sqlx-0_9`.
//!
//! `sqlx::Error` has a class, so a guarded function that returns one needs no classifier. Guard the whole transaction, not a
//! statement of it: after most of the retryable errors the transaction is gone.
//!
//! ```
//! use recourse::resilient;
//!
//! # struct Pool;
//! # impl Pool { async fn transfer(&self, _: i64) -> Result<(), sqlx::Error> { Ok(()) } }
//! #[resilient(key = "accounts.transfer", retry = "5 attempts, exponential 5ms..100ms", on_reject = "never")]
//! async fn transfer(pool: &Pool, amount: i64) -> Result<(), sqlx::Error> {
//!     pool.transfer(amount).await // begin, both updates, commit
//! }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() { transfer(&Pool, 7).await.unwrap(); }
//! ```
//!
//! The class is that of the error's SQLSTATE, or of the result code of SQLite.
//!
//! | error | class | because |
//! |---|---|---|
//! | serialization failure 40001 | retryable | the transaction was rolled back, and would have been fine alone; MySQL says so of a deadlock |
//! | deadlock 40P01 | retryable | one of two transactions was rolled back, so that the other could go on |
//! | lock not available 55P03 | retryable | somebody else holds the lock (`NOWAIT`, `lock_timeout`) |
//! | SQLite busy | retryable | another connection writes; so `SQLITE_BUSY_SNAPSHOT` |
//! | SQLite locked | retryable | a connection with the same cache reads or writes the table |
//! | unique violation | ignore | the row is there: the database did its work. SQLSTATE class 23, `SQLITE_CONSTRAINT` |
//! | foreign key violation | ignore | the same |
//! | not null violation | ignore | the same |
//! | check violation | ignore | the same |
//! | wrong statement | ignore | a mistake of the program (SQLSTATE class 42, `SQLITE_ERROR`), which the database has found |
//! | wrong value | ignore | the same (SQLSTATE class 22): division by zero, a number out of range |
//! | statement timeout 57014 | non-retryable | the database was too slow, and will hardly be faster at once |
//! | shut down 57P01 | retryable | an operator ended the connection; so crashed (57P02), starting up (57P03), and connections lost (class 08) |
//! | too many connections 53300 | retryable | another one may be free in a moment |
//! | out of room 53400 | non-retryable | any other state, such as the rest of class 53: the database failed |
//! | wrong password | non-retryable | the same (class 28) |
//! | cannot open the file | non-retryable | the same (`SQLITE_CANTOPEN`); as every other result code of SQLite |
//! | pool timed out | retryable | no connection came free in time. The database counts as failed: mostly it is too slow to give them back |
//! | pool closed | ignore | the program is about to end |
//! | connection refused | retryable | nobody listens yet |
//! | connection lost | retryable | the connection is closed, and the pool opens another |
//! | no TLS | non-retryable | the two sides do not agree on TLS: that takes an operator |
//! | not a database | non-retryable | an answer that is no PostgreSQL; as every other error of the driver |
//! | row not found | ignore | an answer like any other |
//! | column not found | ignore | a mistake of the program: so an index or a type that is not there, and a value that cannot be read or written |
//!
//! MySQL's SQLSTATEs are judged by the same table, which is not tested with it; its lock wait timeout (1205) has the state `HY000` like
//! most of its errors, and so is not retried: say so by `classify`.

use super::chain::unless_rejected;
use super::idempotent::MayHaveRun;
use crate::classify::Classify;
use crate::outcome::Class;
use sqlx::Error;
use sqlx::error::DatabaseError;
use std::io;

impl Classify for Error {
    /// Returns the class of the error, see [the table](self).
    fn classify(&self) -> Class {
        unless_rejected(self, |error| match error {
            Self::Database(error) => answered(&**error).0,
            Self::Io(_) | Self::PoolTimedOut => Class::RETRYABLE,
            Self::RowNotFound
            | Self::PoolClosed
            | Self::Configuration(_)
            | Self::InvalidArgument(_)
            | Self::TypeNotFound { .. }
            | Self::ColumnIndexOutOfBounds { .. }
            | Self::ColumnNotFound(_)
            | Self::ColumnDecode { .. }
            | Self::Encode(_)
            | Self::Decode(_) => Class::Ignore,
            _ => Class::NonRetryable,
        })
    }
}

impl MayHaveRun for Error {
    /// Returns false if the database says that it rolled back, if the connection was refused, and if the pool had none.
    fn may_have_run(&self) -> bool {
        match self {
            Self::Database(error) => answered(&**error).1,
            Self::Io(error) => error.kind() != io::ErrorKind::ConnectionRefused,
            Self::PoolTimedOut => false,
            _ => true,
        }
    }
}

/// Returns the class of a database's answer, and whether the transaction may have remained.
fn answered(error: &dyn DatabaseError) -> (Class, bool) {
    // SQLSTATEs have five characters. Result codes of SQLite have fewer digits; the last byte is the kind, the rest its detail.
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const CONSTRAINT: u32 = 19;
    const ERROR: u32 = 1;
    let code = error.code().unwrap_or_default();
    if code.len() < 5 {
        return match code.parse().map(|code: u32| code & 0xff) {
            Ok(BUSY | LOCKED) => (Class::RETRYABLE, false),
            Ok(CONSTRAINT | ERROR) => (Class::Ignore, false),
            _ => (Class::NonRetryable, true),
        };
    }
    match (code.get(..2).unwrap_or_default(), &*code) {
        (_, "40001" | "40P01" | "55P03" | "53300" | "57P03") => (Class::RETRYABLE, false),
        // The session ended under the transaction: its commit may have been on the way.
        ("08", _) | (_, "57P01" | "57P02") => (Class::RETRYABLE, true),
        ("22" | "23" | "42", _) => (Class::Ignore, false),
        _ => (Class::NonRetryable, true),
    }
}
