//! What a call holds of its circuit, and records of it.

use super::CallState;
use super::flags::Flags;
use crate::call::in_flight::HedgeLaunch;
use crate::circuit::Transition;
use crate::executor::{Admission, Refusal, ResolvedSite};
use crate::observe::Event;
use crate::time::Instant;

impl CallState {
    /// The primary was admitted in this generation of the circuit.
    pub(in crate::call) fn primary_counts_in(&mut self, generation: u32) {
        self.generation = generation;
    }

    /// Asks the circuit for the next primary.
    pub(in crate::call) fn admit(&mut self, site: &ResolvedSite, now: impl FnOnce() -> Instant) -> Result<(), Refusal> {
        let Some(circuit) = &site.circuit else { return Ok(()) };
        let (admission, changed) = circuit.admit(now);
        self.circuit_changed(changed);
        let admission = admission.inspect_err(|refusal| self.circuit_refused(*refusal))?;
        self.keep_admission(admission);
        // The policy may have changed since the gate, and judge now how long attempts take.
        if site.published.load().is_timed() {
            self.clock_from_launch();
        }
        Ok(())
    }

    /// Keeps the admission of the next primary.
    pub(in crate::call) fn keep_admission(&mut self, admission: Admission) {
        self.generation = match admission {
            Admission::Counted(generation) => generation,
            Admission::Permit(permit) => {
                // A probe outlives a change of the policy, which may begin to judge how long attempts take.
                if permit.is_probe() {
                    self.flags.set(Flags::PROBE.and(Flags::CLOCK_FROM_LAUNCH));
                }
                self.cold().permits.push((0, permit));
                0
            }
        };
    }

    pub(in crate::call) fn is_probe(&self) -> bool {
        self.flags.has(Flags::PROBE)
    }

    /// Takes the admission of an attempt that is gone.
    pub(in crate::call) fn take_admission(&mut self, number: u8, hedge: Option<HedgeLaunch>) -> Admission {
        let permits = self.cold.as_mut().map(|cold| &mut cold.permits);
        let permit = permits.and_then(|permits| {
            let index = permits.iter().position(|(attempt, _)| *attempt == number)?;
            Some(permits.swap_remove(index).1)
        });
        let counted = || Admission::Counted(hedge.map_or(self.generation, |hedge| hedge.generation));
        permit.map_or_else(counted, Admission::Permit)
    }

    pub(in crate::call) fn circuit_changed(&mut self, changed: Option<Transition>) {
        if let Some(Transition { from, to, cause }) = changed {
            self.record(|| Event::CircuitChanged { from, to, cause });
        }
    }

    pub(in crate::call) fn circuit_refused(&mut self, refusal: Refusal) {
        let Refusal { reason, retry_after } = refusal;
        self.record(|| Event::CircuitDenied { reason, retry_after });
    }
}
