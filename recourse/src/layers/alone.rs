//! The engine's mechanisms, one in each layer.

use super::layer::ResilientLayer;
use super::repeat::Once;
use crate::algebra::PolicyLayer;
use crate::executor::Executor;
use recourse_policy::{CircuitPolicy, HedgePolicy, Key, RetryPolicy};
use std::time::Duration;

/// A layer with one mechanism, and the state that it needs.
fn alone(key: &'static str, policy: recourse_policy::Policy) -> PolicyLayer<ResilientLayer> {
    ResilientLayer::new(&Executor::new(), Key::from_static(key)).policy(policy)
}

/// Asks again where the service fails, under the default budget (`.policy(Policy::new().budget(..))` for another). Requests
/// have to be `Clone`, or are [forked](PolicyLayer::fork).
///
/// The budget is the layer's: all services that it makes, and those of its clones, draw on it.
///
/// A text is read by `parse`, whose error says where it is wrong:
///
/// ```
/// use recourse::algebra::PolicyLayer;
/// use recourse::layers::{retry, timeout};
/// use std::time::Duration;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cached = PolicyLayer::bare();
/// let patient = retry("3 attempts, fixed 10ms".parse()?);
/// let timeout = |ms| timeout(Duration::from_millis(ms));
///
/// // `(patient + timeout(50)) & timeout(500)`, or else the cache.
/// let policy = patient + timeout(50) & timeout(500) | cached;
///
/// let get = service_fn(async |name: &'static str| Ok::<_, std::io::Error>(name.len()));
/// assert_eq!(policy.layer(get).oneshot("Ada").await?, 3);
///
/// let error = "3 attemps".parse::<recourse::RetryPolicy>().unwrap_err();
/// assert!(error.to_string().contains("attempts"), "{error}");
/// # Ok(())
/// # }
/// ```
pub fn retry(policy: RetryPolicy) -> PolicyLayer<ResilientLayer> {
    alone("retry", recourse_policy::Policy::new().retry(policy))
}

/// Gives up when a response takes longer, with [`Failure::Rejected`](crate::algebra::Failure::Rejected).
///
/// It counts from when the response has to wait. Waiting for the service to get ready comes before: that is the caller's, as
/// it is of tower's own timeout. The service has to be `Clone`, as for all of these layers: put tower's `Buffer` around one that is
/// not. In `retry + timeout + service` a further attempt gets the service ready itself, under `retry` and not under
/// `timeout`; a timeout that covers it stands outside, or is the `attempt_timeout` of a [`ResilientLayer`].
///
/// ```
/// use recourse::layers::timeout;
/// use std::time::Duration;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let hangs = service_fn(|_: ()| std::future::pending::<Result<(), std::io::Error>>());
/// let failure = timeout(Duration::from_millis(50)).layer(hangs).oneshot(()).await.unwrap_err();
/// assert_eq!(failure.to_string(), "`timeout` timed out after 50ms, in 1 attempt");
/// # }
/// ```
pub fn timeout(limit: Duration) -> PolicyLayer<ResilientLayer<Once>> {
    alone("timeout", recourse_policy::Policy::new().timeout(limit)).once()
}

/// Refuses calls while the service is down, with [`Failure::Rejected`](crate::algebra::Failure::Rejected). The service is not called then.
///
/// The breaker is the layer's: all services that it makes, and those of its clones, share it. A breaker that operators see
/// belongs to an executor of yours: `ResilientLayer::new(&executor, key)`.
///
/// ```
/// use recourse::layers::circuit;
/// use recourse::{CircuitPolicy, RejectionKind};
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), recourse::policy::TextError> {
/// let circuit = circuit("2 failures, cooldown 5s".parse::<CircuitPolicy>()?);
/// let calls = std::cell::Cell::new(0);
/// let down = service_fn(async |_: ()| {
///     calls.update(|n| n + 1);
///     Err::<(), _>("connection refused")
/// });
/// for _ in 0..5 {
///     let _ = circuit.layer(down).oneshot(()).await;
/// }
/// let failure = circuit.layer(down).oneshot(()).await.unwrap_err();
/// assert_eq!(failure.rejected().unwrap().kind(), RejectionKind::CircuitOpen);
/// assert_eq!(calls.get(), 2);
/// # Ok(())
/// # }
/// ```
pub fn circuit(policy: CircuitPolicy) -> PolicyLayer<ResilientLayer<Once>> {
    alone("circuit", recourse_policy::Policy::new().circuit(policy)).once()
}

/// Asks once more beside an answer that is slow, and takes the first success. Requests have to be `Clone`, or are
/// [forked](PolicyLayer::fork), and the service must tolerate the same request twice.
///
/// The budget of hedges and the latencies that percentiles come from are the layer's. `a & b` asks both in any case, or
/// after a gap of your own ([`stagger`](PolicyLayer::stagger)).
///
/// ```
/// use recourse::layers::hedge;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), recourse::policy::TextError> {
/// let calls = std::cell::Cell::new(0);
/// let slow_once = service_fn(async |_: ()| {
///     calls.update(|n| n + 1);
///     let took = if calls.get() == 1 { 1_000 } else { 5 };
///     tokio::time::sleep(std::time::Duration::from_millis(took)).await;
///     Ok::<_, std::io::Error>(took)
/// });
/// assert_eq!(hedge("20ms".parse()?).layer(slow_once).oneshot(()).await.unwrap(), 5);
/// # Ok(())
/// # }
/// ```
pub fn hedge(policy: HedgePolicy) -> PolicyLayer<ResilientLayer> {
    alone("hedge", recourse_policy::Policy::new().hedge(policy))
}
