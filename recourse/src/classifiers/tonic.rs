//! Classes for `tonic` 0.14: the status of a gRPC call. Feature `tonic-0_14`.
//!
//! `tonic::Status` has a class, so a guarded function that returns one needs no classifier. The codes are judged by gRPC's own guidance:
//! [status codes and their use](https://github.com/grpc/grpc/blob/master/doc/statuscodes.md),
//! [AIP-194](https://google.aip.dev/194) (what may be retried) and
//! [gRFC A6](https://github.com/grpc/proposal/blob/master/A6-client-retries.md) (pushback).
//!
//! ```
//! use recourse::resilient;
//! use tonic::{Response, Status};
//!
//! # #[derive(Clone)]
//! # struct Users;
//! # impl Users { async fn get(&mut self, _: u32) -> Result<Response<String>, Status> { Ok(Response::new("Ada".into())) } }
//! #[resilient(key = "users.get", retry = "3 attempts", on_reject = "never")]
//! async fn get(mut users: Users, id: u32) -> Result<Response<String>, Status> {
//!     users.get(id).await
//! }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() { assert_eq!(get(Users, 7).await.unwrap().into_inner(), "Ada"); }
//! ```
//!
//! | status | class | because |
//! |---|---|---|
//! | unavailable | retryable | the code that gRPC has for it |
//! | unavailable with RetryInfo | retryable, after that time | the server says when |
//! | unavailable with pushback | retryable, after that time | `grpc-retry-pushback-ms: 200` |
//! | pushback that forbids | non-retryable | `grpc-retry-pushback-ms` is negative, or no number: the server wants no retry |
//! | resource exhausted with RetryInfo | retryable, after that time | the server throttles, and says when to come back |
//! | resource exhausted | non-retryable | a quota that is used up for the day, or a message too large: neither is over in a moment |
//! | no server | retryable | the connection was refused, and nothing was sent |
//! | connection lost | retryable | the status was made on this side, since none came from the server |
//! | timeout of the channel | retryable | the server was too slow this time; `Endpoint::timeout` says `CANCELLED` |
//! | deadline exceeded | non-retryable | the time of the call is over, on the server's side, too; retries belong inside of it |
//! | aborted | ignore | a conflict with another client: repeat the whole transaction, not this call. If the guarded function is the whole transaction, say so by `classify` |
//! | cancelled | non-retryable | the server gave up |
//! | unknown | non-retryable | the server failed in a way that it did not expect |
//! | internal | non-retryable | something is broken |
//! | data loss | non-retryable | something is broken for good |
//! | unimplemented | non-retryable | the server cannot do this, now or later |
//! | invalid argument | ignore | the request is wrong, and the server is well |
//! | not found | ignore | the same |
//! | already exists | ignore | the same |
//! | permission denied | ignore | the same |
//! | unauthenticated | ignore | the same |
//! | failed precondition | ignore | the same |
//! | out of range | ignore | the same |
//!
//! `Endpoint::connect` has an error of its own, `tonic::transport::Error`, which is there only with tonic's transport. Use `connect_lazy`, whose errors
//! are those of the calls, or say `#[classify(retryable)]` where you keep it.

use super::chain::{source_of_type, unless_rejected};
use super::idempotent::MayHaveRun;
use crate::classify::Classify;
use crate::outcome::Class;
use std::error::Error as _;
use std::time::Duration;
use tonic::{Code, ConnectError, Status};
use tonic_types::StatusExt as _;

/// How gRPC's own retries are told when to come back: gRFC A6, "Client Retry Design".
pub(crate) const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// What a server says of a retry.
enum Pushback {
    None,
    /// Retry, and if a time is told, after it.
    After(Option<Duration>),
    Never,
}

impl Classify for Status {
    /// Returns the class of the code, with what the server says of a retry, see [the table](self).
    fn classify(&self) -> Class {
        unless_rejected(self, |status| match (status.code(), pushback(status)) {
            (Code::Ok, _) => Class::Success,
            (Code::Unavailable | Code::ResourceExhausted, Pushback::After(after)) => Class::Retryable { after },
            (Code::Unavailable, Pushback::None) => Class::RETRYABLE,
            (
                Code::InvalidArgument
                | Code::NotFound
                | Code::AlreadyExists
                | Code::PermissionDenied
                | Code::Unauthenticated
                | Code::FailedPrecondition
                | Code::OutOfRange
                | Code::Aborted,
                _,
            ) => Class::Ignore,
            // The status of a server has no source. One that has was made here, of an error of the connection.
            (_, Pushback::None) if status.source().is_some() => Class::RETRYABLE,
            _ => Class::NonRetryable,
        })
    }
}

impl MayHaveRun for Status {
    /// Returns false if there was no connection, and if the server says when to repeat this call.
    fn may_have_run(&self) -> bool {
        !matches!(pushback(self), Pushback::After(_)) && source_of_type::<ConnectError>(self).is_none()
    }
}

/// Reads `grpc-retry-pushback-ms`, and else the detail `google.rpc.RetryInfo`.
fn pushback(status: &Status) -> Pushback {
    if let Some(value) = status.metadata().get(PUSHBACK) {
        // gRFC A6: what is no number counts like a negative one.
        let millis = value.to_str().ok().and_then(|text| text.parse().ok());
        return millis.map_or(Pushback::Never, |millis| Pushback::After(Some(Duration::from_millis(millis))));
    }
    status.get_details_retry_info().map_or(Pushback::None, |info| Pushback::After(info.retry_delay))
}
