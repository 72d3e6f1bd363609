//! What observers, trackers, breakers and budgets of the user's own are told, noted as it comes.

use crate::body::nanos;
use crate::model::latencies::Latencies;
use crate::record::{Happened, NoSlot, Ns, Paid, Told, Totals};
use recourse::budget::Budget;
use recourse::circuit::{self, CircuitBreaker, Decision, Permit, Snapshot, State, Transition};
use recourse::context::Priority;
use recourse::hedge::{LatencySnapshot, LatencyTracker};
use recourse::observe::{AttemptOutcome, CallInfo, CallTotals, Event, HedgeDenial, Observer, TimedEvent};
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A list that is shared with those who write into it.
#[derive(Debug)]
pub(crate) struct Notes<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Notes<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Notes<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Notes<T> {
    fn add(&self, note: T) {
        lock(&self.0).push(note);
    }

    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut *lock(&self.0))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An observer, and what it is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watcher {
    pub(crate) events: Notes<(Ns, Happened)>,
    pub(crate) totals: Notes<Totals>,
}

impl Observer for Watcher {
    fn event(&self, _: &CallInfo, timed: &TimedEvent) {
        self.events.add(happened(timed));
    }
    fn call_totals(&self, _: &CallInfo, totals: &CallTotals) {
        self.totals.add(told(totals));
    }
}

/// What the engine says that the events of a call add up to.
fn told(totals: &CallTotals) -> Totals {
    let some = |counts: &[(&'static str, u32)]| counts.iter().copied().filter(|(_, count)| *count > 0).collect();
    let outcomes: Vec<_> =
        AttemptOutcome::ALL.iter().map(|outcome| (outcome.as_str(), totals.attempts_that(*outcome))).collect();
    let denied: Vec<_> =
        HedgeDenial::ALL.iter().map(|denial| (denial.as_str(), totals.hedges_denied_by(*denial))).collect();
    Totals {
        counts: some(&[
            ("attempts", totals.attempts),
            ("hedges", totals.hedges),
            ("retries", totals.retries),
            ("delays denied", totals.delays_denied),
            ("retries denied", totals.retries_denied),
            ("denied by the circuit", totals.circuit_denied),
            ("hedges denied", totals.hedges_denied),
            ("queued", totals.queued),
            ("slots denied", totals.slots_denied),
            ("rate delayed", totals.rate_delayed),
            ("rate denied", totals.rate_denied),
        ]),
        outcomes: some(&outcomes),
        hedges_denied: some(&denied),
        retry_delay: nanos(totals.retry_delay),
        shed: totals.shed.map(Priority::as_str),
        elapsed: nanos(totals.elapsed),
        reason: totals.reason.as_str(),
    }
}

pub(crate) fn happened(timed: &TimedEvent) -> (Ns, Happened) {
    let happened = match &timed.event {
        Event::CallStarted => Happened::CallStarted,
        Event::AttemptStarted { attempt, hedge, .. } => Happened::AttemptStarted { attempt: *attempt, hedge: *hedge },
        Event::AttemptEnded { attempt, outcome, error, .. } => Happened::AttemptEnded {
            attempt: *attempt,
            outcome: outcome.as_str(),
            error: error.as_ref().map(ToString::to_string),
        },
        Event::Delayed { delay, source } => Happened::Delayed { delay: nanos(*delay), source: source.as_str() },
        Event::DelayDenied { delay, source, left } => {
            Happened::DelayDenied { delay: nanos(*delay), source: source.as_str(), left: nanos(*left) }
        }
        Event::BudgetDenied => Happened::BudgetDenied,
        Event::CircuitChanged { from, to, cause } => {
            Happened::CircuitChanged { from: from.as_str(), to: to.as_str(), cause: cause.as_str() }
        }
        Event::CircuitDenied { reason, retry_after } => {
            Happened::CircuitDenied { reason: reason.as_str(), retry_after: retry_after.map(nanos) }
        }
        Event::Queued { running, waiting } => Happened::Queued { running: *running, waiting: *waiting },
        Event::SlotDenied { running, waiting, priority } => {
            Happened::SlotDenied(no_slot(*running, *waiting, *priority))
        }
        Event::RateDelayed { wait } => Happened::RateDelayed { wait: nanos(*wait) },
        Event::RateDenied { retry_after } => Happened::RateDenied { retry_after: nanos(*retry_after) },
        Event::HedgeDenied { reason } => Happened::HedgeDenied { reason: reason.as_str() },
        Event::CallEnded { reason, .. } => Happened::CallEnded(reason.as_str()),
        other => panic!("an event that the model does not know: {other:?}"),
    };
    (nanos(timed.at), happened)
}

pub(crate) fn no_slot(running: u32, waiting: u32, priority: Option<Priority>) -> NoSlot {
    NoSlot { running, waiting, priority: priority.map(Priority::as_str) }
}

/// The latencies of a key, read as the model reads them.
#[derive(Debug)]
pub(crate) struct Tracker {
    latencies: Mutex<Latencies>,
    origin: Mutex<Instant>,
}

impl Tracker {
    pub(crate) fn new(least: usize, origin: Instant) -> Arc<Self> {
        Arc::new(Self { latencies: Mutex::new(Latencies { least, seen: Vec::new() }), origin: Mutex::new(origin) })
    }

    pub(crate) fn begin_anew(&self, least: usize, origin: Instant) {
        *lock(&self.latencies) = Latencies { least, seen: Vec::new() };
        *lock(&self.origin) = origin;
    }

    pub(crate) fn seen(&self) -> Vec<(Ns, Ns)> {
        lock(&self.latencies).seen.clone()
    }
}

impl LatencyTracker for Tracker {
    fn observe(&self, latency: Duration, now: Instant) {
        let at = now.saturating_duration_since(*lock(&self.origin));
        lock(&self.latencies).seen.push((nanos(latency), nanos(at)));
    }

    fn count(&self) -> u64 {
        lock(&self.latencies).seen.len() as u64
    }

    fn percentile(&self, percentile: u32) -> Option<Duration> {
        lock(&self.latencies).percentile(percentile).map(Duration::from_nanos)
    }

    fn snapshot(&self) -> LatencySnapshot {
        LatencySnapshot::new(self.seen().into_iter().map(|(latency, _)| Duration::from_nanos(latency)))
    }
}

/// A breaker of the user's own: the built-in one, and notes of what it is told.
#[derive(Debug)]
pub(crate) struct Noting {
    inner: Box<dyn CircuitBreaker>,
    notes: Notes<Told>,
}

impl Noting {
    pub(crate) fn new(policy: &CircuitPolicy, notes: Notes<Told>) -> Self {
        Self { inner: circuit::built_in(policy), notes }
    }
}

impl CircuitBreaker for Noting {
    fn allow(&self, now: Instant) -> Decision {
        let decision = self.inner.allow(now);
        self.notes.add(Told::Asked { reason: decision.reason.as_str() });
        decision
    }

    fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        let code = match class {
            Class::Success => "success",
            Class::NonRetryable => "non_retryable",
            Class::Retryable { .. } => "retryable",
            _ => "another",
        };
        self.notes.add(Told::Ended { class: code, took: nanos(elapsed) });
        self.inner.record(permit, class, elapsed, now)
    }

    fn state(&self, now: Instant) -> State {
        self.inner.state(now)
    }

    fn reset(&self, now: Instant) -> Option<Transition> {
        self.inner.reset(now)
    }

    fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        self.inner.set_policy(policy, now)
    }

    fn snapshot(&self, now: Instant) -> Snapshot {
        self.inner.snapshot(now)
    }
}

/// A budget of the user's own, which grants what the script of its thread grants.
#[derive(Debug)]
pub(crate) struct Ledger;

pub(crate) static LEDGER: Ledger = Ledger;

thread_local! {
    static PAGE: RefCell<(u64, Vec<Paid>)> = const { RefCell::new((0, Vec::new())) };
}

impl Ledger {
    /// Begins anew, and returns what was noted.
    pub(crate) fn turn_over(grants: u64) -> Vec<Paid> {
        PAGE.replace((grants, Vec::new())).1
    }
}

impl Budget for Ledger {
    fn deposit(&self) {
        PAGE.with_borrow_mut(|page| page.1.push(Paid::Deposit));
    }

    fn withdraw(&self, _: Instant) -> bool {
        PAGE.with_borrow_mut(|page| {
            let granted = page.0 & 1 == 1;
            page.0 = page.0.rotate_right(1);
            page.1.push(Paid::Withdraw { granted });
            granted
        })
    }

    fn refund(&self) {
        PAGE.with_borrow_mut(|page| page.1.push(Paid::Refund));
    }

    fn balance(&self) -> u32 {
        0
    }
}
