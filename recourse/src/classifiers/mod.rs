//! Ready classes for the errors of other crates: whether another attempt may help, and who counts against the circuit.
//!
//! Each module knows the errors of one crate, behind a feature named with the version of that crate. With the feature on, its error types
//! implement [`Classify`](crate::Classify): a guarded function that returns such an error needs no classifier, and a variant of your own
//! error that holds one says `#[classify(inherit)]`. Outcomes that hide in `Ok`, such as an answer with status 503, have a function for
//! `classify_ok`.
//!
//! | module | feature | knows |
//! |---|---|---|
//! | [`io`] | none, always there | `std::io::Error` |
//! | `http` | `http-1` | answers, status codes and errors of `http` 1, as hyper, axum and tower have them |
//! | `reqwest` | `reqwest-0_13` | errors and answers of `reqwest` 0.13 |
//! | `tonic` | `tonic-0_14` | the status of gRPC calls by `tonic` 0.14 |
//! | `sqlx` | `sqlx-0_9` | errors of `sqlx` 0.9: PostgreSQL, SQLite, MySQL |
//! | `redis` | `redis-1` | errors of `redis` 1 |
//!
//! # Who counts against the circuit
//!
//! [`Retryable`](crate::Class::Retryable) and [`NonRetryable`](crate::Class::NonRetryable) count as failures of the dependency,
//! [`Ignore`](crate::Class::Ignore) counts for nobody. The tables put everything under `Ignore` that the dependency answered as it should: a
//! 404, a broken constraint, a wrong command. If these counted, one user with a wrong link would open the circuit for all. A refusal to
//! serve (429, `RESOURCE_EXHAUSTED`) is a failure, though it is polite: a circuit that opens is what a server that is overloaded needs.
//!
//! An error with a rejection of this library in its chain of sources has the class of that [`Rejection`](crate::Rejection), whatever is
//! around it: a tower layer below a client has made its own retries.
//!
//! # What may be sent twice
//!
//! The tables say whether another attempt may help, and take for granted that the request may be repeated. If it may not, because a
//! POST that was processed is a second order, name [`idempotent_only`] instead, for errors and for answers:
//!
//! ```
//! # #[cfg(feature = "reqwest-0_13")] {
//! use recourse::{classifiers, resilient};
//!
//! #[resilient(
//!     key = "orders.create", retry = "3 attempts", on_reject = "never",
//!     classify = classifiers::idempotent_only, classify_ok = classifiers::idempotent_only
//! )]
//! async fn order(client: &reqwest::Client, item: &str) -> Result<reqwest::Response, reqwest::Error> {
//!     client.post("http://orders.internal/").body(item.to_owned()).send().await
//! }
//! # }
//! ```
//!
//! Then only outcomes are retried which prove that nothing was done:
//!
//! | retried under `idempotent_only` | because |
//! |---|---|
//! | a connection refused | nothing was sent |
//! | an answer 429 | the server refuses before it processes; so does 425, and a server that says 408 did not get the whole request |
//! | a gRPC connection refused | nothing was sent |
//! | a pushback of a gRPC server | a server that says when to repeat this very call has not done it |
//! | a transaction rolled back | the database says that nothing of it remains: deadlock, serialization failure, lock not available, busy |
//! | a pool without a free connection | nothing was sent |
//! | a command refused by redis | `LOADING`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN` and `BUSY` come instead of the command |
//!
//! | not retried under `idempotent_only` | because |
//! |---|---|
//! | a connection reset before the answer | the server may have done it, and died before it said so |
//! | a request that timed out | the server may still be at it |
//! | an answer 503 | a proxy says so, too, when it lost the connection behind it, even with `Retry-After` |
//! | a gRPC call that broke off | the server may have done it |
//! | a gRPC `UNAVAILABLE` without pushback | a proxy says so when it lost the connection behind it |
//! | a connection to a database lost | a `COMMIT` may have arrived |
//! | a connection to redis lost | the command may have arrived |
//!
//! Where the method of the request varies, [`for_method`] asks it first. Types of your own say by [`MayHaveRun`] what they prove.
//!
//! # What a feature costs
//!
//! Each feature adds the types of the crate and nothing of its work: default features are off. Who uses the crate has built it anyway. For a
//! program that does not, the table of features on the guide page `reference` has the crates and the seconds; most of them are
//!
//! | feature | of |
//! |---|---|
//! | `http-1` | `http` |
//! | `reqwest-0_13` | `hyper`, `url` with its tables of Unicode |
//! | `tonic-0_14` | `prost`, by `tonic-types`, which knows RetryInfo |
//! | `sqlx-0_9` | `sqlx-core`, `url` |
//! | `redis-1` | `redis` itself, `url` |
//!
//! # AWS
//!
//! The SDK of AWS has no feature here. Its error is a type of `aws-smithy-runtime-api`, which brings 37 crates, and two versions of
//! `http`, for one `impl`. The SDK retries by itself, as a rule: turn that off (`RetryConfig::disabled()`) where this library is to do it. With the
//! function below for `classify`, every operation of every service has a class by its code, its status and its `Retry-After`. (`SdkError` and
//! `HttpResponse` are those of `aws-smithy-runtime-api` 1, `ProvideErrorMetadata` is that of `aws-smithy-types` 1.)
//!
//! ```ignore
//! fn aws<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> recourse::Class {
//!     let Some(answer) = error.raw_response() else {
//!         let never_sent = matches!(error, SdkError::ConstructionFailure(_));
//!         return if never_sent { recourse::Class::Ignore } else { recourse::Class::RETRYABLE };
//!     };
//!     recourse::classify::aws(error.code(), answer.status().as_u16(), answer.headers().get("retry-after"))
//! }
//! ```

mod chain;
#[cfg(feature = "http-1")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-1")))]
pub mod http;
mod idempotent;
pub mod io;
#[cfg(feature = "redis-1")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis-1")))]
pub mod redis;
#[cfg(feature = "reqwest-0_13")]
#[cfg_attr(docsrs, doc(cfg(feature = "reqwest-0_13")))]
pub mod reqwest;
#[cfg(feature = "sqlx-0_9")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlx-0_9")))]
pub mod sqlx;
#[cfg(feature = "tonic-0_14")]
#[cfg_attr(docsrs, doc(cfg(feature = "tonic-0_14")))]
pub mod tonic;

pub use idempotent::{MayHaveRun, for_method, idempotent_only};
