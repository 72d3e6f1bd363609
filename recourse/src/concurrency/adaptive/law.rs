//! The law, as plain code: the caller passes `now` and gets a limit. No lock, no clock.
//!
//! # Design notes
//!
//! A server does as many calls at once as its throughput times its service time (Little). Both are measured, and the limit is their product,
//! the *knee*, plus a root of it: 1.8 roots under pressure, 7 in calm. Throughput is counted. The service time cannot be read from latencies
//! while there is a queue, so it is taken only from calls that were admitted while few were in flight. When overload leaves no such calls,
//! the limit dips for a few of them.
//!
//! - No long average: it drifts with the queue that it is to find. No minimum: it goes stale in a brown-out. No threshold in milliseconds.
//! - A class of calls that may use a part of the slots is full before the limit is. So the refusals of one class count, the one that sets
//!   the limit, and what is aimed at is divided by its share.

use super::constants::{
    CLASS_PRESSED, DECAY, FULL_PRESSURE, IDLE, KNEE_MEMORY, LATE, LEAVES, LOW, PRESSED, PRESSED_TO_DIP, ROOTS_CALM,
    ROOTS_PRESSED, ROUNDING, START, TOO_LATE,
};
use super::dip::Dips;
use super::service_time::ServiceTime;
use super::tally::{Counts, Pressure};
use super::window::Window;
use crate::concurrency::limit::{LimitChange, LimitReason, Sample};
use crate::concurrency::share::Share;
use crate::time::Instant;

#[derive(Debug)]
pub(super) struct Law {
    bounds: (f64, f64),
    /// Used as a whole number, rounded down.
    limit: f64,
    service_time: ServiceTime,
    /// How many calls the dependency does at once.
    knee: f64,
    /// The share of the class that sets the limit; 1 without priorities.
    share: f64,
    /// For how many windows in a row the limit itself was what held throughput down, up to 4.
    grew: i32,
    window: Window,
    dips: Dips,
    /// The last moment at which calls were in flight, as far as is known.
    active: Option<Instant>,
}

/// What a limit aims at that lets `busy` calls be in service: these, and some roots of them.
fn target(busy: f64, roots: f64) -> f64 {
    busy + roots * busy.sqrt() + ROUNDING
}

impl Law {
    pub(super) fn new(floor: u32, ceiling: u32) -> Self {
        let mut law = Self {
            bounds: (1.0, f64::MAX),
            limit: START,
            service_time: ServiceTime::default(),
            knee: START / 2.0,
            share: 1.0,
            grew: 0,
            window: Window::new(),
            dips: Dips::new(),
            active: None,
        };
        law.set_bounds(floor, ceiling);
        law
    }

    pub(super) fn set_bounds(&mut self, floor: u32, ceiling: u32) {
        self.bounds = (floor.into(), ceiling.max(floor).into());
        self.clamp();
    }

    fn clamp(&mut self) {
        self.limit = self.limit.clamp(self.bounds.0, self.bounds.1);
    }

    pub(super) fn limit(&self) -> u32 {
        whole(self.limit)
    }

    pub(super) fn dips(&self) -> bool {
        self.dips.is_on()
    }

    pub(super) fn service_time(&self) -> Option<f64> {
        self.service_time.seconds().filter(|_| self.service_time.is_known())
    }

    /// The most calls in flight with which one is a low call, itself counted.
    fn low(&self) -> u32 {
        whole(self.knee * LOW)
    }

    /// The ceiling for a call. In a dip, the classes that are refused anyway pay for it, and those above are spared.
    pub(super) fn ceiling(&mut self, share: Share, now: Instant, counts: impl FnOnce() -> Counts) -> u32 {
        let full = share.slots(self.limit());
        if self.dips.end_if_over(now) {
            self.window.restart(now, counts());
        }
        if self.dips.is_on() && share.of_class() <= self.share { full.min(self.low()) } else { full }
    }

    /// Notes a call that was admitted in a dip.
    pub(super) fn admitted_in_dip(&mut self, running: u32) {
        if running <= self.low() {
            self.dips.count();
        }
    }

    /// Notes a call with which one is in flight: after an idle time the window begins anew, or the gap would read as low throughput.
    pub(super) fn admitted_alone(&mut self, now: Instant, counts: impl FnOnce() -> Counts) {
        let idle = |active: Instant| now.saturating_duration_since(active).as_secs_f64() >= IDLE;
        if self.window.is_of_no_use(now) || self.active.is_none_or(idle) {
            self.window.restart(now, counts());
        }
        self.active = Some(now);
    }

    /// Learns how a call ended.
    pub(super) fn ended(
        &mut self,
        sample: Sample,
        now: Instant,
        counts: impl FnOnce() -> Counts,
    ) -> Option<LimitChange> {
        self.active = Some(now);
        if sample.running <= self.low() {
            self.service_time.add(sample.latency.as_secs_f64());
        }
        if self.dips.is_on() {
            return None;
        }
        if self.window.is_of_no_use(now) {
            self.window.restart(now, counts());
            return None;
        }
        self.window.add(sample.timed_out);
        let seconds = self.window.due(now)?;
        self.close(seconds, now, counts())
    }

    /// Closes a window of so many seconds.
    fn close(&mut self, seconds: f64, now: Instant, counts: Counts) -> Option<LimitChange> {
        let from = self.limit();
        let (samples, lateness) = (self.window.samples(), self.window.lateness());
        // Latencies that were cut off by a time-out prove nothing.
        if lateness > LATE {
            self.service_time.clear();
        }
        let few_low = self.service_time.learn();
        let pressure = counts.pressure_since(self.window.before(), CLASS_PRESSED, PRESSED);
        self.share = pressure.share.unwrap_or(self.share);

        let throughput = self.window.answered() / seconds;
        let mut reason = LimitReason::Calm;
        if let Some(service_time) = self.service_time.seconds() {
            reason = self.follow(throughput * service_time, f64::from(samples), pressure, lateness);
        }
        // Also before anything is known: a server that is buried from the start answers no call that could teach a service time.
        if lateness > TOO_LATE {
            self.limit = self.limit.min((self.limit / 2.0).max(1.0));
            reason = LimitReason::TimeOuts;
        }
        self.clamp();
        if pressure.refused > PRESSED_TO_DIP
            && few_low
            && self.dips.start(self.service_time.is_known(), throughput, samples, now)
        {
            self.service_time.clear();
        }
        self.window.restart(now, counts);
        let to = self.limit();
        (from != to).then(|| LimitChange::new(from, to, reason))
    }

    /// Moves knee and limit to what a window has told, in which `busy` calls were in service on average. Returns why.
    fn follow(&mut self, busy: f64, samples: f64, pressure: Pressure, lateness: f64) -> LimitReason {
        let (before, weight) = (self.knee, samples / (samples + KNEE_MEMORY));
        let pressed = pressure.refused > PRESSED || lateness > LATE;
        // In calm, throughput says what the load is, and not what the dependency could do.
        if pressed || busy > self.knee {
            self.knee += (busy - self.knee) * weight;
        }
        self.knee = self.knee.max(0.5);
        if !pressed {
            self.grew = 0;
            let load = before + (busy - before) * weight;
            self.calm_down(target(load.max(busy.min(self.knee)), ROOTS_CALM));
            return LimitReason::Calm;
        }
        let aim = target(busy, ROOTS_PRESSED);
        // As good as all that run are in service and none is queued: so the limit is what holds throughput down.
        if busy >= self.limit * self.share * (1.0 + busy / aim) / 2.0 {
            self.grew = (self.grew + 1).min(4);
            self.limit += (aim / self.share - self.limit).max(0.0) * 2f64.powi(self.grew - 1);
            LimitReason::Capacity
        } else {
            self.grew = 0;
            let calm = (1.0 - pressure.refused / FULL_PRESSURE).max(0.0);
            let aim = target(self.knee, ROOTS_PRESSED + (ROOTS_CALM - ROOTS_PRESSED) * calm) / self.share;
            // A first guess of the service time may raise the limit and not lower it.
            if self.service_time.is_known() || aim > self.limit {
                self.limit = aim.max(self.limit * LEAVES);
            }
            LimitReason::Queue
        }
    }

    /// Raises the limit at once, and lowers it slowly and never below the start: a limit of a busy hour must not stand at the next brown-out,
    /// and a quiet hour must not refuse the first calls of a busy one.
    fn calm_down(&mut self, aim: f64) {
        if self.limit < aim {
            self.limit = aim;
        } else {
            self.limit -= DECAY * (self.limit - aim.max(START.min(self.limit)));
        }
    }
}

/// A number of calls: rounded down, at least 1.
fn whole(number: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is not negative")]
    let whole = number as u32;
    whole.max(1)
}
