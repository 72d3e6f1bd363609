//! How the latencies of the calls of one site are recorded.

use crate::circuit::catch_if_unwinding;
use crate::hedge::LatencyTracker;
use crate::observe::AttemptOutcome;
use crate::sync::{Arc, AtomicU32, Ordering};
use crate::time::Instant;
use recourse_policy::{AtLeast, HedgePolicy, HedgeWhen};

/// The tracker of a key, for a site that hedges or refuses by what the tracker has learnt.
#[derive(Debug)]
pub(crate) struct SiteLatency {
    pub(in crate::executor) tracker: Arc<dyn LatencyTracker>,
    /// One call in `sample` is timed.
    pub(in crate::executor) sample: u32,
    /// The approximate number of calls so far. Calls write here only if sampling is on: for those that are not sampled it is the only word
    /// they write, and much cheaper than the clock that it saves.
    pub(in crate::executor) calls: Arc<AtomicU32>,
    /// The percentile that calls are refused by, if they are.
    pub(in crate::executor) refused_by: Option<u32>,
}

impl SiteLatency {
    /// The percentile that is asked for most often; `None` if latencies are not needed. A hedge asks in every call that waits.
    pub(in crate::executor) fn percentile(hedge: Option<&HedgePolicy>, least: Option<AtLeast>) -> Option<u32> {
        match hedge {
            Some(HedgePolicy { when: HedgeWhen::Percentile { percentile, .. }, .. }) => Some(*percentile),
            _ => Self::refused_by(least).or_else(|| hedge.map(|_| 99)),
        }
    }

    /// The percentile that calls are refused by, if they are.
    pub(in crate::executor) const fn refused_by(least: Option<AtLeast>) -> Option<u32> {
        match least {
            Some(AtLeast::Percentile { percentile, .. }) => Some(percentile),
            _ => None,
        }
    }

    /// True for the calls whose attempts are timed: all, unless sampling is on.
    pub(crate) fn samples_next_call(&self) -> bool {
        if self.sample <= 1 {
            return true;
        }
        // A load and a store instead of a locked addition: a sample is none the worse for two threads that count one call.
        let calls = self.calls.load(Ordering::Relaxed);
        self.calls.store(calls.wrapping_add(1), Ordering::Relaxed);
        calls.checked_rem(self.sample) == Some(0)
    }

    /// Records how long the primary of a group took, or ran until it was lost.
    ///
    /// # Panics
    ///
    /// A panic of the tracker goes on to the caller, unless another panic is on its way there already.
    ///
    /// # Design notes
    ///
    /// - There is one sample for each group. A hedge's own sample would arrive at the same moment as the long one of its primary, and
    ///   crowd it out of a ring that samples by time.
    /// - An attempt that was cut, or that lost, would have run on for an unknown time. It counts for a quarter more than it ran. Counted
    ///   for what it ran, a hedge rate of 1 % becomes 1.27 % on a heavy tail, because the hedges hide the very times that the percentile
    ///   lies between. With a quarter more the rate is 1.08 % there, and 0.93 to 1.01 % on exponential and uniform tails and on rare
    ///   stalls (200,000 calls each). Leaving the losers out would turn a hedge rate of 1 % into 2.5 %.
    /// - What a deadline cuts before the percentile that calls are refused by says nothing: it took longer than that, as most do. Callers without
    ///   time would make the percentile shorter, and be let through by it.
    /// - A failure that is faster than the median says nothing: an outage that fails fast would become a storm of hedges once it is over.
    pub(crate) fn observe(&self, since: Instant, outcome: AttemptOutcome, now: Instant) {
        catch_if_unwinding(|| self.tell(since, outcome, now));
    }

    fn tell(&self, since: Instant, outcome: AttemptOutcome, now: Instant) {
        let took = now.saturating_duration_since(since);
        let failed = matches!(outcome, AttemptOutcome::Retryable | AttemptOutcome::NonRetryable);
        if failed && self.tracker.percentile(50).is_none_or(|median| took < median) {
            return;
        }
        let unfinished =
            matches!(outcome, AttemptOutcome::Cancelled | AttemptOutcome::AttemptTimeout | AttemptOutcome::Timeout);
        let took = if unfinished { took.saturating_mul(5) / 4 } else { took };
        let learnt = || self.tracker.percentile(self.refused_by?);
        if outcome == AttemptOutcome::Timeout && learnt().is_some_and(|least| took < least) {
            return;
        }
        self.tracker.observe(took, now);
    }

    /// Records the primary of a call that its caller dropped, as a race drops its losers. The moment of the drop has nothing to do
    /// with the call, so a time below the median would only make everything look faster than it is.
    ///
    /// # Panics
    ///
    /// Like [`Self::observe`].
    pub(crate) fn observe_abandoned(&self, since: Instant, now: Instant) {
        let is_slow = |median| now.saturating_duration_since(since) >= median;
        catch_if_unwinding(|| {
            if self.tracker.percentile(50).is_some_and(is_slow) {
                self.tell(since, AttemptOutcome::Cancelled, now);
            }
        });
    }
}
