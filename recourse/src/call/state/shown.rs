//! What bodies may know of their attempts.

use super::CallState;
use super::cold::ColdState;
use crate::context::{Attempt, AttemptFacts, CallIdentity, ShownAttempt};
use crate::executor::ResolvedSite;
use crate::observe::SpanGuard;
use crate::rng;
use crate::sync::Arc;
use crate::time::Instant;

impl CallState {
    /// Makes what the body may know of the attempt that is about to be made. Until it is launched, its number is 0 here.
    pub(in crate::call) fn next_attempt(&mut self, site: &ResolvedSite) -> Attempt {
        let is_hedge = self.is_making_hedge();
        let facts = AttemptFacts {
            number: self.attempts().saturating_add(1),
            is_last: self.is_making_last(site),
            is_hedge,
            deadline: self.limits_of(site, None).deadline(Instant::now),
            last_error: self.cold.as_ref().and_then(|cold| cold.last_error.as_deref()).map(Arc::from),
        };
        let cold = self.cold();
        let recorded = cold.recorder.as_ref().map(|recorder| recorder.identity().clone());
        let identity = cold
            .identity
            .get_or_insert_with(|| recorded.unwrap_or_else(|| Arc::new(CallIdentity::new(site.key.as_str()))));
        identity.draw_start(|| rng::up_to(u64::MAX));
        let attempt = Attempt::new(identity.clone(), facts);
        cold.shown.retain(|(number, _)| *number != 0);
        cold.shown.push((0, attempt.clone()));
        attempt
    }

    /// The first attempt begins, which was made before the call had to wait: its own time counts from now.
    pub(in crate::call) fn first_begins(&mut self, site: &ResolvedSite) {
        let deadline = || self.limits_of(site, self.primary_started_or_retry_at).deadline(Instant::now);
        if let Some(ColdState { identity: Some(identity), shown, .. }) = self.cold.as_deref() {
            if !shown.is_empty() {
                identity.first_begins(deadline());
            }
        }
    }

    /// True if the policy allows no attempt after the one that is about to be made, or after its group.
    pub(super) fn is_making_last(&self, site: &ResolvedSite) -> bool {
        // The group that the attempt begins, or belongs to.
        let group = if self.is_making_hedge() { self.groups() } else { self.groups().saturating_add(1) };
        self.is_sealed() || !site.retry.allows_more_than(group)
    }

    /// Enters the span of an attempt, if the call has spans. `number` is 0 for the attempt that is being made.
    pub(in crate::call) fn enter_span(&self, number: u8) -> Option<SpanGuard> {
        if !cfg!(feature = "tracing") {
            return None;
        }
        let cold = self.cold.as_ref()?;
        let number = if number == 0 { 0 } else { cold.carried.number_of(number) };
        cold.recorder.as_ref()?.enter(number)
    }

    /// Shows an attempt to the code below, if its site shows them. `number` is 0 for the attempt that is being made.
    pub(in crate::call) fn show(&self, number: u8) -> Option<ShownAttempt> {
        let shown = &self.cold.as_ref()?.shown;
        let (_, attempt) = shown.iter().find(|(shown, _)| *shown == number)?;
        Some(ShownAttempt::new(attempt.clone()))
    }
}
