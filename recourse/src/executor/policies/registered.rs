//! The table of registered policies.

use crate::sync::{Mutex, lock};
use recourse_policy::{Pattern, Patterns, Policy};

/// The policies that are registered for keys and patterns.
#[derive(Debug, Default)]
pub(in crate::executor) struct RegisteredPolicies {
    /// What the builder was given.
    built: Patterns<Policy>,
    /// The same with what took its place while the program runs.
    current: Mutex<Patterns<Policy>>,
}

impl RegisteredPolicies {
    pub(in crate::executor) fn new(built: Patterns<Policy>) -> Self {
        Self { current: Mutex::new(built.clone()), built }
    }

    /// Returns the policy that is registered for a key or pattern itself.
    pub(in crate::executor) fn get(&self, pattern: &Pattern) -> Option<Policy> {
        lock(&self.current).get(pattern).copied()
    }

    /// Calls `tell` with each policy that is registered for a key, the most specific first. Asked when a site is resolved, and not for
    /// each call.
    pub(in crate::executor) fn each(&self, key: &str, template: Option<&str>, mut tell: impl FnMut(&Pattern, &Policy)) {
        lock(&self.current).matches_with_pattern(key, template).for_each(|(pattern, policy)| tell(pattern, policy));
    }

    /// Registers a policy in place of the one that is registered now, or goes back to what the builder was given. Returns the policies
    /// before and after.
    pub(in crate::executor) fn replace(
        &self,
        pattern: &Pattern,
        policy: Option<Policy>,
    ) -> (Option<Policy>, Option<Policy>) {
        let new = policy.or_else(|| self.built.get(pattern).copied());
        let mut current = lock(&self.current);
        let old = match new {
            Some(policy) => current.insert(pattern.clone(), policy),
            None => current.remove(pattern),
        };
        (old, new)
    }
}
