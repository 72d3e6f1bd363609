//! `Prefer: wait=30` (RFC 7240): how long a client would wait for an answer.

use axum::http::HeaderMap;
use std::time::Duration;

/// The longest wait. Proxies between client and server cut connections that are silent for longer.
pub(super) const MOST: Duration = Duration::from_secs(55);

/// Returns how long a request may wait: the first `wait` that it names in seconds, at most [`MOST`].
pub(super) fn wait(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences = values.flat_map(|value| value.split(',')).filter_map(|preference| {
        // What follows a semicolon are parameters, and `wait` has none.
        let (name, seconds) = preference.split(';').next()?.split_once('=')?;
        name.trim().eq_ignore_ascii_case("wait").then(|| seconds.trim().trim_matches('"'))
    });
    // Of a preference that is there twice the first one counts.
    let seconds: u64 = preferences.next()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::wait;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn what_a_client_would_wait() {
        let wait = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("prefer", HeaderValue::from_static(value));
            }
            wait(&headers).map(|wait| wait.as_secs())
        };
        for (values, seconds) in [
            (&["wait=30"][..], Some(30)),
            (&["respond-async, WAIT = \"10\" ; foo=bar"], Some(10)),
            (&["respond-async", "wait=5", "wait=7"], Some(5)),
            (&["wait=3600"], Some(55)),
            (&["wait=0"], Some(0)),
            (&["wait", "wait=", "wait=-1", "wait=soon"], None),
            (&["waiting=3"], None),
            (&[], None),
        ] {
            assert_eq!(wait(values), seconds, "{values:?}");
        }
    }
}
