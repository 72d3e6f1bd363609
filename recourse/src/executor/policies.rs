//! The policies that are registered for keys: those that the builder was given, and those that took their place while the program runs.

use crate::executor::instance::Executor;
use crate::observe::PolicyChange;
use recourse_policy::{Key, Policy};

impl Executor {
    /// Registers a policy for a key while the program runs, in place of the one that is registered for it now, which is returned.
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
    pub fn set_policy(&self, key: impl Into<Key>, policy: Policy) -> Option<Policy> {
        self.change_policy(&key.into(), Some(policy))
    }

    /// Takes back what [`Self::set_policy`] registered for a key: the policy that the builder was given for the key is in force again, or
    /// the function's own if there is none. Returns the policy that was registered until now. The next call sees the change, as there.
    pub fn remove_policy(&self, key: &Key) -> Option<Policy> {
        self.change_policy(key, None)
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
    pub fn policy(&self, key: &Key) -> Option<Policy> {
        self.shared.settings.policies.get(key)
    }

    fn change_policy(&self, key: &Key, policy: Option<Policy>) -> Option<Policy> {
        let shared = &self.shared;
        // What sites are resolved from first, then the word that makes them look.
        let (old, new) = shared.settings.policies.replace(key, policy);
        let change = PolicyChange { old, new };
        if change.old != change.new {
            if change.of(|policy| policy.circuit) {
                shared.holds.forget_policy(key);
            }
            for (_, state) in self.states_of(key) {
                state.policy_changed(&change);
            }
            shared.settings.observers.policy_changed(key, &change);
        }
        old
    }
}
