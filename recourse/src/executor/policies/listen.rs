//! What an executor does when a provider of policies speaks.

use crate::executor::instance::{Executor, Shared};
use crate::observe::{Notice, OutageEvent};
use crate::providers::{Listen, ProviderListener};
use crate::sync::{Arc, Weak};
use recourse_policy::Pattern;

impl Executor {
    /// Lets each provider speak to this executor.
    pub(in crate::executor) fn listen_to_providers(&self) {
        for provider in &self.shared.settings.providers {
            // Weak, since the executor holds the provider.
            provider.listen(ProviderListener::new(Arc::new(OfExecutor(Arc::downgrade(&self.shared)))));
        }
    }

    /// Returns the entries of providers that match no key that was called so far, one line each: most likely misspelt.
    ///
    /// ```
    /// use recourse::providers::StaticProvider;
    /// use recourse::{Executor, Policy};
    ///
    /// let table = StaticProvider::new();
    /// table.set("usres.*".parse()?, Policy::defaults());
    /// let executor = Executor::builder().provider(table).build();
    /// assert_eq!(executor.unmatched_policies(), ["`usres.*`"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unmatched_policies(&self) -> Vec<String> {
        let states = self.states();
        let templates = states.iter().flat_map(|(_, state)| state.templates()).flatten();
        let mut known: Vec<&str> = states.iter().map(|(name, _)| name.key.as_str()).chain(templates).collect();
        known.sort_unstable();
        known.dedup();
        self.shared.settings.providers.iter().flat_map(|provider| provider.unmatched(&known)).collect()
    }
}

struct OfExecutor(Weak<Shared>);

impl OfExecutor {
    fn executor(&self) -> Option<Executor> {
        self.0.upgrade().map(|shared| Executor { shared })
    }
}

impl Listen for OfExecutor {
    fn changed(&self, concerned: &Pattern) {
        if let Some(executor) = self.executor() {
            executor.policies_changed(concerned);
        }
    }

    fn outage(&self, event: &OutageEvent) {
        if let Some(executor) = self.executor() {
            executor.shared.settings.observers.now().notice(Notice::PoliciesOutage(event));
        }
    }

    fn refused(&self, why: &str) {
        if let Some(executor) = self.executor() {
            executor.shared.settings.observers.now().notice(Notice::PoliciesRefused(why));
        }
    }

    fn is_closed(&self) -> bool {
        self.0.strong_count() == 0
    }

    fn report_unmatched(&self) {
        if let Some(executor) = self.executor() {
            let entries = executor.unmatched_policies();
            if !entries.is_empty() {
                executor.shared.settings.observers.now().notice(Notice::PoliciesUnmatched(&entries));
            }
        }
    }
}
