//! The numbers of one call: what is left of its events if nobody wants to know when they happened.

use super::event::Event;
use super::names::{AttemptOutcome, EndReason, HedgeDenial};
use crate::context::Priority;
use crate::error::RejectionKind;
use std::time::Duration;

/// What happened in a call, counted. Observers that want [`Wanted::Totals`](super::Wanted::Totals) are told nothing else of it, and no
/// event is kept for them.
///
/// ```
/// use recourse::observe::{AttemptOutcome, EndReason, capture};
/// use recourse::{Executor, Key, Policy, RetryPolicy};
/// use std::future::IntoFuture;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(Duration::from_millis(100)));
/// let call = Executor::new().call(Key::from_static("users.get"), policy, async || Err::<(), _>("down".to_owned()));
/// let (_, timelines) = capture(call.into_future()).await;
/// let totals = timelines[0].totals();
/// assert_eq!((totals.reason, totals.rejected), (EndReason::AttemptsExhausted, None));
/// assert_eq!((totals.attempts, totals.retries, totals.hedges), (2, 1, 0));
/// assert_eq!((totals.retry_delay, totals.elapsed), (Duration::from_millis(100), Duration::from_millis(100)));
/// assert_eq!(totals.attempts_that(AttemptOutcome::Retryable), 2);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallTotals {
    /// Why the call stopped.
    pub reason: EndReason,
    /// The kind of the rejection that the caller got instead of an outcome, if it got one.
    pub rejected: Option<RejectionKind>,
    /// How long the call took.
    pub elapsed: Duration,
    /// The number of attempts that started, hedges included.
    pub attempts: u32,
    /// The number of retries that started: attempts that are neither the first nor hedges.
    pub retries: u32,
    /// The number of hedges that started.
    pub hedges: u32,
    /// The number of hedges whose success ended the call: at most one.
    pub hedges_won: u32,
    /// The delays before retries, added up.
    pub retry_delay: Duration,
    /// The number of retries that were denied because their delay does not fit before the deadline.
    pub delays_denied: u32,
    /// The number of retries that the budget denied.
    pub retries_denied: u32,
    /// The number of hedges that were denied. [`hedges_denied_by`](Self::hedges_denied_by) tells by what.
    pub hedges_denied: u32,
    /// The number of attempts that the circuit breaker denied.
    pub circuit_denied: u32,
    /// The number of attempts that waited for a slot.
    pub queued: u32,
    /// The number of attempts for which there was no slot.
    pub slots_denied: u32,
    /// The priority of the call, if an attempt got no slot for that: slots were free, and only calls that matter more may use them.
    pub shed: Option<Priority>,
    /// The number of attempts that waited until the rate allowed them.
    pub rate_delayed: u32,
    /// The number of attempts that the rate did not allow.
    pub rate_denied: u32,
    /// How the attempts ended, in the order of [`AttemptOutcome::ALL`].
    outcomes: [u32; AttemptOutcome::ALL.len()],
    /// What denied hedges, in the order of [`HedgeDenial::ALL`].
    denials: [u32; HedgeDenial::ALL.len()],
}

impl Default for CallTotals {
    /// The totals of a call in which nothing has happened.
    fn default() -> Self {
        Self {
            reason: EndReason::Cancelled,
            rejected: None,
            elapsed: Duration::ZERO,
            attempts: 0,
            retries: 0,
            hedges: 0,
            hedges_won: 0,
            retry_delay: Duration::ZERO,
            delays_denied: 0,
            retries_denied: 0,
            hedges_denied: 0,
            circuit_denied: 0,
            queued: 0,
            slots_denied: 0,
            shed: None,
            rate_delayed: 0,
            rate_denied: 0,
            outcomes: [0; AttemptOutcome::ALL.len()],
            denials: [0; HedgeDenial::ALL.len()],
        }
    }
}

impl CallTotals {
    /// Returns the number of attempts that ended so.
    pub const fn attempts_that(&self, outcome: AttemptOutcome) -> u32 {
        self.outcomes[outcome as usize]
    }

    /// Returns the number of hedges that were denied by this.
    ///
    /// ```
    /// use recourse::observe::{CallTotals, HedgeDenial};
    ///
    /// assert_eq!(CallTotals::default().hedges_denied_by(HedgeDenial::Budget), 0);
    /// ```
    pub const fn hedges_denied_by(&self, denial: HedgeDenial) -> u32 {
        self.denials[denial as usize]
    }

    /// Counts an event.
    pub(super) fn add(&mut self, event: &Event) {
        match event {
            Event::AttemptStarted { hedge, .. } => {
                self.hedges = self.hedges.saturating_add(u32::from(*hedge));
                self.retries = self.retries.saturating_add(u32::from(!*hedge && self.attempts > 0));
                self.attempts = self.attempts.saturating_add(1);
            }
            Event::AttemptEnded { hedge, outcome, .. } => {
                let won = *hedge && *outcome == AttemptOutcome::Success;
                self.hedges_won = self.hedges_won.saturating_add(u32::from(won));
                let ended = &mut self.outcomes[*outcome as usize];
                *ended = ended.saturating_add(1);
            }
            Event::Delayed { delay, .. } => self.retry_delay = self.retry_delay.saturating_add(*delay),
            Event::DelayDenied { .. } => self.delays_denied = self.delays_denied.saturating_add(1),
            Event::BudgetDenied => self.retries_denied = self.retries_denied.saturating_add(1),
            Event::HedgeDenied { reason } => {
                self.hedges_denied = self.hedges_denied.saturating_add(1);
                let denied = &mut self.denials[*reason as usize];
                *denied = denied.saturating_add(1);
            }
            Event::CircuitDenied { .. } => self.circuit_denied = self.circuit_denied.saturating_add(1),
            Event::CallEnded { reason, rejected } => (self.reason, self.rejected) = (*reason, *rejected),
            Event::Queued { .. } => self.queued = self.queued.saturating_add(1),
            Event::SlotDenied { priority, .. } => {
                self.slots_denied = self.slots_denied.saturating_add(1);
                self.shed = priority.or(self.shed);
            }
            Event::RateDelayed { .. } => self.rate_delayed = self.rate_delayed.saturating_add(1),
            Event::RateDenied { .. } => self.rate_denied = self.rate_denied.saturating_add(1),
            Event::CallStarted | Event::CircuitChanged { .. } | Event::LimitChanged { .. } => {}
        }
    }
}
