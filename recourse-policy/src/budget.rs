//! The budget section: how many retries, or hedges, all calls of a key may make together.

/// How many retries, or hedges, all calls of a key may make together.
///
/// A budget is a share of the calls that succeed without a retry, and a floor per second that lets a quiet service retry at all. At most ten
/// seconds' worth of the floor can be saved up (and never less than ten retries), see [`BudgetPolicy::capacity`].
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
    /// True if there is a limit; false for "none".
    pub limited: bool,
    /// The share of the calls that succeed without a retry, in percent: what each of them adds to the budget.
    pub percent: u32,
    /// The retries added per second, whatever happens.
    pub per_second: u32,
}

impl BudgetPolicy {
    /// Returns "defaults": 20% + 10/s.
    ///
    /// ```
    /// use recourse_policy::BudgetPolicy;
    ///
    /// assert_eq!(BudgetPolicy::defaults(), "20% + 10/s".parse()?);
    /// # Ok::<(), recourse_policy::TextError>(())
    /// ```
    #[must_use]
    pub const fn defaults() -> Self {
        Self { limited: true, percent: 20, per_second: 10 }
    }

    /// Returns the default of hedging: 5% + 1/s.
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, HedgePolicy};
    ///
    /// assert_eq!(HedgePolicy::percentile(99).budget, BudgetPolicy::hedge_defaults());
    /// ```
    #[must_use]
    pub const fn hedge_defaults() -> Self {
        Self { limited: true, percent: 5, per_second: 1 }
    }

    /// Returns "none": no limit.
    ///
    /// ```
    /// use recourse_policy::BudgetPolicy;
    ///
    /// assert!(!BudgetPolicy::none().limited && BudgetPolicy::percent(0).limited);
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self { limited: false, percent: 0, per_second: 0 }
    }

    /// Creates a budget of a share of the calls that succeed without a retry, without a floor.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self { limited: true, percent, per_second: 0 }
    }

    /// Sets the floor per second. Has no effect on "none".
    #[must_use]
    pub const fn per_second(mut self, per_second: u32) -> Self {
        if self.limited {
            self.per_second = per_second;
        }
        self
    }

    /// Returns how many retries can be saved up: those of ten seconds of the floor, and never less than 10.
    ///
    /// ```
    /// use recourse_policy::BudgetPolicy;
    ///
    /// assert_eq!(BudgetPolicy::percent(20).per_second(30).capacity(), 300);
    /// assert_eq!(BudgetPolicy::percent(20).capacity(), 10);
    /// ```
    pub const fn capacity(&self) -> u32 {
        let saved = self.per_second.saturating_mul(10);
        if saved < 10 { 10 } else { saved }
    }
}
