//! What is wrong with a header that does not count.

use std::fmt;

/// A header of a request that does not count, and why: it is named and never quoted, since its text is a stranger's.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use recourse::context::http::{HeaderFaultReason, extract};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("grpc-timeout", HeaderValue::from_static("soon"));
/// let received = extract(&headers);
/// assert_eq!(received.remaining(), None);
///
/// let fault = received.faults().next().unwrap();
/// assert_eq!((fault.header, fault.reason), ("grpc-timeout", HeaderFaultReason::Malformed));
/// assert_eq!(fault.to_string(), "the header `grpc-timeout` cannot be read, and does not count");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderFault {
    /// The name of the header.
    pub header: &'static str,
    /// Why it does not count.
    pub reason: HeaderFaultReason,
}

/// Why a header does not count.
///
/// ```
/// use recourse::context::http::HeaderFaultReason;
///
/// assert_eq!(HeaderFaultReason::Repeated.to_string(), "is there more than once");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderFaultReason {
    /// The value has not the form that the header has.
    Malformed,
    /// The header is there more than once, so nobody can say which value was meant.
    Repeated,
    /// The time is longer than the [longest that is believed](super::Propagator::longest).
    TooLong,
}

impl fmt::Display for HeaderFaultReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "cannot be read",
            Self::Repeated => "is there more than once",
            Self::TooLong => "gives more time than is believed",
        })
    }
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { header, reason } = self;
        write!(f, "the header `{header}` {reason}, and does not count")
    }
}
