//! The operators' view of call sites: the policy in force for each, and how the limits of its key are now.

use crate::concurrency::ConcurrencyStatus;
use crate::executor::instance::Executor;
use crate::executor::key::state_key::StateKey;
use crate::executor::site::resolve::in_force;
use crate::rate::RateStatus;
use crate::sync::Ordering;
use crate::time::Instant;
use recourse_policy::{Effective, Key, Pattern};
use std::panic::Location;

/// The policy in force for a call site under one key: see [`Executor::sites`].
///
/// ```
/// use recourse::policy::Pattern;
/// use recourse::{Executor, Key, Policy, SiteStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let executor = Executor::new();
/// let call = executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<(), String>(()));
/// call.await.unwrap();
/// let sites: Vec<SiteStatus> = executor.sites(Pattern::any());
/// assert!(sites.iter().all(|site| site.effective.policy.retry.is_some()));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SiteStatus {
    /// The key.
    pub key: Key,
    /// What calls complete to the key, if the site has a template: `db.{shard}`.
    pub template: Option<&'static str>,
    /// The place of the attribute, if the key is the path of a function that names no key.
    pub location: Option<&'static Location<'static>>,
    /// The policy, with the source of each section, and with everything that was changed.
    pub effective: Effective,
    /// The number of calls of the key whose time was over before they began ([`Expired`](crate::RejectionKind::Expired)). They are counted
    /// nowhere else: not by the circuit, nor by a budget.
    pub expired: u64,
    /// The limit on concurrency of the key, which all its sites share, if the site has one. Another policy is put in force by the next call.
    pub concurrency: Option<ConcurrencyStatus>,
    /// The rate of the key, in the same way.
    pub rate: Option<RateStatus>,
}

impl Executor {
    /// Returns the call sites that made calls under a key, or under the keys of a pattern, each with the policy that its next call is
    /// under. Sorted by key.
    ///
    /// Sites of one key that ask for the same policy are one entry. Of a key the eight sites that were resolved last are remembered, and of
    /// keys made at run time [`Executor::key_capacity`].
    ///
    /// ```
    /// use recourse::policy::{Origin, Pattern, Section};
    /// use recourse::{Executor, Key, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let executor = Executor::new();
    /// executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada")).await?;
    /// executor.set_policy("users.*".parse::<Pattern>()?, Policy::new().timeout(Duration::from_secs(2)));
    ///
    /// let sites = executor.sites(Pattern::any());
    /// assert_eq!(sites[0].effective.policy.timeout, Some(Duration::from_secs(2)));
    /// assert_eq!(sites[0].effective.sources.of(Section::Timeout).unwrap().to_string(), "code (users.*)");
    /// assert_eq!(sites[0].effective.sources.of(Section::Retry).unwrap().origin, Origin::Attribute);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sites(&self, keys: impl Into<Pattern>) -> Vec<SiteStatus> {
        let pattern = keys.into();
        let (now, mut sites) = (Instant::now(), Vec::new());
        for (StateKey { key, owner }, state) in self.states() {
            let version = state.version();
            let resolved = state.sites().into_iter();
            for (spec, site) in resolved.filter(|(spec, _)| pattern.matches(key.as_str(), spec.template)) {
                let is_current = site.version == version;
                let effective =
                    if is_current { (*site.effective).clone() } else { in_force(&key, &spec, &state, &self.shared) };
                let location = owner.map(|owner| owner.location);
                let expired = state.expired_calls.load(Ordering::Relaxed);
                let limits = effective.policy.concurrency.is_some_and(|policy| policy.limits());
                let concurrency = if limits { state.concurrency.status(now) } else { None };
                let limits = effective.policy.rate.is_some_and(|policy| policy.limits());
                let rate = if limits { state.rate.status(now) } else { None };
                let (key, template) = (key.clone(), spec.template);
                sites.push(SiteStatus { key, template, location, effective, expired, concurrency, rate });
            }
        }
        sites.sort_by(|one, other| (&one.key, one.location).cmp(&(&other.key, other.location)));
        sites
    }
}
