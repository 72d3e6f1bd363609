//! The table: measured values, their sampling errors, and the exact values.

use crate::Row;
use crate::model::{Exact, FAN_OUT};
use std::fmt::{self, Display};

/// The sampling error that is printed, in standard errors: 95 % of such intervals contain the true value.
const STATED: f64 = 1.96;
/// 99.9 % of these intervals do. A value outside is treated as an error of the program.
const FAULT: f64 = 3.29;
/// The number of parts into which a row is divided; how much they differ gives the error of the whole. With a tracker, they differ more
/// than by chance: operations of the same period get their hedges too late together, or too soon.
const PARTS: usize = 50;

/// Percentiles of operations in thousandths: p50, p99 and p99.9.
const SHOWN: [usize; 3] = [500, 990, 999];

/// One operation: its duration, and its attempts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) number: u32,
    pub(crate) ms: f64,
    pub(crate) attempts: u32,
}

/// The operations of a row.
#[derive(Debug)]
pub(crate) struct Measured {
    /// In the order in which they began.
    operations: Vec<Operation>,
    /// Their durations, in ascending order.
    times: Vec<f64>,
    /// Returns the number of hedges per call, and its standard error.
    extra: (f64, f64),
}

/// A measured value, its interval, and the exact value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    measured: f64,
    from: f64,
    to: f64,
    exact: f64,
}

impl Figure {
    fn holds(self) -> bool {
        (self.from..=self.to).contains(&self.exact)
    }
}

impl Measured {
    pub(crate) fn new(mut operations: Vec<Operation>) -> Self {
        operations.sort_unstable_by_key(|operation| operation.number);
        let share = |part: &[Operation]| {
            let load = |operation: &Operation| f64::from(operation.attempts) / f64::from(FAN_OUT) - 1.0;
            mean(part.iter().map(load))
        };
        let extra = (share(&operations), spread(&operations, share));
        let mut times: Vec<f64> = operations.iter().map(|operation| operation.ms).collect();
        times.sort_unstable_by(f64::total_cmp);
        Self { operations, times, extra }
    }

    /// Returns the share of operations that took longer than `ms`.
    pub(crate) fn survival(&self, ms: f64) -> f64 {
        1.0 - count(self.times.partition_point(|time| *time <= ms)) / count(self.times.len())
    }

    /// Returns the share of a row that ten operations are. Below that share, a line is noise.
    pub(crate) fn resolution(&self) -> f64 {
        10.0 / count(self.times.len())
    }

    /// Returns a percentile, given in thousandths. Its interval is one of ranks, which needs no assumption about the durations: the number
    /// of operations below the true percentile is binomial, or varies more than that from part to part.
    fn latency(&self, thousandths: usize, sigmas: f64, exact: Exact) -> Figure {
        let all = self.times.len();
        let (rank, share) = ((all * thousandths).div_ceil(1_000), count(thousandths) / 1_000.0);
        let ranked = |rank: usize| rank.checked_sub(1).and_then(|at| self.times.get(at)).copied();
        let measured = ranked(rank).unwrap_or_default();
        let longer =
            |part: &[Operation]| mean(part.iter().map(|operation| f64::from(u8::from(operation.ms > measured))));
        let error = spread(&self.operations, longer).max((share * (1.0 - share) / count(all)).sqrt());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the operations")]
        let off = (sigmas * error * count(all)).ceil() as usize;
        Figure {
            measured,
            from: ranked(rank.saturating_sub(off)).unwrap_or(0.0),
            to: ranked(rank + off).unwrap_or(f64::INFINITY),
            exact: exact.operation_latency(1.0 - share),
        }
    }

    pub(crate) fn p999(&self) -> f64 {
        self.times[(self.times.len() * 999).div_ceil(1_000) - 1]
    }

    /// In percent.
    fn extra(&self, sigmas: f64, exact: Exact) -> Figure {
        let (extra, error) = (self.extra.0 * 100.0, self.extra.1 * 100.0 * sigmas);
        Figure { measured: extra, from: extra - error, to: extra + error, exact: exact.extra_load() * 100.0 }
    }

    /// In percent.
    pub(crate) fn extra_load(&self) -> f64 {
        self.extra.0 * 100.0
    }

    /// Returns true if chance may explain the distance to the exact values.
    pub(crate) fn holds(&self, exact: Exact) -> bool {
        SHOWN.iter().all(|shown| self.latency(*shown, FAULT, exact).holds()) && self.extra(FAULT, exact).holds()
    }
}

/// Returns the standard error of a mean over all operations.
fn spread(operations: &[Operation], mean_of: impl Fn(&[Operation]) -> f64) -> f64 {
    let all = mean_of(operations);
    let parts = operations.chunks(operations.len().div_ceil(PARTS));
    (mean(parts.map(|part| (mean_of(part) - all).powi(2))) / count(PARTS - 1)).sqrt()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, many) = values.fold((0.0, 0), |(sum, many), value| (sum + value, many + 1));
    sum / count(many)
}

#[expect(clippy::cast_precision_loss, reason = "nobody waits for 2^52 operations")]
fn count(many: usize) -> f64 {
    many as f64
}

/// All rows of the experiment.
#[derive(Debug)]
pub(crate) struct Table<'a>(pub(crate) &'a [(Row, Measured)]);

impl Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:20}{:^17}{:^29}{:^29}{:^23}", "", "p50, ms", "p99, ms", "p99.9, ms", "extra load, %")?;
        write!(f, "{:20}{:>8}{:>7}  ", "hedge", "seen", "exact")?;
        for _ in 0..2 {
            write!(f, "{:>8}{:>13}{:>7} ", "seen", "95 %", "exact")?;
        }
        writeln!(f, "{:>8}{:>7}{:>7}", "seen", "95 %", "exact")?;
        for (row, measured) in self.0 {
            let exact = row.exact;
            let [p50, p99, p999] = SHOWN.map(|shown| measured.latency(shown, STATED, exact));
            let extra = measured.extra(STATED, exact);
            write!(f, "{:20}{:>8.1}{:>7.1}  ", row.name, p50.measured, p50.exact)?;
            for figure in [p99, p999] {
                let digits = usize::from(figure.to < 100.0);
                let interval = format!("{:.digits$}-{:.digits$}", figure.from, figure.to);
                write!(f, "{:>8.1}{interval:>13}{:>7.1} ", figure.measured, figure.exact)?;
            }
            let off = format!("±{:.2}", extra.to - extra.measured);
            writeln!(f, "{:>8.2}{off:>7}{:>7.2}", extra.measured, extra.exact)?;
        }
        Ok(())
    }
}
