//! The attempts of a group: how they start, run, and end.

use super::World;
use super::call::{Call, Next};
use super::circuit::Admission;
use crate::record::{BAD, Fault, Happened, How, Ns, Run};
use crate::script::{Entrance, Play, Then, Wait};
use std::mem;

/// A primary, and the hedges beside it.
#[derive(Default)]
pub(super) struct Group {
    primary: Option<Attempt>,
    hedges: [Option<Attempt>; 3],
    /// When the primary's time began to count.
    pub(super) since: Option<Ns>,
    /// The number of hedges that were launched.
    pub(super) hedged: u32,
    /// When the last hedge was launched.
    pub(super) last_hedge: Option<Ns>,
    /// The failure that is the group's outcome, unless another attempt does better.
    pub(super) kept: Option<((u8, u32), Class, Then)>,
    /// The longest time that a failure asked to wait.
    pub(super) pushback: Option<Ns>,
    /// A failure asked to wait until then, which holds for hedges, too.
    pub(super) not_before: Option<Ns>,
    /// A hedge that was denied is not asked for before the last attempt has run this long.
    pub(super) least_hedge_delay: Ns,
    /// An attempt failed for good, or the circuit did not admit a hedge.
    pub(super) hedges_no_more: bool,
}

/// An attempt that runs.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    pub(super) number: u32,
    launched: Ns,
    play: Play,
    /// The place of its run, once it has been polled.
    run: Option<usize>,
    /// When it ends by itself, once it has been polled.
    pub(super) ends: Option<Ns>,
    admission: Option<Admission>,
    /// It holds a slot.
    slot: bool,
}

/// An attempt of a group. Hedges stand in the order of their launches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Primary,
    Hedge(usize),
}

impl Who {
    /// In the order in which they are polled, and dropped.
    pub(super) const ALL: [Self; 4] = [Self::Primary, Self::Hedge(0), Self::Hedge(1), Self::Hedge(2)];
}

/// Why an attempt is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drop {
    /// It has ended, or lost to another one or to a limit: the time it ran says something.
    Lost,
    /// The deadline that cut it has cut another attempt, which speaks for the group.
    Beside,
    /// The caller dropped the call, or code of the user's panicked.
    Abandoned,
}

/// What became of an attempt that was polled.
pub(super) enum Ran {
    On,
    Ended(Then),
    Panicked,
}

/// What an outcome means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Success,
    Retry(Option<Ns>),
    Fatal,
    Ignored,
}

impl Class {
    /// The class of an outcome, and the text of its error.
    pub(super) fn of(then: Then) -> (Self, Option<String>) {
        let class = match then {
            Then::Value(BAD) => Self::Retry(None),
            Then::Value(_) | Then::Panic | Then::Error(Fault::Fine) => Self::Success,
            Then::Error(Fault::Busy(after)) => Self::Retry(after),
            Then::Error(Fault::Broken | Fault::Poison) => Self::Fatal,
            Then::Error(Fault::Missing) => Self::Ignored,
        };
        let text = match then {
            Then::Error(fault) if class != Self::Success => Some(fault.to_string()),
            _ => None,
        };
        (class, text)
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Retry(_) => "retryable",
            Self::Fatal => "non_retryable",
            Self::Ignored => "ignored",
        }
    }

    /// Of several failures the one with the lowest rank is the group's: by what it means, then by when its attempt was launched.
    pub(super) fn rank(self, number: u32) -> (u8, u32) {
        match self {
            Self::Fatal => (0, number),
            Self::Ignored | Self::Success => (1, number),
            Self::Retry(_) => (2, number),
        }
    }
}

impl Group {
    pub(super) fn get(&self, who: Who) -> Option<&Attempt> {
        match who {
            Who::Primary => self.primary.as_ref(),
            Who::Hedge(place) => self.hedges[place].as_ref(),
        }
    }

    fn place(&mut self, who: Who) -> &mut Option<Attempt> {
        match who {
            Who::Primary => &mut self.primary,
            Who::Hedge(place) => &mut self.hedges[place],
        }
    }

    pub(super) fn running(&self) -> impl Iterator<Item = &Attempt> {
        Who::ALL.into_iter().filter_map(|who| self.get(who))
    }

    /// The attempt that was launched first of those that run, and when its time began to count.
    pub(super) fn oldest(&self) -> Option<(Who, Ns)> {
        if self.primary.is_some() {
            return Some((Who::Primary, self.since?));
        }
        let hedges = Who::ALL.into_iter().skip(1).filter_map(|who| Some((who, self.get(who)?.launched)));
        hedges.min_by_key(|(_, launched)| *launched)
    }
}

impl Call<'_> {
    /// An attempt has to wait: its time, and that of the call, begin to count if they do not count yet.
    pub(super) fn begin_to_count(&mut self, now: Ns) {
        self.group.since.get_or_insert(now);
        self.started.get_or_insert(now);
    }

    /// Makes an attempt.
    pub(super) fn launch(&mut self, world: &mut World, is_hedge: bool) -> Next {
        let play = self.script.play(self.launched as usize);
        // A further attempt of a layer calls its service when it is polled, and one future is made before its call.
        let made_when_polled = match world.entrance {
            Entrance::Layer => self.launched > 0,
            Entrance::Guard => true,
            _ => false,
        };
        // The first attempt of a call that was in the queue may have been made at its gate.
        if play.unmade && !made_when_polled {
            return self.unmade(world);
        }
        // What was taken of the rate is used now.
        (self.paid, self.taken) = (None, None);
        let slot = mem::take(&mut self.slot);
        self.launched += 1;
        let number = self.launched;
        self.event(world, Happened::AttemptStarted { attempt: number, hedge: is_hedge });
        let launched = world.now;
        let attempt = |admission| Attempt { number, launched, play, run: None, ends: None, admission, slot };
        self.group.least_hedge_delay = 0;
        if is_hedge {
            self.group.hedges[self.group.hedged as usize] = Some(attempt(self.admission.take()));
            self.group.hedged += 1;
            self.group.last_hedge = Some(launched);
        } else {
            self.groups += 1;
            self.counted += 1;
            self.group = Group { primary: Some(attempt(self.admission.take())), ..Group::default() };
            // A probe outlives a change of the policy, which may begin to judge how long attempts take.
            self.group.since = (self.counts_from_launch || self.is_probe).then_some(launched);
        }
        Next::Again
    }

    /// Polls an attempt.
    pub(super) fn run(&mut self, world: &mut World, who: Who) -> Ran {
        let Some(attempt) = self.group.place(who) else { return Ran::On };
        let play = attempt.play;
        if play.unmade {
            return Ran::Panicked;
        }
        let run = *attempt.run.get_or_insert_with(|| {
            let began = world.now;
            self.runs.push(Run { began, ended: began, how: How::Runs });
            world.now += play.blocks;
            attempt.ends = match play.waits {
                Wait::Not => Some(world.now),
                Wait::For(time) => Some(world.now + time),
                Wait::Ever => None,
            };
            self.runs.len() - 1
        });
        if attempt.ends.is_none_or(|ends| world.now < ends) {
            return Ran::On;
        }
        let how = if play.then == Then::Panic { How::Panicked } else { How::Returned };
        (self.runs[run].ended, self.runs[run].how) = (world.now, how);
        match play.then {
            Then::Panic | Then::Error(Fault::Poison) => Ran::Panicked,
            then => Ran::Ended(then),
        }
    }

    pub(super) fn drop_all(&mut self, world: &mut World, outcome: &'static str, why: Drop) {
        for who in Who::ALL {
            if self.group.get(who).is_some() {
                self.attempt_over(world, who, outcome, None, why);
            }
        }
    }

    /// An attempt is over.
    pub(super) fn attempt_over(
        &mut self,
        world: &mut World,
        who: Who,
        outcome: &'static str,
        error: Option<String>,
        why: Drop,
    ) {
        let attempt = self.group.place(who).take().expect("it runs");
        if let Some(run) = attempt.run.map(|run| &mut self.runs[run]).filter(|run| run.how == How::Runs) {
            (run.ended, run.how) = (world.now, How::Dropped);
        }
        self.event(world, Happened::AttemptEnded { attempt: attempt.number, outcome, error: error.clone() });
        self.last_error = error.or(self.last_error.take());
        let since = if who == Who::Primary { self.group.since } else { Some(attempt.launched) };
        let took = since.map_or(0, |since| world.now - since);
        let fresh_after = self.site.retry().fresh_after.map(super::nanos);
        if fresh_after.is_some_and(|fresh_after| took >= fresh_after) {
            // It is the first of the new count, and the delays begin anew, too.
            (self.counted, self.last_delay) = (1, 0);
        }
        if who == Who::Primary && self.site.hedge().is_some() {
            world.observe(outcome, took, why);
        }
        if attempt.slot {
            world.give_slot_back();
        }
        if let Some(admission) = attempt.admission {
            let timeout = self.site.policy.timeout.map(super::nanos);
            let class = class_for_circuit(world, outcome, took, timeout).filter(|_| why != Drop::Beside);
            let changed = world.tell_circuit(admission, class, took);
            self.circuit_changed(world, changed);
        }
    }
}

/// What the end of an attempt says about the dependency's health.
fn class_for_circuit(world: &World, outcome: &str, took: Ns, timeout: Option<Ns>) -> Option<&'static str> {
    let slow = world.key.circuit.as_ref().and_then(|circuit| circuit.policy.slow);
    match outcome {
        "success" => Some("success"),
        "non_retryable" => Some("non_retryable"),
        "retryable" | "attempt_timeout" | "panicked" => Some("retryable"),
        // A caller without patience says nothing: the attempt must have had at least half of the call's time.
        "timeout" if timeout.is_none_or(|timeout| took * 2 >= timeout) => Some("retryable"),
        // What ran longer than `slow` counts however it ends.
        "timeout" | "cancelled" if slow.is_some_and(|slow| took > super::nanos(slow)) => Some("success"),
        _ => None,
    }
}

impl World {
    /// Records the time of a primary. One that was cut or lost would have run on, and counts for a quarter more; a failure that is faster
    /// than the median says nothing; nor does one that its caller dropped before the median.
    fn observe(&mut self, outcome: &str, took: Ns, why: Drop) {
        let median = self.key.latencies.percentile(50);
        let latency = match outcome {
            "cancelled" if why == Drop::Abandoned && median.is_none_or(|median| took < median) => return,
            "retryable" | "non_retryable" if median.is_none_or(|median| took < median) => return,
            "panicked" => return,
            "cancelled" | "attempt_timeout" | "timeout" => took * 5 / 4,
            _ => took,
        };
        self.key.latencies.seen.push((latency, self.now));
    }
}
