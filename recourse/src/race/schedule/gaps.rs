//! Schedules: how long a race waits between two starts.

use crate::time::nanos;
use std::time::Duration;

/// The schedule of a stagger: the gap before each start after the first.
///
/// A [`Duration`] is the same gap each time. A list of durations gives one gap after the other and repeats the last one. [`exp`]
/// gives gaps that grow.
///
/// ```
/// use recourse::race::Gaps;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// assert_eq!(ms(250).gap(7), ms(250));
/// assert_eq!([ms(10), ms(50)].gap(7), ms(50), "the last gap of a list is repeated");
/// ```
#[diagnostic::on_unimplemented(
    message = "a stagger is a `Duration`, a list of them, or `exp(first, factor, max)`, not `{Self}`",
    label = "no gaps between branches"
)]
pub trait Gaps {
    /// False if all branches start at once.
    #[doc(hidden)]
    const STAGGERED: bool = true;

    /// Returns the gap of a step, counted from 0.
    fn gap(&self, step: u32) -> Duration;
}

/// No stagger: branches without `after` start at once.
#[derive(Clone, Copy, Debug)]
pub struct NoStagger;

impl Gaps for NoStagger {
    const STAGGERED: bool = false;

    fn gap(&self, _: u32) -> Duration {
        Duration::ZERO
    }
}

impl Gaps for Duration {
    fn gap(&self, _: u32) -> Duration {
        *self
    }
}

impl<const N: usize> Gaps for [Duration; N] {
    fn gap(&self, step: u32) -> Duration {
        let index = usize::try_from(step).unwrap_or(usize::MAX);
        self.get(index).or(self.last()).copied().unwrap_or_default()
    }
}

/// Gaps that grow by a factor up to a maximum; made by [`exp`].
///
/// ```
/// use recourse::race::{Exp, Gaps, exp};
/// use std::time::Duration;
///
/// let gaps: Exp = exp(Duration::from_millis(10), 2.0, Duration::from_millis(30));
/// assert_eq!(gaps.gap(2), Duration::from_millis(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exp {
    first: Duration,
    factor: f64,
    max: Duration,
}

/// Returns gaps that begin with `first` and grow by `factor` up to `max`. A factor below 1 counts as 1.
///
/// ```
/// use recourse::race::{Gaps, exp};
/// use std::time::Duration;
///
/// let gaps = exp(Duration::from_millis(50), 2, Duration::from_millis(150));
/// assert_eq!([0, 1, 2].map(|step| gaps.gap(step).as_millis()), [50, 100, 150]);
/// ```
pub fn exp(first: Duration, factor: impl Into<f64>, max: Duration) -> Exp {
    let factor = factor.into();
    // Written so that NaN counts as 1, too.
    Exp { first, factor: if factor >= 1.0 { factor } else { 1.0 }, max }
}

impl Gaps for Exp {
    fn gap(&self, step: u32) -> Duration {
        // In floating point, so that a long race saturates instead of overflowing.
        let steps = i32::try_from(step).unwrap_or(i32::MAX);
        #[expect(clippy::cast_precision_loss, reason = "a gap is no more exact than a timer")]
        let grown = nanos(self.first) as f64 * self.factor.powi(steps);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts from floats saturate")]
        let grown = Duration::from_nanos(grown as u64);
        grown.min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::{Gaps, exp};
    use std::time::Duration;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_last_gap_of_a_list_is_repeated_and_an_empty_list_has_none() {
        let list = [MS, 3 * MS];
        assert_eq!([0, 1, 2, u32::MAX].map(|step| list.gap(step)), [MS, 3 * MS, 3 * MS, 3 * MS]);
        assert_eq!([Duration::ZERO; 0].gap(0), Duration::ZERO);
    }

    #[test]
    fn growth_stops_at_the_maximum_and_odd_factors_do_no_harm() {
        assert_eq!(exp(MS, 2, 1000 * MS).gap(u32::MAX), 1000 * MS);
        assert_eq!(exp(MS, 1.5, 1000 * MS).gap(2), 2250 * MS / 1000);
        for factor in [0.0, -3.0, f64::NAN] {
            assert_eq!(exp(MS, factor, 1000 * MS).gap(9), MS, "{factor}");
        }
        assert_eq!(exp(MS, f64::INFINITY, 7 * MS).gap(1), 7 * MS);
        assert_eq!(exp(9 * MS, 2, 7 * MS).gap(0), 7 * MS);
    }
}
