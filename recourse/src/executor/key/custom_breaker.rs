//! A circuit breaker of the user's own, and what operators do to it.

use crate::circuit::{
    CircuitBreaker, Decision, DecisionReason, Permit, PublishedState, SharedState, Snapshot, State, Transition,
    catch_if_unwinding,
};
use crate::executor::key::admission::Refusal;
use crate::outcome::Class;
use crate::sync::{AtomicBool, AtomicU8, Mutex, Ordering, lock};
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// A breaker of the user's own. It is asked for every attempt, and never under a lock.
///
/// # Design notes
///
/// An operator's hold is kept here and not in the breaker. So it works for breakers that know nothing of holds, and it outlives a
/// change of policy.
#[derive(Debug)]
pub(in crate::executor) struct CustomBreaker {
    breaker: Box<dyn CircuitBreaker>,
    /// The policy that the breaker was made for, or has taken over since.
    policy: Mutex<CircuitPolicy>,
    published: SharedState,
    /// The state in which an operator holds the breaker: 0 for none, 1 for closed, 2 for open.
    held: AtomicU8,
    /// The breaker was closed when it last said anything. Eviction asks this under the lock of the map, where the breaker itself must not be
    /// called.
    was_closed: AtomicBool,
    /// A failure was recorded since the breaker last changed its state, as far as that is known.
    has_failures: AtomicBool,
}

impl CustomBreaker {
    pub(in crate::executor) fn new(breaker: Box<dyn CircuitBreaker>, policy: CircuitPolicy) -> Self {
        let (policy, published) = (Mutex::new(policy), PublishedState::always_ask());
        Self {
            breaker,
            policy,
            published,
            held: AtomicU8::new(0),
            was_closed: AtomicBool::new(true),
            has_failures: AtomicBool::new(false),
        }
    }

    pub(in crate::executor) fn published(&self) -> &SharedState {
        &self.published
    }

    pub(in crate::executor) fn policy(&self) -> CircuitPolicy {
        *lock(&self.policy)
    }

    /// The state in which an operator holds the breaker.
    pub(in crate::executor) fn held(&self) -> Option<State> {
        match self.held.load(Ordering::Acquire) {
            0 => None,
            1 => Some(State::Closed),
            _ => Some(State::Open),
        }
    }

    /// True if the breaker says that it is closed. Asking changes nothing.
    pub(in crate::executor) fn is_closed(&self, now: Instant) -> bool {
        self.held().unwrap_or_else(|| self.breaker.state(now)) == State::Closed
    }

    pub(in crate::executor) fn allow(&self, now: Instant) -> Decision {
        if self.held() == Some(State::Open) {
            return Decision::deny(State::Open, DecisionReason::ForcedOpen, None);
        }
        let decision = self.breaker.allow(now);
        self.now_in(decision.state);
        decision
    }

    /// The reason why no attempt is admitted, if the breaker is certain of that. Asking changes nothing.
    pub(in crate::executor) fn refuses(&self, now: Instant) -> Option<Refusal> {
        let refusal = |reason| Some(Refusal { reason, retry_after: None });
        match self.held() {
            Some(State::Open) => refusal(DecisionReason::ForcedOpen),
            None if self.breaker.state(now) == State::Open => refusal(DecisionReason::Open),
            _ => None,
        }
    }

    /// Records how an attempt ended, unless an operator holds the breaker.
    ///
    /// # Panics
    ///
    /// A panic of the breaker goes on to the caller, unless another panic is on its way there already.
    pub(in crate::executor) fn record(
        &self,
        permit: Permit,
        class: Class,
        took: Duration,
        now: Instant,
    ) -> Option<Transition> {
        if self.held().is_some() {
            return None;
        }
        let changed = catch_if_unwinding(|| self.breaker.record(permit, class, took, now)).flatten();
        match changed {
            Some(Transition { to, .. }) => self.now_in(to),
            None if class != Class::Success => self.has_failures.store(true, Ordering::Relaxed),
            None => {}
        }
        changed
    }

    /// True if the breaker refuses calls, or did when it was last asked.
    pub(in crate::executor) fn is_not_closed(&self) -> bool {
        self.held() == Some(State::Open) || !self.was_closed.load(Ordering::Relaxed)
    }

    /// True if the breaker may have counted failures. A success may have made it forget them; the breaker does not say so.
    pub(in crate::executor) fn has_failures(&self) -> bool {
        self.has_failures.load(Ordering::Relaxed)
    }

    /// Returns what is known of the breaker without asking it.
    pub(in crate::executor) fn last_known(&self) -> Snapshot {
        let state = if self.is_not_closed() { State::Open } else { State::Closed };
        let mut snapshot = Snapshot::of(self.held().unwrap_or(state));
        snapshot.forced = self.held().is_some();
        snapshot
    }

    /// Holds the breaker in a state, or releases and resets it if `state` is `None`.
    pub(in crate::executor) fn hold(&self, state: Option<State>, now: Instant) {
        let held = match state {
            None => 0,
            Some(State::Closed) => 1,
            Some(_) => 2,
        };
        self.held.store(held, Ordering::Release);
        if state.is_none() {
            self.breaker.reset(now);
            self.begins_anew();
        }
    }

    pub(in crate::executor) fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        let taken = self.breaker.set_policy(policy, now);
        if taken {
            *lock(&self.policy) = *policy;
            self.begins_anew();
            self.now_in(self.breaker.state(now));
        }
        taken
    }

    pub(in crate::executor) fn snapshot(&self, now: Instant) -> Snapshot {
        let mut snapshot = self.breaker.snapshot(now);
        if let Some(held) = self.held() {
            (snapshot.state, snapshot.forced, snapshot.next_probe) = (held, true, None);
        }
        snapshot
    }

    fn now_in(&self, state: State) {
        let is_closed = state == State::Closed;
        // Asked for every attempt, and the answer is mostly the same: not storing keeps the cache line shared.
        if self.was_closed.load(Ordering::Relaxed) != is_closed {
            self.was_closed.store(is_closed, Ordering::Relaxed);
            self.has_failures.store(false, Ordering::Relaxed);
        }
    }

    fn begins_anew(&self) {
        self.was_closed.store(true, Ordering::Relaxed);
        self.has_failures.store(false, Ordering::Relaxed);
    }
}
