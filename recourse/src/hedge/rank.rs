//! The estimator of quantiles: which samples a percentile lies between.
//!
//! The rank is `q * (n + 1)`, linear between the two nearest samples:
//! type 6 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996; the plotting
//! position of Weibull (1939). Of n independent samples, the k-th smallest is expected to lie above `k / (n + 1)` of the
//! distribution, whatever the distribution (its coverage is Beta(k, n + 1 - k)). So if the rank is whole, the next call is
//! above p99 in exactly 1 % of all cases; ranks of `q * n` hedge more than was asked for. Between two samples of a heavy tail
//! a straight line runs a little high: of 256 samples, p99 is then exceeded by 0.92 %.

/// The two samples between which a percentile lies, counted from 1 in ascending order, and the way from one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rank {
    pub(super) lower: usize,
    pub(super) upper: usize,
    /// Hundredths of the way from the lower to the upper.
    pub(super) hundredths: u32,
}

impl Rank {
    /// Returns the rank of a percentile among `count` samples. A percentile above 100 counts as 100. Beyond the outermost samples
    /// nothing is known, so the rank ends at them. All zero if there is no sample.
    pub(super) fn of(percentile: u32, count: usize) -> Self {
        // In 128 bits the product cannot overflow, whatever the count.
        let percentile = percentile.min(100);
        let scaled = u128::from(percentile) * (count as u128 + 1);
        let whole = usize::try_from(scaled / 100).unwrap_or(usize::MAX);
        let hundredths = u32::try_from(scaled % 100).unwrap_or(0);
        let least = count.min(1);
        Self { lower: whole.clamp(least, count), upper: whole.saturating_add(1).clamp(least, count), hundredths }
    }
}

#[cfg(test)]
mod tests {
    use super::Rank;

    #[test]
    fn ranks_are_those_of_the_paper_and_stay_inside_the_samples() {
        let rank = |lower, upper, hundredths| Rank { lower, upper, hundredths };
        assert_eq!(Rank::of(99, 256), rank(254, 255, 43));
        assert_eq!(Rank::of(99, 99), rank(99, 99, 0));
        assert_eq!(Rank::of(50, 3), rank(2, 3, 0));
        assert_eq!(Rank::of(0, 9), rank(1, 1, 0));
        assert_eq!(Rank::of(u32::MAX, 9), rank(9, 9, 0));
        assert_eq!(Rank::of(50, 0), rank(0, 0, 50));
    }
}
