//! The rejection of a call, from what the call knows about itself.

use super::CallState;
use crate::concurrency::Full;
use crate::error::{Rejected, Rejection, RejectionKind};
use crate::executor::{Refusal, ResolvedSite};
use crate::time::Instant;
use std::time::Duration;

impl CallState {
    /// Makes the rejection of a call that ends without an error of its own.
    pub(in crate::call) fn rejection(
        &mut self,
        site: &ResolvedSite,
        kind: RejectionKind,
        limit: Option<Duration>,
    ) -> Rejected {
        Rejected::new(self.rejection_of(site, kind, limit))
    }

    /// Makes the rejection of a call that the circuit refuses to go on with.
    pub(in crate::call) fn refusal(&mut self, site: &ResolvedSite, refusal: Refusal) -> Rejected {
        let rejection = self.rejection_of(site, RejectionKind::CircuitOpen, None);
        Rejected::new(Rejection { circuit: Some(refusal.reason), retry_after: refusal.retry_after, ..rejection })
    }

    /// Makes the rejection of a call for whose next attempt there is no slot.
    pub(in crate::call) fn full(&mut self, site: &ResolvedSite, full: Full) -> Rejected {
        let retry_after = site.limits.as_ref().and_then(|limits| limits.concurrency.as_ref()?.limit.retry_after());
        let rejection = self.rejection_of(site, RejectionKind::Full, None);
        Rejected::new(Rejection { full: Some(full), retry_after, ..rejection })
    }

    fn rejection_of(&mut self, site: &ResolvedSite, kind: RejectionKind, limit: Option<Duration>) -> Rejection {
        Rejection {
            kind,
            key: site.key.clone(),
            attempts: self.attempts(),
            repeats: site.retry.repeats(),
            elapsed: self.started.map_or(Duration::ZERO, |started| Instant::now().saturating_duration_since(started)),
            limit,
            retry_after: None,
            circuit: None,
            full: None,
            last_error: self.cold.as_mut().and_then(|cold| cold.last_error.take()),
        }
    }
}
