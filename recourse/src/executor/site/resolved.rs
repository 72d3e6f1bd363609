//! What a call needs of its executor, resolved once for each call site.

use crate::circuit::{PackedState, PublishedState, SharedState};
use crate::context::{self, Limits};
use crate::epoch::Epoch;
use crate::executor::key::admission::Admission;
use crate::executor::key::budget_ref::BudgetRef;
use crate::executor::key::circuit::KeyCircuit;
#[cfg(feature = "test-util")]
use crate::executor::operators::faults::Faults;
use crate::executor::site::hedging::SiteHedging;
use crate::executor::site::latency::SiteLatency;
use crate::executor::site::least_time::LeastTime;
use crate::executor::site::limits::SiteLimits;
use crate::observe::{CallInfo, Naming, Observers, RedactFn};
use crate::outcome::Class;
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::time::Instant;
use recourse_policy::{Effective, Key, RetryPolicy};
use std::time::Duration;

/// Everything that does not change from call to call of one site: the policy in force, and references to the state of its key.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and calls read them one by one")]
pub(crate) struct ResolvedSite {
    /// There is a limit of time.
    pub(crate) is_limited: bool,
    /// There is a circuit. In a word of its own, since most calls read no more of the circuit than that.
    pub(crate) has_circuit: bool,
    /// Calls are rejected: there is no policy, and the executor rejects such calls.
    pub(crate) denied: bool,
    /// The call asked for a policy of its own, which the calls below it are not under.
    pub(crate) by_call: bool,
    /// Calls are rejected: their time is over before they begin.
    pub(crate) expired: bool,
    /// Attempts are shown to their bodies, and to the code below.
    pub(crate) shows: bool,
    /// There is an error for a rejection. Without one, a call runs on beyond the deadline around it.
    pub(crate) rejects: bool,
    pub(crate) key: Key,
    naming: Naming,
    pub(crate) effective: Arc<Effective>,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    /// A call that has less time left than this does not begin.
    pub(crate) at_least: Option<LeastTime>,
    /// The limits of a first attempt that has not begun to wait.
    pub(crate) own_limits: Limits,
    pub(crate) budget: BudgetRef,
    pub(crate) hedge: Option<SiteHedging>,
    /// What the latencies of attempts are recorded with, if somebody goes by them.
    pub(crate) latency: Option<SiteLatency>,
    pub(crate) circuit: Option<Arc<KeyCircuit>>,
    /// The limits that the calls of the key share. Boxed, since most sites have none.
    pub(crate) limits: Option<Box<SiteLimits>>,
    /// What a call loads first. Normally the published state of the circuit, or one that is always closed if there is no circuit; if each
    /// call has something to decide or to report, one that always has to be asked.
    pub(crate) gate: SharedState,
    /// The state of the circuit that a call reads without a lock. Without a circuit it is the state of one that is always closed.
    pub(crate) published: SharedState,
    pub(crate) observers: Arc<Observers>,
    /// Changes the texts of errors, before the redaction of the executor does.
    redact: Option<RedactFn>,
    /// The faults that a test injects into attempts of the executor.
    #[cfg(feature = "test-util")]
    pub(crate) faults: Arc<Faults>,
    /// The number of calls of the key whose time was over before they began.
    expired_calls: Arc<AtomicU64>,
    /// Counted by the state of the key, which stays as long as a call holds this.
    _in_use: Arc<InUse>,
    /// The version of the key's state that this was resolved from.
    pub(in crate::executor) version: u64,
    /// The revision of the process that this was last checked against.
    checked: AtomicU64,
}

/// What a [`ResolvedSite`] is made of.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in crate::executor) struct Parts {
    pub(in crate::executor) key: Key,
    pub(in crate::executor) naming: Naming,
    pub(in crate::executor) effective: Effective,
    pub(in crate::executor) retry: RetryPolicy,
    pub(in crate::executor) budget: BudgetRef,
    pub(in crate::executor) hedge: Option<SiteHedging>,
    pub(in crate::executor) latency: Option<SiteLatency>,
    pub(in crate::executor) at_least: Option<LeastTime>,
    pub(in crate::executor) circuit: Option<Arc<KeyCircuit>>,
    pub(in crate::executor) limits: Option<Box<SiteLimits>>,
    pub(in crate::executor) published: SharedState,
    pub(in crate::executor) denied: bool,
    pub(in crate::executor) by_call: bool,
    pub(in crate::executor) shows: bool,
    pub(in crate::executor) rejects: bool,
    pub(in crate::executor) observers: Arc<Observers>,
    pub(in crate::executor) redact: Option<RedactFn>,
    #[cfg(feature = "test-util")]
    pub(in crate::executor) faults: Arc<Faults>,
    pub(in crate::executor) expired_calls: Arc<AtomicU64>,
    pub(in crate::executor) in_use: Arc<InUse>,
}

/// Held by everything that was resolved from one state. The holders are counted by the `Arc`.
#[derive(Debug, Default)]
pub(in crate::executor) struct InUse;

impl ResolvedSite {
    pub(in crate::executor) fn new(parts: Parts, version: u64) -> Self {
        let Parts {
            key,
            naming,
            effective,
            retry,
            budget,
            hedge,
            latency,
            at_least,
            circuit,
            limits,
            published,
            denied,
            by_call,
            shows,
            rejects,
            observers,
            redact,
            expired_calls,
            in_use,
            #[cfg(feature = "test-util")]
            faults,
        } = parts;
        // Something is decided, reported or timed in every call, circuit or not.
        let expired = effective.policy.is_expired();
        let timed = retry.fresh_after.is_some();
        let times = effective.policy.timeout.into_iter().chain(effective.policy.attempt_timeout).min();
        // A call may be inside of a deadline that leaves it too little.
        let looks = latency.is_some() || limits.is_some() || at_least.is_some();
        let always = denied || expired || timed || looks || !observers.is_empty();
        Self {
            gate: if always { PublishedState::always_ask() } else { published.clone() },
            is_limited: times.is_some(),
            has_circuit: circuit.is_some(),
            denied,
            by_call,
            expired,
            shows,
            rejects,
            key,
            naming,
            retry,
            timeout: effective.policy.timeout,
            attempt_timeout: effective.policy.attempt_timeout,
            at_least,
            own_limits: times.map_or(Limits::NONE, Limits::from_now),
            effective: Arc::new(effective),
            budget,
            hedge,
            latency,
            circuit,
            limits,
            published,
            observers,
            redact,
            #[cfg(feature = "test-util")]
            faults,
            expired_calls,
            _in_use: in_use,
            version,
            checked: AtomicU64::new(u64::MAX),
        }
    }

    /// What an observer may know of each call.
    pub(crate) fn call_info(&self) -> CallInfo {
        CallInfo::new(self.key.clone(), self.naming, self.effective.clone())
    }

    /// Returns what may be told of the text of an error.
    pub(crate) fn redacted(&self, text: String) -> String {
        self.observers.redacted(self.redact, text)
    }

    /// True if this was checked since the last change, no scope is open, and a call need not look at what it is inside of.
    #[inline]
    pub(in crate::executor) fn is_current(&self) -> bool {
        Epoch::load().is_exactly(self.checked.load(Ordering::Relaxed), context::must_look())
    }

    /// True if this was checked since the last change, and no scope is open.
    pub(in crate::executor) fn is_current_inside(&self) -> bool {
        Epoch::load().is_exactly(self.checked.load(Ordering::Relaxed), 0)
    }

    /// True if this was checked since the last change, whatever scopes are open.
    pub(in crate::executor) fn is_checked_against(&self, epoch: Epoch) -> bool {
        self.checked.load(Ordering::Relaxed) == epoch.revision()
    }

    /// Records that this resolution is valid for `epoch`, which the caller loaded before checking.
    pub(in crate::executor) fn note_checked(&self, epoch: Epoch) {
        // Usually recorded already: not storing keeps the cache line shared.
        if !self.is_checked_against(epoch) {
            self.checked.store(epoch.revision(), Ordering::Relaxed);
        }
    }

    /// True if an attempt that is pending needs a timer.
    #[inline]
    pub(crate) const fn has_limits(&self) -> bool {
        self.is_limited
    }

    /// True if a pending call waits for more than its attempts.
    #[inline]
    pub(crate) const fn waits(&self) -> bool {
        self.has_limits() || self.hedge.is_some()
    }

    /// Counts a call whose time was over before it began. Such calls are counted nowhere else.
    #[cold]
    pub(crate) fn count_expired(&self) {
        self.expired_calls.fetch_add(1, Ordering::Relaxed);
    }

    /// The time of a call of which an attempt had at least half, if it is to count against the circuit that a deadline cut it: the timeout
    /// as written; without one, what is slow; without either, a second.
    pub(crate) fn time_of_call(&self) -> Duration {
        let slow = || self.effective.policy.circuit.and_then(|circuit| circuit.slow);
        self.timeout.or_else(slow).unwrap_or(Duration::from_secs(1))
    }

    /// True if the policy allows another attempt after this number of attempts.
    #[cfg(feature = "tower")]
    pub(crate) fn allows_more_than(&self, attempts: u32) -> bool {
        let hedges = self.hedge.as_ref().map_or(0, |hedge| hedge.policy.max_hedges);
        // Attempts that are counted anew may be any number.
        let most = self.retry.max_attempts.filter(|_| self.retry.fresh_after.is_none());
        most.is_none_or(|most| attempts < most.saturating_mul(hedges.saturating_add(1)))
    }

    /// True if a failure for good does not end its group while other attempts run.
    pub(crate) fn fails_slow(&self) -> bool {
        self.hedge.as_ref().is_some_and(|hedge| hedge.policy.fail_slow)
    }

    /// Loads the published state of the circuit. Without a circuit, one that is always closed, which is loaded sooner than asked for.
    #[inline]
    pub(crate) fn circuit_state(&self) -> PackedState {
        self.published.load()
    }

    /// Accounts for a first attempt that succeeded at its first poll, in a call of which nothing else is known. `found` is the state
    /// of the circuit before that poll.
    #[inline]
    pub(crate) fn succeeded_at_once(&self, found: PackedState, may_hedge: bool) {
        if may_hedge {
            self.deposit();
        } else {
            self.budget.deposit();
        }
        // A success that changes nothing, in a circuit that is as it was, has nothing to report.
        if self.has_circuit && !(found.ignores_success() && self.published.load() == found) {
            self.report_success(found);
        }
    }

    #[inline(never)]
    fn report_success(&self, found: PackedState) {
        if let Some(circuit) = &self.circuit {
            circuit.ended(Admission::Counted(found.counted_generation()), Class::Success, None, Instant::now);
        }
    }

    /// Pays the budgets their share of a call that succeeded without a retry.
    #[inline]
    pub(crate) fn deposit(&self) {
        self.budget.deposit();
        if let Some(hedge) = &self.hedge {
            hedge.budget.deposit();
        }
    }
}
