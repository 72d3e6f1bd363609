//! What a call of one site must have left to begin.

use crate::executor::site::latency::SiteLatency;
use crate::hedge::LatencyTracker;
use crate::sync::{Arc, AtomicU32, Ordering};
use recourse_policy::AtLeast;
use std::time::Duration;

/// Of the calls that have less left than was learnt, one in so many begins all the same: after as many of those in a row ended in time as the
/// place says.
const ONE_IN: [u32; 4] = [10, 5, 2, 1];

/// The least time that a call begins with.
///
/// # Design notes
///
/// What was learnt from calls that began would stand for ever once all calls are refused because of it: after a brown-out a fast dependency
/// would be asked by nobody. So a tenth of what would be refused begins on trial. That is at most a tenth of the work for callers that may be gone.
/// Each trial that ends in time lets more begin, until all do; the first that is cut ends that. So a key with few calls does not have to
/// wait until the samples of the brown-out have left its tracker.
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
    trials: Arc<Trials>,
}

/// Counts the calls of a key that had less left than was learnt, whatever their site.
#[derive(Debug, Default)]
pub(in crate::executor) struct Trials {
    short: AtomicU32,
    /// How many of those that began have ended in time since one was cut.
    in_time: AtomicU32,
}

impl LeastTime {
    /// Creates the least time of a site. `latency` is what it is learnt from.
    pub(in crate::executor) fn new(least: AtLeast, latency: Option<&SiteLatency>, trials: &Arc<Trials>) -> Self {
        match (least, latency) {
            (AtLeast::Percentile { percentile, or }, Some(latency)) => {
                let (tracker, trials) = (latency.tracker.clone(), trials.clone());
                Self::Learnt(Box::new(Learnt { percentile, or, tracker, trials }))
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

    /// True if it is a percentile.
    pub(crate) const fn is_learnt(&self) -> bool {
        matches!(self, Self::Learnt(_))
    }

    /// True if a call that has less left begins all the same, so that what was learnt can be unlearnt. To be asked once for each such call.
    pub(crate) fn lets_begin(&self) -> bool {
        let Self::Learnt(learnt) = self else { return false };
        let Trials { short, in_time } = &*learnt.trials;
        let one_in = ONE_IN.get(in_time.load(Ordering::Relaxed) as usize).copied().unwrap_or(1);
        short.fetch_add(1, Ordering::Relaxed) % one_in == one_in - 1
    }

    /// Notes that a call which began all the same has ended, in time or cut. Two at once may count as one.
    pub(crate) fn trial_ended(&self, is_in_time: bool) {
        if let Self::Learnt(learnt) = self {
            let before = learnt.trials.in_time.load(Ordering::Relaxed);
            learnt.trials.in_time.store(if is_in_time { (before + 1).min(3) } else { 0 }, Ordering::Relaxed);
        }
    }
}

impl Learnt {
    fn time(&self) -> Option<Duration> {
        self.tracker.percentile(self.percentile).or(self.or)
    }
}
