//! The contract of an observer, and the observers of one executor.

use super::event::{BreakerEvent, LostState, TimedEvent};
use super::outage::OutageEvent;
use super::policy_change::PolicyChange;
use super::timeline::Timeline;
use crate::sync::{Arc, AtomicU64, Ordering};
use recourse_policy::{Effective, Key};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Is told what happens in every call of an executor, by the task of the call.
///
/// All methods have empty defaults. They must be quick and must not block, because the call waits for them. They may call the
/// executor. A panic in one is caught and counted ([`Executor::observer_panics`](crate::Executor::observer_panics)); the call goes
/// on, and the observer is told of the next event like before.
///
/// ```
/// use recourse::observe::{Event, Observer, TimedEvent};
/// use recourse::{Executor, Key};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Debug, Default)]
/// struct Attempts(AtomicU64);
///
/// impl Observer for Attempts {
///     fn event(&self, _key: &Key, timed: &TimedEvent) {
///         if let Event::AttemptStarted { .. } = timed.event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// let executor = Executor::builder().observer(Attempts::default()).build();
/// ```
pub trait Observer: Debug + Send + Sync {
    /// Called when something happened in a call.
    fn event(&self, key: &Key, timed: &TimedEvent) {
        let _ = (key, timed);
    }

    /// Called when something happened to the circuit breaker of a key outside of any call. What calls do to the breaker is an event of
    /// theirs.
    fn breaker(&self, key: &Key, event: BreakerEvent) {
        let _ = (key, event);
    }

    /// Called when the state of a key was evicted that said something: what the circuit or a budget had counted, or the latencies that were
    /// learnt. The key begins anew when it is called again. A program that is told this often has more living keys than
    /// [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity).
    fn evicted(&self, key: &Key, lost: &LostState) {
        let _ = (key, lost);
    }

    /// Called when another policy was registered for a key while the program runs, or the one that was registered was taken back. Calls that
    /// begin after this run under the new one.
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        let _ = (key, change);
    }

    /// Called when a call site gets its policy and not all of it can be applied: values were clamped, parts were left out because the function
    /// cannot do them, or parts contradict each other. Once for each site and policy, and not for each call, unless a key is called under more
    /// than 8 policies in turn: a key remembers so many sites.
    fn policy_resolved(&self, key: &Key, effective: &Effective) {
        let _ = (key, effective);
    }

    /// Called when a provider cannot use the new state of its source, for example a file with a mistake. The last good state stays in
    /// force. `why` names the place and what is allowed.
    fn policies_refused(&self, why: &str) {
        let _ = why;
    }

    /// Called when the source of a provider cannot be reached, and when it can be reached again: the control plane. What was fetched stays in
    /// force meanwhile. [`OutageEvent`] shows an observer of this alone.
    ///
    /// ```
    /// use recourse::observe::{Observer, OutageEvent};
    ///
    /// #[derive(Debug)]
    /// struct Pages;
    ///
    /// impl Observer for Pages {
    ///     fn policies_outage(&self, event: &OutageEvent) {
    ///         match event {
    ///             OutageEvent::Began { why } => eprintln!("the control plane is down: {why}"),
    ///             ended => eprintln!("{ended}"),
    ///         }
    ///     }
    /// }
    /// # Pages.policies_outage(&OutageEvent::Ended { after: std::time::Duration::from_secs(90) });
    /// ```
    fn policies_outage(&self, event: &OutageEvent) {
        let _ = event;
    }

    /// Called with the entries of providers that match no key that was called so far, one line each: most likely misspelt. A file
    /// provider does that a minute after it was added; see also [`Executor::unmatched_policies`](crate::Executor::unmatched_policies).
    fn policies_unmatched(&self, entries: &[String]) {
        let _ = entries;
    }

    /// Called when a call has ended, with everything that happened in it. Also called if the caller dropped the call.
    ///
    /// ```
    /// use recourse::observe::{BreakerEvent, LostState, Observer, PolicyChange, Timeline};
    /// use recourse::policy::Effective;
    /// use recourse::{Executor, Key, Policy};
    /// use std::sync::Mutex;
    ///
    /// /// Writes down everything that is not an event of a call, and the end of each call.
    /// #[derive(Debug, Default)]
    /// struct Journal(Mutex<Vec<String>>);
    ///
    /// impl Journal {
    ///     fn add(&self, line: String) {
    ///         self.0.lock().unwrap().push(line);
    ///     }
    /// }
    ///
    /// impl Observer for &'static Journal {
    ///     fn breaker(&self, key: &Key, event: BreakerEvent) {
    ///         self.add(format!("{key}: breaker {event:?}"));
    ///     }
    ///     fn evicted(&self, key: &Key, lost: &LostState) {
    ///         self.add(format!("{key}: lost {lost}"));
    ///     }
    ///     fn policy_changed(&self, key: &Key, change: &PolicyChange) {
    ///         self.add(format!("{key}: {change}"));
    ///     }
    ///     fn policy_resolved(&self, key: &Key, effective: &Effective) {
    ///         self.add(format!("{key}: {} changes", effective.changes.len()));
    ///     }
    ///     fn policies_refused(&self, why: &str) {
    ///         self.add(why.to_owned());
    ///     }
    ///     fn policies_unmatched(&self, entries: &[String]) {
    ///         self.add(entries.join(", "));
    ///     }
    ///     fn call_ended(&self, timeline: &Timeline) {
    ///         self.add(format!("{}: {}", timeline.key(), timeline.reason()));
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let journal: &'static Journal = Box::leak(Box::default());
    /// let executor = Executor::builder().observer(journal).build();
    /// executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<(), String>(())).await.unwrap();
    /// assert_eq!(*journal.0.lock().unwrap(), ["users.get: success"]);
    /// # }
    /// ```
    fn call_ended(&self, timeline: &Timeline) {
        let _ = timeline;
    }
}

/// The observers of an executor, with a count of their panics.
#[derive(Debug, Default)]
pub(crate) struct Observers {
    observers: Vec<Arc<dyn Observer>>,
    panics: AtomicU64,
}

impl Observers {
    pub(crate) fn new(observers: Vec<Arc<dyn Observer>>) -> Self {
        Self { observers, panics: AtomicU64::new(0) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.observers.is_empty()
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

    pub(super) fn notify(&self, tell: impl Fn(&dyn Observer)) {
        for observer in &self.observers {
            // An observer that panicked keeps being told: muting it would silence a metric because of one bad event.
            if catch_unwind(AssertUnwindSafe(|| tell(&**observer))).is_err() {
                self.panics.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
