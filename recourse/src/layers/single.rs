//! One mechanism of the engine in each layer: `retry`, `timeout`, `circuit` and `hedge`.
//!
//! Each is a [`ResilientLayer`] with one section of a policy and an executor of its own, so all options of that layer are
//! there, and nobody has to name an executor to use it.

use super::layer::ResilientLayer;
use super::repeat::Once;
use crate::algebra::PolicyLayer;
use crate::executor::Executor;
use recourse_policy::{CircuitPolicy, HedgePolicy, Key, Policy, RetryPolicy};
use std::time::Duration;

/// Makes a layer with one mechanism, and with an executor that holds the state of that mechanism.
fn single_mechanism(key: &'static str, policy: &Policy) -> PolicyLayer<ResilientLayer> {
    // An executor of the layer's own: no other layer with the same key shares its state, and no observer counts its calls.
    ResilientLayer::new(&Executor::new(), Key::from_static(key)).policy(*policy)
}

/// Makes a layer that sends a request again when the service fails, within the default budget. For another budget, add
/// `.policy(Policy::new().budget(..))`.
///
/// Requests have to be `Clone`, or come from [`fork`](PolicyLayer::fork). The budget belongs to the layer: all services
/// that it makes, and those of its clones, draw on it.
///
/// A policy can be written as a text. `parse` reads it, and its error says where the text is wrong:
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
    single_mechanism("retry", &Policy::new().retry(policy))
}

/// Makes a layer that gives up when a response takes longer than `limit`, with
/// [`Failure::Rejected`](crate::algebra::Failure::Rejected).
///
/// The time counts from the moment when the response has to wait. Waiting for the service to get ready comes before that
/// and does not count, as with tower's own timeout. In `retry + timeout` a further attempt gets the service ready itself,
/// under `retry` and not under `timeout`; for a limit that covers this time, put a timeout outside of the retry, or set
/// the `attempt_timeout` of a [`ResilientLayer`].
///
/// A `limit` of zero is a time that is over: the service is not called, and the rejection is of the kind
/// [`Expired`](crate::RejectionKind::Expired).
///
/// Requests need not be `Clone`. The service has to be, as for all layers of this module: put tower's `Buffer` around one
/// that is not.
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
    single_mechanism("timeout", &Policy::new().timeout(limit)).once()
}

/// Makes a layer with a circuit breaker: while the service is down, calls are rejected, with
/// [`Failure::Rejected`](crate::algebra::Failure::Rejected), and the service is not called.
///
/// The breaker belongs to the layer: all services that it makes, and those of its clones, share it. For a breaker that
/// operators can see, use an executor of yours: `ResilientLayer::new(&executor, key)`. Requests need not be `Clone`.
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
///     calls.set(calls.get() + 1);
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
    single_mechanism("circuit", &Policy::new().circuit(policy)).once()
}

/// Makes a layer that sends a request a second time while the first answer is slow, and takes the first success.
///
/// Requests have to be `Clone`, or come from [`fork`](PolicyLayer::fork), and the service must tolerate the same request
/// twice. The budget of hedges and the latencies that percentiles come from belong to the layer. The operator `a & b` is
/// the way to two requests in any case, or after a gap of your own ([`stagger`](PolicyLayer::stagger)).
///
/// ```
/// use recourse::layers::hedge;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), recourse::policy::TextError> {
/// let calls = std::cell::Cell::new(0);
/// let slow_once = service_fn(async |_: ()| {
///     calls.set(calls.get() + 1);
///     let took = if calls.get() == 1 { 1_000 } else { 5 };
///     tokio::time::sleep(std::time::Duration::from_millis(took)).await;
///     Ok::<_, std::io::Error>(took)
/// });
/// assert_eq!(hedge("20ms".parse()?).layer(slow_once).oneshot(()).await.unwrap(), 5);
/// # Ok(())
/// # }
/// ```
pub fn hedge(policy: HedgePolicy) -> PolicyLayer<ResilientLayer> {
    single_mechanism("hedge", &Policy::new().hedge(policy))
}
