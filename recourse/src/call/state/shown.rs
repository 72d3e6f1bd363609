//! What bodies may know of their attempts.

use super::CallState;
use crate::context::{Attempt, AttemptFacts, CallIdentity, ShownAttempt};
use crate::executor::ResolvedSite;
use crate::rng;
use crate::sync::Arc;
use crate::time::Instant;

impl CallState {
    /// Makes what the body may know of the attempt that is about to be made. Until it is launched, its number is 0 here.
    pub(in crate::call) fn next_attempt(&mut self, site: &ResolvedSite) -> Attempt {
        let is_hedge = self.is_making_hedge();
        // The group that the attempt begins, or belongs to.
        let group = if is_hedge { self.groups() } else { self.groups().saturating_add(1) };
        let sealed = self.is_sealed();
        let facts = AttemptFacts {
            number: self.attempts().saturating_add(1),
            is_last: sealed || !site.retry.allows_more_than(group),
            is_hedge,
            deadline: self.limits_of(site, None).deadline(Instant::now),
            last_error: self.cold.as_ref().and_then(|cold| cold.last_error.as_deref()).map(Arc::from),
        };
        let cold = self.cold();
        let identity =
            cold.identity.get_or_insert_with(|| Arc::new(CallIdentity::new(site.key.as_str(), rng::up_to(u64::MAX))));
        let attempt = Attempt::new(identity.clone(), facts);
        cold.shown.retain(|(number, _)| *number != 0);
        cold.shown.push((0, attempt.clone()));
        attempt
    }

    /// Shows an attempt to the code below, if its site shows them. `number` is 0 for the attempt that is being made.
    pub(in crate::call) fn show(&self, number: u8) -> Option<ShownAttempt> {
        let shown = &self.cold.as_ref()?.shown;
        let (_, attempt) = shown.iter().find(|(shown, _)| *shown == number)?;
        Some(ShownAttempt::new(attempt.clone()))
    }
}
