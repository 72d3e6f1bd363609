//! The contract of an observer.

use super::call_info::CallInfo;
use super::event::{FallbackEvent, TimedEvent};
use super::key_event::{BreakerEvent, LostState};
use super::outage::OutageEvent;
use super::policy_change::PolicyChange;
use super::timeline::Timeline;
use super::totals::CallTotals;
use recourse_policy::{Effective, Key};
use std::fmt::Debug;

/// What an observer wants to be told of calls. The more it wants, the more a call pays: for totals it counts, for events it also reads the
/// clock at each of them and makes the texts of errors, and for timelines it also keeps the events until its end.
///
/// ```
/// use recourse::observe::{Observer, Wanted};
///
/// #[derive(Debug)]
/// struct Silent;
/// impl Observer for Silent {}
///
/// assert_eq!(Silent.wants(), Wanted::Timelines);
/// assert!(Wanted::Totals < Wanted::Events && Wanted::Events < Wanted::Timelines);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Wanted {
    /// [`Observer::call_totals`] and [`Observer::fallback`]; and of the events those that tell of a change of a circuit, or of an
    /// adaptive limit, which are rare.
    Totals,
    /// That, and [`Observer::event`].
    Events,
    /// All of it: that, and [`Observer::call_ended`].
    Timelines,
}

/// Is told what happens in every call of an executor, by the task of the call.
///
/// All methods have empty defaults. They must be quick and must not block, because the call waits for them. They may call the
/// executor. A panic in one is caught and counted ([`Executor::observer_panics`](crate::Executor::observer_panics)); the call goes
/// on, and the observer is told of the next event like before.
///
/// ```
/// use recourse::Executor;
/// use recourse::observe::{CallInfo, Event, Observer, TimedEvent, Wanted};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Debug, Default)]
/// struct Attempts(AtomicU64);
///
/// impl Observer for Attempts {
///     fn wants(&self) -> Wanted {
///         Wanted::Events
///     }
///     fn event(&self, _call: &CallInfo, timed: &TimedEvent) {
///         if let Event::AttemptStarted { .. } = timed.event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// let executor = Executor::builder().observer(Attempts::default()).build();
/// ```
pub trait Observer: Debug + Send + Sync {
    /// Returns what the observer wants to be told of calls. Asked once, when it is added.
    fn wants(&self) -> Wanted {
        Wanted::Timelines
    }

    /// Called when something happened in a call.
    fn event(&self, call: &CallInfo, timed: &TimedEvent) {
        let _ = (call, timed);
    }

    /// Called when a call has ended, with what happened in it, counted. Also called if the caller dropped the call.
    fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
        let _ = (call, totals);
    }

    /// Called when the fallback of a call has started, and when it has ended: after the end of the call, which is told before. Told to all
    /// observers, whatever they want.
    fn fallback(&self, call: &CallInfo, event: &FallbackEvent) {
        let _ = (call, event);
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
    /// use recourse::observe::{BreakerEvent, CallInfo, CallTotals, FallbackEvent, LostState, Observer, PolicyChange, Timeline};
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
    ///     fn fallback(&self, call: &CallInfo, event: &FallbackEvent) {
    ///         self.add(format!("{}: {event:?}", call.key()));
    ///     }
    ///     fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
    ///         self.add(format!("{}: {} attempts", call.key(), totals.attempts));
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
    /// assert_eq!(*journal.0.lock().unwrap(), ["users.get: 1 attempts", "users.get: success"]);
    /// # }
    /// ```
    fn call_ended(&self, timeline: &Timeline) {
        let _ = timeline;
    }
}
