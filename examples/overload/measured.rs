//! What was measured in a part of an experiment, and figures over many seeds.

/// One part of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Of each class.
    pub(crate) arrived: Vec<f64>,
    pub(crate) good: Vec<f64>,
    pub(crate) admitted: f64,
    /// Times in the server of the calls that were admitted, in seconds.
    times: Vec<f64>,
    limits: (f64, f64),
}

impl Measured {
    pub(crate) fn new((from, to): (f64, f64), classes: usize) -> Self {
        Self { seconds: to - from, arrived: vec![0.0; classes], good: vec![0.0; classes], ..Self::default() }
    }

    /// Counts a call of a class, which took so long if it was admitted.
    pub(crate) fn add(&mut self, class: usize, limit: u32, took: Option<f64>, patience: f64) {
        self.arrived[class] += 1.0;
        self.limits = (self.limits.0 + f64::from(limit), self.limits.1 + 1.0);
        if let Some(took) = took {
            self.admitted += 1.0;
            self.times.push(took);
            self.good[class] += f64::from(u8::from(took <= patience));
        }
    }

    /// Good answers a second.
    pub(crate) fn goodput(&self) -> f64 {
        self.good.iter().sum::<f64>() / self.seconds
    }

    /// The admitted part.
    pub(crate) fn admitted_part(&self) -> f64 {
        self.admitted / self.arrived.iter().sum::<f64>().max(1.0)
    }

    /// The part of a class's calls that got a good answer.
    pub(crate) fn good_part(&self, class: usize) -> f64 {
        self.good[class] / self.arrived[class].max(1.0)
    }

    pub(crate) fn mean_limit(&self) -> f64 {
        self.limits.0 / self.limits.1.max(1.0)
    }

    /// The 99th percentile of the time in the server, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        quantile(&mut self.times.clone(), 0.99) * 1_000.0
    }
}

/// The value at a quantile, 0 of nothing.
pub(crate) fn quantile(values: &mut [f64], part: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let at = ((values.len() as f64 * part) as usize).min(values.len() - 1);
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

/// One figure over all seeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) mean: f64,
    pub(crate) worst: f64,
    /// The fifth percentile, counted from the worst.
    pub(crate) poor: f64,
    /// Where the fifth percentile of all possible seeds lies, with a certainty of 95 %. Says nothing with less than a hundred seeds.
    pub(crate) poor_range: (f64, f64),
}

/// The part of the seeds that a target may miss.
const POOR: f64 = 0.05;

/// Ranks between which a percentile lies with a certainty of 95 %, as parts of `count`: how many of the values are below it is binomial.
fn ranks(count: f64) -> (f64, f64) {
    let off = 1.96 * (POOR * (1.0 - POOR) / count).sqrt();
    ((POOR - off).max(0.0), POOR + off)
}

impl Figure {
    /// A figure of which more is better.
    pub(crate) fn high(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        #[expect(clippy::cast_precision_loss, reason = "a number of seeds")]
        let count = values.len() as f64;
        let (mean, (from, to)) = (values.iter().sum::<f64>() / count, ranks(count));
        let mut at = |part| quantile(&mut values, part);
        Self { mean, worst: at(0.0), poor: at(POOR), poor_range: (at(from), at(to)) }
    }

    /// A figure of which less is better.
    pub(crate) fn low(values: impl IntoIterator<Item = f64>) -> Self {
        let Self { mean, worst, poor, poor_range: (from, to) } = Self::high(values.into_iter().map(|value| -value));
        Self { mean: -mean, worst: -worst, poor: -poor, poor_range: (-to, -from) }
    }
}
