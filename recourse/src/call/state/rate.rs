//! What a call has taken of the rate of its key.

use super::CallState;
use super::slots::{Denial, Place};
use crate::executor::{ResolvedSite, SiteRate};
use crate::observe::Event;
use crate::time::Instant;
use std::time::Duration;

impl CallState {
    /// Takes the next attempt of the rate. After this the call may have to wait for its moment.
    pub(super) fn claim_rate(
        &mut self,
        rate: &SiteRate,
        site: &ResolvedSite,
        now: &mut dyn FnMut() -> Instant,
    ) -> Result<Place, Denial> {
        if rate.per_call && self.attempts() > 0 {
            return Ok(Place::AtOnce);
        }
        let now = now();
        if rate.wait.is_some() {
            self.start_call_clock(|| now);
        }
        // Whose moment would not come before the deadline is told so at once. One at the deadline itself would be too late.
        let before =
            |deadline: Instant| deadline.saturating_duration_since(now).saturating_sub(Duration::from_nanos(1));
        let wait = rate.wait.unwrap_or_default();
        let longest = self.deadline(site).map_or(wait, |deadline| wait.min(before(deadline)));
        match rate.take(longest, now) {
            Ok((taken, wait)) => {
                let cold = self.cold();
                cold.rate = Some(taken);
                if wait.is_zero() {
                    return Ok(Place::AtOnce);
                }
                cold.rate_due = Some(now.saturating_add(wait));
                self.record(|| Event::RateDelayed { wait });
                Ok(Place::InQueue)
            }
            Err(limited) => {
                let retry_after = limited.retry_after;
                self.record(|| Event::RateDenied { retry_after });
                self.give_back_unused();
                Err(Denial::Rate(limited))
            }
        }
    }

    /// Takes a hedge of the rate, if it allows one at once.
    pub(in crate::call) fn claim_rate_for_hedge(&mut self, rate: &SiteRate, now: Instant) -> bool {
        if rate.per_call {
            return true;
        }
        match rate.take(Duration::ZERO, now) {
            Ok((taken, _)) => {
                self.cold().rate = Some(taken);
                true
            }
            Err(_) => false,
        }
    }

    /// When the call may go on, while it waits for its moment.
    pub(in crate::call) fn rate_due(&self) -> Option<Instant> {
        self.cold.as_ref().and_then(|cold| cold.rate_due)
    }

    /// The moment has come.
    pub(in crate::call) fn rate_came(&mut self, site: &ResolvedSite) -> Result<(), Denial> {
        if let Some(cold) = &mut self.cold {
            cold.rate_due = None;
            // The wait for the rate is none of the dependency's time.
            if let Some(slot) = cold.slots.of(0) {
                slot.restart(Instant::now());
            }
        }
        self.claim_admission(site, &mut Instant::now)
    }
}
