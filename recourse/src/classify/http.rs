//! The class of an HTTP status.

use super::retry_after::retry_after;
use crate::outcome::Class;

/// Returns the class of an HTTP status, with the time that its `Retry-After` header asks to wait.
///
/// | status | class | because |
/// |---|---|---|
/// | 1xx, 2xx, 3xx | [`Success`](Class::Success) | the server did its work |
/// | 408, 425, 429 | [`Retryable`](Class::Retryable) | the request came at the wrong time, and another may not |
/// | other 4xx | [`Ignore`](Class::Ignore) | the request is wrong, and the server is well: a 404 must not open the circuit |
/// | 501, 505 | [`NonRetryable`](Class::NonRetryable) | the server cannot do this, now or later |
/// | other 5xx | [`Retryable`](Class::Retryable) | the server failed |
/// | any other number | [`NonRetryable`](Class::NonRetryable) | that is no HTTP |
///
/// `header` is the value of `Retry-After`, if there is one, and counts where the status is retryable. A value that is neither seconds nor a date
/// is ignored, see [`retry_after()`](super::retry_after()). The statuses are those of RFC 9110, section 15, RFC 6585 (429) and RFC 8470 (425).
///
/// Read the header from the response before it becomes an error: `error_for_status` of reqwest keeps the status, and drops the headers.
///
/// A status only tells whether the server would take the request again. Whether it may be *sent* again depends on the method: a
/// POST that was answered by 502 may have been processed.
///
/// ```
/// use recourse::{Class, classify};
/// use std::time::Duration;
///
/// struct HttpError { status: u16, retry_after: Option<String> }
///
/// impl recourse::Classify for HttpError {
///     fn classify(&self) -> Class {
///         classify::http(self.status, self.retry_after.as_deref())
///     }
/// }
/// assert_eq!(classify::http(429, Some("2")), Class::Retryable { after: Some(Duration::from_secs(2)) });
/// assert_eq!(classify::http(404, None), Class::Ignore);
/// ```
#[must_use]
pub fn http(status: u16, header: Option<&str>) -> Class {
    match status {
        100..=399 => Class::Success,
        408 | 425 | 429 => Class::Retryable { after: header.and_then(retry_after) },
        400..=499 => Class::Ignore,
        501 | 505 => Class::NonRetryable,
        500..=599 => Class::Retryable { after: header.and_then(retry_after) },
        _ => Class::NonRetryable,
    }
}

#[cfg(test)]
mod tests {
    use super::http;
    use crate::outcome::Class;
    use std::time::Duration;

    /// classify-6.
    #[test]
    fn each_status_has_the_class_of_its_row() {
        let expected = |status| match status {
            200 | 204 | 301 | 304 | 100 | 399 => Class::Success,
            408 | 425 | 429 | 500 | 502 | 503 | 504 | 507 | 599 => Class::RETRYABLE,
            400 | 401 | 403 | 404 | 409 | 410 | 418 | 422 | 499 => Class::Ignore,
            _ => Class::NonRetryable,
        };
        for status in [
            0,
            99,
            100,
            200,
            204,
            301,
            304,
            399,
            400,
            401,
            403,
            404,
            408,
            409,
            410,
            418,
            422,
            425,
            429,
            499,
            500,
            501,
            502,
            503,
            504,
            505,
            507,
            599,
            600,
            999,
            u16::MAX,
        ] {
            assert_eq!(http(status, None), expected(status), "{status}");
            assert_eq!(
                http(status, Some("soon")),
                expected(status),
                "{status}: a header that cannot be read changes nothing"
            );
        }
    }

    /// classify-6.
    #[test]
    fn the_header_counts_where_the_status_is_retryable() {
        let after = Class::Retryable { after: Some(Duration::from_secs(2)) };
        for (status, expected) in
            [(429, after), (503, after), (408, after), (404, Class::Ignore), (200, Class::Success)]
        {
            assert_eq!(http(status, Some("2")), expected, "{status}");
        }
    }
}
