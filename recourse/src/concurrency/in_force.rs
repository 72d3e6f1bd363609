//! The limit that is in force: a number, or a limit that learns.

use super::limit::{Limit, LimitChange, MOST, Sample};
use super::share::{CLASSES, Share};
use crate::sync::OnceLock;
use crate::sync::modelled::{AtomicU64, Ordering};
use crate::time::Instant;
use std::time::Duration;

/// In place of a number: ask the limit that learns.
const LEARNED: u64 = 0;

#[derive(Debug)]
pub(super) struct InForce {
    /// The fixed limit, or [`LEARNED`].
    fixed: AtomicU64,
    learned: OnceLock<Box<dyn Limit>>,
}

/// What a slot remembers, if a limit learns from how its call ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Started {
    pub(super) at: Instant,
    running: u32,
}

/// The ceilings of all classes at one moment.
pub(super) type Ceilings = [u32; CLASSES];

const fn clamped(limit: u32) -> u32 {
    match limit {
        0 => 1,
        1..=MOST => limit,
        _ => MOST,
    }
}

impl InForce {
    pub(super) fn fixed(limit: u32) -> Self {
        Self { fixed: AtomicU64::new(clamped(limit).into()), learned: OnceLock::new() }
    }

    pub(super) fn learned(limit: Box<dyn Limit>) -> Self {
        Self { fixed: AtomicU64::new(LEARNED), learned: OnceLock::from(limit) }
    }

    pub(super) fn set_fixed(&self, limit: u32) {
        self.fixed.store(clamped(limit).into(), Ordering::Relaxed);
    }

    /// Puts the limit that learns in force, made by `first` if there is none.
    pub(super) fn set_learned(&self, first: impl FnOnce() -> Box<dyn Limit>) {
        crate::sync::get_or_make(&self.learned, first);
        self.fixed.store(LEARNED, Ordering::Relaxed);
    }

    /// The number, unless a limit that learns is in force.
    #[inline]
    pub(super) fn number(&self) -> Option<u32> {
        let fixed = self.fixed.load(Ordering::Relaxed);
        #[expect(clippy::cast_possible_truncation, reason = "it was clamped when it was set")]
        (fixed != LEARNED).then_some(fixed as u32)
    }

    fn learning(&self) -> Option<&dyn Limit> {
        if self.number().is_some() { None } else { self.learned.get().map(|limit| &**limit) }
    }

    pub(super) fn limit(&self) -> u32 {
        let number = self.number().or_else(|| Some(self.learned.get()?.limit()));
        clamped(number.unwrap_or(1))
    }

    /// The ceiling of one call.
    pub(super) fn ceiling(&self, share: Share, now: Instant) -> u32 {
        match (self.number(), self.learned.get()) {
            (Some(number), _) => share.slots(number),
            (None, Some(limit)) => clamped(limit.ceiling(share, now)),
            (None, None) => 1,
        }
    }

    pub(super) fn ceilings(&self, now: Instant) -> Ceilings {
        Share::classes().map(|share| self.ceiling(share, now))
    }

    /// What a slot is to remember that was taken at `now`.
    pub(super) fn started(&self, running: u32, now: Instant) -> Option<Started> {
        self.learning().map(|_| Started { at: now, running })
    }

    /// Tells a limit that learns of a slot that was taken.
    pub(super) fn admitted(&self, share: Share, Started { at, running }: Started) {
        if let Some(limit) = self.learned.get() {
            limit.admitted(share, running, at);
        }
    }

    /// Tells a limit that learns of a call that got no slot.
    pub(super) fn refused(&self, share: Share) {
        if let Some(limit) = self.learning() {
            limit.refused(share);
        }
    }

    /// Tells a limit that learns how a call ended, while `left` others run.
    pub(super) fn ended(
        &self,
        Started { at, running }: Started,
        sample: fn(Duration, u32) -> Sample,
        left: u32,
        now: Instant,
    ) -> Option<LimitChange> {
        let change = self.learned.get()?.ended(sample(now.saturating_duration_since(at), running).left(left), now);
        // A slot of before a number was set: what was learned is in force no more.
        if self.number().is_some() { None } else { change }
    }
}
