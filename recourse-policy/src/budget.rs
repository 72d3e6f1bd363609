//! The budget section: how many retries (or hedges) all calls of a key may make together.

/// What all calls of a key may spend together on retries, or on hedges.
///
/// A share of the first attempts, and a floor per second that lets a quiet service retry at all. What can be saved up is
/// limited to ten seconds' worth of the floor (and never less than ten credits), see [`BudgetPolicy::capacity`].
///
/// ```
/// use recourse_policy::BudgetPolicy;
///
/// const SEARCH: BudgetPolicy = BudgetPolicy::percent(10).per_second(2);
/// assert_eq!(SEARCH.to_string(), "10% + 2/s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BudgetPolicy {
    /// Whether anything is limited at all; "none" is not.
    pub limited: bool,
    /// What each successful first attempt deposits, in percent of one retry.
    pub percent: u32,
    /// Credits added per second, whatever happens.
    pub per_second: u32,
}

impl BudgetPolicy {
    /// "defaults": 20% + 10/s.
    pub const fn defaults() -> Self {
        Self { limited: true, percent: 20, per_second: 10 }
    }

    /// The default of hedging: 5% + 1/s.
    pub const fn hedge_defaults() -> Self {
        Self { limited: true, percent: 5, per_second: 1 }
    }

    /// "none": no limit.
    pub const fn none() -> Self {
        Self { limited: false, percent: 0, per_second: 0 }
    }

    /// So many percent of the first attempts, nothing on top.
    pub const fn percent(percent: u32) -> Self {
        Self { limited: true, percent, per_second: 0 }
    }

    /// So many per second on top; without effect on "none".
    pub const fn per_second(mut self, per_second: u32) -> Self {
        if self.limited {
            self.per_second = per_second;
        }
        self
    }

    /// The most that can be saved up, in retries: what ten seconds of the floor give, and never less than 10.
    pub const fn capacity(&self) -> u32 {
        let saved = self.per_second.saturating_mul(10);
        if saved < 10 { 10 } else { saved }
    }
}
