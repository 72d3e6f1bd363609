//! The engine: one path through a call, from its gate to its end.
//!
//! ```text
//! call     gate ──> group ──> again? ──> end     call.rs     one call: its attempts run one after the other (hedged.rs: beside each other)
//!            │      ▲ │  ▲        │              turn.rs     polls the primary; ends the call where all is well
//!            │      │ └──┘ hedge  │              running.rs  else: which attempt ended, what that decides
//!            │      └── delay ────┘              attempts.rs how running.rs sees attempts, whatever their types
//!            └─ rejected                         group.rs    hedges beside the primary, and the failure that is kept
//!                                                core.rs     limits, delays and hedges, on the call's one timer
//!                                                ledger      counts, remembers, reports
//!                                                retry.rs    decides whether there is another group
//!                                                hedging.rs  decides whether there is a hedge
//!                                                circuit.rs  lets attempts go, and is told how they ended
//!                                                judge.rs    what the user's types say of an outcome
//! ```
//!
//! The generic part of a call polls attempts, judges and keeps what they return; everything else is code that exists once in a
//! program, so that a guarded function is quickly compiled. Attempts are futures owned by the call, so dropping the call drops them at once.

mod attempts;
mod breakers;
mod builder;
mod call;
mod circuit;
mod closure;
mod core;
mod custom;
mod drive;
mod global;
mod group;
mod handle;
mod hedged;
mod hedging;
mod judge;
mod ledger;
mod purse;
mod retry;
mod running;
mod turn;

pub use breakers::{Breakers, UnknownBreaker};
pub use builder::{AlreadyInstalled, ExecutorBuilder, MissingPolicy};
pub use closure::{Guarded, GuardedFuture};

pub use call::Call;
pub use handle::Handle;
pub(crate) use handle::Spec;
pub use hedged::HedgedCall;
pub use judge::{Judge, accept, judge, rejected, retry_if};
pub use turn::Turn;
/// For calls that are no closures.
#[cfg(feature = "tower")]
pub(crate) use {
    drive::{Driven, Operation},
    judge::{Accept, Answers, By, Describe, RetryAll, RetryIf, Untold, Verdict},
};

use crate::observe::{BreakerEvent, Observers};
use crate::outcome::Outcome;
use crate::registry::LruMap;
use crate::sync::{Arc, Mutex, lock};
use handle::Entry;
use recourse_policy::{Key, Policy};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;

/// Holds the state of guarded calls by key: their circuit breakers, retry budgets and latencies.
///
/// Cheap to clone; clones share their state. Functions with the attribute use the process-wide one
/// ([`Executor::global`]) unless they name another: `executor = self.resilience`.
#[derive(Clone)]
pub struct Executor {
    inner: Arc<Inner>,
}

struct Inner {
    policies: HashMap<Key, Policy>,
    missing: MissingPolicy,
    audience: Arc<Observers>,
    latency: builder::Latency,
    triggers: HashMap<Key, builder::Named>,
    breakers: builder::Makers,
    entries: Mutex<LruMap<Key, Arc<Entry>>>,
}

impl Executor {
    /// An executor with nothing registered: every function keeps the policy it was written with.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// For policies by key, observers, and what happens to keys without a policy.
    pub fn builder() -> ExecutorBuilder {
        ExecutorBuilder::default()
    }

    /// The process-wide executor: the installed one, or one made on the spot.
    pub fn global() -> &'static Self {
        global::get()
    }

    /// Calls `operation` under `policy`: the same engine as the attribute, for closures.
    ///
    /// The operation is called once per attempt. Every error counts as [`Class::RETRYABLE`](crate::Class::RETRYABLE) until
    /// [`Guarded::classify`] or [`Guarded::retry_if`] says otherwise. State (budgets, latencies) belongs to the executor and
    /// the key; keys that are not in the program's text are kept in a bounded map of 1000, least recently used first out,
    /// and one that comes back begins anew, with a full budget and a closed circuit. Keys whose circuit is not closed go last.
    ///
    /// A policy that is registered for the key stands before `policy`, section by section, as it does for attributes; and
    /// an empty policy means what is registered, or [`Policy::defaults`]. Values out of bounds are clamped; the timeline of
    /// a call lists what was changed.
    ///
    /// What comes back is made a future by `.await`, or by `.into_future()` where a future is wanted (`tokio::spawn`,
    /// `join!`). It is `Send` where the operation's future and its result are.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call drops the attempt that runs and returns what it holds; nothing goes on behind it.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let left = std::cell::Cell::new(2);
    ///
    /// let result: Result<&str, String> = executor
    ///     .call(Key::from_static("users.get"), Policy::new().retry(RetryPolicy::attempts(3)), async || {
    ///         if left.replace(left.get() - 1) > 0 { Err("connection reset".to_string()) } else { Ok("Ada") }
    ///     })
    ///     .await;
    ///
    /// assert_eq!(result, Ok("Ada"));
    /// # }
    /// ```
    pub fn call<F, Fut>(&self, key: impl Into<Key>, policy: Policy, operation: F) -> Guarded<F, Fut>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output: Outcome>,
    {
        closure::guarded(self.handle(&key.into(), &Spec::closure(policy)), operation)
    }

    /// Panics of observers that were caught so far.
    pub fn observer_panics(&self) -> u64 {
        self.inner.audience.panics()
    }

    /// Keys that have state now.
    pub fn keys(&self) -> usize {
        lock(&self.inner.entries).len()
    }

    /// What a site, or a closure, needs of this executor for calls of `key`.
    pub(crate) fn handle(&self, key: &Key, spec: &Spec) -> Arc<Handle> {
        let inner = &*self.inner;
        let pinned = spec.pinned || key.is_static();
        let (entry, gone) = {
            let mut entries = lock(&inner.entries);
            entries.get_or_insert_with(key, pinned, |entry| entry.is_worth_keeping(), || Arc::new(Entry::default()))
        };
        if let Some((key, gone)) = gone
            && gone.is_worth_keeping()
        {
            inner.audience.breaker(&key, BreakerEvent::Evicted);
        }
        entry.handle(spec, || Handle::new(key, spec, &entry, inner))
    }
}

impl fmt::Debug for Executor {
    /// What is kept may be the user's, and there may be a thousand of it: it is counted, not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("keys", &self.keys()).finish_non_exhaustive()
    }
}

impl Default for Executor {
    fn default() -> Self {
        Self::new()
    }
}
