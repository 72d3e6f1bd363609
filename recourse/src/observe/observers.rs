//! The observers of one executor: who is told what, and how many panicked.

use super::event::{BreakerEvent, LostState};
use super::observer::{Observer, Wanted};
use super::outage::OutageEvent;
use super::policy_change::PolicyChange;
use super::redact::Redact;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use recourse_policy::{Effective, Key};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The observers of an executor, which may become more while it lives.
#[derive(Debug, Default)]
pub(crate) struct LiveObservers(Mutex<Arc<Observers>>);

impl LiveObservers {
    pub(crate) fn new(observers: Vec<Arc<dyn Observer>>, traces: bool, redact: Redact) -> Self {
        let mut all = Observers { traces, redact, ..Observers::default() };
        for observer in observers {
            all.add(Added::new(observer));
        }
        Self(Mutex::new(Arc::new(all)))
    }

    /// Returns the observers of now. What was resolved from them goes on to tell these.
    pub(crate) fn now(&self) -> Arc<Observers> {
        lock(&self.0).clone()
    }

    pub(crate) fn add(&self, observer: Arc<dyn Observer>) {
        // Under no lock, since the observer is the user's.
        let added = Added::new(observer);
        self.change(|all| all.add(added));
    }

    /// Opens spans for calls from now on.
    #[cfg(feature = "tracing")]
    pub(crate) fn trace(&self) {
        self.change(|all| all.traces = true);
    }

    fn change(&self, change: impl FnOnce(&mut Observers)) {
        let mut now = lock(&self.0);
        let mut all = (**now).clone();
        change(&mut all);
        *now = Arc::new(all);
    }
}

/// The observers of an executor at one time, with a count of their panics.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observers {
    all: Vec<Added>,
    /// The most that one of them wants; `None` if there is none.
    most: Option<Wanted>,
    panics: Arc<AtomicU64>,
    /// Calls have spans.
    traces: bool,
    redact: Redact,
}

/// An observer, and what it wants.
#[derive(Clone, Debug)]
struct Added {
    observer: Arc<dyn Observer>,
    wanted: Wanted,
}

impl Added {
    fn new(observer: Arc<dyn Observer>) -> Self {
        Self { wanted: observer.wants(), observer }
    }
}

impl Observers {
    fn add(&mut self, added: Added) {
        self.most = self.most.max(Some(added.wanted));
        self.all.push(added);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && !self.traces
    }

    /// True if calls have spans.
    pub(super) const fn trace(&self) -> bool {
        self.traces
    }

    /// Returns what may be told of the text of an error.
    pub(crate) fn redacted(&self, text: String) -> String {
        self.redact.apply(text)
    }

    /// True if one of them wants as much, or more.
    pub(super) fn want(&self, least: Wanted) -> bool {
        self.most >= Some(least)
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Tells of something that happened to a breaker outside of any call.
    pub(crate) fn breaker(&self, key: &Key, event: BreakerEvent) {
        self.notify(|observer| observer.breaker(key, event));
    }

    /// Tells of a policy that was registered.
    pub(crate) fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        self.notify(|observer| observer.policy_changed(key, change));
    }

    /// Tells of a policy that is not applied as it was written.
    pub(crate) fn policy_resolved(&self, key: &Key, effective: &Effective) {
        self.notify(|observer| observer.policy_resolved(key, effective));
    }

    /// Tells of a state of a provider that was refused.
    pub(crate) fn policies_refused(&self, why: &str) {
        self.notify(|observer| observer.policies_refused(why));
    }

    /// Tells of an outage of a provider's source.
    pub(crate) fn policies_outage(&self, event: &OutageEvent) {
        self.notify(|observer| observer.policies_outage(event));
    }

    /// Tells of entries that match no key.
    pub(crate) fn policies_unmatched(&self, entries: &[String]) {
        self.notify(|observer| observer.policies_unmatched(entries));
    }

    /// Tells of state that was lost.
    pub(crate) fn evicted(&self, key: &Key, lost: &LostState) {
        self.notify(|observer| observer.evicted(key, lost));
    }

    fn notify(&self, tell: impl Fn(&dyn Observer)) {
        self.notify_those(Wanted::Totals, tell);
    }

    /// Tells those who want as much, or more.
    pub(super) fn notify_those(&self, least: Wanted, tell: impl Fn(&dyn Observer)) {
        for Added { observer, .. } in self.all.iter().filter(|added| added.wanted >= least) {
            self.catch(|| tell(&**observer));
        }
    }

    /// Calls somebody who observes. An observer that panicked keeps being told: muting it would silence a metric because of one bad event.
    pub(super) fn catch<T>(&self, tell: impl FnOnce() -> T) -> Option<T> {
        let told = catch_unwind(AssertUnwindSafe(tell));
        if told.is_err() {
            self.panics.fetch_add(1, Ordering::Relaxed);
        }
        told.ok()
    }
}
