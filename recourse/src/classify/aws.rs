//! The class of an answer of AWS.

use super::http::http;
use crate::outcome::Class;

/// Returns the class of an error that a service of AWS answered: by its code, and else by its HTTP status, see [`http`](super::http()).
///
/// Most services throttle with status 400, which alone would be ignored. The codes are those that the SDKs of AWS retry in their standard mode:
///
/// | code | class | because |
/// |---|---|---|
/// | `Throttling`, `ThrottlingException`, `ThrottledException`, `RequestThrottled`, `RequestThrottledException`, `TooManyRequestsException`, `ProvisionedThroughputExceededException`, `RequestLimitExceeded`, `BandwidthLimitExceeded`, `LimitExceededException`, `SlowDown`, `EC2ThrottledException` | [`Retryable`](Class::Retryable) | the service throttles |
/// | `TransactionInProgressException`, `PriorRequestNotComplete` | [`Retryable`](Class::Retryable) | another request is still at it |
/// | `RequestTimeout`, `RequestTimeoutException` | [`Retryable`](Class::Retryable) | the request did not arrive in time |
/// | any other | as the status | |
///
/// `retry_after` is the value of the header `Retry-After`, if there is one.
///
/// ```
/// use recourse::{Class, classify};
///
/// assert_eq!(classify::aws(Some("ThrottlingException"), 400, None), Class::RETRYABLE);
/// assert_eq!(classify::aws(Some("ResourceNotFoundException"), 400, None), Class::Ignore);
/// assert_eq!(classify::aws(None, 503, None), Class::RETRYABLE);
/// ```
#[must_use]
pub fn aws(code: Option<&str>, status: u16, retry_after: Option<&str>) -> Class {
    let Some(
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "SlowDown"
        | "EC2ThrottledException"
        | "TransactionInProgressException"
        | "PriorRequestNotComplete"
        | "RequestTimeout"
        | "RequestTimeoutException",
    ) = code
    else {
        return http(status, retry_after);
    };
    // Whatever the status is, the service throttles: 429 is the status for it.
    http(429, retry_after)
}

#[cfg(test)]
mod tests {
    use super::aws;
    use crate::outcome::Class;
    use std::time::Duration;

    /// classify-6.
    #[test]
    fn a_code_that_throttles_is_retryable_whatever_the_status_is() {
        for code in ["ThrottlingException", "SlowDown", "ProvisionedThroughputExceededException", "RequestTimeout"] {
            for status in [200, 400, 404, 501, 503] {
                assert_eq!(aws(Some(code), status, None), Class::RETRYABLE, "{code} {status}");
            }
        }
        let after = Class::Retryable { after: Some(Duration::from_secs(2)) };
        assert_eq!(aws(Some("SlowDown"), 503, Some("2")), after);
    }

    /// classify-6.
    #[test]
    fn any_other_code_has_the_class_of_the_status() {
        for code in [None, Some("AccessDenied"), Some("throttling"), Some("")] {
            assert_eq!(aws(code, 400, None), Class::Ignore, "{code:?}");
            assert_eq!(aws(code, 500, None), Class::RETRYABLE, "{code:?}");
            assert_eq!(aws(code, 501, None), Class::NonRetryable, "{code:?}");
        }
    }
}
