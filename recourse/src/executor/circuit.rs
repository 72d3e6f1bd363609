//! The circuit of a key, as calls use it: one of ours or one of the user's, what an operator made of it, and what of it an
//! attempt has to keep.

use crate::circuit::{
    BuiltInBreaker, CircuitBreaker, Decision, DecisionReason, Permit, SharedState, Snapshot, State, Transition, clamped,
};
use crate::executor::custom::Custom;
use crate::outcome::Class;
use crate::sync::{AtomicBool, Ordering};
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// The circuit of one key.
#[derive(Debug)]
pub(super) struct Circuit {
    breaker: Kind,
    /// What it was made for, by the first site of the key.
    made_for: CircuitPolicy,
    /// An operator gave it another policy.
    pushed: AtomicBool,
}

#[derive(Debug)]
enum Kind {
    Ours(BuiltInBreaker),
    Custom(Custom),
}

/// Makes the breakers of a key: a function named in an attribute, or whatever was registered in code.
pub(super) type Make<'a> = &'a dyn Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>;

/// What an attempt keeps of its admission.
#[derive(Debug)]
pub(super) enum Pass {
    /// The generation it belongs to; 0 where nothing is counted.
    Counted(u32),
    /// A permit that holds something: of a probe, or of a breaker of the user's.
    Held(Permit),
}

/// An attempt may not go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Denied {
    pub(super) reason: DecisionReason,
    pub(super) retry_after: Option<Duration>,
}

impl Circuit {
    pub(super) fn new(policy: CircuitPolicy, make: Option<Make<'_>>) -> Self {
        let breaker = match make {
            None => Kind::Ours(BuiltInBreaker::new(policy)),
            Some(make) => Kind::Custom(Custom::new(make(&policy), policy)),
        };
        Self { breaker, made_for: policy, pushed: AtomicBool::new(false) }
    }

    /// What a call reads while all is well.
    pub(super) fn front(&self) -> &SharedState {
        match &self.breaker {
            Kind::Ours(breaker) => breaker.published(),
            Kind::Custom(custom) => custom.front(),
        }
    }

    /// What it was made for.
    pub(super) fn made_for(&self) -> CircuitPolicy {
        self.made_for
    }

    /// The policy in force; a custom breaker may have settings of its own.
    pub(super) fn policy(&self) -> CircuitPolicy {
        match &self.breaker {
            Kind::Ours(breaker) => breaker.policy(),
            Kind::Custom(custom) => custom.policy(),
        }
    }

    /// May an attempt go? `now` is not asked while one of ours is closed.
    pub(super) fn admit(&self, now: impl FnOnce() -> Instant) -> (Result<Pass, Denied>, Option<Transition>) {
        let decision = match &self.breaker {
            Kind::Ours(breaker) => {
                let word = breaker.published().load();
                if word.is_closed() {
                    return (Ok(Pass::Counted(word.counted_generation())), None);
                }
                breaker.allow(now())
            }
            Kind::Custom(custom) if custom.forced() == Some(State::Closed) => return (Ok(Pass::Counted(0)), None),
            Kind::Custom(custom) => custom.allow(now()),
        };
        let Decision { permit, reason, retry_after, changed, .. } = decision;
        let pass = match permit {
            None => Err(Denied { reason, retry_after }),
            Some(permit) if permit.is_probe() || self.is_custom() => Ok(Pass::Held(permit)),
            // It closed, or was forced to, between the two looks.
            Some(permit) => Ok(Pass::Counted(u32::try_from(permit.generation()).unwrap_or(0))),
        };
        (pass, changed)
    }

    /// Why no attempt may go, where that is sure; nothing changes by asking.
    pub(super) fn refuses(&self, now: impl FnOnce() -> Instant) -> Option<Denied> {
        match &self.breaker {
            Kind::Ours(breaker) if breaker.published().load().is_closed() => None,
            Kind::Ours(breaker) => {
                let snapshot = breaker.snapshot(now());
                let reason = if snapshot.forced { DecisionReason::ForcedOpen } else { DecisionReason::Open };
                (snapshot.state == State::Open).then_some(Denied { reason, retry_after: snapshot.next_probe })
            }
            Kind::Custom(custom) => custom.refuses(now()),
        }
    }

    /// The pass of a further attempt beside those that run. There is none while the circuit is not closed: hedges do not probe.
    pub(super) fn admit_hedge(&self, now: Instant) -> (Option<Pass>, Option<Transition>) {
        match &self.breaker {
            Kind::Ours(breaker) => {
                let word = breaker.published().load();
                (word.is_closed().then(|| Pass::Counted(word.counted_generation())), None)
            }
            // Looked at before it is asked: asking may change its state, and take a probe from others.
            Kind::Custom(custom) if !custom.is_closed(now) => (None, None),
            Kind::Custom(_) => {
                let (pass, changed) = self.admit(|| now);
                let pass = pass.ok().filter(|pass| !matches!(pass, Pass::Held(permit) if permit.is_probe()));
                (pass, changed)
            }
        }
    }

    /// An attempt has ended. It began at `since`, where that is known.
    pub(super) fn ended(
        &self,
        pass: Pass,
        class: Class,
        since: Option<Instant>,
        now: impl FnOnce() -> Instant,
    ) -> Option<Transition> {
        let took = |now: Instant| since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        match (&self.breaker, pass) {
            (_, Pass::Counted(0)) | (Kind::Custom(_), Pass::Counted(_)) => None,
            (Kind::Ours(breaker), Pass::Counted(generation)) => {
                let word = breaker.published().load();
                if class == Class::Success && word.ignores_success() {
                    return None;
                }
                let now = now();
                breaker.ended(generation, class, took(now), now)
            }
            (Kind::Ours(breaker), Pass::Held(permit)) => {
                let now = now();
                breaker.record(permit, class, took(now), now)
            }
            (Kind::Custom(custom), Pass::Held(permit)) => {
                let now = now();
                custom.record(permit, class, took(now), now)
            }
        }
    }

    /// An attempt lost to another of its group after so long: where that alone makes it slow, it counts so. Else a dependency
    /// that never answers would hide behind hedges that do.
    pub(super) fn lost(&self, pass: Pass, since: Option<Instant>, now: impl FnOnce() -> Instant) -> Option<Transition> {
        let is_slow = |took: Duration| match &self.breaker {
            Kind::Ours(breaker) => breaker.is_slow(took),
            Kind::Custom(custom) => custom.policy().slow.is_some_and(|slow| took > slow),
        };
        if !self.front().load().is_timed() {
            return None;
        }
        let now = now();
        if is_slow(now.saturating_duration_since(since?)) {
            self.ended(pass, Class::Success, since, || now)
        } else {
            None
        }
    }

    /// True where evicting it would let calls go that it refuses, or undo what an operator did.
    pub(super) fn is_worth_keeping(&self) -> bool {
        let held = match &self.breaker {
            Kind::Ours(breaker) => !breaker.published().load().is_closed() || breaker.published().load().is_forced(),
            Kind::Custom(custom) => custom.is_not_closed() || custom.forced().is_some(),
        };
        held || self.pushed.load(Ordering::Relaxed)
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        match &self.breaker {
            Kind::Ours(breaker) => breaker.snapshot(now),
            Kind::Custom(custom) => custom.snapshot(now),
        }
    }

    /// Holds it there until it is reset.
    pub(super) fn force(&self, to: State, now: Instant) {
        match &self.breaker {
            Kind::Ours(breaker) => {
                breaker.force(to, now);
            }
            Kind::Custom(custom) => custom.force(Some(to), now),
        }
    }

    pub(super) fn reset(&self, now: Instant) {
        match &self.breaker {
            Kind::Ours(breaker) => {
                breaker.reset(now);
            }
            Kind::Custom(custom) => custom.force(None, now),
        }
    }

    /// Values out of bounds are clamped.
    pub(super) fn set_policy(&self, policy: CircuitPolicy, now: Instant) -> bool {
        let policy = clamped(policy);
        let taken = match &self.breaker {
            Kind::Ours(breaker) => breaker.set_policy(policy, now),
            Kind::Custom(custom) => custom.set_policy(&policy, now),
        };
        self.pushed.fetch_or(taken, Ordering::Relaxed);
        taken
    }

    pub(super) fn is_custom(&self) -> bool {
        matches!(self.breaker, Kind::Custom(_))
    }
}
