//! The observers of one executor: who is told what, and how many panicked.

use super::notice::Notice;
use super::observer::{Observer, Wanted};
use super::redact::{self, Redact, RedactFn};
use super::spans;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
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

    /// Returns what may be told of the text of an error. `own` is what the function that was called names.
    pub(crate) fn redacted(&self, own: Option<RedactFn>, text: String) -> String {
        self.redact.apply(match own {
            Some(own) => redact::told(own, &text),
            None => text,
        })
    }

    /// True if one of them wants as much, or more.
    pub(super) fn want(&self, least: Wanted) -> bool {
        self.most >= Some(least)
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Tells of something that happened outside of calls, which is told to all.
    pub(crate) fn notice(&self, notice: Notice<'_>) {
        if self.traces {
            self.catch(|| spans::tell_of_notice(notice));
        }
        self.notify_those(Wanted::Totals, |observer| notice.tell(observer));
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
