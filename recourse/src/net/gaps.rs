//! The gaps between attempts: the attempt delay, or less if a deadline leaves less.

use super::addresses::Record;
use crate::race::Gaps;
use crate::sync::{Mutex, lock};
use crate::time::Instant;
use std::time::Duration;

/// The least delay that RFC 8305 allows.
pub(super) const SHORTEST: Duration = Duration::from_millis(10);

/// The attempt delay, shortened until both families have been tried.
///
/// Each address gets an equal share of the time that is left, up to the first one of the other family, and that one as well.
/// Behind it the delay is used as it is: further attempts shortly before the deadline would add load and find little.
pub(super) struct TurnGaps<'a> {
    pub(super) delay: Duration,
    pub(super) until: Option<Instant>,
    pub(super) record: &'a Mutex<Record>,
}

impl Gaps for TurnGaps<'_> {
    fn gap(&self, _: u32) -> Duration {
        let Some(until) = self.until else { return self.delay };
        let turns = lock(self.record).order.turns_due();
        if turns == 0 {
            return self.delay;
        }
        let left = until.saturating_duration_since(Instant::now());
        let shares = u32::try_from(turns).unwrap_or(u32::MAX).saturating_add(1);
        (left / shares).max(SHORTEST).min(self.delay)
    }
}
