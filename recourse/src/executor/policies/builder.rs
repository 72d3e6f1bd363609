//! The part of the builder that concerns policies: registered ones, providers, bounds, and what stands for the defaults.

use crate::executor::builder::ExecutorBuilder;
use crate::executor::settings::MissingPolicy;
use crate::providers::PolicyProvider;
use crate::sync::Arc;
use recourse_policy::{OperatorBounds, Pattern, Policy};

impl ExecutorBuilder {
    /// Registers a policy for a key or a pattern. Its sections take the place of the attribute's; sections that it leaves out come from less
    /// specific patterns, and then from the attribute.
    ///
    /// ```
    /// use recourse::policy::Pattern;
    /// use recourse::{Executor, Key, Policy};
    /// use std::time::Duration;
    ///
    /// let executor = Executor::builder()
    ///     .policy(Key::from_static("users.get"), Policy::new().timeout(Duration::from_secs(1)))
    ///     .policy("users.*".parse::<Pattern>()?, Policy::defaults())
    ///     .build();
    /// # let _ = executor;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn policy(mut self, keys: impl Into<Pattern>, policy: Policy) -> Self {
        self.policies.insert(keys.into(), policy);
        self
    }

    /// Adds a provider of policies, which stands before registered policies and attributes: see [`providers`](crate::providers).
    ///
    /// ```
    /// use recourse::providers::StaticProvider;
    /// use recourse::{Executor, Policy};
    ///
    /// let table = StaticProvider::new();
    /// let executor = Executor::builder().provider(table.clone()).build();
    /// table.set("users.*".parse()?, Policy::defaults());
    /// # let _ = executor;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn provider(mut self, provider: impl PolicyProvider + 'static) -> Self {
        self.providers.push(Arc::new(provider));
        self
    }

    /// Sets how far policies of providers may go. By default 10 attempts, delays of 30 s, no `forever`, and no budget without a limit.
    ///
    /// ```
    /// use recourse::Executor;
    /// use recourse::policy::OperatorBounds;
    ///
    /// let executor = Executor::builder().bounds(OperatorBounds::new().max_attempts(4)).build();
    /// # let _ = executor;
    /// ```
    pub fn bounds(mut self, bounds: OperatorBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Lets a call ask for more than the policy in force by [`with`](crate::with). By default a call may only tighten it.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// let executor = Executor::builder().loose_calls(true).build();
    /// # let _ = executor;
    /// ```
    pub fn loose_calls(mut self, loose: bool) -> Self {
        self.loose_calls = loose;
        self
    }

    /// Sets the policy of calls for which nobody wrote one, in place of [`Policy::defaults`].
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::builder().default_policy(Policy::new().timeout(Duration::from_secs(1))).build();
    /// let hangs = || std::future::pending::<Result<(), String>>();
    /// let error = executor.call(Key::from_static("users.get"), Policy::new(), hangs).await.unwrap_err();
    /// assert_eq!(error, "`users.get` timed out after 1s, in 1 attempt");
    /// # }
    /// ```
    pub fn default_policy(mut self, policy: Policy) -> Self {
        self.default_policy = Some(policy);
        self
    }

    /// Decides what happens to calls without a policy.
    pub fn missing_policy(mut self, missing: MissingPolicy) -> Self {
        self.missing = missing;
        self
    }
}
