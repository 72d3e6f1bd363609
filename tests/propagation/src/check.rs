//! What holds whatever the headers are.

use http::{HeaderMap, HeaderName, HeaderValue};
use recourse::context::http::{HeaderFaultReason, Propagator};
use std::time::Duration;

/// The headers that are read, and one that is not.
pub const NAMES: [&str; 6] = [
    "grpc-timeout",
    "x-envoy-expected-rq-timeout-ms",
    "grpc-previous-rpc-attempts",
    "x-envoy-attempt-count",
    "x-request-priority",
    "x-other",
];

/// Reads headers of these values, and checks what holds for all. Returns true if a deadline was believed. Values that no header can have are
/// left out.
///
/// # Panics
///
/// Panics if something does not hold that has to.
pub fn holds(values: &[(usize, Vec<u8>)]) -> bool {
    let mut headers = HeaderMap::new();
    let mut times = [0_usize; NAMES.len()];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            let name = name % NAMES.len();
            headers.append(HeaderName::from_static(NAMES[name]), value);
            times[name] += 1;
        }
    }
    let received = Propagator::new().priority(true).extract(&headers);
    let left = received.remaining();
    assert!(left.is_none_or(|left| left <= Duration::from_secs(3_600)), "{headers:?}: {left:?} is believed");
    assert!(left.is_none_or(|left| left.is_zero() || left > Duration::from_millis(1)), "{headers:?}: {left:?} is left");
    for fault in received.faults() {
        let name = NAMES.iter().position(|name| *name == fault.header).expect("a header that is read");
        match fault.reason {
            HeaderFaultReason::Repeated => assert!(times[name] > 1, "{headers:?}: {fault}"),
            _ => assert_eq!(times[name], 1, "{headers:?}: {fault}"),
        }
        let words = "the header grpc-timeout x-envoy-expected-rq-timeout-ms grpc-previous-rpc-attempts x-envoy-attempt-count x-request-priority cannot be read and does \
                     not count is there more than once gives more time than is believed";
        let text = fault.to_string();
        let ours = text
            .split([' ', '`', ','])
            .filter(|word| !word.is_empty())
            .all(|word| words.split(' ').any(|our| our == word));
        assert!(ours, "{text}");
    }
    let counted = |name: usize| received.faults().any(|fault| fault.header == NAMES[name]);
    assert!(left.is_some() || (0..2).all(|name| times[name] == 0 || counted(name)), "{headers:?}: lost in silence");
    let priority = received.priority();
    assert_eq!(priority.is_some(), times[4] == 1 && !counted(4), "{headers:?}: a priority is lost in silence");
    if let Some(priority) = priority {
        assert_eq!(headers.get(NAMES[4]).and_then(|value| value.to_str().ok()).map(str::trim), Some(priority.as_str()));
    }
    // Whoever believes more believes no less.
    let patient = Propagator::new().longest(Duration::MAX).extract(&headers);
    assert!(left.is_none() || patient.remaining() == left, "{headers:?}: {left:?}, not {:?}", patient.remaining());
    left.is_some()
}
