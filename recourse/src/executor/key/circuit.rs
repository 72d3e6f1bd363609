//! The circuit of a key as calls use it, whether its breaker is built in or the user's own.

use crate::circuit::{
    BuiltInBreaker, CircuitBreaker, Decision, DecisionReason, SharedState, Snapshot, State, Transition, clamped,
};
use crate::executor::key::admission::{Admission, Refusal};
use crate::executor::key::custom_breaker::CustomBreaker;
use crate::outcome::Class;
use crate::registry::Worth;
use crate::sync::{Mutex, lock};
use crate::time::Instant;
use recourse_policy::{Change, CircuitPolicy};
use std::time::Duration;

/// The circuit of one key.
///
/// # Design notes
///
/// - The first site's policy makes the breaker, and a changed policy is pushed to the breaker in place. Two sites whose texts differ would
///   otherwise reset each other's breaker for ever.
/// - An attempt that a closed built-in breaker admits holds no permit but a generation: four bytes, and nothing to give back.
#[derive(Debug)]
pub(crate) struct KeyCircuit {
    breaker: Breaker,
    made: Mutex<Made>,
}

/// The policy that a site made the breaker for, or has given it since.
#[derive(Debug)]
struct Made {
    policy: CircuitPolicy,
    /// The version of the key's state that the site was resolved from.
    version: u64,
}

#[derive(Debug)]
enum Breaker {
    BuiltIn(BuiltInBreaker),
    Custom(CustomBreaker),
}

/// Makes a breaker of the user's own: a function named in an attribute, or one registered for the key.
pub(in crate::executor) type MakeWith<'a> = &'a dyn Fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>;

impl KeyCircuit {
    pub(in crate::executor) fn new(policy: CircuitPolicy, make: Option<MakeWith<'_>>, version: u64) -> Self {
        let breaker = match make {
            None => Breaker::BuiltIn(BuiltInBreaker::new(policy)),
            Some(make) => Breaker::Custom(CustomBreaker::new(make(&policy), policy)),
        };
        Self { breaker, made: Mutex::new(Made { policy, version }) }
    }

    /// Gives the breaker the policy of a site that is resolved from `version`, if that is the first one since the policy of the key has
    /// changed, which it did at the version `due`.
    pub(in crate::executor) fn follow(&self, policy: CircuitPolicy, version: u64, due: u64) {
        let mut made = lock(&self.made);
        // A site that was resolved before the change has the policy of before.
        if made.version >= due || version < due {
            return;
        }
        *made = Made { policy, version };
        let mut wanted = (policy, version);
        drop(made);
        // Under no lock, since the breaker may be the user's own. Of two sites that follow two changes, the later change stays.
        loop {
            self.set_policy(wanted.0, Instant::now());
            let made = lock(&self.made);
            if made.version == wanted.1 {
                return;
            }
            wanted = (made.policy, made.version);
        }
    }

    /// Adds to `changes` in what the breaker differs from what a site asks for, which has this policy, and maybe a breaker of its own.
    pub(in crate::executor) fn tell_differences(&self, policy: CircuitPolicy, is_own: bool, changes: &mut Vec<Change>) {
        let shared = "sites with one key share their circuit breaker, and the first one made it";
        let (first, now) = (self.made_for(), self.policy());
        if first != policy {
            changes.push(Change::new("circuit", policy.to_string(), first.to_string(), shared));
        }
        if now != first {
            changes.push(Change::new("circuit", first.to_string(), now.to_string(), "an operator changed it"));
        }
        if self.is_custom() != is_own {
            let whose = |custom| if custom { "a breaker of your own" } else { "the built-in breaker" }.to_owned();
            changes.push(Change::new("breaker", whose(is_own), whose(self.is_custom()), shared));
        }
    }

    /// The part of the state that calls read without a lock.
    pub(in crate::executor) fn published(&self) -> &SharedState {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.published(),
            Breaker::Custom(custom) => custom.published(),
        }
    }

    fn made_for(&self) -> CircuitPolicy {
        lock(&self.made).policy
    }

    /// The policy in force. A breaker of the user's own may have settings of its own beside it.
    pub(in crate::executor) fn policy(&self) -> CircuitPolicy {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.policy(),
            Breaker::Custom(custom) => custom.policy(),
        }
    }

    pub(in crate::executor) fn is_custom(&self) -> bool {
        matches!(self.breaker, Breaker::Custom(_))
    }

    /// Asks for the admission of an attempt. Reads no clock while a built-in breaker is closed.
    pub(crate) fn admit(&self, now: impl FnOnce() -> Instant) -> (Result<Admission, Refusal>, Option<Transition>) {
        let decision = match &self.breaker {
            Breaker::BuiltIn(breaker) => {
                let state = breaker.published().load();
                if state.is_closed() {
                    return (Ok(Admission::Counted(state.counted_generation())), None);
                }
                breaker.allow(now())
            }
            Breaker::Custom(custom) if custom.held() == Some(State::Closed) => {
                return (Ok(Admission::Counted(0)), None);
            }
            Breaker::Custom(custom) => custom.allow(now()),
        };
        let Decision { permit, reason, retry_after, changed, .. } = decision;
        let admission = match permit {
            None => Err(Refusal { reason, retry_after }),
            Some(permit) if permit.is_probe() || self.is_custom() => Ok(Admission::Permit(permit)),
            // The breaker closed, or was forced to, after its state was loaded above.
            Some(permit) => Ok(Admission::Counted(u32::try_from(permit.generation()).unwrap_or(0))),
        };
        (admission, changed)
    }

    /// The reason why no attempt is admitted, if that is certain. Asking changes nothing.
    pub(crate) fn refuses(&self, now: impl FnOnce() -> Instant) -> Option<Refusal> {
        match &self.breaker {
            Breaker::BuiltIn(breaker) if breaker.published().load().is_closed() => None,
            Breaker::BuiltIn(breaker) => {
                let snapshot = breaker.snapshot(now());
                let reason = if snapshot.forced { DecisionReason::ForcedOpen } else { DecisionReason::Open };
                (snapshot.state == State::Open).then_some(Refusal { reason, retry_after: snapshot.next_probe })
            }
            Breaker::Custom(custom) => custom.refuses(now()),
        }
    }

    /// Asks for the admission of a hedge. There is none while the circuit is not closed: hedges do not probe.
    pub(crate) fn admit_hedge(&self, now: Instant) -> (Option<Admission>, Option<Transition>) {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => {
                let state = breaker.published().load();
                (state.is_closed().then(|| Admission::Counted(state.counted_generation())), None)
            }
            // The state is read before the breaker is asked: asking may change the state, and take a probe from others.
            Breaker::Custom(custom) if !custom.is_closed(now) => (None, None),
            Breaker::Custom(_) => {
                let (admission, changed) = self.admit(|| now);
                let is_probe =
                    |admission: &Admission| matches!(admission, Admission::Permit(permit) if permit.is_probe());
                (admission.ok().filter(|admission| !is_probe(admission)), changed)
            }
        }
    }

    /// Records how an attempt ended. The attempt began at `since`, if that is known.
    pub(crate) fn ended(
        &self,
        admission: Admission,
        class: Class,
        since: Option<Instant>,
        now: impl FnOnce() -> Instant,
    ) -> Option<Transition> {
        let took = |now: Instant| since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        match (&self.breaker, admission) {
            (_, Admission::Counted(0)) | (Breaker::Custom(_), Admission::Counted(_)) => None,
            (Breaker::BuiltIn(breaker), Admission::Counted(generation)) => {
                if class == Class::Success && breaker.published().load().ignores_success() {
                    return None;
                }
                let now = now();
                breaker.ended(generation, class, took(now), now)
            }
            (Breaker::BuiltIn(breaker), Admission::Permit(permit)) => {
                let now = now();
                breaker.record(permit, class, took(now), now)
            }
            (Breaker::Custom(custom), Admission::Permit(permit)) => {
                let now = now();
                custom.record(permit, class, took(now), now)
            }
        }
    }

    /// Records an attempt that lost to another one of its group. It counts as slow if it ran for that long: otherwise a dependency that
    /// never answers would hide behind the hedges that do.
    pub(crate) fn lost(
        &self,
        admission: Admission,
        since: Option<Instant>,
        now: impl FnOnce() -> Instant,
    ) -> Option<Transition> {
        let is_slow = |took: Duration| match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.is_slow(took),
            Breaker::Custom(custom) => custom.policy().slow.is_some_and(|slow| took > slow),
        };
        if !self.published().load().is_timed() {
            return None;
        }
        let now = now();
        if is_slow(now.saturating_duration_since(since?)) {
            self.ended(admission, Class::Success, since, || now)
        } else {
            None
        }
    }

    /// Returns what would be lost with the circuit. A breaker of the user's own is not asked, since this is asked under a lock.
    pub(in crate::executor) fn worth(&self, now: Instant) -> Worth {
        let (decided, counted) = match &self.breaker {
            Breaker::BuiltIn(breaker) => {
                let state = breaker.published().load();
                // Successes alone say what a new breaker takes for granted.
                (!state.is_closed() || state.is_forced(), breaker.has_failures(now))
            }
            Breaker::Custom(custom) => (custom.is_not_closed() || custom.held().is_some(), custom.has_failures()),
        };
        if decided || self.policy() != self.made_for() {
            return Worth::Decided;
        }
        if counted { Worth::Counted } else { Worth::Nothing }
    }

    /// Returns the last known state of the circuit. A breaker of the user's own is not asked.
    pub(in crate::executor) fn last_known(&self, now: Instant) -> Snapshot {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.snapshot(now),
            Breaker::Custom(custom) => custom.last_known(),
        }
    }

    pub(in crate::executor) fn snapshot(&self, now: Instant) -> Snapshot {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.snapshot(now),
            Breaker::Custom(custom) => custom.snapshot(now),
        }
    }

    /// The state in which an operator holds the circuit.
    pub(in crate::executor) fn held(&self) -> Option<State> {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.held(),
            Breaker::Custom(custom) => custom.held(),
        }
    }

    /// Holds the circuit in a state until it is reset.
    pub(in crate::executor) fn hold(&self, state: State, now: Instant) {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => {
                breaker.force(state, now);
            }
            Breaker::Custom(custom) => custom.hold(Some(state), now),
        }
    }

    pub(in crate::executor) fn reset(&self, now: Instant) {
        match &self.breaker {
            Breaker::BuiltIn(breaker) => {
                breaker.reset(now);
            }
            Breaker::Custom(custom) => custom.hold(None, now),
        }
    }

    /// Gives the breaker another policy, clamped to the bounds. True if the breaker took the policy, and it differed.
    pub(in crate::executor) fn set_policy(&self, policy: CircuitPolicy, now: Instant) -> bool {
        let policy = clamped(policy);
        match &self.breaker {
            Breaker::BuiltIn(breaker) => breaker.set_policy(policy, now),
            Breaker::Custom(custom) => custom.set_policy(&policy, now),
        }
    }
}
