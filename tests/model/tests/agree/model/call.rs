//! One call: its groups of attempts, and its end.

use super::World;
use super::attempts::{Class, Drop, Group, Ran, Who};
use super::backoff;
use super::circuit::{Admission, Changed};
use super::gate::Denial;
use super::rate::Taken;
use super::share::Share;
use super::sites::Site;
use crate::record::{Ending, Happened, Ns, Refused, Run};
use crate::script::{CallScript, Then};
use recourse::policy::DurationText;
use std::mem;
use std::time::Duration;

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Call<'a> {
    /// The number of the call in its script.
    pub(crate) number: usize,
    pub(super) script: &'a CallScript,
    /// What the call began under.
    pub(super) site: Site,
    /// Somebody needs to know how long attempts take, so the time of an attempt counts from its launch.
    pub(super) counts_from_launch: bool,
    pub(crate) began: Ns,
    pub(crate) runs: Vec<Run>,
    has_begun: bool,
    /// When the call's time began to count.
    pub(super) started: Option<Ns>,
    /// The number of groups so far.
    pub(super) groups: u32,
    /// The number of groups that the policy counts: from the last one whose attempt ran as long as `fresh after` says.
    pub(super) counted: u32,
    /// The number of attempts so far, hedges included.
    pub(super) launched: u32,
    pub(super) group: Group,
    /// The call was admitted as a probe: it makes no further attempt, and no hedge.
    pub(super) is_probe: bool,
    /// What the circuit said to the next primary.
    pub(super) admission: Option<Admission>,
    /// When the delay before the next group is over.
    pub(super) retry_at: Option<Ns>,
    /// What was paid for and has not started.
    pub(super) paid: Option<PaidFor>,
    /// Which part of the slots the call may use.
    pub(super) share: Share,
    /// There is a slot for the next attempt.
    pub(super) slot: bool,
    /// What was taken of the rate for it.
    pub(super) taken: Option<Taken>,
    /// It waits for a slot, at most until then.
    pub(super) queued: Option<Ns>,
    /// It waits for this moment, when the rate allows it.
    pub(super) rate_due: Option<Ns>,
    pub(super) last_delay: Ns,
    pub(super) last_error: Option<String>,
    /// The call's one timer: the moment for which it was last set. Nobody stops it.
    pub(super) timer: Option<Ns>,
}

/// An attempt that a budget has paid for.
#[derive(Clone, Copy)]
pub(super) enum PaidFor {
    Retry,
    Hedge,
}

/// What a step of a call led to.
pub(super) enum Next {
    Again,
    Pending,
    Over(Ending),
}

impl<'a> Call<'a> {
    pub(crate) fn new(number: usize, script: &'a CallScript, world: &mut World) -> Self {
        let began = world.now;
        // A call without patience has a level, too.
        let share = script.priority.map_or(Share::ALL, |priority| Share::new(priority, world.lots.up_to(255)));
        Self {
            number,
            script,
            site: Site::default(),
            counts_from_launch: false,
            began,
            runs: Vec::new(),
            has_begun: false,
            started: None,
            groups: 0,
            counted: 0,
            launched: 0,
            group: Group::default(),
            is_probe: false,
            admission: None,
            retry_at: None,
            paid: None,
            share,
            slot: false,
            taken: None,
            queued: None,
            rate_due: None,
            last_delay: 0,
            last_error: None,
            timer: None,
        }
    }

    pub(super) fn event(&self, world: &mut World, happened: Happened) {
        world.event(self.number, self.began, happened);
    }

    /// Everything that wakes the call.
    pub(crate) fn timers(&self) -> Vec<Ns> {
        let patience = self.began + self.script.patience;
        self.group.running().filter_map(|attempt| attempt.ends).chain(self.timer).chain([patience]).collect()
    }

    /// Goes on as far as the call can without waiting.
    pub(crate) fn poll(&mut self, world: &mut World) -> Option<Ending> {
        let mut next = Next::Again;
        if !self.has_begun {
            self.has_begun = true;
            next = self.gate(world);
        }
        loop {
            next = match next {
                Next::Again => self.step(world),
                Next::Pending => return None,
                Next::Over(ending) => return Some(ending),
            };
        }
    }

    pub(super) fn circuit_changed(&self, world: &mut World, changed: Changed) {
        if let Some((from, to, cause)) = changed {
            self.event(world, Happened::CircuitChanged { from, to, cause });
        }
    }

    /// Polls the primary, then the hedges, and then waits.
    fn step(&mut self, world: &mut World) -> Next {
        if self.group.running().next().is_none() {
            return self.prepare(world);
        }
        for who in Who::ALL {
            match self.run(world, who) {
                Ran::On => {}
                Ran::Panicked => return self.panicked(world, who),
                Ran::Ended(then) => return self.settle(world, who, then),
            }
        }
        self.wait(world)
    }

    /// An attempt has an outcome. A success ends its group, and so does a failure for good unless the policy fails slow. The group
    /// goes on after any other failure, as long as an attempt runs.
    fn settle(&mut self, world: &mut World, who: Who, then: Then) -> Next {
        let (class, text) = Class::of(then);
        let number = if who == Who::Primary { 0 } else { self.group.get(who).expect("it has ended").number };
        self.attempt_over(world, who, class.code(), text, Drop::Lost);
        let fails_slow = self.site.hedge().is_some_and(|hedge| hedge.fail_slow);
        let decides = match class {
            Class::Success => true,
            Class::Fatal | Class::Ignored => self.group.hedged == 0 || !fails_slow,
            Class::Retry(_) => false,
        };
        if let Class::Retry(after) = class {
            self.group.pushback = self.group.pushback.max(after);
            // A primary that was alone is followed by no hedge.
            if let Some(after) = after.filter(|_| self.group.hedged > 0) {
                let (retry, left) = (self.site.retry(), self.left(world));
                let not_before = world.now + backoff::spread(&retry, after, left, &mut world.lots);
                self.group.not_before = self.group.not_before.max(Some(not_before));
            }
        } else {
            self.group.hedges_no_more = true;
        }
        if decides {
            self.drop_all(world, "cancelled", Drop::Lost);
            return self.group_over(world, Some((class, then)));
        }
        let rank = class.rank(number);
        if self.group.kept.is_none_or(|(kept, ..)| rank < kept) {
            self.group.kept = Some((rank, class, then));
        }
        self.group_over_if_none_runs(world)
    }

    pub(super) fn group_over_if_none_runs(&mut self, world: &mut World) -> Next {
        if self.group.running().next().is_some() {
            return Next::Again;
        }
        let kept = self.group.kept.map(|(_, class, then)| (class, then));
        self.group_over(world, kept)
    }

    /// The group is over, with an outcome; or with none, because each of its attempts ran into its limit.
    fn group_over(&mut self, world: &mut World, outcome: Option<(Class, Then)>) -> Next {
        let reason = match outcome {
            Some((Class::Success, _)) => "success",
            Some((Class::Fatal, _)) => "non_retryable",
            Some((Class::Ignored, _)) => "ignored",
            Some((Class::Retry(_), _)) | None => match self.retry(world) {
                Ok(()) => {
                    self.group = Group::default();
                    return Next::Again;
                }
                Err(reason) => reason,
            },
        };
        if reason == "success" && self.groups == 1 {
            world.deposit(self.site);
        }
        self.event(world, Happened::CallEnded(reason));
        if let Some((_, then)) = outcome {
            return Next::Over(ending(then));
        }
        let limit = self.site.policy.attempt_timeout;
        Next::Over(self.rejected(world, "attempt_timeout", limit, None))
    }

    /// The call's time is up.
    pub(super) fn timed_out(&mut self, world: &mut World) -> Next {
        // One deadline is one piece of evidence: the attempt that ran longest speaks for its group.
        if let Some((who, _)) = self.group.oldest() {
            self.attempt_over(world, who, "timeout", None, Drop::Lost);
        }
        self.drop_all(world, "timeout", Drop::Beside);
        self.give_back(world);
        self.event(world, Happened::CallEnded("timeout"));
        // A real error of the group says more than a rejection would.
        if let Some((_, _, then)) = self.group.kept {
            return Next::Over(ending(then));
        }
        let limit = self.site.policy.timeout;
        Next::Over(self.rejected(world, "timeout", limit, None))
    }

    /// What was paid for and never started is given back, and so is the place of a probe that never started.
    pub(super) fn give_back(&mut self, world: &mut World) {
        match self.paid.take() {
            Some(PaidFor::Retry) => world.refund_retry(self.site),
            Some(PaidFor::Hedge) => world.refund_hedge(self.site),
            None => {}
        }
        if let Some(admission) = self.admission.take() {
            world.tell_circuit(admission, None, 0);
        }
        self.rate_due = None;
        if let (Some(taken), Some(rate)) = (self.taken.take(), &mut world.key.rate) {
            rate.give_back(taken);
        }
        if mem::take(&mut self.slot) {
            world.give_slot_back();
        }
        if let (Some(_), Some(slots)) = (self.queued.take(), &mut world.key.slots) {
            slots.leave(self.number, world.now);
        }
    }

    /// Code of the user's panicked while this attempt ran.
    fn panicked(&mut self, world: &mut World, who: Who) -> Next {
        self.attempt_over(world, who, "panicked", None, Drop::Abandoned);
        self.drop_all(world, "cancelled", Drop::Abandoned);
        self.give_back(world);
        self.event(world, Happened::CallEnded("panicked"));
        Next::Over(Ending::Panicked)
    }

    /// Making an attempt panicked.
    pub(super) fn unmade(&mut self, world: &mut World) -> Next {
        self.drop_all(world, "cancelled", Drop::Abandoned);
        self.give_back(world);
        self.event(world, Happened::CallEnded("panicked"));
        Next::Over(Ending::Panicked)
    }

    /// The caller drops the call when patience ends.
    pub(crate) fn lose_patience(&mut self, world: &mut World) -> Option<Ending> {
        if world.now < self.began + self.script.patience {
            return None;
        }
        self.drop_all(world, "cancelled", Drop::Abandoned);
        self.give_back(world);
        self.event(world, Happened::CallEnded("cancelled"));
        Some(Ending::Dropped)
    }

    /// Makes a rejection.
    pub(super) fn rejected(
        &mut self,
        world: &mut World,
        kind: &'static str,
        limit: Option<Duration>,
        denial: Option<Denial>,
    ) -> Ending {
        // Known fault: without a timeout, the engine may begin to count later than the documentation says.
        let counts = self.launched == 0 || self.site.policy.timeout.is_some();
        let elapsed = self.started.map_or(0, |started| world.now - started);
        let key = world.entrance.key();
        let attempts = format!("{} attempt{}", self.launched, if self.launched == 1 { "" } else { "s" });
        let limit = limit.map(DurationText);
        let (mut retry_after, mut circuit, mut full) = (None, None, None);
        match denial {
            Some(Denial::Circuit(refusal)) => (retry_after, circuit) = (refusal.retry_after, Some(refusal.reason)),
            Some(Denial::Full(no_slot)) => full = Some(no_slot),
            Some(Denial::Rate(early)) => retry_after = Some(early),
            None => {}
        }
        let state = denial.map(Denial::text).unwrap_or_default();
        let text = match (kind, limit) {
            ("timeout", Some(limit)) => format!("`{key}` timed out after {limit}, in {attempts}"),
            ("attempt_timeout", Some(limit)) => format!("`{key}` gave no answer within {limit}, in {attempts}"),
            ("expired", _) => format!("`{key}` was not called: its deadline was over before it began"),
            _ if self.launched == 0 => format!("`{key}` was not called: {state}"),
            _ => format!("`{key}` was not called again after {attempts}: {state}"),
        };
        Ending::Rejected(Box::new(Refused {
            kind,
            attempts: self.launched,
            elapsed: counts.then_some(elapsed),
            retry_after,
            circuit,
            full,
            last_error: self.last_error.take(),
            text,
        }))
    }
}

fn ending(then: Then) -> Ending {
    match then {
        Then::Value(value) => Ending::Value(value),
        Then::Error(fault) => Ending::Error(fault),
        Then::Panic => Ending::Panicked,
    }
}
