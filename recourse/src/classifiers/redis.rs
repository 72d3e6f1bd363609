//! Classes for `redis` 1: errors. Feature `redis-1`.
//!
//! `redis::RedisError` has a class, so a guarded function that returns one needs no classifier:
//!
//! ```
//! use recourse::resilient;
//!
//! # struct Connection;
//! # impl Connection { async fn incr(&self, _: &str) -> redis::RedisResult<i64> { Ok(1) } }
//! #[resilient(key = "cache.visits", retry = "3 attempts, exponential 5ms..100ms", on_reject = "never")]
//! async fn visits(redis: &Connection, page: &str) -> redis::RedisResult<i64> {
//!     redis.incr(page).await
//! }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() { assert_eq!(visits(&Connection, "/").await.unwrap(), 1); }
//! ```
//!
//! # A recipe
//!
//! A multiplexed connection that is lost stays so. `redis::aio::ConnectionManager` (its feature `connection-manager`) opens another one, and retries that by
//! itself: leave its retries off, or the two multiply. Then each attempt is one command, and at most one connection. A counter is
//! not to be raised twice, so it is [`idempotent_only`](super::idempotent_only); a `GET` is repeated in any case:
//!
//! ```ignore
//! let config = ConnectionManagerConfig::new().set_number_of_retries(0);
//! let config = config.set_response_timeout(Some(Duration::from_secs(5)));
//! ConnectionManager::new_lazy_with_config(redis::Client::open(url)?, config)
//!
//! #[resilient(
//!     key = "cache.visits",
//!     retry = "3 attempts, exponential 5ms..100ms",
//!     circuit = "3 failures",
//!     timeout = "10s",
//!     classify = classifiers::idempotent_only,
//!     on_reject = |rejected| std::io::Error::from(rejected).into()
//! )]
//! async fn visits(redis: &ConnectionManager, page: &str) -> redis::RedisResult<i64> {
//!     redis::cmd("INCR").arg(page).query_async(&mut redis.clone()).await
//! }
//! ```
//!
//! A `RedisError` can be made of an `io::Error`, so a rejection becomes one, and `recourse::rejection` finds it again.
//!
//! # Classes
//!
//! | error | class | because |
//! |---|---|---|
//! | connection refused | retryable | nobody listens yet |
//! | connection lost | retryable | the server, or the way to it, failed |
//! | timed out | retryable | the server was too slow this time |
//! | LOADING | retryable | the server has just started, and reads its data |
//! | CLUSTERDOWN | retryable | no node serves the slot, until another takes over |
//! | TRYAGAIN | retryable | the slot is on its way from one node to another |
//! | MASTERDOWN | retryable | the replica has lost its master, until another is chosen |
//! | BUSY | retryable | a script holds up the server |
//! | too many clients | retryable | the server hangs up; a place may be free in a moment |
//! | wrong type | ignore | `WRONGTYPE`: a mistake of the program, which the server has found |
//! | wrong command | ignore | `ERR`: the same |
//! | no such script | ignore | `NOSCRIPT`: the same; load it |
//! | keys of two slots | ignore | `CROSSSLOT`: the same |
//! | not allowed | ignore | `NOPERM`: the caller may not do this |
//! | invalid client | ignore | a URL that is none: nothing was sent |
//! | moved | non-retryable | `MOVED`, `ASK`: the client is none for a cluster |
//! | read-only | non-retryable | `READONLY`: this is a replica, and so it is at the next attempt |
//! | out of memory | non-retryable | `OOM`; as any other answer |
//! | wrong password | non-retryable | the program is not set up for this server |
//! | value of another type | non-retryable | the answer is not what the program expected, or not redis at all |
//!
//! A sentinel that knows no master or replica, and a client of a cluster without any node, are retryable, too: another may be chosen in a
//! moment. They are the only ones here that no test makes.

use super::chain::unless_rejected;
use super::idempotent::MayHaveRun;
use crate::classify::Classify;
use crate::outcome::Class;
use redis::{ErrorKind, RedisError, ServerErrorKind};

impl Classify for RedisError {
    /// Returns the class of the error, see [the table](self).
    fn classify(&self) -> Class {
        unless_rejected(self, |error| match error.kind() {
            ErrorKind::Io => Class::RETRYABLE,
            _ if is_refused(error) => Class::RETRYABLE,
            ErrorKind::MasterNameNotFoundBySentinel
            | ErrorKind::NoValidReplicasFoundBySentinel
            | ErrorKind::ClusterConnectionNotFound => Class::RETRYABLE,
            ErrorKind::Server(
                ServerErrorKind::ResponseError
                | ServerErrorKind::NoScript
                | ServerErrorKind::CrossSlot
                | ServerErrorKind::NoPerm,
            )
            | ErrorKind::InvalidClientConfig
            | ErrorKind::Client => Class::Ignore,
            _ if error.code() == Some("WRONGTYPE") => Class::Ignore,
            _ => Class::NonRetryable,
        })
    }
}

impl MayHaveRun for RedisError {
    /// Returns false if the connection was refused, or the server says that the command has not begun.
    fn may_have_run(&self) -> bool {
        !is_refused(self) && !self.is_connection_refusal()
    }
}

/// Returns true if the server has not begun the command, and may do so in a moment.
fn is_refused(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Server(
            ServerErrorKind::BusyLoading
            | ServerErrorKind::TryAgain
            | ServerErrorKind::ClusterDown
            | ServerErrorKind::MasterDown,
        ) => true,
        _ => error.code() == Some("BUSY"),
    }
}
