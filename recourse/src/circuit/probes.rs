//! The places of probes while a breaker is half-open.
//!
//! A place is taken when a probe is admitted and given back when its permit is dropped. So that a probe which never ends cannot
//! keep the breaker half-open forever, it loses its place after a further cooldown. Callers that are refused meanwhile are told when
//! a probe is likely to be over.

use crate::rng;
use crate::time::Instant;
use std::time::Duration;

/// The probes that hold a place in one half-open phase.
#[derive(Debug)]
pub(super) struct Probes {
    running: Vec<Probe>,
    last_ticket: u32,
}

#[derive(Debug)]
struct Probe {
    ticket: u32,
    started: Instant,
}

impl Probes {
    pub(super) const fn new() -> Self {
        Self { running: Vec::new(), last_ticket: 0 }
    }

    /// Takes one of `limit` places, and returns its ticket; or returns when a place is likely to be free.
    pub(super) fn admit(
        &mut self,
        limit: usize,
        cooldown: Duration,
        time: ProbeTime,
        now: Instant,
    ) -> Result<u32, Option<Duration>> {
        if self.running.len() >= limit {
            // A probe that has not ended within a further cooldown makes room. Its result still counts when it comes: else a
            // dependency that is slower than the cooldown could never close its breaker.
            self.running.retain(|probe| now.saturating_duration_since(probe.started) < cooldown);
        }
        if self.running.len() >= limit {
            let ran = |probe: &Probe| now.saturating_duration_since(probe.started);
            let first = self.running.iter().map(|probe| time.left(ran(probe), cooldown)).min();
            // Many are refused while one probe runs. If all came back together, one of them would probe, and the others be refused again.
            return Err(first.map(|left| rng::later(left, Duration::MAX)));
        }
        self.last_ticket = self.last_ticket.wrapping_add(1);
        self.running.push(Probe { ticket: self.last_ticket, started: now });
        Ok(self.last_ticket)
    }

    /// Moves the start of probes that lies after `now` to `now`.
    pub(super) fn bound_past(&mut self, now: Instant) {
        for probe in &mut self.running {
            probe.started = probe.started.min(now);
        }
    }

    /// Gives a place back. Does nothing if the probe has lost it already.
    pub(super) fn release(&mut self, ticket: u32) {
        self.running.retain(|probe| probe.ticket != ticket);
    }

    pub(super) fn len(&self) -> usize {
        self.running.len()
    }
}

/// How long the last probe that succeeded has taken, which says when a probe that runs is likely to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProbeTime(Option<Duration>);

impl ProbeTime {
    pub(super) const UNKNOWN: Self = Self(None);

    /// A probe has succeeded. If several run, that is supposed to be the oldest: few attempts are measured, and a result says nothing of
    /// its ticket.
    pub(super) fn learn(&mut self, probes: &Probes, now: Instant) {
        let ran = |probe: &Probe| now.saturating_duration_since(probe.started);
        self.0 = probes.running.iter().map(ran).max().or(self.0);
    }

    /// Returns when a probe that has run for so long is likely to be over. Its place is free after a further cooldown at the latest.
    fn left(self, ran: Duration, cooldown: Duration) -> Duration {
        // As long as no probe has succeeded, a tenth of the cooldown, but no longer than a caller may be willing to wait.
        let usual = self.0.unwrap_or((cooldown / 10).min(LONGEST_GUESS)).max(TICK);
        // What has run for longer than usual is likely to take as long again: a probe that hangs is asked about less and less often.
        let likely = if ran < usual { usual.saturating_sub(ran) } else { ran };
        likely.min(cooldown.saturating_sub(ran))
    }
}

const LONGEST_GUESS: Duration = Duration::from_secs(1);
/// The precision of timers: nobody can come back earlier.
const TICK: Duration = Duration::from_millis(1);
