//! What operators see of the limit of a key.

use super::limit::LimitChange;
use recourse_policy::{ConcurrencyPolicy, SlotPolicy};
use std::fmt;
use std::time::Duration;

/// The limit on concurrency of a key at one moment: see [`SiteStatus`](crate::SiteStatus). Displays as a line for people.
///
/// ```
/// use recourse::policy::{Pattern, SlotPolicy};
/// use recourse::{Executor, Key, Policy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let executor = Executor::new();
/// let policy = Policy::new().concurrency("8 at once, wait 50ms".parse()?);
/// let seen = executor.call(Key::from_static("db"), policy, async || {
///     let sites = executor.sites("db".parse::<Pattern>().unwrap());
///     Ok::<_, String>(sites[0].concurrency.clone().unwrap())
/// });
/// let limit = seen.await?;
/// assert_eq!((limit.slots, limit.limit, limit.running), (SlotPolicy::Fixed(8), 8, 1));
/// assert_eq!((limit.waiting, limit.queue, limit.last_change), (0, 8, None));
/// assert_eq!(limit.to_string(), "8 at once: 1 of 8 run, 0 of 8 wait");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConcurrencyStatus {
    /// The form of the limit, with its bounds if it is adaptive: that of the policy which the limit of the key follows.
    pub slots: SlotPolicy,
    /// How many calls may run at once now.
    pub limit: u32,
    /// How many calls run.
    pub running: u32,
    /// How many calls wait for a slot.
    pub waiting: u32,
    /// How many calls may wait at a time, if their policy has a `wait`.
    pub queue: u32,
    /// The last change of the limit, with its reason.
    pub last_change: Option<LimitChange>,
    /// How long ago that was.
    pub since: Option<Duration>,
}

impl ConcurrencyStatus {
    /// The form of the limit, as a policy writes it.
    pub(crate) fn form(&self) -> String {
        let mut policy = ConcurrencyPolicy::none();
        policy.slots = self.slots;
        policy.to_string()
    }
}

impl fmt::Display for ConcurrencyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, running, waiting, queue, last_change, since, .. } = self;
        write!(f, "{}: {running} of {limit} run, {waiting} of {queue} wait", self.form())?;
        match (last_change, since) {
            (Some(change), Some(since)) => write!(f, ", {change} {since:.1?} ago"),
            _ => Ok(()),
        }
    }
}
