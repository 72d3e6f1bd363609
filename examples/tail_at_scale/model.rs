//! The experiment on paper: how slow the service is, and what hedging it comes to.
//!
//! All times are in milliseconds of the published experiment. "Survival at t" is the share of calls that take longer than t.

/// Calls of one operation. It takes as long as the slowest of them.
pub const FAN_OUT: u32 = 100;

/// A service whose calls take independent times: survival is a straight line from point to point, both axes logarithmic, and
/// goes on beyond the last one.
#[derive(Clone, Copy, Debug)]
pub struct Service(&'static [(f64, f64)]);

/// Made of what the paper says of its service: no call takes less than 1 ms; alone, 1 % take more than 13 ms, and of the
/// operations 5 in 10 take more than 20 ms; unhedged, one operation in 1000 takes 1800 ms.
pub const SERVICE: Service = Service(&[(1.0, 1.0), (4.0, 0.5), (7.0, 0.1), (10.0, 0.02), (69.0, 0.003_162_28), (1_800.0, 1e-5)]);

impl Service {
    /// The share of calls that take longer than `ms`.
    pub fn survival(self, ms: f64) -> f64 {
        if ms <= self.0[0].0 {
            return 1.0;
        }
        let (from, slope) = self.piece(|point| point.0 > ms);
        from.1 * (ms / from.0).powf(slope)
    }

    /// The time that so large a share of calls takes longer than.
    pub fn latency(self, survival: f64) -> f64 {
        let (from, slope) = self.piece(|point| point.1 < survival);
        from.0 * (survival / from.1).powf(1.0 / slope)
    }

    /// The line that ends at the first point that is `beyond`: its beginning and its slope.
    fn piece(self, beyond: impl Fn(&(f64, f64)) -> bool) -> ((f64, f64), f64) {
        let end = self.0.iter().position(beyond).unwrap_or(self.0.len() - 1).max(1);
        let (from, to) = (self.0[end - 1], self.0[end]);
        (from, (to.1 / from.1).ln() / (to.0 / from.0).ln())
    }
}

/// Calls of a service with hedges after a delay that does not change: the first to answer counts, the others are dropped.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    pub service: Service,
    pub delay: f64,
    pub hedges: u32,
}

impl Exact {
    /// The share of calls that take longer than `ms`: all attempts that have been launched by then must.
    pub fn call_survival(self, ms: f64) -> f64 {
        (0..=self.hedges).map(|launch| self.service.survival(ms - self.delay * f64::from(launch))).product()
    }

    /// Hedges per call: one more wherever a call is still running when the next is due.
    pub fn extra_load(self) -> f64 {
        let due = |hedge: u32| Self { hedges: hedge - 1, ..self }.call_survival(self.delay * f64::from(hedge));
        (1..=self.hedges).map(due).sum()
    }

    /// The share of operations that take longer than `ms`: those of which at least one call does.
    pub fn operation_survival(self, ms: f64) -> f64 {
        -(f64::from(FAN_OUT) * (-self.call_survival(ms)).ln_1p()).exp_m1()
    }

    /// The time that the share `q` of operations stays below, found by halving.
    pub fn operation_quantile(self, q: f64) -> f64 {
        let (mut low, mut high) = (1.0, 1e9);
        for _ in 0..100 {
            let middle = f64::sqrt(low * high);
            if self.operation_survival(middle) > 1.0 - q { low = middle } else { high = middle }
        }
        high
    }
}

/// A die that is thrown once per number: the same numbers in every row, so that all rows meet the same luck, and no row's
/// depends on the order in which its calls happen to run.
///
/// The output function of `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
pub fn die(number: u64) -> f64 {
    const SEED: u64 = 2013;
    let mut word = (number.wrapping_add(SEED << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    // 52 bits and a half: never 0, never 1.
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit")]
    let steps = ((word ^ (word >> 31)) >> 12) as f64;
    (steps + 0.5) / (1u64 << 52) as f64
}
