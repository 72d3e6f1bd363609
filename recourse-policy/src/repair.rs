//! Repairs: a walk over a policy that finds the first value out of bounds, and returns the policy with that value clamped.
//!
//! Normalisation repeats the walk until nothing is left to repair; validation makes it once, in a constant. Each step clamps one value
//! and no step undoes another, so the repetition ends. The functions are `const`, which is why they use neither `?` nor closures.

use crate::bounds::{self, About, BudgetRules, Rule, Value};
use crate::origin_bounds::{Bounds, RetryRules};
use crate::{BudgetPolicy, CircuitPolicy, Delay, HedgePolicy, HedgeWhen, Policy, RetryPolicy, Trip, limits};
use std::time::Duration;

/// A section or a policy with one value clamped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repair<T> {
    /// The whole, with the one value changed.
    pub(crate) to: T,
    pub(crate) about: &'static About,
    pub(crate) was: Value,
    pub(crate) now: Value,
}

impl<T: Copy> Repair<T> {
    #[expect(clippy::unnecessary_wraps, reason = "every caller answers whether there is anything to repair")]
    pub(crate) const fn new(to: T, about: &'static About, was: Value, now: Value) -> Option<Self> {
        Some(Self { to, about, was, now })
    }

    const fn count(to: T, about: &'static About, was: u32, now: u32) -> Option<Self> {
        Self::new(to, about, Value::Count(was), Value::Count(now))
    }

    const fn time(to: T, about: &'static About, was: Duration, now: Duration) -> Option<Self> {
        Self::new(to, about, Value::Time(was), Value::Time(now))
    }

    const fn within<U: Copy>(self, to: U) -> Option<Repair<U>> {
        Repair::new(to, self.about, self.was, self.now)
    }
}

impl RetryPolicy {
    pub(crate) const fn repair(self, rules: &'static RetryRules) -> Option<Repair<Self>> {
        match (self.max_attempts, rules.not_forever) {
            (Some(attempts), _) => {
                if let Some(now) = rules.attempts.clamp(attempts) {
                    let to = Self { max_attempts: Some(now), ..self };
                    return Repair::count(to, &rules.attempts.about, attempts, now);
                }
            }
            (None, Some(about)) => {
                let most = rules.attempts.max;
                let to = Self { max_attempts: Some(most), ..self };
                return Repair::new(to, about, Value::Forever, Value::Count(most));
            }
            // A body that fails at once would keep its thread for ever. There is no nearest delay, so it gets the default one.
            (None, None) => {
                if let Delay::None = self.delay {
                    let to = self.exponential(limits::DEFAULT_INITIAL, limits::DEFAULT_MAX);
                    let (was, now) = (Value::Delay(self.delay), Value::Delay(to.delay));
                    return Repair::new(to, bounds::ENDLESS_WITHOUT_DELAY, was, now);
                }
            }
        }
        // Attempts that each begin the count anew have no end either.
        if let (Some(_), Delay::None) = (self.fresh_after, self.delay) {
            let to = self.exponential(limits::DEFAULT_INITIAL, limits::DEFAULT_MAX);
            let (was, now) = (Value::Delay(self.delay), Value::Delay(to.delay));
            return Repair::new(to, bounds::FRESH_WITHOUT_DELAY, was, now);
        }
        if let Some(repair) = self.delay.repair(rules) {
            return repair.within(Self { delay: repair.to, ..self });
        }
        if let Some((pushback, now)) = clamp_time(rules.pushback, self.max_pushback) {
            return Repair::time(Self { max_pushback: Some(now), ..self }, &rules.pushback.about, pushback, now);
        }
        if let Some((fresh, now)) = clamp_time(bounds::FRESH_AFTER, self.fresh_after) {
            return Repair::time(Self { fresh_after: Some(now), ..self }, &bounds::FRESH_AFTER.about, fresh, now);
        }
        None
    }
}

impl Delay {
    const fn repair(self, rules: &'static RetryRules) -> Option<Repair<Self>> {
        match self {
            Self::None => None,
            Self::Fixed(delay) => match rules.delay.clamp(delay) {
                Some(now) => Repair::time(Self::Fixed(now), &rules.delay.about, delay, now),
                None => None,
            },
            Self::Linear { initial, max } => match repair_range(rules, initial, max) {
                Some(repair) => repair.within(Self::Linear { initial: repair.to.0, max: repair.to.1 }),
                None => None,
            },
            Self::Exponential { initial, max, factor } => match repair_range(rules, initial, max) {
                Some(repair) => repair.within(Self::Exponential { initial: repair.to.0, max: repair.to.1, factor }),
                None => match bounds::FACTOR.clamp(factor) {
                    Some(now) => {
                        let to = Self::Exponential { initial, max, factor: now };
                        Repair::new(to, &bounds::FACTOR.about, Value::Factor(factor), Value::Factor(now))
                    }
                    None => None,
                },
            },
        }
    }
}

/// Returns an optional duration together with the nearest allowed one, if it is set and not allowed.
pub(crate) const fn clamp_time(rule: &Rule<Duration>, time: Option<Duration>) -> Option<(Duration, Duration)> {
    match time {
        Some(time) => match rule.clamp(time) {
            Some(now) => Some((time, now)),
            None => None,
        },
        None => None,
    }
}

/// Repairs the first and the longest delay, and then their order.
const fn repair_range(
    rules: &'static RetryRules,
    initial: Duration,
    max: Duration,
) -> Option<Repair<(Duration, Duration)>> {
    if let Some(now) = rules.initial.clamp(initial) {
        return Repair::time((now, max), &rules.initial.about, initial, now);
    }
    match rules.max.clamp(max) {
        // If the clamped maximum were below the first delay, the order would have to be repaired next. One repair is enough then.
        Some(now) if now.as_nanos() >= initial.as_nanos() => {
            return Repair::time((initial, now), &rules.max.about, max, now);
        }
        _ => {}
    }
    if max.as_nanos() < initial.as_nanos() {
        return Repair::time((initial, initial), bounds::DELAY_ORDER, max, initial);
    }
    None
}

impl HedgePolicy {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        match self.when {
            HedgeWhen::After(delay) => {
                if let Some(now) = bounds::HEDGE_DELAY.clamp(delay) {
                    let to = Self { when: HedgeWhen::After(now), ..self };
                    return Repair::time(to, &bounds::HEDGE_DELAY.about, delay, now);
                }
            }
            HedgeWhen::Percentile { percentile, or } => {
                if let Some(now) = bounds::PERCENTILE.clamp(percentile) {
                    let to = Self { when: HedgeWhen::Percentile { percentile: now, or }, ..self };
                    return Repair::count(to, &bounds::PERCENTILE.about, percentile, now);
                }
                if let Some((delay, now)) = clamp_time(bounds::HEDGE_DELAY, or) {
                    let to = Self { when: HedgeWhen::Percentile { percentile, or: Some(now) }, ..self };
                    return Repair::time(to, &bounds::HEDGE_DELAY.about, delay, now);
                }
            }
            HedgeWhen::Never => {}
        }
        if let Some(now) = bounds::HEDGES.clamp(self.max_hedges) {
            return Repair::count(Self { max_hedges: now, ..self }, &bounds::HEDGES.about, self.max_hedges, now);
        }
        match self.budget.repair(bounds::HEDGE_BUDGET) {
            Some(repair) => repair.within(Self { budget: repair.to, ..self }),
            None => None,
        }
    }
}

impl CircuitPolicy {
    pub(crate) const fn repair(self) -> Option<Repair<Self>> {
        if let Some(repair) = self.trip.repair() {
            return repair.within(Self { trip: repair.to, ..self });
        }
        if let Some((slow, now)) = clamp_time(bounds::SLOW, self.slow) {
            return Repair::time(Self { slow: Some(now), ..self }, &bounds::SLOW.about, slow, now);
        }
        if let Some((cooldown, now)) = clamp_time(bounds::COOLDOWN, self.cooldown) {
            return Repair::time(Self { cooldown: Some(now), ..self }, &bounds::COOLDOWN.about, cooldown, now);
        }
        if let Some(max) = self.max_cooldown {
            let first = match self.cooldown {
                Some(cooldown) => cooldown,
                None => limits::DEFAULT_COOLDOWN,
            };
            match bounds::MAX_COOLDOWN.clamp(max) {
                Some(now) if now.as_nanos() >= first.as_nanos() => {
                    return Repair::time(
                        Self { max_cooldown: Some(now), ..self },
                        &bounds::MAX_COOLDOWN.about,
                        max,
                        now,
                    );
                }
                _ => {}
            }
            if max.as_nanos() < first.as_nanos() {
                return Repair::time(Self { max_cooldown: Some(first), ..self }, bounds::COOLDOWN_ORDER, max, first);
            }
        }
        if let Some(now) = bounds::PROBES.clamp(self.probes) {
            return Repair::count(Self { probes: now, ..self }, &bounds::PROBES.about, self.probes, now);
        }
        if let Some(now) = bounds::SUCCESSES.clamp(self.successes) {
            return Repair::count(Self { successes: now, ..self }, &bounds::SUCCESSES.about, self.successes, now);
        }
        None
    }
}

impl Trip {
    const fn repair(self) -> Option<Repair<Self>> {
        match self {
            Self::Never => None,
            Self::Failures { failures, window } => {
                if let Some(now) = bounds::FAILURES.clamp(failures) {
                    let to = Self::Failures { failures: now, window };
                    return Repair::count(to, &bounds::FAILURES.about, failures, now);
                }
                if let Some((time, now)) = clamp_time(bounds::WINDOW, window) {
                    let to = Self::Failures { failures, window: Some(now) };
                    return Repair::time(to, &bounds::WINDOW.about, time, now);
                }
                None
            }
            Self::Rate { percent, min_calls, window } => {
                if let Some(now) = bounds::RATE.clamp(percent) {
                    let to = Self::Rate { percent: now, min_calls, window };
                    return Repair::count(to, &bounds::RATE.about, percent, now);
                }
                if let Some(now) = bounds::CALLS.clamp(min_calls) {
                    let to = Self::Rate { percent, min_calls: now, window };
                    return Repair::count(to, &bounds::CALLS.about, min_calls, now);
                }
                if let Some(now) = bounds::WINDOW.clamp(window) {
                    let to = Self::Rate { percent, min_calls, window: now };
                    return Repair::time(to, &bounds::WINDOW.about, window, now);
                }
                None
            }
        }
    }
}

impl BudgetPolicy {
    pub(crate) const fn repair(self, rules: &'static BudgetRules) -> Option<Repair<Self>> {
        if let Some(now) = rules.percent.clamp(self.percent) {
            return Repair::count(Self { percent: now, ..self }, &rules.percent.about, self.percent, now);
        }
        if let Some(now) = rules.per_second.clamp(self.per_second) {
            return Repair::count(Self { per_second: now, ..self }, &rules.per_second.about, self.per_second, now);
        }
        if self.limited && self.percent == 0 && self.per_second == 0 {
            let to = Self { percent: limits::MIN_BUDGET_PERCENT, ..self };
            return Repair::new(to, rules.nothing, Value::Budget(self), Value::Budget(to));
        }
        None
    }
}

impl Policy {
    pub(crate) const fn repair(self, within: Bounds) -> Option<Repair<Self>> {
        macro_rules! section {
            ($name:ident $(, $rules:expr)?) => {
                if let Some(section) = self.$name {
                    if let Some(repair) = section.repair($($rules)?) {
                        return repair.within(Self { $name: Some(repair.to), ..self });
                    }
                }
            };
        }
        macro_rules! time {
            ($name:ident, $rule:expr) => {
                if let Some((time, now)) = clamp_time($rule, self.$name) {
                    return Repair::time(Self { $name: Some(now), ..self }, &$rule.about, time, now);
                }
            };
        }
        section!(retry, within.retry);
        section!(hedge);
        section!(circuit);
        section!(budget, bounds::BUDGET);
        section!(concurrency);
        section!(rate);
        // Zero is a value of its own, and not below the bounds: a deadline that is over already.
        if !self.is_expired() {
            time!(timeout, bounds::TIMEOUT);
        }
        time!(attempt_timeout, bounds::ATTEMPT_TIMEOUT);
        section!(at_least);
        None
    }
}
