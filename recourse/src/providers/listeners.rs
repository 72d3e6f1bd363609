//! The executors that are told of changes, and when entries that match no key are reported.

use super::provider::ProviderListener;
#[cfg(feature = "remote")]
use crate::observe::OutageEvent;
use crate::sync::{Mutex, lock};
#[cfg(feature = "remote")]
use recourse_policy::Key;
use std::time::{Duration, Instant};

/// The listeners of a provider.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    listeners: Mutex<Vec<Listening>>,
    /// The time that calls have to meet the keys, before an entry that matches none of them is reported. Without it there is no report.
    report_after: Option<Duration>,
}

#[derive(Debug)]
struct Listening {
    listener: ProviderListener,
    report_at: Option<Instant>,
}

impl Listeners {
    #[cfg(any(feature = "file", feature = "remote"))]
    pub(super) fn reporting_after(delay: Duration) -> Self {
        Self { listeners: Mutex::default(), report_after: Some(delay) }
    }

    pub(super) fn add(&self, listener: ProviderListener, now: Instant) {
        let mut listeners = lock(&self.listeners);
        // Those of executors that are gone.
        listeners.retain(|listening| !listening.listener.is_closed());
        listeners.push(Listening { listener, report_at: self.report_at(now) });
    }

    fn report_at(&self, now: Instant) -> Option<Instant> {
        self.report_after.and_then(|delay| now.checked_add(delay))
    }

    fn report_again(&self, now: Instant) {
        for listening in &mut *lock(&self.listeners) {
            listening.report_at = self.report_at(now);
        }
    }

    /// Returns the listeners. What they are told is told under no lock: executors ask the provider, and observers may do anything.
    fn all(&self) -> Vec<ProviderListener> {
        lock(&self.listeners).iter().map(|listening| listening.listener.clone()).collect()
    }

    /// Tells of a change. Its entries are new, so there is another report of those that match nothing.
    pub(super) fn changed(&self, now: Instant) {
        self.report_again(now);
        self.all().iter().for_each(ProviderListener::changed);
    }

    /// Tells of a change that concerns one key.
    #[cfg(feature = "remote")]
    pub(super) fn changed_key(&self, key: &Key, now: Instant) {
        self.report_again(now);
        self.all().iter().for_each(|listener| listener.changed_for(key));
    }

    /// Tells of an outage.
    #[cfg(feature = "remote")]
    pub(super) fn outage(&self, event: &OutageEvent) {
        self.all().iter().for_each(|listener| listener.outage(event));
    }

    /// Tells that a change cannot be used.
    #[cfg(any(feature = "file", feature = "remote"))]
    pub(super) fn refused(&self, why: &str) {
        self.all().iter().for_each(|listener| listener.refused(why));
    }

    /// Returns when the next report is due.
    #[cfg(any(feature = "file", feature = "remote"))]
    pub(super) fn report_due(&self) -> Option<Instant> {
        lock(&self.listeners).iter().filter_map(|listening| listening.report_at).min()
    }

    /// Lets those whose time has come report.
    #[cfg(any(feature = "file", feature = "remote"))]
    pub(super) fn report(&self, now: Instant) {
        let is_due = |listening: &&mut Listening| listening.report_at.is_some_and(|at| at <= now);
        let told: Vec<_> = lock(&self.listeners)
            .iter_mut()
            .filter(is_due)
            .map(|listening| {
                listening.report_at = None;
                listening.listener.clone()
            })
            .collect();
        told.iter().for_each(ProviderListener::report_unmatched);
    }
}
