//! Calls that were admitted and refused, by class, counted without a lock.

use crate::concurrency::share::{CLASSES, Share};
use crate::sync::{AtomicU32, Ordering};

/// Counts since the beginning. They wrap around, so only differences mean anything.
#[derive(Debug, Default)]
pub(super) struct Tally {
    admitted: [AtomicU32; CLASSES],
    refused: [AtomicU32; CLASSES],
}

/// The counts at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    admitted: [u32; CLASSES],
    refused: [u32; CLASSES],
}

impl Tally {
    #[inline]
    pub(super) fn admit(&self, share: Share) {
        add(&self.admitted, share);
    }

    pub(super) fn refuse(&self, share: Share) {
        add(&self.refused, share);
    }

    pub(super) fn read(&self) -> Counts {
        let load = |counts: &[AtomicU32; CLASSES]| counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        Counts { admitted: load(&self.admitted), refused: load(&self.refused) }
    }
}

#[inline]
fn add(counts: &[AtomicU32; CLASSES], share: Share) {
    if let Some(count) = counts.get(share.class()) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// How much is refused, and of whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pressure {
    /// The refused part of the class that sets the limit.
    pub(super) refused: f64,
    /// The share of that class; `None` if hardly a call of any class is refused.
    pub(super) share: Option<f64>,
}

impl Counts {
    /// The pressure since `before`: that of the highest class of which more than `hard` are refused; of none, that of the lowest of which
    /// more than `soft` are.
    pub(super) fn pressure_since(&self, before: &Self, hard: f64, soft: f64) -> Pressure {
        let mut found = Pressure { refused: 0.0, share: None };
        for (at, share) in Share::classes().iter().enumerate() {
            let since = |now: &[u32; CLASSES], then: &[u32; CLASSES]| f64::from(now[at].wrapping_sub(then[at]));
            let (admitted, refused) = (since(&self.admitted, &before.admitted), since(&self.refused, &before.refused));
            let (refused, share) = (refused / (admitted + refused).max(1.0), share.of_class());
            let better = if refused > hard {
                found.refused <= hard || found.share.is_none_or(|found| share > found)
            } else {
                refused > soft && found.refused <= hard && found.share.is_none_or(|found| share < found)
            };
            if better {
                found = Pressure { refused, share: Some(share) };
            }
        }
        found
    }
}
