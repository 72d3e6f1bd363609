//! The model: what becomes of a script, computed slowly and plainly from the policies and the documentation. It uses std, the policy
//! types and the vocabulary of this test, and nothing of the engine.
//!
//! | file | what it says |
//! |---|---|
//! | `mod` | the clock, and the order in which lanes wake |
//! | `sites` | which policy is in force where, and what the sites of a key share |
//! | `gate` | what an attempt needs before it starts, and the wait for that |
//! | `call` | one call: its groups, and its end |
//! | `attempts` | the attempts of a group: how they start, run and end |
//! | `wait` | limits, and when a hedge starts |
//! | `retry` | the reasons against another group |
//! | `key` | the circuit, the budgets and the latencies of a key, and who was told what |
//! | `circuit`, `budget`, `latencies`, `backoff`, `slots`, `share`, `rate` | the mechanisms |
//! | `timeline` | what a timeline keeps of many attempts |
//!
//! # What is not modelled
//!
//! Adaptive limits (which have a simulation of their own), what operators do to single breakers, policies from providers, eviction of keys, percentiles of the built-in ring of latencies, triggers of the user's own, panics of breakers, budgets,
//! triggers, observers and drops, fallbacks. Bodies that make guarded calls themselves, and races, have a model of their own: `tests/nested`.
//!
//! # Known faults of the engine
//!
//! Where the engine is known to do something else than the documentation says, the model says what the documentation does, and names the
//! field that is not compared. There is one: [`Refused::elapsed`](crate::record::Refused::elapsed), in `Call::rejected`.

mod attempts;
mod backoff;
mod budget;
mod call;
mod circuit;
mod gate;
mod key;
pub(crate) mod latencies;
mod rate;
mod retry;
mod share;
mod sites;
mod slots;
mod timeline;
mod wait;

use crate::lots::Lots;
use crate::record::{Ending, MS, Ns, Played, Record, Run, Totals};
use crate::script::{CallScript, Entrance, Script};
use call::Call;
use key::KeyState;
use sites::Policies;
use std::time::Duration;

fn nanos(duration: Duration) -> Ns {
    Ns::try_from(duration.as_nanos()).expect("no policy is centuries long")
}

/// Plays a script.
pub(crate) fn play(script: &Script, entrance: Entrance) -> Record {
    let mut world = World::new(script, entrance);
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    let mut next = 0;
    for calls in &script.lanes {
        let doing = Doing::Waits(world.now + calls.first().map_or(0, |call| call.gap));
        lanes.push(Lane { calls, at: 0, first: next, doing });
        lanes.last_mut().expect("it was added").poll(&mut world);
        next += calls.len();
    }
    // Time stands still while somebody runs or is woken, and then goes on to the next moment that somebody waits for.
    loop {
        let calls = world.key.take_woken();
        if calls.is_empty() {
            let Some(due) = lanes.iter().filter_map(|lane| lane.next(world.turn)).min() else { break };
            world.now = world.now.max(due);
        }
        let before = world.turn;
        world.turn = world.now;
        let is_due = |lane: &Lane<'_>| lane.next(before).is_some_and(|due| due <= world.turn);
        let woken = |lane: &Lane<'_>| is_due(lane) || calls.iter().any(|call| lane.has(*call));
        let woken: Vec<bool> = lanes.iter().map(woken).collect();
        for (lane, woken) in lanes.iter_mut().zip(woken) {
            if woken {
                lane.poll(&mut world);
            }
        }
    }
    world.record.latencies = world.key.latencies.seen;
    world.record
}

/// Everything that calls share.
pub(crate) struct World {
    entrance: Entrance,
    policies: Policies,
    /// The time now.
    now: Ns,
    /// When timers last fired. Later than that is what a body that holds its thread up has taken: timers do not know of it yet.
    turn: Ns,
    key: KeyState,
    lots: Lots,
    record: Record,
    /// The events so far of each call that has begun, by its number.
    timelines: Vec<usize>,
    /// What the events of each call add up to so far, by its number.
    totals: Vec<Totals>,
}

impl World {
    fn new(script: &Script, entrance: Entrance) -> Self {
        let record = Record { calls: vec![None; script.calls()], ..Record::default() };
        let mut world = Self {
            entrance,
            policies: Policies::new(script, entrance),
            now: 0,
            turn: 0,
            key: KeyState::new(script),
            lots: Lots::new(script.seed),
            record,
            timelines: vec![usize::MAX; script.calls()],
            totals: vec![Totals::default(); script.calls()],
        };
        // A layer is resolved when it is put over a service, all other sites at their first call.
        if entrance == Entrance::Layer {
            (0..world.policies.len()).for_each(|site| {
                world.resolve(site);
            });
        }
        world
    }

    /// A timer for this moment has fired. Timers fire at whole milliseconds.
    fn is_due(&self, at: Ns) -> bool {
        at.next_multiple_of(MS) <= self.turn
    }
}

/// Calls that follow one another.
struct Lane<'a> {
    calls: &'a [CallScript],
    at: usize,
    /// The number of the lane's first call in the script.
    first: usize,
    doing: Doing<'a>,
}

enum Doing<'a> {
    /// Waits until a moment before its next call.
    Waits(Ns),
    Calls(Box<Call<'a>>),
}

impl Lane<'_> {
    fn has(&self, call: usize) -> bool {
        (self.first..self.first + self.calls.len()).contains(&call)
    }

    /// The first moment after `turn` at which the lane wakes.
    fn next(&self, turn: Ns) -> Option<Ns> {
        let timers = match &self.doing {
            _ if self.at == self.calls.len() => Vec::new(),
            Doing::Waits(until) => vec![*until],
            Doing::Calls(call) => call.timers(),
        };
        timers.into_iter().map(|at| at.next_multiple_of(MS)).filter(|at| *at > turn).min()
    }

    fn poll(&mut self, world: &mut World) {
        while let Some(script) = self.calls.get(self.at) {
            match &mut self.doing {
                Doing::Waits(until) if world.now < *until => return,
                Doing::Waits(_) => {
                    if let Some(change) = script.change {
                        world.change(change);
                    }
                    let call = Call::new(self.first + self.at, script, world);
                    self.doing = Doing::Calls(Box::new(call));
                }
                Doing::Calls(call) => {
                    let ended = call.poll(world);
                    let Some(ending) = ended.or_else(|| call.lose_patience(world)) else { return };
                    let (number, began, runs) = (call.number, call.began, call.runs.clone());
                    world.call_is_over(number, began, ending, runs);
                    self.at += 1;
                    self.doing = Doing::Waits(world.now + self.calls.get(self.at).map_or(0, |call| call.gap));
                }
            }
        }
    }
}

impl World {
    fn call_is_over(&mut self, number: usize, began: Ns, ending: Ending, runs: Vec<Run>) {
        let circuit = self.key.circuit.as_ref().map(|circuit| circuit.status(self.now));
        self.record.calls[number] = Some(Played { began, ended: self.now, ending, runs, circuit });
    }
}
