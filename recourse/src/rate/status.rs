//! What operators see of the rate of a key.

use super::settings::Rate;
use std::time::Duration;

/// The rate of a key at one moment: see [`SiteStatus`](crate::SiteStatus).
///
/// ```
/// use recourse::policy::Pattern;
/// use recourse::rate::Rate;
/// use recourse::{Executor, Key, Policy};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let executor = Executor::new();
/// let policy = Policy::new().rate("10/s, burst 2".parse()?);
/// for left in [1, 0] {
///     executor.call(Key::from_static("maps"), policy, async || Ok::<_, String>(())).await?;
///     let rate = executor.sites("maps".parse::<Pattern>()?)[0].rate.clone().unwrap();
///     assert_eq!((rate.rate, rate.left), (Rate::per_second(10).burst(2), left));
/// }
/// let rate = executor.sites("maps".parse::<Pattern>()?)[0].rate.clone().unwrap();
/// assert_eq!(rate.retry_after, Duration::from_millis(100));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateStatus {
    /// The rate in force, with its burst.
    pub rate: Rate,
    /// How many attempts may be made at once now: what is left of the burst.
    pub left: u32,
    /// When the next attempt is allowed; zero if one is allowed now. Behind those that wait, if some do.
    pub retry_after: Duration,
}
