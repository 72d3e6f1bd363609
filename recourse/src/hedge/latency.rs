//! The latencies of recent attempts: the contract of a tracker, and a snapshot of its samples for people.

use super::rank::Rank;
use crate::time::Instant;
use std::fmt::{self, Debug};
use std::time::Duration;

/// The number of samples below which there is no percentile, so that a cold tracker does not take the first call for the usual one.
pub const MIN_SAMPLES: u64 = 50;

/// Keeps the latencies of recent attempts. Shared by all calls of a key, written and read by many threads at once.
///
/// A tracker must not block: it is told of each attempt in the caller's task. A panic in it unwinds to the caller; a panic that
/// comes while the caller is unwinding already is swallowed.
///
/// ```
/// use recourse::hedge::{LatencyRing, LatencyTracker};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// let latencies = LatencyRing::default();
/// (1..=100).for_each(|ms| latencies.observe(Duration::from_millis(ms), Instant::now()));
/// assert_eq!((latencies.count(), latencies.percentile(50)), (100, Some(Duration::from_micros(50_500))));
/// assert!(latencies.snapshot().p99 > latencies.snapshot().p50);
/// ```
pub trait LatencyTracker: Debug + Send + Sync {
    /// Records that an attempt ended at `now` after `latency`.
    fn observe(&self, latency: Duration, now: Instant);

    /// Returns the number of samples.
    fn count(&self) -> u64;

    /// Returns the latency that `percentile` percent of recent attempts stayed below; `None` while there are fewer than
    /// [`MIN_SAMPLES`]. Called in every call that waits, so it should be cheap.
    fn percentile(&self, percentile: u32) -> Option<Duration>;

    /// Copies all samples, for people, gauges and triggers that need more than a percentile. Too costly for every call.
    fn snapshot(&self) -> LatencySnapshot;
}

/// The samples of a tracker at one moment, with the usual percentiles.
///
/// ```
/// use recourse::hedge::LatencySnapshot;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// let snapshot = LatencySnapshot::new((1..=99).map(ms));
/// assert_eq!((snapshot.count, snapshot.p50, snapshot.p99), (99, Some(ms(50)), Some(ms(99))));
/// assert_eq!(snapshot.quantile(0.25), Some(ms(25)));
/// assert_eq!(snapshot.quantile(f64::NAN), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LatencySnapshot {
    /// The number of samples.
    pub count: u64,
    /// The median. Like the other percentiles, `None` only if there is no sample at all.
    pub p50: Option<Duration>,
    /// The 90th percentile.
    pub p90: Option<Duration>,
    /// The 95th percentile.
    pub p95: Option<Duration>,
    /// The 99th percentile.
    pub p99: Option<Duration>,
    sorted: Vec<Duration>,
}

impl LatencySnapshot {
    /// Creates the snapshot of these samples, in any order; for trackers of your own.
    #[must_use]
    pub fn new(samples: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<Duration> = samples.into_iter().collect();
        sorted.sort_unstable();
        let percentile = |percentile| {
            let rank = Rank::of(percentile, sorted.len());
            between(&sorted, rank.lower, rank.upper, f64::from(rank.hundredths) / 100.0)
        };
        let (p50, p90, p95, p99) = (percentile(50), percentile(90), percentile(95), percentile(99));
        Self { count: sorted.len() as u64, p50, p90, p95, p99, sorted }
    }

    /// Returns the latency below which the share `q` of the samples lies, from 0 (the smallest sample) to 1 (the largest). `None`
    /// if `q` is outside of that (or NaN), or if there is no sample.
    ///
    /// The rank is `q * (n + 1)`, linear between the two nearest samples (type 6 of Hyndman and Fan, 1996).
    #[expect(clippy::cast_precision_loss, reason = "nobody keeps 2^52 samples")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to n + 1, whole")]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        if !(0.0..=1.0).contains(&q) || self.sorted.is_empty() {
            return None;
        }
        let rank = q * (self.sorted.len() as f64 + 1.0);
        let (whole, last) = (rank as usize, self.sorted.len());
        between(&self.sorted, whole.clamp(1, last), (whole + 1).clamp(1, last), rank.fract())
    }
}

/// Interpolates between two samples, both counted from 1; `way` is 0 at the lower and 1 at the upper one.
fn between(sorted: &[Duration], lower: usize, upper: usize, way: f64) -> Option<Duration> {
    let (lower, upper) = (*sorted.get(lower.checked_sub(1)?)?, *sorted.get(upper.checked_sub(1)?)?);
    Some(lower.saturating_add(upper.saturating_sub(lower).mul_f64(way)))
}

/// Leaves out the samples, of which there may be thousands.
impl Debug for LatencySnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("LatencySnapshot");
        fields.field("count", &self.count).field("p50", &self.p50).field("p90", &self.p90);
        fields.field("p95", &self.p95).field("p99", &self.p99).finish_non_exhaustive()
    }
}
