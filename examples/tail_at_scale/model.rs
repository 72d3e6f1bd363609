//! The exact values of the experiment: how slow the service is, and the effect of hedging.
//!
//! All times are in milliseconds of the experiment. "Survival at t" is the share of calls that take longer than t.

/// Calls of one operation. It takes as long as the slowest of them.
pub(crate) const FAN_OUT: u32 = 100;

/// A service whose calls have independent latencies. On logarithmic axes, survival is a straight line from point to point, which
/// continues beyond the last one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service(&'static [(f64, f64)]);

/// A service fitted to the figures of the paper: a p99.9 of 1,800 ms, and of 74 ms for 2 % more requests with a hedge after 10 ms.
const PAPER: &[(f64, f64)] =
    &[(1.0, 1.0), (4.0, 0.5), (7.0, 0.1), (10.0, 0.02), (69.0, 0.003_162_277_66), (1_800.0, 0.000_01)];

/// A service that is quick except for stalls: lognormal, with a median of 4 ms and a p98 of 10 ms, and one call in 1000 takes a
/// second.
#[rustfmt::skip]
const STALLS: &[(f64, f64)] = &[
    (0.9, 1.0), (1.049, 0.998_65), (1.311, 0.993_80), (1.639, 0.977_27), (2.048, 0.933_26), (2.560, 0.841_50), (3.200, 0.691_77),
    (4.0, 0.500_50), (5.0, 0.309_23), (6.249, 0.159_50), (7.811, 0.067_74), (9.764, 0.023_73), (12.204, 0.007_20),
    (15.254, 0.002_35), (19.067, 0.001_23), (23.8, 0.001_03), (29.8, 0.001_003), (999.0, 0.001), (1_000.0, 0.000_000_001),
];

impl Service {
    pub(crate) const fn paper() -> Self {
        Self(PAPER)
    }

    pub(crate) const fn stalls() -> Self {
        Self(STALLS)
    }

    /// Returns the share of calls that take longer than `ms`.
    pub(crate) fn survival(self, ms: f64) -> f64 {
        let (from, slope) = self.piece(|point| point.0 > ms);
        if ms <= from.0 && from.1 >= 1.0 { 1.0 } else { from.1 * (ms / from.0).powf(slope) }
    }

    /// Returns the time that this share of calls exceeds.
    pub(crate) fn latency(self, share: f64) -> f64 {
        let (from, slope) = self.piece(|point| point.1 < share);
        from.0 * (share / from.1).powf(1.0 / slope)
    }

    /// Returns the line to the first point that is `beyond`: its beginning and its slope.
    fn piece(self, beyond: impl Fn(&(f64, f64)) -> bool) -> ((f64, f64), f64) {
        let Self(points) = self;
        let end = points.iter().position(beyond).unwrap_or(points.len() - 1).max(1);
        let (from, to) = (points[end - 1], points[end]);
        (from, (to.1 / from.1).ln() / (to.0 / from.0).ln())
    }
}

/// Calls that are hedged after a fixed delay. The first answer counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exact {
    pub(crate) service: Service,
    pub(crate) delay: f64,
    pub(crate) hedges: u32,
}

impl Exact {
    /// Returns the share of calls that take longer than `ms`: those of which every attempt launched before then does.
    fn call_survival(self, ms: f64) -> f64 {
        (0..=self.hedges).map(|launch| self.service.survival(ms - self.delay * f64::from(launch))).product()
    }

    /// Returns the number of hedges per call. A hedge is sent if the call still runs when the hedge is due.
    pub(crate) fn extra_load(self) -> f64 {
        let sent = |hedge: u32| Self { hedges: hedge - 1, ..self }.call_survival(self.delay * f64::from(hedge));
        (1..=self.hedges).map(sent).fold(0.0, |all, share| all + share)
    }

    /// Returns the share of operations that take longer than `ms`: those of which at least one call does.
    pub(crate) fn operation_survival(self, ms: f64) -> f64 {
        // 1 - (1 - s)^100, in a form that keeps its digits for small shares.
        -(f64::from(FAN_OUT) * (-self.call_survival(ms)).ln_1p()).exp_m1()
    }

    /// Returns the time that all operations but this share stay below, by bisection.
    pub(crate) fn operation_latency(self, share: f64) -> f64 {
        let (mut low, mut high) = (1e-3, 1e9);
        for _ in 0..100 {
            let middle = f64::sqrt(low * high);
            if self.operation_survival(middle) > share { low = middle } else { high = middle }
        }
        high
    }
}

/// Returns a random value between 0 and 1 for this number, always the same one. So every row has the same luck, whatever the order in
/// which its calls run.
///
/// The numbers of `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
pub(crate) fn dice(number: u64) -> f64 {
    const SEED: u64 = 2013;
    let mut word = SEED.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^= word >> 31;
    // In the middle of one of 2^52 equal steps: neither 0 nor 1.
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit")]
    let step = (word >> 12) as f64;
    (step + 0.5) / 4_503_599_627_370_496.0
}
