//! The places of probes while a breaker is half-open.
//!
//! A place is taken when a probe is admitted and given back when its permit is dropped. So that a probe which never ends cannot
//! keep the breaker half-open forever, it loses its place after a further cooldown.

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

    /// Takes one of `limit` places, and returns its ticket; or returns when the next place becomes free at the latest.
    pub(super) fn admit(&mut self, limit: usize, cooldown: Duration, now: Instant) -> Result<u32, Option<Duration>> {
        if self.running.len() >= limit {
            // A probe that has not ended within a further cooldown makes room. Its result still counts when it comes: else a
            // dependency that is slower than the cooldown could never close its breaker.
            self.running.retain(|probe| now.saturating_duration_since(probe.started) < cooldown);
        }
        if self.running.len() >= limit {
            let left = |probe: &Probe| cooldown.saturating_sub(now.saturating_duration_since(probe.started));
            return Err(self.running.iter().map(left).min());
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
