//! Classes for `http` 1: answers, status codes, and errors. Feature `http-1`.
//!
//! hyper, axum, tower-http and their like share these types. [`response`] classifies an answer, which is no error to them:
//!
//! ```
//! use recourse::{classifiers, resilient};
//!
//! # struct Client;
//! # impl Client {
//! #     async fn get(&self, _: &str) -> std::io::Result<http::Response<String>> {
//! #         Ok(http::Response::builder().status(404).body(String::new()).unwrap())
//! #     }
//! # }
//! #[resilient(retry = "3 attempts", timeout = "5s", classify_ok = classifiers::http::response)]
//! async fn get(client: &Client, uri: &str) -> std::io::Result<http::Response<String>> {
//!     client.get(uri).await
//! }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() { assert_eq!(get(&Client, "/").await.unwrap().status(), 404); }
//! ```
//!
//! When attempts are used up the caller gets the last answer, whatever its status.
//!
//! | answer or error | class | because |
//! |---|---|---|
//! | success or redirect | success | the server did its work |
//! | not found | ignore | the request is wrong, and the server is well; so it is with every other 4xx, 401 and 403 among them |
//! | request timeout | retryable | 408: the request did not arrive in time |
//! | too early | retryable | 425: it came before the handshake was over |
//! | too many requests with seconds | retryable, after that time | 429 with `Retry-After: 2` |
//! | too many requests with a date | retryable, after the time until then | 429 with `Retry-After: Wed, 21 Oct 2026 07:28:00 GMT` |
//! | too many requests with neither | retryable | 429 without the header, or with one that cannot be read |
//! | unavailable with seconds | retryable, after that time | 503 with `Retry-After: 2`; so every 5xx that is retryable |
//! | server error | retryable | 500, 502, 504 and every other 5xx |
//! | not implemented | non-retryable | 501: the server cannot do this, now or later |
//! | version not supported | non-retryable | 505: the same |
//! | status code alone | as above | `StatusCode` in an error of yours, with `#[classify(inherit)]`: there is no header to read |
//! | invalid request | ignore | `http::Error`: URI, header or method is none, and nothing was sent |

use super::idempotent::MayHaveRun;
use crate::classify::{self, Classify};
use crate::outcome::Class;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Response, StatusCode};

/// Returns the class of an answer by its status and `Retry-After`, see [the table](self). A name for `classify_ok`.
///
/// ```
/// use recourse::{Class, classifiers};
/// use std::time::Duration;
///
/// let answer = http::Response::builder().status(429).header("retry-after", "2").body(()).unwrap();
/// assert_eq!(classifiers::http::response(&answer), Class::Retryable { after: Some(Duration::from_secs(2)) });
/// ```
#[must_use]
pub fn response<B>(response: &Response<B>) -> Class {
    answer(response.status(), response.headers())
}

/// Returns the class of an answer. A header that is not text cannot be read, like one that is no time.
pub(super) fn answer(status: StatusCode, headers: &HeaderMap) -> Class {
    classify::http(status.as_u16(), headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()))
}

/// Returns false for the statuses of a server that refuses a request before it has processed any of it.
pub(super) fn may_have_run(status: StatusCode) -> bool {
    !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS)
}

impl<B> Classify for Response<B> {
    /// Returns what [`response`] says.
    fn classify(&self) -> Class {
        response(self)
    }
}

impl<B> MayHaveRun for Response<B> {
    /// Returns true, unless the status is 408, 425 or 429.
    fn may_have_run(&self) -> bool {
        may_have_run(self.status())
    }
}

impl Classify for StatusCode {
    /// Returns the class of a status whose `Retry-After` is not known.
    fn classify(&self) -> Class {
        classify::http(self.as_u16(), None)
    }
}

impl MayHaveRun for StatusCode {
    /// Returns true, unless the status is 408, 425 or 429.
    fn may_have_run(&self) -> bool {
        may_have_run(*self)
    }
}

impl Classify for http::Error {
    /// Returns [`Class::Ignore`]: a request that cannot be made says nothing about a server.
    fn classify(&self) -> Class {
        Class::Ignore
    }
}
