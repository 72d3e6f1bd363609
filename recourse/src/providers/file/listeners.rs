//! The executors that are told of changes, and when entries that match no key are reported.

use crate::providers::provider::ProviderListener;
use crate::sync::{Mutex, lock};
use std::time::{Duration, Instant};

/// The listeners of a provider.
#[derive(Debug)]
pub(super) struct Listeners {
    listeners: Mutex<Vec<Listening>>,
    /// The time that calls have to meet the keys, before an entry that matches none of them is reported.
    report_after: Duration,
}

#[derive(Debug)]
struct Listening {
    listener: ProviderListener,
    report_at: Option<Instant>,
}

impl Listeners {
    pub(super) fn new(report_after: Duration) -> Self {
        Self { listeners: Mutex::default(), report_after }
    }

    pub(super) fn add(&self, listener: ProviderListener, now: Instant) {
        let mut listeners = lock(&self.listeners);
        // Those of executors that are gone.
        listeners.retain(|listening| !listening.listener.is_closed());
        listeners.push(Listening { listener, report_at: now.checked_add(self.report_after) });
    }

    /// Tells of a change. Its entries are new, so there is another report of those that match nothing.
    pub(super) fn changed(&self, now: Instant) {
        let mut listeners = lock(&self.listeners);
        for listening in &mut *listeners {
            listening.report_at = now.checked_add(self.report_after);
        }
        let told: Vec<_> = listeners.iter().map(|listening| listening.listener.clone()).collect();
        drop(listeners);
        told.iter().for_each(ProviderListener::changed);
    }

    /// Tells that a change cannot be used.
    pub(super) fn refused(&self, why: &str) {
        let told: Vec<_> = lock(&self.listeners).iter().map(|listening| listening.listener.clone()).collect();
        for listener in told {
            listener.refused(why);
        }
    }

    /// Returns when the next report is due.
    pub(super) fn report_due(&self) -> Option<Instant> {
        lock(&self.listeners).iter().filter_map(|listening| listening.report_at).min()
    }

    /// Lets those whose time has come report.
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
