//! The state machine of a breaker, as plain code: it takes `now` and returns what it decides. No lock, no clock, no atomics.
//!
//! Generations make late results harmless: each change of state begins a new one, and a result of another changes nothing.

use super::settings::{clamped, cooldown, scale};
use super::window::{Failures, Scale};
use super::{DecisionReason, Snapshot, State, Transition};
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

/// The end of a cooldown that would end after time does. The moment behind it stands for "until it is reset".
const LATEST: Instant = Instant::from_nanos(u64::MAX - 1);

#[derive(Debug)]
pub(super) struct Machine {
    policy: CircuitPolicy,
    /// How the window is cut into steps, where there is one.
    scale: Option<Scale>,
    phase: Phase,
    forced: Option<State>,
    generation: u32,
    /// When the state last changed.
    since: Option<Instant>,
    /// Openings in a row, without a closing between them.
    openings: u32,
    /// Failures while closed: in the window where there is one, else in a row.
    failures: Failures,
    in_a_row: u32,
    tickets: u32,
}

#[derive(Debug)]
enum Phase {
    Closed,
    Open {
        until: Instant,
        cooldown: Duration,
    },
    HalfOpen {
        cooldown: Duration,
        /// Those that hold one of the slots.
        probes: Vec<Probe>,
        successes: u32,
    },
}

#[derive(Debug)]
struct Probe {
    ticket: u32,
    started: Instant,
}

/// What a call gets that asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// It goes, as one of this generation; 0 where nothing is counted.
    Closed { generation: u32, reason: DecisionReason },
    /// It goes as a probe, whose slot is given back by its ticket.
    Probe { generation: u32, ticket: u32, changed: Option<Transition> },
    /// It does not.
    Denied { state: State, reason: DecisionReason, retry_after: Option<Duration> },
}

/// How an attempt ended, as far as a breaker is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Success,
    Failure,
}

impl Machine {
    /// Values out of bounds are clamped.
    pub(super) fn new(policy: CircuitPolicy) -> Self {
        let policy = clamped(policy);
        Self {
            policy,
            scale: scale(policy),
            phase: Phase::Closed,
            forced: None,
            generation: 1,
            since: None,
            openings: 0,
            failures: Failures::new(),
            in_a_row: 0,
            tickets: 0,
        }
    }

    pub(super) fn policy(&self) -> &CircuitPolicy {
        &self.policy
    }

    pub(super) fn scale(&self) -> Option<Scale> {
        self.scale
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// Where the machine stands, whatever the time is.
    pub(super) fn stored_state(&self) -> State {
        match (self.forced, &self.phase) {
            (Some(forced), _) => forced,
            (None, Phase::Closed) => State::Closed,
            (None, Phase::Open { .. }) => State::Open,
            (None, Phase::HalfOpen { .. }) => State::HalfOpen,
        }
    }

    /// The state as of now: half-open as soon as the cooldown is over.
    pub(super) fn state(&self, now: Instant) -> State {
        match (self.stored_state(), self.until()) {
            (State::Open, Some(until)) if now >= until => State::HalfOpen,
            (state, _) => state,
        }
    }

    /// While it is open by itself: when the cooldown is over.
    pub(super) fn until(&self) -> Option<Instant> {
        match self.phase {
            Phase::Open { until, .. } if self.forced.is_none() => Some(until),
            _ => None,
        }
    }

    pub(super) fn is_forced(&self) -> bool {
        self.forced.is_some()
    }

    /// True while a success would change something: it ends a row of failures.
    pub(super) fn has_a_row(&self) -> bool {
        self.in_a_row > 0
    }

    /// May a call go?
    pub(super) fn enter(&mut self, now: Instant) -> Entered {
        let denied = |state, reason, retry_after| Entered::Denied { state, reason, retry_after };
        match self.forced {
            Some(State::Closed) => return Entered::Closed { generation: 0, reason: DecisionReason::ForcedClosed },
            Some(_) => return denied(State::Open, DecisionReason::ForcedOpen, None),
            None => {}
        }
        match &self.phase {
            Phase::Closed => return Entered::Closed { generation: self.generation, reason: DecisionReason::Closed },
            Phase::Open { until, .. } if now < *until => {
                return denied(State::Open, DecisionReason::Open, Some(until.saturating_duration_since(now)));
            }
            Phase::Open { .. } | Phase::HalfOpen { .. } => {}
        }
        let changed = match self.phase {
            Phase::Open { cooldown, .. } => {
                Some(self.turn(Phase::HalfOpen { cooldown, probes: Vec::new(), successes: 0 }, now))
            }
            _ => None,
        };
        let (generation, ticket) = (self.generation, self.tickets.wrapping_add(1));
        let Phase::HalfOpen { cooldown, probes, .. } = &mut self.phase else {
            return denied(State::Open, DecisionReason::Open, None);
        };
        if probes.len() >= self.policy.probes as usize {
            // A probe that says nothing for a further cooldown makes room. Its word still counts when it comes.
            probes.retain(|probe| now.saturating_duration_since(probe.started) < *cooldown);
        }
        if probes.len() >= self.policy.probes as usize {
            let left = |probe: &Probe| cooldown.saturating_sub(now.saturating_duration_since(probe.started));
            return denied(State::HalfOpen, DecisionReason::ProbesBusy, probes.iter().map(left).min());
        }
        probes.push(Probe { ticket, started: now });
        self.tickets = ticket;
        Entered::Probe { generation, ticket, changed }
    }

    /// An attempt has ended. Steps of the window are counted from `origin`. `succeeded` tells how many attempts succeeded in the
    /// window that ends with a step; it is only asked when a rate is to be judged.
    pub(super) fn exit(
        &mut self,
        generation: u32,
        verdict: Verdict,
        succeeded: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> Option<Transition> {
        if generation != self.generation || self.forced.is_some() {
            return None;
        }
        match (&mut self.phase, verdict) {
            (Phase::Closed, Verdict::Success) => {
                // Where a rate is counted, successes do not come here.
                self.forget();
                None
            }
            (Phase::Closed, Verdict::Failure) => self.failed(succeeded, origin, now).then(|| self.open(now)),
            (Phase::HalfOpen { .. }, Verdict::Failure) => Some(self.open(now)),
            (Phase::HalfOpen { successes, .. }, Verdict::Success) => {
                *successes = successes.saturating_add(1);
                (*successes >= self.policy.successes).then(|| self.close(now))
            }
            // Nothing is admitted while it is open, so nothing of this generation can end.
            (Phase::Open { .. }, _) => None,
        }
    }

    /// A probe's slot is free again.
    pub(super) fn release(&mut self, generation: u32, ticket: u32) {
        if let (Phase::HalfOpen { probes, .. }, true) = (&mut self.phase, generation == self.generation) {
            probes.retain(|probe| probe.ticket != ticket);
        }
    }

    /// Holds it open, or closed, until [`Self::reset`].
    pub(super) fn force(&mut self, to: State, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.begin_anew(now);
        self.forced = Some(to);
        (from != to).then(|| Transition::new(from, to))
    }

    /// Closed, with nothing counted and nothing forced.
    pub(super) fn reset(&mut self, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.begin_anew(now);
        (from != State::Closed).then(|| Transition::new(from, State::Closed))
    }

    /// Takes over another policy and begins anew. What an operator forced stays.
    pub(super) fn set_policy(&mut self, policy: CircuitPolicy, now: Instant) -> bool {
        let policy = clamped(policy);
        if policy == self.policy {
            return false;
        }
        (self.policy, self.scale) = (policy, scale(policy));
        let forced = self.forced;
        self.begin_anew(now);
        self.forced = forced;
        true
    }

    pub(super) fn snapshot(
        &self,
        succeeded: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> Snapshot {
        let mut snapshot = Snapshot::of(self.state(now));
        snapshot.forced = self.is_forced();
        let (is_open, until) = (snapshot.state == State::Open, self.until());
        // Half-open since the cooldown was over, though nobody has asked yet.
        let since = if is_open { self.since } else { until.or(self.since) };
        snapshot.since = since.map(|since| now.saturating_duration_since(since));
        snapshot.next_probe = until.filter(|_| is_open).map(|until| until.saturating_duration_since(now));
        match (&self.phase, self.scale) {
            (Phase::Closed, Some(scale)) => {
                let step = scale.step(origin, now);
                snapshot.failures = self.failures.total(scale, step);
                snapshot.calls = snapshot.failures.saturating_add(succeeded(scale, step));
            }
            (Phase::Closed, None) => {
                snapshot.failures = u64::from(self.in_a_row);
                snapshot.calls = snapshot.failures;
            }
            (Phase::HalfOpen { probes, successes, .. }, _) => {
                snapshot.probes = u32::try_from(probes.len()).unwrap_or(u32::MAX);
                snapshot.successes = *successes;
            }
            (Phase::Open { .. }, _) => {}
        }
        snapshot
    }

    /// Counts a failure. True where it opens.
    fn failed(&mut self, succeeded: impl FnOnce(Scale, u32) -> u64, origin: Instant, now: Instant) -> bool {
        self.in_a_row = self.in_a_row.saturating_add(1);
        let in_window = self.scale.map(|scale| {
            let step = self.failures.add(scale, scale.step(origin, now));
            (self.failures.total(scale, step), scale, step)
        });
        match (self.policy.trip, in_window) {
            (Trip::Failures { failures, .. }, None) => self.in_a_row >= failures,
            (Trip::Failures { failures, .. }, Some((total, ..))) => total >= u64::from(failures),
            (Trip::Rate { percent, min_calls, .. }, Some((failed, scale, step))) => {
                let calls = failed.saturating_add(succeeded(scale, step));
                calls >= u64::from(min_calls) && u128::from(failed) * 100 > u128::from(percent) * u128::from(calls)
            }
            _ => false,
        }
    }

    fn open(&mut self, now: Instant) -> Transition {
        self.openings = self.openings.saturating_add(1);
        let cooldown = cooldown(&self.policy, self.openings);
        self.turn(Phase::Open { until: now.saturating_add(cooldown).min(LATEST), cooldown }, now)
    }

    fn close(&mut self, now: Instant) -> Transition {
        self.openings = 0;
        self.turn(Phase::Closed, now)
    }

    fn begin_anew(&mut self, now: Instant) {
        self.forced = None;
        self.close(now);
    }

    /// Changes the state: a new generation begins, and nothing is counted yet.
    fn turn(&mut self, to: Phase, now: Instant) -> Transition {
        let from = self.stored_state();
        self.phase = to;
        // Never 0, which stands for "not counted".
        self.generation = self.generation.wrapping_add(1).max(1);
        self.since = Some(now);
        self.forget();
        Transition::new(from, self.stored_state())
    }

    fn forget(&mut self) {
        if self.in_a_row > 0 {
            self.in_a_row = 0;
            self.failures.clear();
        }
    }
}
