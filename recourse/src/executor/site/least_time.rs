//! What a call of one site must have left to begin.

use crate::executor::site::latency::SiteLatency;
use crate::hedge::LatencyTracker;
use crate::sync::{Arc, AtomicU32, Ordering};
use recourse_policy::AtLeast;
use std::time::Duration;

/// Of the calls that have less left than was learnt, one in this many begins all the same.
const ONE_IN: u32 = 10;

/// The least time that a call begins with.
///
/// # Design notes
///
/// What was learnt from calls that began would stand for ever once all calls are refused because of it: after a brown-out a fast dependency
/// would be asked by nobody. So a tenth of what would be refused begins. That is at most a tenth of the work for callers that may be gone, and
/// enough for the tracker to notice that calls are fast again.
#[derive(Debug)]
pub(crate) enum LeastTime {
    /// It is written.
    Written(Duration),
    /// It is a percentile of what attempts took. Boxed, since most sites have none.
    Learnt(Box<Learnt>),
}

/// A percentile of what the attempts of a key took.
#[derive(Debug)]
pub(crate) struct Learnt {
    percentile: u32,
    or: Option<Duration>,
    tracker: Arc<dyn LatencyTracker>,
    /// The number of calls that had less left.
    short: AtomicU32,
}

impl LeastTime {
    /// Creates the least time of a site. `latency` is what it is learnt from.
    pub(in crate::executor) fn new(least: AtLeast, latency: Option<&SiteLatency>) -> Self {
        match (least, latency) {
            (AtLeast::Percentile { percentile, or }, Some(latency)) => {
                let tracker = latency.tracker.clone();
                Self::Learnt(Box::new(Learnt { percentile, or, tracker, short: AtomicU32::new(0) }))
            }
            _ => Self::Written(least.written().unwrap_or_default()),
        }
    }

    /// True if this is less than a call is to have left.
    pub(crate) fn is_more_than(&self, left: Duration) -> bool {
        match self {
            Self::Written(least) => left < *least,
            Self::Learnt(learnt) => learnt.time().is_some_and(|least| left < least),
        }
    }

    /// True if a call that has less left begins all the same, so that what was learnt can be unlearnt. To be asked once for each such call.
    pub(crate) fn lets_begin(&self) -> bool {
        match self {
            Self::Written(_) => false,
            Self::Learnt(learnt) => learnt.short.fetch_add(1, Ordering::Relaxed) % ONE_IN == ONE_IN - 1,
        }
    }
}

impl Learnt {
    fn time(&self) -> Option<Duration> {
        self.tracker.percentile(self.percentile).or(self.or)
    }
}
