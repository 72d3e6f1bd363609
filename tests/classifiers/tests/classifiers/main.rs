//! The ready classifiers, asked about real errors: none here is made by hand. Servers and databases are real and on this machine;
//! nothing waits for a time to pass.
//!
//! `io`, `http`, `reqwest`, `tonic`, `sqlx` and `redis` have a test for each row of the table in the module of that name, and `idempotent` for each
//! row of the two in `classifiers`. The test compares the class with that of its row.

mod answers;
mod guarded;
mod http;
mod idempotent;
mod io;
mod recipes;
mod redis;
mod reqwest;
mod sqlx;
mod support;
mod tonic;
