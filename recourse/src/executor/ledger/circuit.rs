//! What a call holds of its circuit, and what it writes down of it.

use super::Ledger;
use super::marks::Marks;
use crate::circuit::Transition;
use crate::executor::circuit::{Denied, Pass};
use crate::executor::group::Launched;
use crate::executor::handle::Handle;
use crate::observe::Event;
use crate::time::Instant;

impl Ledger {
    /// The primary was admitted in this generation of the circuit.
    pub(in crate::executor) fn counts_in(&mut self, generation: u32) {
        self.admitted = generation;
    }

    /// Asks the circuit for the next primary.
    pub(in crate::executor) fn admit(&mut self, handle: &Handle, now: impl FnOnce() -> Instant) -> Result<(), Denied> {
        let Some(circuit) = &handle.circuit else { return Ok(()) };
        let (pass, changed) = circuit.admit(now);
        self.circuit_changed(changed);
        let pass = pass.inspect_err(|denied| self.circuit_denied(*denied))?;
        self.keep(pass);
        Ok(())
    }

    /// Keeps the pass of the next primary.
    pub(in crate::executor) fn keep(&mut self, pass: Pass) {
        self.admitted = match pass {
            Pass::Counted(generation) => generation,
            Pass::Held(permit) => {
                if permit.is_probe() {
                    self.marks.set(Marks::PROBE);
                }
                self.notes().permits.push((0, permit));
                0
            }
        };
    }

    pub(in crate::executor) fn is_probe(&self) -> bool {
        self.marks.has(Marks::PROBE)
    }

    /// What an attempt that is gone held of its circuit.
    pub(in crate::executor) fn pass(&mut self, number: u8, hedge: Option<Launched>) -> Pass {
        let permits = self.notes.as_mut().map(|notes| &mut notes.permits);
        let held = permits.and_then(|permits| {
            let at = permits.iter().position(|(of, _)| *of == number)?;
            Some(permits.swap_remove(at).1)
        });
        held.map_or(Pass::Counted(hedge.map_or(self.admitted, |hedge| hedge.admitted)), Pass::Held)
    }

    pub(in crate::executor) fn circuit_changed(&mut self, changed: Option<Transition>) {
        if let Some(Transition { from, to, .. }) = changed {
            self.record(|| Event::CircuitChanged { from, to });
        }
    }

    pub(super) fn circuit_denied(&mut self, denied: Denied) {
        let Denied { reason, retry_after } = denied;
        self.record(|| Event::CircuitDenied { reason, retry_after });
    }
}
