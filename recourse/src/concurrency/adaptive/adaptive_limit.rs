//! The law for many threads: a lock around it, and the limit published outside of the lock.
//!
//! # Design notes
//!
//! A call is admitted by one look at the published limit, its slot, and one count for its class. The lock is taken for the end of a call
//! that is a sample, in a dip, and for a call that finds none in flight.

use super::constants::{CEILING, FLOOR};
use super::law::Law;
use super::tally::Tally;
use crate::concurrency::limit::{Limit, LimitChange, MOST, Sample};
use crate::concurrency::share::Share;
use crate::sync::{AtomicU64, Mutex, MutexGuard, Ordering, lock};
use crate::time::Instant;
use std::fmt;
use std::time::Duration;

/// The limit dips.
const DIPS: u64 = 1 << 63;

/// A limit that finds out by itself how many calls a dependency does at once, and follows when that changes.
///
/// It starts at 20, and needs nothing to be told. [How it works](crate::concurrency#the-adaptive-limit), what it is bad at and when not
/// to use it stand at the module.
///
/// ```
/// use recourse::concurrency::{AdaptiveLimit, Limit, Sample, Share};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// // A dependency that does 4 calls at once, each in 10 ms: while 20 are let in, each takes 50 ms, and calls are refused.
/// let limit = AdaptiveLimit::new();
/// let mut now = Instant::now();
/// for _ in 0..4_000 {
///     now = now.saturating_add(Duration::from_micros(2_500));
///     let running = limit.ceiling(Share::ALL, now);
///     limit.admitted(Share::ALL, running, now);
///     limit.refused(Share::ALL);
///     let latency = Duration::from_micros(2_500) * running.max(4);
///     limit.ended(Sample::answered(latency, running), now);
/// }
/// assert!((4..20).contains(&limit.limit()), "{limit:?}");
/// assert!(limit.service_time().is_some() && limit.last_change().is_some());
///
/// limit.set_bounds(1, 3);
/// assert_eq!(limit.limit(), 3);
/// ```
pub struct AdaptiveLimit {
    /// The limit, and whether it dips.
    published: AtomicU64,
    tally: Tally,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    law: Law,
    /// The last change, and its moment.
    last: Option<(LimitChange, Instant)>,
}

impl AdaptiveLimit {
    /// Creates a limit between 1 and 1,000 calls at once.
    #[must_use]
    pub fn new() -> Self {
        Self::between(FLOOR, CEILING)
    }

    /// Creates a limit that stays within bounds, clamped to 1 to [`MOST`].
    ///
    /// ```
    /// use recourse::concurrency::{AdaptiveLimit, Limit};
    ///
    /// assert_eq!(AdaptiveLimit::between(4, 200).limit(), 20);
    /// assert_eq!(AdaptiveLimit::between(50, 200).limit(), 50);
    /// ```
    #[must_use]
    pub fn between(floor: u32, ceiling: u32) -> Self {
        let (floor, ceiling) = bounds(floor, ceiling);
        let law = Law::new(floor, ceiling);
        let published = AtomicU64::new(law.limit().into());
        Self { published, tally: Tally::default(), inner: Mutex::new(Inner { law, last: None }) }
    }

    /// Sets other bounds while calls are made. What was learned stays.
    pub fn set_bounds(&self, floor: u32, ceiling: u32) {
        let (floor, ceiling) = bounds(floor, ceiling);
        let mut inner = lock(&self.inner);
        inner.law.set_bounds(floor, ceiling);
        self.publish(&inner);
    }

    /// Returns how long the dependency takes for a call that does not stand in line there, once that is known.
    pub fn service_time(&self) -> Option<Duration> {
        lock(&self.inner)
            .law
            .service_time()
            .map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    /// Returns the last change of the limit.
    pub fn last_change(&self) -> Option<LimitChange> {
        self.last_change_at().map(|(change, _)| change)
    }

    /// The last change of the limit, and its moment.
    pub(crate) fn last_change_at(&self) -> Option<(LimitChange, Instant)> {
        lock(&self.inner).last
    }

    /// Makes visible what the holder of the lock has decided.
    fn publish(&self, inner: &MutexGuard<'_, Inner>) {
        let dips = if inner.law.dips() { DIPS } else { 0 };
        let published = u64::from(inner.law.limit()) | dips;
        // Most calls change nothing, and a store would take the cache line from all who read it.
        if self.published.load(Ordering::Relaxed) != published {
            self.published.store(published, Ordering::Relaxed);
        }
    }

    #[inline]
    fn load(&self) -> (u32, bool) {
        let published = self.published.load(Ordering::Relaxed);
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is the limit")]
        (published as u32, published & DIPS != 0)
    }
}

fn bounds(floor: u32, ceiling: u32) -> (u32, u32) {
    let floor = floor.clamp(1, MOST);
    (floor, ceiling.clamp(floor, MOST))
}

impl Default for AdaptiveLimit {
    fn default() -> Self {
        Self::new()
    }
}

impl Limit for AdaptiveLimit {
    fn limit(&self) -> u32 {
        self.load().0
    }

    #[inline]
    fn ceiling(&self, share: Share, now: Instant) -> u32 {
        let (limit, dips) = self.load();
        if !dips {
            return share.slots(limit);
        }
        let mut inner = lock(&self.inner);
        let ceiling = inner.law.ceiling(share, now, || self.tally.read());
        self.publish(&inner);
        ceiling
    }

    #[inline]
    fn admitted(&self, share: Share, running: u32, now: Instant) {
        if self.load().1 {
            // Calls in a dip are not counted: those that it refuses are no pressure.
            lock(&self.inner).law.admitted_in_dip(running);
            return;
        }
        if running == 1 {
            lock(&self.inner).law.admitted_alone(now, || self.tally.read());
        }
        self.tally.admit(share);
    }

    fn refused(&self, share: Share) {
        if !self.load().1 {
            self.tally.refuse(share);
        }
    }

    fn ended(&self, sample: Sample, now: Instant) -> Option<LimitChange> {
        let mut inner = lock(&self.inner);
        let change = inner.law.ended(sample, now, || self.tally.read());
        self.publish(&inner);
        inner.last = change.map(|change| (change, now)).or(inner.last);
        change
    }
}

impl fmt::Debug for AdaptiveLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdaptiveLimit")
            .field("limit", &self.limit())
            .field("service_time", &self.service_time())
            .finish_non_exhaustive()
    }
}
