//! The bounds of an operator: what a document, or any policy from outside of the program, can ask for at most.
//!
//! # Design notes
//!
//! They start as the bounds of documents ([`Bounds::document`]), and those are applied as long as nobody sets others. Others come after the
//! bounds that every policy has ([`limits`]), with the same rules and the same list of changes. So a value that a document may not have
//! is clamped and reported in one way, whoever set the bound.

#[cfg(test)]
mod tests;

use crate::bounds::{About, Rule};
use crate::{Bounds, BudgetPolicy, Change, Delay, DurationText, Policy, RetryPolicy, limits};
use std::time::Duration;

/// What a policy from outside of the program may ask for, and how large a document may be.
///
/// ```
/// use recourse_policy::{OperatorBounds, Policy, RetryPolicy};
/// use std::time::Duration;
///
/// let asked = Policy::new().retry(RetryPolicy::attempts(3).fixed(Duration::from_secs(20)));
/// let (policy, changes) = OperatorBounds::new().max_delay(Duration::from_secs(5)).apply(asked);
/// assert_eq!(policy.retry, Some(RetryPolicy::attempts(3).fixed(Duration::from_secs(5))));
/// assert_eq!(
///     changes[0].to_string(),
///     "retry.delay: 20s became 5s: the operator's bounds allow delays up to 5s; write a shorter one, or raise `max_delay` of `OperatorBounds`"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperatorBounds {
    /// The most attempts of a call: 10 by default.
    pub max_attempts: u32,
    /// True if a policy may retry without end, by `forever` or by `fresh after`: false by default.
    pub forever: bool,
    /// The longest delay between attempts, and the longest pushback that is obeyed: 30 s by default.
    pub max_delay: Duration,
    /// True if a budget may be "none": false by default.
    pub unlimited_budget: bool,
    /// The shortest time limit that a policy from the network may set, in percent of the local policy's: 50 by default, 100 at most. See
    /// [`Self::raise`].
    pub min_timeout_percent: u32,
    /// The fewest failures in a row, or calls in a window, after which a circuit may open by a policy from the network: 5 by default. See
    /// [`Self::raise`].
    pub min_calls: u32,
    /// The smallest limit on concurrency and the smallest rate that a policy from the network may set, in percent of the local policy's if
    /// that has one: 10 by default, 100 at most. See [`Self::raise`].
    pub min_limit_percent: u32,
    /// The fewest slots that a policy from the network may leave: 4 by default. See [`Self::raise`].
    pub min_slots: u32,
    /// The smallest rate that a policy from the network may set, in attempts a minute: 60 by default. See [`Self::raise`].
    pub min_rate_per_minute: u32,
    /// The largest document in bytes: 4 MiB by default.
    pub max_bytes: usize,
    /// The deepest nesting of a document: 16 by default.
    pub max_depth: usize,
    /// The most keys and patterns of all documents together: 10,000 by default.
    pub max_keys: usize,
}

impl Default for OperatorBounds {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => { $(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        }
    )* };
}

impl OperatorBounds {
    /// Creates the default bounds.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_attempts: limits::MAX_ATTEMPTS_OF_DOCUMENTS,
            forever: false,
            max_delay: limits::MAX_DELAY_OF_DOCUMENTS,
            unlimited_budget: false,
            min_timeout_percent: limits::MIN_TIMEOUT_PERCENT_OF_NETWORK,
            min_calls: limits::MIN_CALLS_OF_NETWORK,
            min_limit_percent: limits::MIN_LIMIT_PERCENT_OF_NETWORK,
            min_slots: limits::MIN_SLOTS_OF_NETWORK,
            min_rate_per_minute: limits::MIN_RATE_PER_MINUTE_OF_NETWORK,
            max_bytes: limits::DOCUMENT_BYTES,
            max_depth: limits::DOCUMENT_DEPTH,
            max_keys: limits::DOCUMENT_KEYS,
        }
    }

    setters! {
        /// Sets the most attempts of a call.
        max_attempts: u32;
        /// Sets whether a policy may retry without end.
        forever: bool;
        /// Sets the longest delay between attempts, and the longest pushback that is obeyed.
        max_delay: Duration;
        /// Sets whether a budget may be "none".
        unlimited_budget: bool;
        /// Sets the shortest time limit that a policy from the network may set, in percent of the local policy's. 0 allows any.
        min_timeout_percent: u32;
        /// Sets the fewest failures in a row, or calls in a window, after which a circuit may open by a policy from the network.
        ///
        /// ```
        /// use recourse_policy::OperatorBounds;
        ///
        /// assert_eq!(OperatorBounds::new().min_calls, 5);
        /// assert_eq!(OperatorBounds::new().min_calls(2).min_calls, 2);
        /// ```
        min_calls: u32;
        /// Sets the smallest limit on concurrency and the smallest rate that a policy from the network may set, in percent of the local policy's.
        ///
        /// ```
        /// use recourse_policy::{ConcurrencyPolicy, OperatorBounds, Policy};
        ///
        /// let (local, asked) = (ConcurrencyPolicy::at_once(200), ConcurrencyPolicy::at_once(1));
        /// let raised = |bounds: OperatorBounds| {
        ///     let (policy, _) = bounds.raise(Policy::new().concurrency(asked), &Policy::new().concurrency(local));
        ///     policy.concurrency.unwrap().to_string()
        /// };
        /// assert_eq!(raised(OperatorBounds::new()), "20 at once");
        /// assert_eq!(raised(OperatorBounds::new().min_limit_percent(50)), "100 at once");
        /// ```
        min_limit_percent: u32;
        /// Sets the fewest slots that a policy from the network may leave. 1 allows any number, except for a share of a local one.
        ///
        /// ```
        /// use recourse_policy::{ConcurrencyPolicy, OperatorBounds, Policy};
        ///
        /// let asked = Policy::new().concurrency(ConcurrencyPolicy::adaptive().between(1, 1));
        /// let (policy, changes) = OperatorBounds::new().min_slots(8).raise(asked, &Policy::new());
        /// assert_eq!(policy.concurrency, Some(ConcurrencyPolicy::adaptive().between(1, 8)));
        /// assert_eq!(changes[0].field, "concurrency.max");
        /// ```
        min_slots: u32;
        /// Sets the smallest rate that a policy from the network may set, in attempts a minute. 0 allows any rate, except for a share of a local
        /// one: for services with a quota that is told by the control plane.
        ///
        /// ```
        /// use recourse_policy::{OperatorBounds, Policy, RatePolicy};
        ///
        /// let asked = Policy::new().rate(RatePolicy::per_hour(1));
        /// let raised = |bounds: OperatorBounds| bounds.raise(asked, &Policy::new()).0.rate.unwrap().to_string();
        /// assert_eq!(raised(OperatorBounds::new()), "60/m");
        /// assert_eq!(raised(OperatorBounds::new().min_rate_per_minute(0)), "1/h");
        /// ```
        min_rate_per_minute: u32;
        /// Sets the largest document in bytes.
        max_bytes: usize;
        /// Sets the deepest nesting of a document.
        max_depth: usize;
        /// Sets the most keys and patterns of all documents together.
        max_keys: usize;
    }

    /// Clamps every value to its own bounds and then to the operator's, and returns the policy with a list of exactly what was changed.
    /// Applying the bounds twice changes nothing more.
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, OperatorBounds, Policy, RetryPolicy};
    ///
    /// let bounds = OperatorBounds::new().max_attempts(4).forever(false).unlimited_budget(true);
    /// let (policy, changes) = bounds.apply(Policy::new().retry(RetryPolicy::attempts(9)).budget(BudgetPolicy::none()));
    /// assert_eq!(policy.retry, Some(RetryPolicy::attempts(4)));
    /// assert_eq!(policy.budget, Some(BudgetPolicy::none()));
    /// assert_eq!(changes[0].field, "retry.max_attempts");
    ///
    /// // Three limits of the documents themselves, which belong to whoever reads them.
    /// let small = OperatorBounds::new().max_bytes(10_000).max_depth(4).max_keys(100);
    /// assert_ne!(small, OperatorBounds::new());
    /// ```
    #[must_use = "the policy itself is not changed; use the one that is returned"]
    pub fn apply(&self, policy: Policy) -> (Policy, Vec<Change>) {
        let defaults = Self::new();
        let is_default = (self.max_attempts, self.forever, self.max_delay)
            == (defaults.max_attempts, defaults.forever, defaults.max_delay);
        let bounds = if is_default { Bounds::document() } else { Bounds::code() };
        let (mut policy, mut changes) = policy.normalize_within(bounds);
        if let Some(retry) = policy.retry.as_mut().filter(|_| !is_default) {
            self.limit_retry(retry, &mut changes);
        }
        // Attempts that each begin the count anew have no end, as `forever` has none.
        if let Some(retry) = policy.retry.as_mut().filter(|_| !self.forever) {
            if let Some(fresh) = retry.fresh_after.take() {
                let reason = "a count that begins anew may have no end, which the operator's bounds do not allow; leave it out, or allow \
                              `forever` in `OperatorBounds`";
                changes.push(Change::taken("retry.fresh_after", DurationText(fresh).to_string(), reason));
            }
        }
        if !self.unlimited_budget {
            if let Some(budget) = &mut policy.budget {
                limit_budget("budget", budget, BudgetPolicy::defaults(), &mut changes);
            }
            if let Some(hedge) = policy.hedge.as_mut().filter(|hedge| hedge.hedges()) {
                limit_budget("hedge.budget", &mut hedge.budget, BudgetPolicy::hedge_defaults(), &mut changes);
            }
        }
        (policy, changes)
    }

    fn limit_retry(&self, retry: &mut RetryPolicy, changes: &mut Vec<Change>) {
        let attempts = rule("retry.max_attempts", limits::MIN_ATTEMPTS, self.max_attempts.max(limits::MIN_ATTEMPTS));
        let most = match retry.max_attempts {
            Some(asked) => attempts.clamp(asked),
            None => (!self.forever).then_some(attempts.max.min(limits::MAX_ATTEMPTS)),
        };
        if let Some(now) = most {
            let reason = format!(
                "the operator's bounds allow up to {now}; write fewer attempts, or raise `max_attempts` of `OperatorBounds`"
            );
            let was = retry.max_attempts.map_or("forever".to_owned(), |asked| asked.to_string());
            changes.push(Change::new(attempts.about.field, was, now.to_string(), &reason));
            retry.max_attempts = Some(now);
        }
        let longest = self.max_delay.max(limits::MIN_DELAY);
        let mut limit = |field: &'static str, delay: &mut Duration| {
            if let Some(now) = rule(field, limits::MIN_DELAY, longest).clamp(*delay) {
                let longest = DurationText(longest);
                let reason = format!(
                    "the operator's bounds allow delays up to {longest}; write a shorter one, or raise `max_delay` of `OperatorBounds`"
                );
                let was = DurationText(*delay).to_string();
                changes.push(Change::new(field, was, DurationText(now).to_string(), &reason));
                *delay = now;
            }
        };
        match &mut retry.delay {
            Delay::None => {}
            Delay::Fixed(delay) => limit("retry.delay", delay),
            Delay::Linear { initial, max } | Delay::Exponential { initial, max, .. } => {
                limit("retry.initial", initial);
                limit("retry.max", max);
            }
        }
        if let Some(pushback) = &mut retry.max_pushback {
            limit("retry.max_pushback", pushback);
        }
    }
}

/// Returns a row of the table of bounds that the operator has set.
fn rule<T>(field: &'static str, min: T, max: T) -> Rule<T> {
    Rule { min, max, about: About { field, place: field, reason: "", fault: "" } }
}

fn limit_budget(field: &'static str, budget: &mut BudgetPolicy, to: BudgetPolicy, changes: &mut Vec<Change>) {
    if !budget.limited {
        let reason = format!(
            "the operator's bounds allow no budget without a limit; write one such as `{to}`, or allow it by `unlimited_budget` of `OperatorBounds`"
        );
        changes.push(Change::new(field, budget.to_string(), to.to_string(), &reason));
        *budget = to;
    }
}
