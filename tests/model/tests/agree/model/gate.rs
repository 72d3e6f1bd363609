//! What an attempt needs before it starts, in one order: time left, a circuit that is not open, a slot, the rate, and the circuit's admission;
//! and the wait for a slot and for the rate.

use super::World;
use super::call::{Call, Next};
use super::circuit::Refusal;
use super::nanos;
use super::slots::{Entered, Slots};
use crate::record::{Happened, NoSlot, Ns};
use recourse::policy::DurationText;
use std::time::Duration;

/// Why an attempt may not start.
#[derive(Clone, Copy)]
pub(super) enum Denial {
    Circuit(Refusal),
    Full(NoSlot),
    /// The rate allows it only after this time.
    Rate(Ns),
}

impl Denial {
    /// The reason for the end of the call, and the kind of its rejection.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Circuit(_) => "circuit_open",
            Self::Full(_) => "full",
            Self::Rate(_) => "rate_limited",
        }
    }

    pub(super) fn text(self) -> String {
        match self {
            Self::Circuit(Refusal { reason: "probes_busy", .. }) => {
                "its circuit is half-open, and its probes are on their way".to_owned()
            }
            Self::Circuit(_) => "its circuit is open".to_owned(),
            Self::Full(NoSlot { running, waiting, priority }) => {
                let calls = if running == 1 {
                    "1 call runs already".to_owned()
                } else {
                    format!("{running} calls run already")
                };
                let shed = priority.map(|priority| format!(", too many for priority {priority}")).unwrap_or_default();
                let wait = if waiting > 0 { format!(", and {waiting} wait") } else { String::new() };
                format!("{calls}{shed}{wait}")
            }
            Self::Rate(early) => {
                format!("its rate allows the next call in {}", DurationText(Duration::from_nanos(early)))
            }
        }
    }
}

impl World {
    fn slots(&mut self) -> &mut Slots {
        self.key.slots.as_mut().expect("the site made them")
    }

    pub(super) fn give_slot_back(&mut self) {
        let now = self.now;
        self.slots().give_back(now);
    }
}

impl Call<'_> {
    /// Asks for what the first attempt needs; but for nothing if the call's time is over.
    pub(super) fn gate(&mut self, world: &mut World) -> Next {
        self.site = world.resolve(self.script.site);
        self.counts_from_launch = world.counts_from_launch(self.site);
        self.event(world, Happened::CallStarted);
        // A deadline that is over already: nobody is asked, and nothing is counted.
        if self.site.policy.timeout.is_some_and(|timeout| timeout.is_zero()) {
            self.event(world, Happened::CallEnded("expired"));
            return Next::Over(self.rejected(world, "expired", None, None));
        }
        match self.claim(world) {
            // A function makes its attempt now, and it waits unpolled.
            Ok(()) if self.is_waiting() && self.script.play(0).unmade && self.is_of_function(world) => {
                self.unmade(world)
            }
            Ok(()) => Next::Again,
            Err(denial) => self.denied(world, denial),
        }
    }

    /// Takes what the next primary needs. The call may be waiting after that.
    pub(super) fn claim(&mut self, world: &mut World) -> Result<(), Denial> {
        if self.site.concurrency().is_none() && self.site.rate().is_none() {
            return self.ask_circuit(world).map_err(Denial::Circuit);
        }
        self.look_at_circuit(world)?;
        if let Some(policy) = self.site.concurrency() {
            let (number, share, now) = (self.number, self.share, world.now);
            let claimed = match policy.wait.map(nanos) {
                None => world.slots().take(share, now).map(|()| Entered::Slot),
                Some(wait) => {
                    // The time in the queue is time of the call.
                    self.started.get_or_insert(now);
                    let until = self.deadline().map_or(now + wait, |deadline| deadline.min(now + wait));
                    self.queued = Some(until);
                    world.slots().enter(number, share, until, now)
                }
            };
            match claimed {
                Ok(Entered::InQueue) => {
                    let (running, waiting) = world.slots().counts();
                    self.event(world, Happened::Queued { running, waiting });
                    return Ok(());
                }
                Ok(Entered::Slot) => (self.slot, self.queued) = (true, None),
                Err(no_slot) => {
                    self.queued = None;
                    self.event(world, Happened::SlotDenied(no_slot));
                    return Err(Denial::Full(no_slot));
                }
            }
        }
        self.claim_rate(world)
    }

    /// Takes of the rate what the next primary needs, and then asks the circuit, unless the call has to wait before.
    fn claim_rate(&mut self, world: &mut World) -> Result<(), Denial> {
        let counts = |per_call: bool| !per_call || self.launched == 0;
        if let Some(policy) = self.site.rate().filter(|policy| counts(policy.per_call)) {
            let now = world.now;
            if policy.wait.is_some() {
                self.started.get_or_insert(now);
            }
            let wait = policy.wait.map_or(0, nanos);
            // A moment at the deadline would be too late.
            let longest = self.deadline().map_or(wait, |deadline| wait.min((deadline - now).saturating_sub(1)));
            match world.key.rate.as_mut().expect("the site made it").take(longest, now) {
                Err(retry_after) => {
                    self.event(world, Happened::RateDenied { retry_after });
                    return Err(Denial::Rate(retry_after));
                }
                Ok((wait, taken)) => {
                    self.taken = Some(taken);
                    if wait > 0 {
                        self.rate_due = Some(now + wait);
                        self.event(world, Happened::RateDelayed { wait });
                        return Ok(());
                    }
                }
            }
        }
        self.ask_circuit(world).map_err(Denial::Circuit)
    }

    /// Takes a slot and of the rate for a hedge, which does not wait for either.
    pub(super) fn claim_for_hedge(&mut self, world: &mut World) -> Result<(), &'static str> {
        let (share, now) = (self.share, world.now);
        if self.site.concurrency().is_some() {
            self.slot = world.slots().take(share, now).is_ok();
            if !self.slot {
                return Err("concurrency");
            }
        }
        if self.site.rate().is_some_and(|policy| !policy.per_call) {
            let rate = world.key.rate.as_mut().expect("the site made it");
            self.taken = rate.take(0, now).map(|(_, taken)| taken).ok();
            if self.taken.is_none() {
                return Err("rate");
            }
        }
        Ok(())
    }

    /// A circuit that is open refuses the call before it takes anything. Whether it probes is asked when all else is there: a probe that waits
    /// would keep out all others.
    fn look_at_circuit(&mut self, world: &mut World) -> Result<(), Denial> {
        let refusal = if self.site.has_circuit() { world.circuit_refuses() } else { None };
        refusal.map_or(Ok(()), |refusal| {
            let Refusal { reason, retry_after } = refusal;
            self.event(world, Happened::CircuitDenied { reason, retry_after });
            Err(Denial::Circuit(refusal))
        })
    }

    /// Asks the circuit for the next primary.
    fn ask_circuit(&mut self, world: &mut World) -> Result<(), Refusal> {
        if !self.site.has_circuit() {
            return Ok(());
        }
        let (answer, changed) = world.ask_circuit();
        self.circuit_changed(world, changed);
        match answer {
            Ok(admission) => {
                self.is_probe |= admission.probe.is_some();
                // The policy may have changed since the gate, and judge now how long attempts take.
                self.counts_from_launch |= world.counts_from_launch(self.site);
                self.admission = Some(admission);
                Ok(())
            }
            Err(refusal) => {
                let Refusal { reason, retry_after } = refusal;
                self.event(world, Happened::CircuitDenied { reason, retry_after });
                Err(refusal)
            }
        }
    }

    /// No attempt starts, and the call ends without an outcome.
    fn denied(&mut self, world: &mut World, denial: Denial) -> Next {
        self.give_back(world);
        self.event(world, Happened::CallEnded(denial.reason()));
        Next::Over(self.rejected(world, denial.reason(), None, Some(denial)))
    }

    /// The call is one of a function, and not of a closure or a service.
    fn is_of_function(&self, world: &World) -> bool {
        self.script.site == 0 && world.entrance.is_function()
    }

    const fn is_waiting(&self) -> bool {
        self.queued.is_some() || self.rate_due.is_some()
    }

    /// When the call's time is over, if it has begun to count.
    fn deadline(&self) -> Option<Ns> {
        Some(self.started? + nanos(self.site.policy.timeout?))
    }

    fn is_late(&self, world: &World) -> bool {
        self.deadline().is_some_and(|deadline| world.now >= deadline)
    }

    /// No attempt runs: waits for the end of the delay before the next one, for a slot and for the rate, and launches it.
    pub(super) fn prepare(&mut self, world: &mut World) -> Next {
        if let Some(at) = self.retry_at.take() {
            self.timer = Some(at);
            if !world.is_due(at) {
                self.retry_at = Some(at);
                return Next::Pending;
            }
            if self.is_late(world) {
                return self.timed_out(world);
            }
            if let Err(denial) = self.claim(world) {
                return self.denied(world, denial);
            }
        }
        while self.is_waiting() {
            if let Some(next) = self.wait_for_room(world) {
                return next;
            }
        }
        self.launch(world, false)
    }

    /// Waits for a slot, or for the moment of the rate.
    fn wait_for_room(&mut self, world: &mut World) -> Option<Next> {
        let (number, share, now) = (self.number, self.share, world.now);
        let slot = if let Some(until) = self.queued {
            let answer = world.slots().ask(number, share, now);
            if answer.is_none() {
                self.timer = Some(until);
                return if world.is_due(until) { None } else { Some(Next::Pending) };
            }
            answer
        } else {
            let due = self.rate_due.expect("it waits for something");
            self.timer = Some(due);
            if !world.is_due(due) {
                return Some(Next::Pending);
            }
            None
        };
        (self.queued, self.rate_due) = (None, None);
        self.slot |= slot.is_some_and(|slot| slot.is_ok());
        // The end of the call's time says more than that of its wait.
        if self.is_late(world) {
            return Some(self.timed_out(world));
        }
        let claimed = match slot {
            None => self.ask_circuit(world).map_err(Denial::Circuit),
            // It may have opened meanwhile.
            Some(Ok(())) => self.look_at_circuit(world).and_then(|()| self.claim_rate(world)),
            Some(Err(no_slot)) => {
                self.event(world, Happened::SlotDenied(no_slot));
                Err(Denial::Full(no_slot))
            }
        };
        claimed.err().map(|denial| self.denied(world, denial))
    }
}
