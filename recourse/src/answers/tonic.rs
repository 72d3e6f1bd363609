//! Answers by gRPC.

use crate::classifiers::tonic::PUSHBACK;
use crate::error::{Rejection, RejectionKind};
use std::time::Duration;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Returns the status that a rejection is answered with, see [the table](crate::answers). When it is known when to come back, clients learn it
/// twice: by RetryInfo (`google.rpc`), and by `grpc-retry-pushback-ms`, which gRPC's own retries heed. Feature `tonic-0_14`.
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
/// let status = answers::tonic(&rejected);
/// assert_eq!((status.code(), status.message()), (tonic::Code::DeadlineExceeded, "a dependency gave no answer in time"));
/// # }
/// ```
pub fn tonic(rejection: &Rejection) -> Status {
    let (code, message) = match rejection.kind() {
        RejectionKind::CircuitOpen => (Code::Unavailable, "a dependency is not available"),
        RejectionKind::Full => (Code::Unavailable, "too much is asked of a dependency already"),
        RejectionKind::NoPolicy => (Code::Unavailable, "no policy allows this call"),
        RejectionKind::Injected => (Code::Unavailable, "a test injected a fault"),
        RejectionKind::Timeout | RejectionKind::AttemptTimeout => {
            (Code::DeadlineExceeded, "a dependency gave no answer in time")
        }
        RejectionKind::Expired => (Code::DeadlineExceeded, "the deadline was over before the work began"),
    };
    let Some(after) = rejection.retry_after() else { return Status::new(code, message) };
    let mut status = Status::with_error_details(code, message, ErrorDetails::with_retry_info(Some(after)));
    status.metadata_mut().insert(PUSHBACK, MetadataValue::from(milliseconds(after)));
    status
}

/// Rounds up, so that nobody comes back too early. The header has room for a 32-bit number with a sign.
fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}
