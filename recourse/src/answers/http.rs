//! Answers by HTTP.

use crate::error::{Rejection, RejectionKind};
use http::header::{HeaderMap, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use std::time::Duration;

/// Returns the status and the headers that a rejection is answered with, see [the table](crate::answers). `Retry-After` has whole seconds,
/// rounded up, so that nobody comes back too early. Feature `http-1`.
///
/// ```
/// use recourse::{Executor, Key, Policy, Rejected, answers};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let hangs = || std::future::pending::<Result<(), Rejected>>();
/// let policy = Policy::new().timeout(Duration::from_secs(2));
/// let rejected = Executor::new().call(Key::from_static("users.get"), policy, hangs).await.unwrap_err();
///
/// let (status, headers) = answers::http(&rejected);
/// assert_eq!(status, 504);
/// assert!(headers.is_empty(), "nobody knows when it will be better");
/// # }
/// ```
pub fn http(rejection: &Rejection) -> (StatusCode, HeaderMap) {
    let status = match rejection.kind() {
        RejectionKind::CircuitOpen
        | RejectionKind::NoPolicy
        | RejectionKind::Expired
        | RejectionKind::Full
        | RejectionKind::Injected => StatusCode::SERVICE_UNAVAILABLE,
        RejectionKind::Timeout | RejectionKind::AttemptTimeout => StatusCode::GATEWAY_TIMEOUT,
    };
    let retry_after = rejection.retry_after().map(|after| (RETRY_AFTER, HeaderValue::from(whole_seconds(after))));
    (status, retry_after.into_iter().collect())
}

/// Rounds up, to one second at least: "0" would ask to come back at once.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0)).max(1)
}
