//! What operators do to a machine: hold it, reset it, and give it another policy.

use super::super::cause::TransitionCause;
use super::super::settings::clamped;
use super::super::state::State;
use super::super::tally::Tally;
use super::super::transition::Transition;
use super::{Machine, Phase};
use crate::time::Instant;
use recourse_policy::CircuitPolicy;

impl Machine {
    /// Holds the machine open or closed until [`reset`](Self::reset).
    pub(in crate::circuit) fn force(&mut self, to: State, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.begin_anew(now);
        self.forced = Some(to);
        (from != to).then(|| Transition::new(from, to).because(TransitionCause::Operator))
    }

    /// Closes the machine, forgets what was counted, and ends an operator's hold.
    pub(in crate::circuit) fn reset(&mut self, now: Instant) -> Option<Transition> {
        let from = self.state(now);
        self.begin_anew(now);
        (from != State::Closed).then(|| Transition::new(from, State::Closed).because(TransitionCause::Operator))
    }

    /// Takes over another policy and counts anew; returns false if it has this policy already. An operator's hold outlives the
    /// change: whoever pushes policies does not know about it.
    ///
    /// The dependency is no better for another policy. So an open machine stays open for what is left of its cooldown, and one that
    /// probes goes on with the probes that run; only what has succeeded so far begins anew. A policy that never opens closes it.
    pub(in crate::circuit) fn set_policy(&mut self, policy: CircuitPolicy, now: Instant) -> bool {
        let policy = clamped(policy);
        if policy == self.policy {
            return false;
        }
        (self.policy, self.tally) = (policy, Tally::new(policy.trip));
        match &mut self.phase {
            Phase::Open { .. } if policy.trips() => {}
            Phase::HalfOpen { successes, .. } if policy.trips() => *successes = 0,
            // Closed, or held: then the phase is closed, too.
            _ => {
                let forced = self.forced;
                self.begin_anew(now);
                self.forced = forced;
            }
        }
        true
    }
}
