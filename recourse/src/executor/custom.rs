//! A breaker of the user's, and what an operator made of it.

use crate::circuit::{
    CircuitBreaker, Decision, DecisionReason, Permit, PublishedState, SharedState, Snapshot, State, Transition,
    catch_if_unwinding,
};
use crate::executor::circuit::Denied;
use crate::outcome::Class;
use crate::sync::{AtomicBool, AtomicU8, Mutex, Ordering, lock};
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// A breaker of the user's. It is asked for every attempt, and never under a lock.
#[derive(Debug)]
pub(super) struct Custom {
    breaker: Box<dyn CircuitBreaker>,
    /// What it was made for, or took over since.
    policy: Mutex<CircuitPolicy>,
    front: SharedState,
    /// Where an operator holds it: 0 for nowhere, 1 for closed, 2 for open.
    forced: AtomicU8,
    /// Whether it was closed when it last said something.
    was_closed: AtomicBool,
}

impl Custom {
    pub(super) fn new(breaker: Box<dyn CircuitBreaker>, policy: CircuitPolicy) -> Self {
        let (policy, front) = (Mutex::new(policy), PublishedState::always_ask());
        Self { breaker, policy, front, forced: AtomicU8::new(0), was_closed: AtomicBool::new(true) }
    }

    pub(super) fn front(&self) -> &SharedState {
        &self.front
    }

    pub(super) fn policy(&self) -> CircuitPolicy {
        *lock(&self.policy)
    }

    pub(super) fn forced(&self) -> Option<State> {
        match self.forced.load(Ordering::Acquire) {
            0 => None,
            1 => Some(State::Closed),
            _ => Some(State::Open),
        }
    }

    /// True where it says that it is closed; asking changes nothing.
    pub(super) fn is_closed(&self, now: Instant) -> bool {
        self.forced().unwrap_or_else(|| self.breaker.state(now)) == State::Closed
    }

    pub(super) fn allow(&self, now: Instant) -> Decision {
        if self.forced() == Some(State::Open) {
            return Decision::deny(State::Open, DecisionReason::ForcedOpen, None);
        }
        let decision = self.breaker.allow(now);
        self.is_now(decision.state);
        decision
    }

    pub(super) fn refuses(&self, now: Instant) -> Option<Denied> {
        let denied = |reason| Some(Denied { reason, retry_after: None });
        match self.forced() {
            Some(State::Open) => denied(DecisionReason::ForcedOpen),
            None if self.breaker.state(now) == State::Open => denied(DecisionReason::Open),
            _ => None,
        }
    }

    /// A panic of the breaker goes on to the caller, unless one is on its way there already.
    pub(super) fn record(&self, permit: Permit, class: Class, took: Duration, now: Instant) -> Option<Transition> {
        if self.forced().is_some() {
            return None;
        }
        let changed = catch_if_unwinding(|| self.breaker.record(permit, class, took, now)).flatten();
        if let Some(Transition { to, .. }) = changed {
            self.is_now(to);
        }
        changed
    }

    pub(super) fn is_not_closed(&self) -> bool {
        self.forced() == Some(State::Open) || !self.was_closed.load(Ordering::Relaxed)
    }

    /// Holds it there; `None` leaves it to itself, and resets it.
    pub(super) fn force(&self, to: Option<State>, now: Instant) {
        let forced = match to {
            None => 0,
            Some(State::Closed) => 1,
            Some(_) => 2,
        };
        self.forced.store(forced, Ordering::Release);
        if to.is_none() {
            self.breaker.reset(now);
            self.is_now(State::Closed);
        }
    }

    pub(super) fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        let taken = self.breaker.set_policy(policy, now);
        if taken {
            *lock(&self.policy) = *policy;
            self.is_now(State::Closed);
        }
        taken
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let mut snapshot = self.breaker.snapshot(now);
        if let Some(forced) = self.forced() {
            (snapshot.state, snapshot.forced, snapshot.next_probe) = (forced, true, None);
        }
        snapshot
    }

    fn is_now(&self, state: State) {
        self.was_closed.store(state == State::Closed, Ordering::Relaxed);
    }
}
