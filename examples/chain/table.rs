//! The table: the mean over all seeds, and the worst of them.

use crate::row::{AT_LEAST, NAIVE, Row};
use crate::tally::{Figures, count};
use std::fmt::{self, Display};

/// The rows with the figures of each seed.
pub(crate) struct Table<'a>(pub(crate) &'a [(Row, Vec<Figures>)]);

/// The mean of a figure over the seeds, and the worst.
struct Spread {
    mean: f64,
    worst: f64,
}

impl Spread {
    /// `worse` is 1 if more is worse, and -1 if less is.
    fn of(figures: &[Figures], worse: f64, of: impl Fn(&Figures) -> f64) -> Self {
        let mean = figures.iter().map(&of).sum::<f64>() / count(figures.len());
        let worst = figures.iter().map(|figure| worse * of(figure)).fold(f64::NEG_INFINITY, f64::max) * worse;
        Self { mean, worst }
    }
}

fn columns(figures: &[Figures]) -> [Spread; 5] {
    [
        Spread::of(figures, 1.0, |figure| figure.gone),
        Spread::of(figures, 1.0, |figure| figure.gone_within),
        Spread::of(figures, -1.0, |figure| figure.answered_within),
        Spread::of(figures, 1.0, |figure| figure.healed),
        Spread::of(figures, -1.0, |figure| figure.answered_after),
    ]
}

impl Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:28}{:^28}{:^16}{:^16}{:^14}",
            "", "work for users who are gone", "answered in", "healed after", "answered"
        )?;
        writeln!(
            f,
            "{:28}{:^14}{:^14}{:^16}{:^16}{:^14}",
            "", "whole run", "brown-out", "brown-out", "the cause", "afterwards"
        )?;
        writeln!(
            f,
            "{:28}{:>7}{:>7}{:>7}{:>7}{:>8}{:>8}{:>8}{:>8}{:>7}{:>7}",
            "", "mean", "worst", "mean", "worst", "mean", "worst", "mean", "worst", "mean", "worst"
        )?;
        for (row, figures) in self.0 {
            let [gone, gone_within, within, healed, after] = columns(figures);
            write!(f, "{:28}", row.name)?;
            for share in [gone, gone_within] {
                write!(f, "{:>5.0} %{:>5.0} %", share.mean * 100.0, share.worst * 100.0)?;
            }
            write!(f, "{:>8.2}{:>8.2}", within.mean, within.worst)?;
            for seconds in [healed.mean, healed.worst] {
                if seconds.is_finite() { write!(f, "{seconds:>6.1} s")? } else { write!(f, "{:>8}", "never")? }
            }
            writeln!(f, "{:>7.3}{:>7.3}", after.mean, after.worst)?;
        }
        Ok(())
    }
}

impl Table<'_> {
    /// What is not as it has to be, for any seed.
    pub(crate) fn faults(&self) -> Vec<String> {
        let (naive, at_least) = (&self.0[NAIVE].1, columns(&self.0[AT_LEAST].1).map(|column| column.worst));
        let [gone, gone_within, within, healed, after] = at_least;
        let goals = [
            (
                naive.iter().all(|figure| figure.healed.is_infinite()),
                "the naive row healed: the experiment proves nothing",
            ),
            (within >= 0.8, "at_least: less than .8 of the reduced capacity was answered in time"),
            (gone_within <= 0.25, "at_least: more than 25 % of C's work in the brown-out was for users who were gone"),
            (gone <= 0.10, "at_least: more than 10 % of C's work was for users who were gone"),
            (healed <= 1.0, "at_least: not healed within 1 s"),
            (after >= 0.99, "at_least: less than .99 were answered afterwards"),
        ];
        goals.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault.to_owned()).collect()
    }
}
