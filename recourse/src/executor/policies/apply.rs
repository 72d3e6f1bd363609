//! The policies that are registered for keys and patterns: those that the builder was given, and those that took their place while the program runs.

use crate::executor::instance::{Executor, Shared};
use crate::executor::key::state::{KeyState, Noted};
use crate::executor::key::state_key::StateKey;
use crate::executor::policies::outside::Outside;
use crate::observe::{Notice, PolicyChange};
use crate::sync::Arc;
use recourse_policy::{Key, Pattern, PatternKind, Policy};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

impl Executor {
    /// Registers a policy for a key or a pattern while the program runs, in place of the one that is registered for it now, which is returned.
    ///
    /// Calls in flight keep what they began with, and the next call of each function, closure and layer of the key runs under the new
    /// policy. As at [`ExecutorBuilder::policy`](crate::ExecutorBuilder::policy), the sections that the policy names take the place of
    /// the attribute's, and what a function cannot do is left out; values out of bounds are clamped. What the calls of the key share
    /// stays, and follows the policy when the next call needs it:
    ///
    /// | shared by the key | under another policy |
    /// |---|---|
    /// | circuit breaker | counts anew; an open one stays open for what is left of its cooldown, a half-open one goes on with its probes |
    /// | budgets | keep what is left, up to what the new policy can save up |
    /// | latencies | stay as they are |
    ///
    /// A circuit section that changes takes the place of a policy that [`Breakers::set_policy`](crate::Breakers::set_policy) gave the
    /// breaker; an operator's hold stays. Observers are told by [`policy_changed`](crate::observe::Observer::policy_changed), unless the policy is
    /// the one that is registered already. The policy is kept until [`Self::remove_policy`], also for a key that no call has met.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
    /// let attempts = std::cell::Cell::new(0);
    /// let call = || executor.call(key.clone(), Policy::new().retry(RetryPolicy::none()), async || {
    ///     attempts.set(attempts.get() + 1);
    ///     Err::<(), _>("connection reset".to_owned())
    /// });
    /// assert!(call().await.is_err());
    /// assert_eq!(attempts.take(), 1);
    ///
    /// executor.set_policy(key.clone(), Policy::new().retry(RetryPolicy::attempts(3)));
    /// assert!(call().await.is_err());
    /// assert_eq!(attempts.take(), 3);
    ///
    /// executor.remove_policy(&key);
    /// assert!(call().await.is_err());
    /// assert_eq!(attempts.take(), 1);
    /// # }
    /// ```
    pub fn set_policy(&self, keys: impl Into<Pattern>, policy: Policy) -> Option<Policy> {
        self.change_policy(&keys.into(), Some(policy))
    }

    /// Takes back what [`Self::set_policy`] registered for a key: the policy that the builder was given for the key is in force again, or
    /// the function's own if there is none. Returns the policy that was registered until now. The next call sees the change, as there.
    pub fn remove_policy(&self, keys: impl Into<Pattern>) -> Option<Policy> {
        self.change_policy(&keys.into(), None)
    }

    /// Returns the policy that is registered for a key: by [`Self::set_policy`], or else by the builder.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    ///
    /// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
    /// assert_eq!(executor.policy(&key), None);
    /// executor.set_policy(key.clone(), Policy::defaults());
    /// assert_eq!(executor.policy(&key), Some(Policy::defaults()));
    /// ```
    pub fn policy(&self, keys: impl Into<Pattern>) -> Option<Policy> {
        self.shared.settings.policies.get(&keys.into())
    }

    fn change_policy(&self, pattern: &Pattern, policy: Option<Policy>) -> Option<Policy> {
        let (old, new) = self.shared.settings.policies.replace(pattern, policy);
        if old == new {
            return old;
        }
        self.outside_changed(pattern, old, new);
        old
    }

    /// Lets the keys that are concerned follow what sites are resolved from, after it has changed, and tells observers.
    pub(in crate::executor) fn outside_changed(&self, pattern: &Pattern, old: Option<Policy>, new: Option<Policy>) {
        let told = self.policies_changed(pattern);
        // A key is told of in any case, also one that no call has met.
        if let Some(key) = key_of(pattern).filter(|key| !told.contains(key)) {
            self.shared.settings.observers.now().notice(Notice::PolicyChanged(&key, &PolicyChange { old, new }));
        }
    }

    /// Asks the sources outside of the call sites again, for each key that has state and is concerned. What the key shares follows, and its
    /// next call resolves anew. Returns the keys whose policy has changed, which observers were told of.
    ///
    /// # Panics
    ///
    /// A panic of a provider goes on to the caller after all keys were told.
    pub(in crate::executor) fn policies_changed(&self, concerned: &Pattern) -> HashSet<Key> {
        let states = match key_of(concerned) {
            Some(key) => self.states_of(&key),
            None => self.states(),
        };
        let (mut told, mut panicked) = (HashSet::new(), None);
        for (StateKey { key, .. }, state) in states {
            // What is held for one template is held for all sites of the key.
            let templates = if state.is_meant_by(concerned, &key) { state.templates() } else { Vec::new() };
            for template in templates {
                let asked = catch_unwind(AssertUnwindSafe(|| self.ask_outside(&state, &key, template, true)));
                match asked {
                    Ok(Asked { change: Some(change), .. }) => {
                        if change.old != change.new && told.insert(key.clone()) {
                            self.shared.settings.observers.now().notice(Notice::PolicyChanged(&key, &change));
                        }
                    }
                    Ok(_) => {}
                    // The next call asks itself, and other keys may have a provider that answers.
                    Err(panic) => {
                        state.changed();
                        panicked.get_or_insert(panic);
                    }
                }
            }
        }
        if let Some(panic) = panicked {
            resume_unwind(panic);
        }
        told
    }

    /// Asks the sources outside of the call sites about the sites of a key that have this template. Notes a change, which observers are still
    /// to be told of. `told` is true if somebody says that there is one.
    pub(in crate::executor) fn ask_outside(
        &self,
        state: &KeyState,
        key: &Key,
        template: Option<&'static str>,
        told: bool,
    ) -> Asked {
        let Shared { settings, bypass, held_limits, holds, .. } = &*self.shared;
        if state.note_template(template) && !held_limits.is_empty() {
            // What is held for this template is held for the other sites of the key from now on.
            for other in state.templates().into_iter().filter(|other| *other != template) {
                let Asked { change, .. } = self.ask_outside(state, key, other, true);
                if let Some(change) = change.filter(|change| change.old != change.new) {
                    settings.observers.now().notice(Notice::PolicyChanged(key, &change));
                }
            }
        }
        loop {
            let version = state.version();
            let outside = Arc::new(Outside::of(key, template, &state.templates(), settings, held_limits, bypass));
            let forget_hold = |change: &PolicyChange| {
                if change.of(|policy| policy.circuit) {
                    holds.forget_policy(key);
                }
            };
            match state.note_outside(template, version, &outside, told, forget_hold) {
                Noted::Known(version) => return Asked { outside, version, change: None },
                Noted::Changed(version, change) => return Asked { outside, version, change: Some(change) },
                Noted::Outdated => {}
            }
        }
    }
}

/// An answer of the sources outside of the call sites, which was noted.
pub(in crate::executor) struct Asked {
    pub(in crate::executor) outside: Arc<Outside>,
    /// The version of the key's state from which sites are resolved with the answer.
    pub(in crate::executor) version: u64,
    /// What has changed since the answer before.
    pub(in crate::executor) change: Option<PolicyChange>,
}

/// The key, if the pattern is one.
fn key_of(pattern: &Pattern) -> Option<Key> {
    (pattern.kind() == PatternKind::Key).then(|| Key::parse(pattern.as_str()).ok()).flatten()
}
