//! Whether the control plane can be reached at all.

use crate::time::Instant;

/// As many failures in a row are an outage. One may be a lost packet, or one document that cannot be served.
const OUTAGE: u32 = 2;

/// Failures in a row, of whatever documents.
#[derive(Debug, Default)]
pub(super) struct Outage {
    pub(super) failures: u32,
    since: Option<Instant>,
    last: Option<Instant>,
    /// Nothing is fetched before.
    pub(super) until: Option<Instant>,
    is_told: bool,
}

impl Outage {
    /// Notes the failure of a fetch. Returns true if an outage begins.
    pub(super) fn fail(&mut self, started_at: Instant, now: Instant) -> bool {
        // Fetches that were under way together fail together, and for one reason.
        if self.last.is_none_or(|last| started_at >= last) {
            self.failures = self.failures.saturating_add(1);
        }
        self.last = Some(now);
        self.since.get_or_insert(now);
        let begins = self.failures >= OUTAGE && !self.is_told;
        self.is_told |= begins;
        begins
    }

    /// Notes an answer. Returns since when there was none, if an outage ends.
    pub(super) fn end(&mut self) -> Option<Instant> {
        let Self { since, is_told, .. } = std::mem::take(self);
        since.filter(|_| is_told)
    }

    /// True if nothing is to be fetched now.
    pub(super) fn blocks(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Returns since when the outage lasts.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since.filter(|_| self.is_told)
    }
}
