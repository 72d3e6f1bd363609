//! Faults for the executor in use.

use crate::executor::{Executor, Fault};
use recourse_policy::Key;
use std::fmt::Display;

/// Makes the next `attempts` attempts of a key fail retryably, without running their bodies: `fault(key, Fault::fail().times(attempts))`.
///
/// ```
/// use recourse::resilient;
/// use recourse::testing::{fail, isolated};
///
/// #[resilient(key = "users.get", retry = "3 attempts, fixed 10ms")]
/// async fn get_user() -> Result<String, String> {
///     Ok("Ada".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let (result, timelines) = isolated(async {
///     fail("users.get", 3);
///     get_user().await
/// })
/// .await;
/// assert_eq!(result.unwrap_err(), "`users.get` failed: a test injected a fault");
/// assert_eq!(timelines[0].attempt_count(), 3);
/// # }
/// ```
///
/// # Panics
///
/// Panics if `key` is no key. An attempt of a function with `on_reject = "never"` panics when it meets the fault: see
/// [the module](super#functions-that-are-never-rejected).
#[track_caller]
pub fn fail<K>(key: K, attempts: u32)
where
    K: TryInto<Key, Error: Display>,
{
    fault(key, Fault::fail().times(attempts));
}

/// Makes the next attempts of a key fail, hang or be slow, in the executor that is in use here: that of [`isolated`](super::isolated), of a scope,
/// or else the process-wide one. See [`Executor::inject`] for another one.
///
/// Attempts of all kinds meet the faults in the order they start: first attempts, retries and hedges. Attempts that run already meet none.
///
/// ```
/// use recourse::resilient;
/// use recourse::testing::{Fault, fault, isolated};
///
/// #[resilient(key = "users.get", hedge = "50ms")]
/// async fn get_user() -> Result<String, String> {
///     Ok("Ada".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let (result, timelines) = isolated(async {
///     fault("users.get", Fault::hang());
///     get_user().await
/// })
/// .await;
/// assert_eq!(result.unwrap(), "Ada", "the hedge answered");
/// assert_eq!(timelines[0].hedge_count(), 1);
/// # }
/// ```
///
/// # Panics
///
/// Panics if `key` is no key.
#[track_caller]
pub fn fault<K>(key: K, fault: Fault)
where
    K: TryInto<Key, Error: Display>,
{
    match key.try_into() {
        Ok(key) => Executor::current().inject(&key, fault),
        Err(error) => panic!("a fault needs the key of a guarded call: {error}"),
    }
}
