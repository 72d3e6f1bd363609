//! The reference: every era of the breaker with the list of all that happened in it, added up anew for each question.
//!
//! No ring and no bits. A window is what `window.rs` says it is: steps of the largest power of two of nanoseconds that is no
//! more than a twentieth of it, and as many of them as fit.

use crate::circuit::{DecisionReason, Snapshot, State, Transition, TransitionCause};
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip, limits};
use std::time::Duration;

pub(super) struct Model {
    policy: CircuitPolicy,
    forced: Option<State>,
    eras: Vec<Era>,
    /// How long the last probe that succeeded has taken; if there were several, the oldest.
    probe_took: Option<Duration>,
}

struct Era {
    state: State,
    began: Option<Instant>,
    /// The cooldown of an open era, and of the half-open era after it.
    cooldown: Duration,
    events: Vec<Event>,
}

#[derive(Clone, Copy)]
enum Event {
    Succeeded(Instant),
    Failed(Instant),
    Probe(usize, Instant),
    /// The place of a probe is free again.
    Free(usize),
}

/// An admitted call: the era it belongs to, if any, and its number if it is a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Admitted {
    era: Option<usize>,
    pub(super) probe: Option<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) admitted: Option<Admitted>,
    pub(super) state: State,
    pub(super) reason: DecisionReason,
    pub(super) retry_after: Option<Duration>,
    pub(super) changed: Option<Transition>,
}

impl Model {
    /// The values of the policy must be within bounds.
    pub(super) fn new(policy: CircuitPolicy) -> Self {
        let mut model = Self { policy, forced: None, eras: Vec::new(), probe_took: None };
        model.begin(State::Closed, Duration::ZERO, START_UNKNOWN);
        model
    }

    fn begin(&mut self, state: State, cooldown: Duration, began: Option<Instant>) {
        self.eras.push(Era { state, began, cooldown, events: Vec::new() });
    }

    fn era(&self) -> &Era {
        self.eras.last().unwrap()
    }

    fn happens(&mut self, event: Event) {
        self.eras.last_mut().unwrap().events.push(event);
    }

    fn until(&self) -> Option<Instant> {
        let Era { state, began, cooldown, .. } = self.era();
        let open = self.forced.is_none() && *state == State::Open;
        open.then(|| began.unwrap().saturating_add(*cooldown))
    }

    pub(super) fn state(&self, now: Instant) -> State {
        match self.until() {
            Some(until) if now >= until => State::HalfOpen,
            _ => self.forced.unwrap_or(self.era().state),
        }
    }

    /// Probes that hold a place, and when they started.
    fn probing(&self) -> Vec<(usize, Instant)> {
        let events = &self.era().events;
        let freed = |number| events.iter().any(|event| matches!(event, Event::Free(freed) if *freed == number));
        let probes = events.iter().filter_map(|event| match event {
            Event::Probe(number, started) if !freed(*number) => Some((*number, *started)),
            _ => None,
        });
        probes.collect()
    }

    /// What began later than `now` began now.
    fn bound_past(&mut self, now: Instant) {
        let era = self.eras.last_mut().unwrap();
        era.began = era.began.map(|began| began.min(now));
        for event in &mut era.events {
            if let Event::Probe(_, started) = event {
                *started = (*started).min(now);
            }
        }
    }

    /// `number` is a new one for each call.
    pub(super) fn ask(&mut self, number: usize, now: Instant) -> Answer {
        let denied = |state, reason, retry_after| Answer { admitted: None, state, reason, retry_after, changed: None };
        let closed = |reason, era| Answer {
            admitted: Some(Admitted { era, probe: None }),
            state: State::Closed,
            reason,
            retry_after: None,
            changed: None,
        };
        match (self.forced, self.state(now)) {
            (Some(State::Closed), _) => return closed(DecisionReason::ForcedClosed, None),
            (Some(_), _) => return denied(State::Open, DecisionReason::ForcedOpen, None),
            (None, State::Closed) => return closed(DecisionReason::Closed, Some(self.eras.len() - 1)),
            (None, State::Open) => {
                self.bound_past(now);
                let left = self.until().unwrap().saturating_duration_since(now);
                return denied(State::Open, DecisionReason::Open, Some(left));
            }
            (None, State::HalfOpen) => {}
        }
        self.bound_past(now);
        let cooldown = self.era().cooldown;
        let mut changed = None;
        if self.era().state == State::Open {
            self.begin(State::HalfOpen, cooldown, Some(now));
            changed = Some(Transition::new(State::Open, State::HalfOpen));
        }
        let places = self.policy.probes as usize;
        if self.probing().len() >= places {
            for (silent, started) in self.probing() {
                if now.saturating_duration_since(started) >= cooldown {
                    self.happens(Event::Free(silent));
                }
            }
        }
        if self.probing().len() >= places {
            let usual = self.probe_took.unwrap_or((cooldown / 10).min(Duration::from_secs(1)));
            let left = |(_, started): &(usize, Instant)| {
                let ran = now.saturating_duration_since(*started);
                let likely = usual.max(Duration::from_millis(1)).checked_sub(ran).filter(|left| !left.is_zero());
                likely.unwrap_or(ran).min(cooldown.checked_sub(ran).unwrap())
            };
            let left = self.probing().iter().map(left).min();
            return denied(State::HalfOpen, DecisionReason::ProbesBusy, left);
        }
        self.happens(Event::Probe(number, now));
        let admitted = Some(Admitted { era: Some(self.eras.len() - 1), probe: Some(number) });
        Answer { admitted, state: State::HalfOpen, reason: DecisionReason::Probe, retry_after: None, changed }
    }

    /// Ends a call: well, badly, or with a result that counts as nothing; `slow` tells why a success is bad. If that opens the breaker, the cooldown is zero until
    /// [`Self::cooled`] tells what was drawn.
    pub(super) fn end(&mut self, call: Admitted, well: Option<bool>, slow: bool, now: Instant) -> Option<Transition> {
        if self.forced.is_some() || call.era != Some(self.eras.len() - 1) {
            return None;
        }
        let from = self.era().state;
        if (from, well) == (State::HalfOpen, Some(true)) {
            let ran = self.probing().into_iter().map(|(_, started)| now.saturating_duration_since(started));
            self.probe_took = ran.max().or(self.probe_took);
        }
        match well {
            Some(true) => self.happens(Event::Succeeded(now)),
            Some(false) => self.happens(Event::Failed(now)),
            None => {}
        }
        let to = match (from, well) {
            (State::Closed, Some(false)) if self.trips() => State::Open,
            (State::HalfOpen, Some(false)) => State::Open,
            (State::HalfOpen, Some(true)) if self.successes() >= self.policy.successes as usize => State::Closed,
            _ => from,
        };
        if from != to {
            self.begin(to, Duration::ZERO, Some(now));
            let cause = match (from, self.policy.trip) {
                (State::HalfOpen, _) if to == State::Closed => TransitionCause::ProbesSucceeded,
                (State::HalfOpen, _) => TransitionCause::ProbeFailed,
                _ if slow => TransitionCause::Slow,
                (_, Trip::Rate { .. }) => TransitionCause::FailureRate,
                _ => TransitionCause::Failures,
            };
            return Some(Transition::new(from, to).because(cause));
        }
        if let Some(number) = call.probe {
            self.happens(Event::Free(number));
        }
        None
    }

    /// The bounds of the cooldown that begins now.
    pub(super) fn cooldown(&self) -> (Duration, Duration) {
        let openings = self.eras.iter().rev().take_while(|era| era.state != State::Closed);
        let openings = openings.filter(|era| era.state == State::Open).count();
        let (mut grown, max) = (self.policy.cooldown.unwrap_or(limits::DEFAULT_COOLDOWN), self.policy.max_cooldown);
        for _ in 1..openings {
            grown = max.map_or(grown, |max| (grown * 2).min(max));
        }
        let more = grown / 10;
        match (self.policy.cooldown, max) {
            (Some(_), _) => (grown, grown),
            (None, Some(max)) if grown + more > max => (max.checked_sub(more).unwrap(), max),
            (None, _) => (grown, grown + more),
        }
    }

    pub(super) fn cooled(&mut self, cooldown: Duration) {
        self.eras.last_mut().unwrap().cooldown = cooldown;
    }

    fn successes(&self) -> usize {
        self.era().events.iter().filter(|event| matches!(event, Event::Succeeded(_))).count()
    }

    fn window(&self) -> Option<Duration> {
        match self.policy.trip {
            Trip::Failures { window, .. } => window,
            Trip::Rate { window, .. } => Some(window),
            _ => None,
        }
    }

    /// Returns the moment from which steps are counted: the first result that the window counts, which for failures in a row is the
    /// first failure.
    fn origin(&self) -> Option<Instant> {
        let rate = matches!(self.policy.trip, Trip::Rate { .. });
        self.era().events.iter().find_map(|event| match event {
            Event::Failed(now) => Some(*now),
            Event::Succeeded(now) if rate => Some(*now),
            _ => None,
        })
    }

    /// Returns the failures and successes that count `now`, or as of the last failure; all of them if there is no window.
    fn counted(&self, now: Option<Instant>) -> (u64, u64) {
        let mut events = self.era().events.as_slice();
        let Some(origin) = self.origin() else { return (0, 0) };
        // A policy that never opens shows the failures in a row, too.
        if !matches!(self.policy.trip, Trip::Rate { .. }) {
            let last = events.iter().rposition(|event| matches!(event, Event::Succeeded(_)));
            events = &events[last.map_or(0, |last| last + 1)..];
        }
        let failed = events.iter().filter_map(|event| match event {
            Event::Failed(now) => Some(*now),
            _ => None,
        });
        let Some(window) = self.window() else { return (failed.count() as u64, 0) };
        let (step, steps) = cut(window);
        let step_of =
            |now: Instant| (i128::from(now.as_nanos()) - i128::from(origin.as_nanos())).div_euclid(step.into());
        let mut failures: Vec<i128> = Vec::new();
        for now in failed.map(step_of) {
            match failures.last() {
                Some(last) if *last > now && last - now < i128::from(steps) => failures.push(*last),
                Some(last) if *last > now => failures = vec![now],
                _ => failures.push(now),
            }
        }
        let current = now.map_or_else(|| *failures.last().unwrap(), step_of);
        let successes = events.iter().filter_map(|event| match event {
            Event::Succeeded(now) => Some(step_of(*now)),
            _ => None,
        });
        let inside = |step: &i128| step.abs_diff(current) < u128::from(steps);
        (failures.iter().copied().filter(inside).count() as u64, successes.filter(inside).count() as u64)
    }

    /// Judged as of the last failure.
    fn trips(&self) -> bool {
        let (failed, succeeded) = self.counted(None);
        let calls = failed + succeeded;
        match self.policy.trip {
            Trip::Failures { failures, .. } => failed >= u64::from(failures),
            Trip::Rate { percent, min_calls, .. } => {
                calls >= u64::from(min_calls) && failed * 100 > u64::from(percent) * calls
            }
            _ => false,
        }
    }

    fn anew(&mut self, forced: Option<State>, now: Instant) {
        (self.forced, self.probe_took) = (forced, None);
        self.begin(State::Closed, Duration::ZERO, Some(now));
    }

    pub(super) fn reset(&mut self, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.anew(None, now);
        (from != State::Closed).then(|| Transition::new(from, State::Closed).because(TransitionCause::Operator))
    }

    pub(super) fn force(&mut self, to: State, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.anew(Some(to), now);
        (from != to).then(|| Transition::new(from, to).because(TransitionCause::Operator))
    }

    pub(super) fn set_policy(&mut self, policy: CircuitPolicy, now: Instant) -> bool {
        if policy == self.policy {
            return false;
        }
        self.policy = policy;
        match (self.forced, self.era().state) {
            // The dependency is as it was: an open breaker stays open for what is left, and one that probes goes on with its probes.
            // What succeeded so far succeeded under the other policy.
            (None, State::Open) if policy.trips() => {}
            (None, State::HalfOpen) if policy.trips() => {
                let events = &mut self.eras.last_mut().unwrap().events;
                events.retain(|event| !matches!(event, Event::Succeeded(_)));
            }
            (forced, _) => self.anew(forced, now),
        }
        true
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let mut snapshot = Snapshot::of(self.state(now));
        snapshot.forced = self.forced.is_some();
        let over = self.until().filter(|until| now >= *until);
        snapshot.since = over.or(self.era().began).map(|began| now.saturating_duration_since(began));
        let left = |until: Instant| until.saturating_duration_since(now).min(self.era().cooldown);
        snapshot.next_probe = self.until().filter(|_| over.is_none()).map(left);
        match self.era().state {
            State::Closed => {
                let (failed, succeeded) = self.counted(Some(now));
                (snapshot.failures, snapshot.calls) = (failed, failed + succeeded);
            }
            State::HalfOpen => {
                snapshot.probes = u32::try_from(self.probing().len()).unwrap();
                snapshot.successes = u32::try_from(self.successes()).unwrap();
            }
            State::Open => {}
        }
        snapshot
    }
}

/// It never changed yet.
const START_UNKNOWN: Option<Instant> = None;

/// The length of a step in nanoseconds, and how many there are.
pub(super) fn cut(window: Duration) -> (u64, u64) {
    let window = u64::try_from(window.as_nanos()).unwrap();
    let mut step = 1;
    while step * 2 * 20 <= window {
        step *= 2;
    }
    (step, window / step)
}
