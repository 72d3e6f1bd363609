//! The table of registered policies.

use crate::sync::{Mutex, lock};
use recourse_policy::{Key, Policy};
use std::collections::HashMap;

/// The policies that are registered for keys.
#[derive(Debug, Default)]
pub(super) struct RegisteredPolicies {
    /// What the builder was given.
    built: HashMap<Key, Policy>,
    /// What took its place while the program runs.
    live: Mutex<HashMap<Key, Policy>>,
}

impl RegisteredPolicies {
    pub(super) fn new(built: HashMap<Key, Policy>) -> Self {
        Self { built, live: Mutex::default() }
    }

    /// Returns the policy that is registered for a key. Asked when a site is resolved, and not for each call.
    pub(super) fn get(&self, key: &Key) -> Option<Policy> {
        lock(&self.live).get(key).or_else(|| self.built.get(key)).copied()
    }

    /// Registers a policy in place of the one that is registered now, or goes back to what the builder was given. Returns the policies
    /// before and after.
    pub(super) fn replace(&self, key: &Key, policy: Option<Policy>) -> (Option<Policy>, Option<Policy>) {
        let built = self.built.get(key).copied();
        let mut live = lock(&self.live);
        let before = match policy {
            Some(policy) => live.insert(key.clone(), policy),
            None => live.remove(key),
        };
        (before.or(built), policy.or(built))
    }
}
