//! What a service answers when a call of its own was rejected: an HTTP status, or a status of gRPC.
//!
//! A service that cannot reach its database is not at fault, and its callers are to know that, and when to come back. [`http`](self::http()) and
//! [`tonic`](self::tonic()) say both. What they say names neither the key nor the error of the dependency: that is for logs.
//!
//! | rejection | HTTP | gRPC | because |
//! |---|---|---|---|
//! | `circuit_open` | 503, `Retry-After` | `UNAVAILABLE`, with RetryInfo and pushback | nothing was sent, and it is known when that makes sense |
//! | `timeout`, `attempt_timeout` | 504 | `DEADLINE_EXCEEDED` | a dependency gave no answer in time; it may have done its work |
//! | `expired` | 503 | `DEADLINE_EXCEEDED` | the time of the caller was over before the work began: nothing was done |
//! | `full` | 503 | `UNAVAILABLE` | too many calls run already; an adaptive limit that has learnt how long they take says when to come back |
//! | `rate_limited` | 429, `Retry-After` | `RESOURCE_EXHAUSTED`, with RetryInfo and pushback | a quota is used up, and it is known exactly until when |
//! | `no_policy` | 503 | `UNAVAILABLE` | an operator has to allow the call |
//! | `injected` | 503 | `UNAVAILABLE` | a test asked for it |
//!
//! An error of the operation itself is not among them: what to answer then is the service's own decision. With axum:
//!
//! ```
//! # #[cfg(feature = "http-1")]
//! # mod service {
//! use http::{HeaderMap, StatusCode};
//! use recourse::{Rejected, answers};
//!
//! enum ApiError {
//!     NotFound,
//!     Rejected(Rejected),
//! }
//!
//! /// What axum makes a response of.
//! fn answer(error: &ApiError) -> (StatusCode, HeaderMap) {
//!     match error {
//!         ApiError::NotFound => (StatusCode::NOT_FOUND, HeaderMap::new()),
//!         ApiError::Rejected(rejected) => answers::http(rejected),
//!     }
//! }
//! # }
//! ```
//!
//! In a type that keeps rejections deep in a chain of errors, [`rejection`](crate::rejection) finds them.

#[cfg(feature = "http-1")]
mod http;
#[cfg(feature = "tonic-0_14")]
mod tonic;

#[cfg(feature = "http-1")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-1")))]
pub use self::http::http;
#[cfg(feature = "tonic-0_14")]
#[cfg_attr(docsrs, doc(cfg(feature = "tonic-0_14")))]
pub use self::tonic::tonic;
