//! A provider whose policies stand in code, by key and pattern.

use super::listeners::Listeners;
use super::provided::Provided;
use super::provider::{PolicyProvider, ProviderListener};
use crate::sync::{Arc, Mutex, lock};
use recourse_policy::{Key, Origin, Pattern, Patterns, Policy};
use std::time::Instant;

/// Provides policies from a table, which can be changed while the program runs. Clones share the table.
///
/// ```
/// use recourse::providers::StaticProvider;
/// use recourse::{Executor, Key, Policy};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let table = StaticProvider::new();
/// table.set("users.*".parse()?, Policy::new().timeout(Duration::from_secs(2)));
/// let executor = Executor::builder().provider(table.clone()).build();
///
/// let hangs = || std::future::pending::<Result<(), String>>();
/// let call = || executor.call(Key::from_static("users.get"), Policy::new(), hangs);
/// assert_eq!(call().await.unwrap_err(), "`users.get` timed out after 2s, in 1 attempt");
/// table.set("users.get".parse()?, Policy::new().timeout(Duration::from_millis(500)));
/// assert_eq!(call().await.unwrap_err(), "`users.get` timed out after 500ms, in 1 attempt");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct StaticProvider {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    policies: Mutex<Patterns<Policy>>,
    listeners: Listeners,
}

impl StaticProvider {
    /// Creates a provider without policies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the policy of a key or pattern, and returns the one that it had.
    pub fn set(&self, pattern: Pattern, policy: Policy) -> Option<Policy> {
        let old = lock(&self.shared.policies).insert(pattern, policy);
        self.changed();
        old
    }

    /// Removes the policy of a key or pattern, and returns it.
    ///
    /// ```
    /// use recourse::Policy;
    /// use recourse::policy::Pattern;
    /// use recourse::providers::StaticProvider;
    ///
    /// let policies = StaticProvider::new();
    /// policies.set(Pattern::any(), Policy::defaults());
    /// assert_eq!(policies.remove(&Pattern::any()), Some(Policy::defaults()));
    /// assert_eq!(policies.remove(&Pattern::any()), None);
    /// ```
    pub fn remove(&self, pattern: &Pattern) -> Option<Policy> {
        let old = lock(&self.shared.policies).remove(pattern);
        self.changed();
        old
    }

    fn changed(&self) {
        self.shared.listeners.changed(Instant::now());
    }
}

impl PolicyProvider for StaticProvider {
    fn origin(&self) -> Origin {
        Origin::Provider
    }

    fn provide(&self, key: &Key, template: Option<&str>) -> Provided {
        let policies = lock(&self.shared.policies);
        let mut provided = Provided::default();
        for (pattern, policy) in policies.matches_with_pattern(key.as_str(), template) {
            provided.policy.fill(policy, |section| provided.places.push((section, pattern.as_str().into())));
        }
        provided
    }

    fn listen(&self, listener: ProviderListener) {
        self.shared.listeners.add(listener, Instant::now());
    }

    fn unmatched(&self, known: &[&str]) -> Vec<String> {
        let policies = lock(&self.shared.policies);
        let is_met = |pattern: &Pattern| known.iter().any(|key| pattern.matches(key, Some(key)));
        let mut unmatched: Vec<String> = policies
            .iter()
            .filter(|(pattern, _)| !is_met(pattern))
            .map(|(pattern, _)| format!("`{pattern}`"))
            .collect();
        unmatched.sort();
        unmatched
    }
}
