//! The state machine of a breaker, as plain code: the caller passes `now` and gets a decision. No lock, no clock, no atomics.
//!
//! Three questions are asked of it. [`enter`](Machine::enter): may an attempt go? [`exit`](Machine::exit): what does the end of an
//! attempt change? [`snapshot`](Machine::snapshot): what do operators see? What operators do to it is in
//! `machine/operators.rs`. `tally.rs` counts failures while it is closed, and `probes.rs` keeps the places of probes while it is
//! half-open.
//!
//! # Design notes
//!
//! Each change of state begins a new generation, and each attempt carries the generation it was admitted in. A result of another
//! generation changes nothing, so results may come late and in any order. A breaker that is reset begins a new
//! generation, too, and so does a policy that is replaced while the breaker is closed. An open one has nothing to forget, and a
//! half-open one is to hear of the probes that it has sent.
//!
//! What has happened lies before `now`, so a moment that lies after it is of another clock: an executor may have seen the paused clock of
//! another runtime, days ahead. Whoever asks for admission moves such a moment to `now`, so that nobody waits for longer than a cooldown.

mod operators;

use super::cause::TransitionCause;
use super::decision::DecisionReason;
use super::probes::{ProbeTime, Probes};
use super::settings::{clamped, cooldown, end_of};
use super::snapshot::Snapshot;
use super::state::State;
use super::tally::Tally;
use super::transition::Transition;
use super::window::Scale;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Machine {
    policy: CircuitPolicy,
    phase: Phase,
    /// The state that an operator holds the breaker in.
    forced: Option<State>,
    generation: u32,
    /// When the state last changed; `None` if it never did.
    since: Option<Instant>,
    /// Openings since the breaker was last closed. The cooldown may grow with them.
    openings: u32,
    /// Failures while closed.
    tally: Tally,
    probe_time: ProbeTime,
}

#[derive(Debug)]
enum Phase {
    Closed,
    Open { until: Instant, cooldown: Duration },
    HalfOpen { cooldown: Duration, probes: Probes, successes: u32 },
}

/// The answer to an attempt that asks for admission.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Admitted, and counted in this generation; 0 if nothing is counted.
    Closed { generation: u32, reason: DecisionReason },
    /// Admitted as a probe, whose place is given back by its ticket.
    Probe { generation: u32, ticket: u32, changed: Option<Transition> },
    /// Refused.
    Refused { state: State, reason: DecisionReason, retry_after: Option<Duration> },
}

/// How an attempt ended, as far as a breaker is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttemptResult {
    Success,
    Failure,
    /// A success that took longer than `slow`, which counts as a failure.
    Slow,
}

impl Machine {
    /// A closed machine. Clamps values of the policy that are out of bounds.
    pub(super) fn new(policy: CircuitPolicy) -> Self {
        let policy = clamped(policy);
        let (phase, tally, probe_time) = (Phase::Closed, Tally::new(policy.trip), ProbeTime::UNKNOWN);
        Self { policy, phase, forced: None, generation: 1, since: None, openings: 0, tally, probe_time }
    }

    pub(super) fn policy(&self) -> &CircuitPolicy {
        &self.policy
    }

    /// How the window is cut into steps, if the policy has a window.
    pub(super) fn scale(&self) -> Option<Scale> {
        self.tally.scale()
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// The stored state. Does not apply an expired cooldown; see [`state`](Self::state).
    pub(super) fn stored_state(&self) -> State {
        match (self.forced, &self.phase) {
            (Some(forced), _) => forced,
            (None, Phase::Closed) => State::Closed,
            (None, Phase::Open { .. }) => State::Open,
            (None, Phase::HalfOpen { .. }) => State::HalfOpen,
        }
    }

    /// The state as of `now`: half-open as soon as the cooldown is over, even if nobody has asked yet.
    pub(super) fn state(&self, now: Instant) -> State {
        match (self.stored_state(), self.until()) {
            (State::Open, Some(until)) if now >= until => State::HalfOpen,
            (state, _) => state,
        }
    }

    /// When the cooldown ends, and how long it is, if the machine opened by itself.
    pub(super) fn cooldown(&self) -> Option<(Instant, Duration)> {
        match self.phase {
            Phase::Open { until, cooldown } if self.forced.is_none() => Some((until, cooldown)),
            _ => None,
        }
    }

    fn until(&self) -> Option<Instant> {
        self.cooldown().map(|(until, _)| until)
    }

    pub(super) fn is_forced(&self) -> bool {
        self.forced.is_some()
    }

    /// Returns true while a success would end a row of failures.
    pub(super) fn has_failures_in_a_row(&self) -> bool {
        self.tally.in_a_row() > 0
    }

    /// Decides whether an attempt may go.
    pub(super) fn enter(&mut self, now: Instant) -> Entry {
        let refused = |state, reason, retry_after| Entry::Refused { state, reason, retry_after };
        // An operator's hold comes before everything that was counted.
        match self.forced {
            Some(State::Closed) => return Entry::Closed { generation: 0, reason: DecisionReason::ForcedClosed },
            Some(_) => return refused(State::Open, DecisionReason::ForcedOpen, None),
            None => {}
        }
        self.bound_past(now);
        let changed = match self.phase {
            Phase::Closed => return Entry::Closed { generation: self.generation, reason: DecisionReason::Closed },
            Phase::Open { until, .. } if now < until => {
                return refused(State::Open, DecisionReason::Open, Some(until.saturating_duration_since(now)));
            }
            // No timer ends a cooldown: the first attempt that asks after its end does.
            Phase::Open { cooldown, .. } => {
                let half_open = Phase::HalfOpen { cooldown, probes: Probes::new(), successes: 0 };
                Some(self.change_phase(half_open, now))
            }
            Phase::HalfOpen { .. } => None,
        };
        let (generation, limit) = (self.generation, self.policy.probes as usize);
        let Phase::HalfOpen { cooldown, probes, .. } = &mut self.phase else {
            return refused(State::Open, DecisionReason::Open, None);
        };
        match probes.admit(limit, *cooldown, self.probe_time, now) {
            Ok(ticket) => Entry::Probe { generation, ticket, changed },
            Err(left) => refused(State::HalfOpen, DecisionReason::ProbesBusy, left),
        }
    }

    /// Moves what lies after `now` to `now`.
    fn bound_past(&mut self, now: Instant) {
        match &mut self.phase {
            Phase::Closed => return,
            Phase::Open { until, cooldown } => *until = (*until).min(end_of(*cooldown, now)),
            Phase::HalfOpen { probes, .. } => probes.bound_past(now),
        }
        self.since = self.since.map(|since| since.min(now));
    }

    /// Records how an attempt ended. Steps of the window are counted from `origin`; `successes` tells how many attempts succeeded
    /// in the window that ends with a step, and is asked only when a rate has to be judged.
    pub(super) fn exit(
        &mut self,
        generation: u32,
        result: AttemptResult,
        successes: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> Option<Transition> {
        // The state may have changed between the caller's look at the published state and the lock.
        if generation != self.generation || self.forced.is_some() {
            return None;
        }
        match (&mut self.phase, result) {
            (Phase::Closed, AttemptResult::Success) => {
                // Successes that a rate counts do not come here; they are counted without the lock.
                self.tally.clear();
                None
            }
            (Phase::Closed, AttemptResult::Failure | AttemptResult::Slow) => {
                let trips = self.tally.fail(self.policy.trip, successes, origin, now);
                let cause = match (result, self.policy.trip) {
                    (AttemptResult::Slow, _) => TransitionCause::Slow,
                    (_, Trip::Rate { .. }) => TransitionCause::FailureRate,
                    _ => TransitionCause::Failures,
                };
                trips.then(|| self.open(now).because(cause))
            }
            // A single failed probe is enough: the dependency is not back, and further probes would only load it.
            (Phase::HalfOpen { .. }, AttemptResult::Failure | AttemptResult::Slow) => Some(self.open(now)),
            (Phase::HalfOpen { successes, probes, .. }, AttemptResult::Success) => {
                self.probe_time.learn(probes, now);
                *successes = successes.saturating_add(1);
                (*successes >= self.policy.successes).then(|| self.close(now))
            }
            // Nothing is admitted while it is open, so nothing of this generation can end.
            (Phase::Open { .. }, _) => None,
        }
    }

    /// Gives the place of a probe back, whether or not the probe had a result.
    pub(super) fn release(&mut self, generation: u32, ticket: u32) {
        // Tickets begin anew with each half-open phase, so a ticket of an earlier one must not free a place of this.
        if let (Phase::HalfOpen { probes, .. }, true) = (&mut self.phase, generation == self.generation) {
            probes.release(ticket);
        }
    }

    pub(super) fn snapshot(
        &self,
        successes_in: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> Snapshot {
        let mut snapshot = Snapshot::of(self.state(now));
        snapshot.forced = self.is_forced();
        let is_open = snapshot.state == State::Open;
        let until = self.cooldown().map(|(until, cooldown)| until.min(end_of(cooldown, now)));
        // Half-open since the cooldown ended, though nobody has asked yet.
        let since = if is_open { self.since } else { until.or(self.since) };
        snapshot.since = since.map(|since| now.saturating_duration_since(since));
        snapshot.next_probe = until.filter(|_| is_open).map(|until| until.saturating_duration_since(now));
        match &self.phase {
            Phase::Closed => (snapshot.failures, snapshot.calls) = self.tally.totals(successes_in, origin, now),
            Phase::HalfOpen { probes, successes, .. } => {
                snapshot.probes = u32::try_from(probes.len()).unwrap_or(u32::MAX);
                snapshot.successes = *successes;
            }
            Phase::Open { .. } => {}
        }
        snapshot
    }

    fn open(&mut self, now: Instant) -> Transition {
        self.openings = self.openings.saturating_add(1);
        let cooldown = cooldown(&self.policy, self.openings);
        self.change_phase(Phase::Open { until: end_of(cooldown, now), cooldown }, now)
    }

    fn close(&mut self, now: Instant) -> Transition {
        self.openings = 0;
        self.change_phase(Phase::Closed, now)
    }

    fn begin_anew(&mut self, now: Instant) {
        (self.forced, self.probe_time) = (None, ProbeTime::UNKNOWN);
        self.close(now);
    }

    /// Changes the state: a new generation begins, and nothing is counted yet.
    fn change_phase(&mut self, to: Phase, now: Instant) -> Transition {
        let from = self.stored_state();
        self.phase = to;
        // Generation 0 means "not counted", so it is skipped when the counter wraps around.
        self.generation = self.generation.wrapping_add(1).max(1);
        self.since = Some(now);
        self.tally.clear();
        Transition::new(from, self.stored_state())
    }
}
