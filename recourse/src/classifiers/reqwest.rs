//! Classes for `reqwest` 0.13: errors, and answers. Feature `reqwest-0_13`, which brings `http-1`.
//!
//! `reqwest::Error` has a class, so a guarded function that returns one needs no classifier. An answer is no error to reqwest, whatever its status:
//! return it, and name [`response`] for `classify_ok`, or the header `Retry-After` is lost in `error_for_status`.
//!
//! ```
//! use recourse::{classifiers, resilient};
//!
//! #[resilient(key = "users.get", retry = "3 attempts", on_reject = "never", classify_ok = classifiers::reqwest::response)]
//! async fn get(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
//!     client.get(url).send().await
//! }
//! ```
//!
//! A 429 and a 503 are asked for again when their `Retry-After` says, a 404 is returned at once and counts for nobody. When attempts are used up
//! the caller gets the last answer. With a `timeout` or a `circuit` the function needs an error type that accepts a rejection:
//!
//! ```
//! use recourse::{Classify, Rejected, classifiers, resilient};
//!
//! #[derive(Debug, Classify)]
//! enum ApiError {
//!     #[classify(inherit)]
//!     Http(reqwest::Error),
//!     #[classify(inherit)]
//!     Rejected(Rejected),
//! }
//! # impl From<reqwest::Error> for ApiError { fn from(error: reqwest::Error) -> Self { Self::Http(error) } }
//! # impl From<Rejected> for ApiError { fn from(rejected: Rejected) -> Self { Self::Rejected(rejected) } }
//!
//! #[resilient(
//!     key = "users.get", retry = "3 attempts", circuit = "defaults", timeout = "10s",
//!     classify_ok = classifiers::reqwest::response
//! )]
//! async fn get(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, ApiError> {
//!     Ok(client.get(url).send().await?)
//! }
//! ```
//!
//! The whole program, `examples/guarded/newcomer.rs`, has 30 lines, with thiserror for the two `From`. The same task took 56 lines without this
//! module, 66 with backon and 79 with tower-resilience, written by somebody who was new to each.
//!
//! | error or answer | class | because |
//! |---|---|---|
//! | connection refused | retryable | nothing was sent; a name that does not resolve and a connection that takes too long are the same to reqwest |
//! | certificate not trusted | non-retryable | the connection stands, and the two sides do not agree on TLS: that takes an operator. Known with rustls; native-tls does not tell it from a refusal |
//! | no TLS at all | non-retryable | the same: the server speaks something else |
//! | reset before the answer | retryable | the server, or the way to it, failed |
//! | timed out | retryable | the server was too slow this time |
//! | reset in the body | non-retryable | the server answered, and broke off half-way. What was read may have been used: [`body_too`] retries |
//! | timed out in the body | non-retryable | the same |
//! | body of another form | non-retryable | the answer is not the JSON that was expected, and the next will not be, either |
//! | too many redirects | non-retryable | the server sends its clients round in circles |
//! | invalid URL | ignore | a request that cannot be made says nothing about a server |
//! | status as an error | by the status | from `error_for_status`: 404 is ignored, 503 retryable, see [its table](super::http) |
//! | status as an answer | by status and `Retry-After` | from [`response`], see [its table](super::http) |

use super::chain::{source_of_type, sources, unless_rejected};
use super::http;
use super::idempotent::MayHaveRun;
use crate::classify::Classify;
use crate::outcome::Class;
use reqwest::{Error, Response};
use std::io;

/// Returns the class of an answer by its status and `Retry-After`, see [the table](super::http). A name for `classify_ok`.
///
/// ```
/// use recourse::{classifiers, resilient};
///
/// #[resilient(retry = "3 attempts", on_reject = "never", classify_ok = classifiers::reqwest::response)]
/// async fn get(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
///     client.get(url).send().await
/// }
/// ```
#[must_use]
pub fn response(response: &Response) -> Class {
    http::answer(response.status(), response.headers())
}

/// Returns the class of an error like `reqwest::Error::classify`, except that a body which broke off is retryable. A name for `classify`.
///
/// For functions that read the whole body themselves (`.text()`, `.json()`), so that nobody has used the first half of it.
///
/// ```
/// use recourse::{classifiers, resilient};
///
/// #[resilient(retry = "3 attempts", on_reject = "never", classify = classifiers::reqwest::body_too)]
/// async fn page(client: &reqwest::Client, url: &str) -> Result<String, reqwest::Error> {
///     client.get(url).send().await?.error_for_status()?.text().await
/// }
/// ```
#[must_use]
pub fn body_too(error: &Error) -> Class {
    // An answer of another form, such as no JSON, is an error of decoding, too; only a body that broke off has one of hyper's below.
    let broke_off = error.is_body() || error.is_decode() && is_of_the_connection(error);
    if broke_off { Class::RETRYABLE } else { error.classify() }
}

impl Classify for Error {
    /// Returns the class of the error, see [the table](self).
    fn classify(&self) -> Class {
        unless_rejected(self, |error| match error.status() {
            Some(status) => status.classify(),
            None if error.is_builder() => Class::Ignore,
            None if error.is_redirect() || error.is_body() || error.is_decode() || error.is_upgrade() => {
                Class::NonRetryable
            }
            None if error.is_connect() && is_tls(error) => Class::NonRetryable,
            None => Class::RETRYABLE,
        })
    }
}

/// Returns true if reading the connection failed, or took too long.
fn is_of_the_connection(error: &Error) -> bool {
    source_of_type::<hyper::Error>(error).is_some() || source_of_type::<Error>(error).is_some_and(Error::is_body)
}

/// Returns true if bytes came, and were not what TLS expects.
fn is_tls(error: &Error) -> bool {
    let mut below = sources(error).filter_map(|error| error.downcast_ref::<io::Error>());
    below.any(|error| error.kind() == io::ErrorKind::InvalidData)
}

impl MayHaveRun for Error {
    /// Returns false if the connection was never made, and if the status is 408, 425 or 429.
    fn may_have_run(&self) -> bool {
        self.status().map_or_else(|| !self.is_connect(), http::may_have_run)
    }
}

impl Classify for Response {
    /// Returns what [`response`] says.
    fn classify(&self) -> Class {
        response(self)
    }
}

impl MayHaveRun for Response {
    /// Returns true, unless the status is 408, 425 or 429.
    fn may_have_run(&self) -> bool {
        http::may_have_run(self.status())
    }
}
