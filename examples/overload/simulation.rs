//! A discrete-event simulation of callers, limits, and a server with one queue in order of arrival.
//!
//! The end of a call is known when the call is admitted, since the next server that is free takes it. So there is one event for each call:
//! the earlier of its answer and the end of its caller's patience. The server works on after that.

use crate::measured::Measured;
use crate::random::Rng;
use crate::scenario::{Scenario, Steps};
use recourse::concurrency::{ConcurrencyLimit, Slot};
use recourse::time::Instant;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

/// What makes the limit of a client, from a seed.
pub(crate) type MakeLimit = Box<dyn Fn(u64) -> ConcurrencyLimit + Send + Sync>;

/// A look at the whole: when, the limit, the queue in seconds of work, and good answers begun since the last look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) at: f64,
    pub(crate) limit: u32,
    pub(crate) queue: f64,
    pub(crate) good: u32,
}

/// The time between two looks.
const LOOKS: f64 = 0.01;

/// A moment, ordered so that a heap gives the earliest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct At(f64);

impl Eq for At {}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for At {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0)
    }
}

/// The end of a call, for its caller.
struct End<'a> {
    at: At,
    late: bool,
    slot: Slot<&'a ConcurrencyLimit>,
}

impl PartialEq for End<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for End<'_> {}

impl PartialOrd for End<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for End<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}

fn moment(seconds: f64) -> Instant {
    Instant::from_nanos(1 << 62).saturating_add(Duration::from_secs_f64(seconds))
}

/// The value in force, and when the next one comes.
fn in_force<T>(steps: &Steps<T>, now: f64) -> (&T, f64) {
    let at = steps.iter().rposition(|(from, _)| *from <= now).unwrap_or(0);
    (&steps[at].1, steps.get(at + 1).map_or(f64::MAX, |(from, _)| *from))
}

/// The servers: when each of them is free.
struct Servers(BinaryHeap<At>);

impl Servers {
    fn set(&mut self, number: usize, now: f64) {
        while self.0.len() < number {
            self.0.push(At(now));
        }
        while self.0.len() > number {
            self.0.pop();
        }
    }

    /// How long a call that comes now stands in line.
    fn queue(&self, now: f64) -> f64 {
        self.0.peek().map_or(0.0, |free| (free.0 - now).max(0.0))
    }
}

/// Draws when calls come, and of which class.
struct Arrivals<'a> {
    scenario: &'a Scenario,
    rng: Rng,
    now: f64,
    next_burst: f64,
    /// Calls of a burst that are still to come.
    pending: usize,
}

impl Arrivals<'_> {
    /// Moves on to the next call.
    fn next(&mut self) -> f64 {
        if self.pending > 0 {
            self.pending -= 1;
            return self.now;
        }
        loop {
            let (load, until) = in_force(&self.scenario.load, self.now);
            let next = self.now + self.rng.exponential() / load.iter().sum::<f64>();
            if let Some((every, calls)) = self.scenario.burst.filter(|_| self.next_burst < next.min(until)) {
                self.now = self.next_burst;
                self.next_burst += every;
                self.pending = calls - 1;
                return self.now;
            }
            if next <= until {
                self.now = next;
                return next;
            }
            self.now = until;
        }
    }

    fn class(&mut self) -> usize {
        let load = in_force(&self.scenario.load, self.now).0;
        if load.len() == 1 {
            return 0;
        }
        let mut drawn = self.rng.unit() * load.iter().sum::<f64>();
        let class = load.iter().position(|load| {
            drawn -= load;
            drawn <= 0.0
        });
        class.unwrap_or(load.len() - 1)
    }
}

/// Plays a scenario with one seed.
pub(crate) fn play(scenario: &Scenario, seed: u64, make: &MakeLimit) -> (Vec<Measured>, Vec<Look>) {
    let clients = scenario.clients;
    let limits: Vec<_> = (0..clients as u64).map(|client| make(seed * 100 + client)).collect();
    let mut arrivals = Arrivals {
        scenario,
        rng: Rng::new(seed * 2 + 1),
        now: 0.0,
        next_burst: scenario.burst.map_or(f64::MAX, |(every, _)| every),
        pending: 0,
    };
    let mut service = Rng::new(seed * 2 + 1_000_001);
    let mut spans: Vec<_> = scenario.spans.iter().map(|span| Measured::new(*span, scenario.classes.len())).collect();
    let (mut servers, mut running) = (Servers(BinaryHeap::new()), BinaryHeap::<End<'_>>::new());
    let (mut looks, mut good) = (Vec::<Look>::new(), 0);
    loop {
        let now = arrivals.next();
        if now >= scenario.end {
            break;
        }
        while let Some(end) = running.peek().filter(|end| end.at.0 <= now).map(|end| end.at.0) {
            let Some(End { late, slot, .. }) = running.pop() else { break };
            let _ = if late { slot.timed_out(moment(end)) } else { slot.answered(moment(end)) };
        }
        servers.set(*in_force(&scenario.servers, now).0, now);

        let class = arrivals.class();
        #[expect(clippy::cast_possible_truncation, reason = "a byte is wanted")]
        let level = arrivals.rng.next() as u8;
        #[expect(clippy::cast_possible_truncation, reason = "an index")]
        let limit = &limits[arrivals.rng.next() as usize % clients];
        let slot = Slot::take(limit, scenario.classes[class].share(level), || moment(now)).ok();
        let queue = servers.queue(now);
        let took = slot.map(|slot| {
            let begin = now + queue;
            let end = begin + scenario.spread.draw(&mut service) * scenario.mean * in_force(&scenario.slower, begin).0;
            servers.0.pop();
            servers.0.push(At(end));
            let (took, late) = (end - now, end - now > scenario.patience);
            running.push(End { at: At(now + took.min(scenario.patience)), late, slot });
            good += u32::from(!late);
            took
        });

        let allowed = limit.limit();
        for (measured, _) in spans.iter_mut().zip(&scenario.spans).filter(|(_, span)| span.0 <= now && now < span.1) {
            measured.add(class, allowed, took, scenario.patience);
        }
        if looks.last().is_none_or(|last| now - last.at > LOOKS) {
            looks.push(Look { at: now, limit: allowed, queue, good: std::mem::take(&mut good) });
        }
    }
    (spans, looks)
}
