//! The timeline of a call: its events in order, and the attempts that they tell of.

use super::call_info::CallInfo;
use super::event::{Event, TimedEvent};
use super::names::{AttemptOutcome, DelaySource, EndReason};
use super::totals::CallTotals;
use recourse_policy::{Effective, Key};
use std::time::Duration;

/// The events of one call in order, which can be read back as attempts. Displays as a drawing, see [`capture`](super::capture()).
///
/// Of a call with more than 64 attempts, the first and the last 32 are kept, and the others are [counted](Self::omitted_attempts).
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(super) call: CallInfo,
    pub(super) totals: CallTotals,
    pub(super) events: Vec<TimedEvent>,
    pub(super) omitted: Omitted,
}

/// The attempts that a timeline leaves out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Omitted {
    pub(super) attempts: usize,
    pub(super) hedges: usize,
}

/// One attempt of a call.
///
/// ```
/// use recourse::observe::{AttemptOutcome, capture};
/// use recourse::{Executor, Key, Policy};
/// use std::future::IntoFuture;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let call = Executor::new().call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
/// let (_, timelines) = capture(call.into_future()).await;
/// let attempts = timelines[0].attempts();
/// assert_eq!((attempts[0].number, attempts[0].hedge, attempts[0].outcome), (1, false, AttemptOutcome::Success));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the attempt; the first is 1.
    pub number: u32,
    /// True if the attempt was a hedge, which ran beside others of its group.
    pub hedge: bool,
    /// The delay before the attempt and where it came from; `None` for the first attempt and for hedges.
    pub delay: Option<(Duration, DelaySource)>,
    /// When the attempt started, since the call began.
    pub started: Duration,
    /// When the attempt ended, since the call began.
    pub ended: Duration,
    /// How the attempt ended.
    pub outcome: AttemptOutcome,
    /// The text of its error, if there is one that can be displayed.
    pub error: Option<Box<str>>,
}

impl Timeline {
    /// Returns the key of the call.
    pub const fn key(&self) -> &Key {
        self.call.key()
    }

    /// Returns the policy that the call ran under, with what normalisation changed in it.
    pub fn effective(&self) -> &Effective {
        self.call.effective()
    }

    /// Returns what the events of the call have in common: its template and its identity, among others.
    pub const fn call(&self) -> &CallInfo {
        &self.call
    }

    /// Returns what happened in the call, counted, those attempts included that are left out.
    pub const fn totals(&self) -> &CallTotals {
        &self.totals
    }

    /// Returns the events in order, without those of attempts that are left out.
    pub fn events(&self) -> &[TimedEvent] {
        &self.events
    }

    /// Returns how long the call took, as the caller saw it.
    ///
    /// ```
    /// use recourse::observe::{EndReason, capture};
    /// use recourse::{Executor, Key, Policy, RetryPolicy};
    /// use std::future::IntoFuture;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(Duration::from_millis(100)));
    /// let call = Executor::new().call(Key::from_static("users.get"), policy, async || Err::<(), _>("down".to_owned()));
    /// let (_, timelines) = capture(call.into_future()).await;
    /// let timeline = &timelines[0];
    /// assert_eq!(timeline.key().as_str(), "users.get");
    /// assert_eq!((timeline.reason(), timeline.hedge_count()), (EndReason::AttemptsExhausted, 0));
    /// assert_eq!((timeline.elapsed(), timeline.events().len()), (Duration::from_millis(100), 7));
    /// assert_eq!(timeline.effective().policy.retry, policy.retry);
    /// assert_eq!((timeline.call().template(), timeline.totals().retries), (None, 1));
    /// # }
    /// ```
    pub fn elapsed(&self) -> Duration {
        self.events.last().map_or(Duration::ZERO, |last| last.at)
    }

    /// Returns why the call stopped.
    pub fn reason(&self) -> EndReason {
        let ended = self.events.iter().rev().find_map(|timed| match timed.event {
            Event::CallEnded { reason, .. } => Some(reason),
            _ => None,
        });
        // A timeline whose call has not ended is not handed out; cancelled is the nearest to the truth.
        ended.unwrap_or(EndReason::Cancelled)
    }

    /// Counts the hedges, those included that are left out.
    pub fn hedge_count(&self) -> usize {
        let hedges = |timed: &&TimedEvent| matches!(timed.event, Event::AttemptStarted { hedge: true, .. });
        self.omitted.hedges + self.events.iter().filter(hedges).count()
    }

    /// Counts the attempts that started: hedges included, and those that are left out.
    pub fn attempt_count(&self) -> usize {
        let started = |timed: &&TimedEvent| matches!(timed.event, Event::AttemptStarted { .. });
        self.omitted.attempts + self.events.iter().filter(started).count()
    }

    /// Counts the attempts that are left out, between the first and the last 32 of a call with more than 64.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy, observe};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let policy = Policy::new().retry(RetryPolicy::attempts(100).no_delay());
    /// let fails = || async { Err::<(), _>("connection reset".to_owned()) };
    /// let (_, timelines) =
    ///     observe::capture(async { Executor::new().call(Key::from_static("users.get"), policy, fails).await }).await;
    ///
    /// assert_eq!((timelines[0].attempt_count(), timelines[0].omitted_attempts()), (100, 36));
    /// assert_eq!(timelines[0].attempts()[32].number, 69);
    /// # }
    /// ```
    pub const fn omitted_attempts(&self) -> usize {
        self.omitted.attempts
    }

    /// Returns the attempts in the order they started, without those that are left out.
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut asked = None;
        for TimedEvent { at, event, .. } in &self.events {
            match event {
                // A delay belongs to the attempt that starts after it.
                Event::Delayed { delay, source } => asked = Some((*delay, *source)),
                Event::AttemptStarted { attempt, hedge, .. } => attempts.push(Attempt {
                    number: *attempt,
                    hedge: *hedge,
                    delay: asked.take(),
                    started: *at,
                    ended: *at,
                    // Until its end is found.
                    outcome: AttemptOutcome::Cancelled,
                    error: None,
                }),
                Event::AttemptEnded { attempt, outcome, error, .. } => {
                    if let Some(started) = attempts.iter_mut().find(|started| started.number == *attempt) {
                        started.ended = *at;
                        started.outcome = *outcome;
                        started.error.clone_from(error);
                    }
                }
                _ => {}
            }
        }
        attempts
    }
}
