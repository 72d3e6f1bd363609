//! The table of bounds: the allowed values of each field, and the message for a value that is not allowed.
//!
//! No other file compares a value with a bound. `Policy::fault` (at compile time), `Policy::normalize` (at run time) and
//! `text::strict` (in an attribute) all use the functions of `repair.rs`, which use this table.

use crate::{BudgetPolicy, Delay, DurationText, Factor, limits};
use std::{fmt, time::Duration};

/// The message about a value that is out of bounds.
#[derive(Debug)]
pub(crate) struct About {
    /// The name of the field in a list of changes.
    pub(crate) field: &'static str,
    /// The name under which a parser notes the place of the value: the field itself, except for a pair of values.
    pub(crate) place: &'static str,
    /// Why the value is not allowed, what is, and what to write instead.
    pub(crate) reason: &'static str,
    /// The whole message in one text, for a panic in a constant.
    pub(crate) fault: &'static str,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Rule<T: 'static> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) about: About,
}

macro_rules! about {
    ($field:literal, $reason:literal) => {
        about!($field, $field, $reason)
    };
    ($field:literal, $place:literal, $reason:literal) => {
        About { field: $field, place: $place, reason: $reason, fault: concat!($field, " is out of bounds: ", $reason) }
    };
}

pub(crate) use about;

macro_rules! rules {
    ($($name:ident: $type:ty = $field:literal, $min:ident ..= $max:ident, $reason:literal;)*) => {
        $(pub(crate) const $name: &Rule<$type> = &Rule { min: limits::$min, max: limits::$max, about: about!($field, $reason) };)*

        /// Every row as field, bounds and reason, for the test that holds the words to the numbers.
        #[cfg(test)]
        fn rows() -> Vec<(&'static str, String, String, &'static str)> {
            vec![$(($field, $name.min.value().to_string(), $name.max.value().to_string(), $reason)),*]
        }
    };
}

rules! {
    ATTEMPTS: u32 = "retry.max_attempts", MIN_ATTEMPTS..=MAX_ATTEMPTS,
        "attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end";
    ATTEMPTS_OF_DOCUMENTS: u32 = "retry.max_attempts", MIN_ATTEMPTS..=MAX_ATTEMPTS_OF_DOCUMENTS,
        "attempts in a document are 1 to 10, and the first one counts; write `none` for no retry";
    DELAY: Duration = "retry.delay", MIN_DELAY..=MAX_DELAY,
        "a delay is 1ms to 1h; write `no delay` to retry at once";
    DELAY_OF_DOCUMENTS: Duration = "retry.delay", MIN_DELAY..=MAX_DELAY_OF_DOCUMENTS,
        "a delay in a document is 1ms to 30s; write `no delay` to retry at once";
    INITIAL: Duration = "retry.initial", MIN_DELAY..=MAX_DELAY,
        "the first delay is 1ms to 1h; write `no delay` to retry at once";
    INITIAL_OF_DOCUMENTS: Duration = "retry.initial", MIN_DELAY..=MAX_DELAY_OF_DOCUMENTS,
        "the first delay in a document is 1ms to 30s; write `no delay` to retry at once";
    MAX: Duration = "retry.max", MIN_DELAY..=MAX_DELAY,
        "the longest delay is 1ms to 1h; write one in between, as in `10ms..250ms`";
    MAX_OF_DOCUMENTS: Duration = "retry.max", MIN_DELAY..=MAX_DELAY_OF_DOCUMENTS,
        "the longest delay in a document is 1ms to 30s; write one in between, as in `10ms..250ms`";
    PUSHBACK: Duration = "retry.max_pushback", MIN_PUSHBACK..=MAX_PUSHBACK,
        "`pushback up to` takes 1ms to 24h; leave it out for what the timeout leaves, or 30s";
    PUSHBACK_OF_DOCUMENTS: Duration = "retry.max_pushback", MIN_PUSHBACK..=MAX_PUSHBACK_OF_DOCUMENTS,
        "`pushback up to` takes 1ms to 30s in a document; leave it out for what the timeout leaves, or 30s";
    FRESH_AFTER: Duration = "retry.fresh_after", MIN_FRESH_AFTER..=MAX_FRESH_AFTER,
        "`fresh after` takes 1ms to 24h; leave it out to count all attempts of a call";
    FACTOR: Factor = "retry.factor", MIN_FACTOR..=MAX_FACTOR,
        "a factor is x1 to x10; write `x2` to double the delay each time";
    HEDGE_DELAY: Duration = "hedge.delay", MIN_HEDGE_DELAY..=MAX_HEDGE_DELAY,
        "a hedge delay is 1ms to 24h; write how long to wait for the attempt before, as in `200ms`";
    PERCENTILE: u32 = "hedge.percentile", MIN_PERCENTILE..=MAX_PERCENTILE,
        "a percentile is p50 to p99; write `p99` to hedge the slowest of a hundred calls";
    HEDGES: u32 = "hedge.max_hedges", MIN_HEDGES..=MAX_HEDGES,
        "hedges are counted without the first attempt, 0 to 3 are allowed; write `at most 1` or `none`";
    FAILURES: u32 = "circuit.failures", MIN_FAILURES..=MAX_FAILURES,
        "failures in a row are 1 to 1000000; write `none` for a circuit that never opens";
    RATE: u32 = "circuit.percent", MIN_RATE..=MAX_RATE,
        "a circuit opens above the rate, so 1 to 99 percent are allowed; write `none` for one that never opens";
    CALLS: u32 = "circuit.min_calls", MIN_CALLS..=MAX_CALLS,
        "the least number of calls is 1 to 1000000; write how many make a rate count, as in `50% of 20 in 10s`";
    WINDOW: Duration = "circuit.window", MIN_WINDOW..=MAX_WINDOW,
        "a window is 1s to 1h; write how far back to look, as in `in 10s`";
    SLOW: Duration = "circuit.slow", MIN_TIMEOUT..=MAX_TIMEOUT,
        "a slow call takes 1ms to 24h; leave `slow` out to let any success count as one";
    COOLDOWN: Duration = "circuit.cooldown", MIN_COOLDOWN..=MAX_COOLDOWN,
        "a cooldown is 100ms to 5m; leave it out for the default of 5s";
    MAX_COOLDOWN: Duration = "circuit.max_cooldown", MIN_COOLDOWN..=MAX_COOLDOWN,
        "the longest cooldown is 100ms to 5m; write one in between, as in `cooldown 1s..30s`";
    PROBES: u32 = "circuit.probes", MIN_PROBES..=MAX_PROBES,
        "probes at a time are 1 to 100; leave them out for 1";
    SUCCESSES: u32 = "circuit.successes", MIN_SUCCESSES..=MAX_SUCCESSES,
        "successes that close are 1 to 100; leave them out for 3";
    BUDGET_PERCENT: u32 = "budget.percent", MIN_BUDGET..=MAX_BUDGET_PERCENT,
        "a budget is 0% to 100% of the calls that succeed without a retry; write `none` for no limit";
    BUDGET_PER_SECOND: u32 = "budget.per_second", MIN_BUDGET..=MAX_BUDGET_PER_SECOND,
        "a budget adds 0 to 100000 per second; write `none` for no limit";
    HEDGE_BUDGET_PERCENT: u32 = "hedge.budget.percent", MIN_BUDGET..=MAX_BUDGET_PERCENT,
        "a hedge budget is 0% to 100% of the calls that succeed without a retry; write `budget none` for no limit";
    HEDGE_BUDGET_PER_SECOND: u32 = "hedge.budget.per_second", MIN_BUDGET..=MAX_BUDGET_PER_SECOND,
        "a hedge budget adds 0 to 100000 per second; write `budget none` for no limit";
    AT_ONCE: u32 = "concurrency.at_once", MIN_AT_ONCE..=MAX_AT_ONCE,
        "at once are 1 to 65536; write `none` for no limit";
    ADAPTIVE_MIN: u32 = "concurrency.min", MIN_AT_ONCE..=MAX_AT_ONCE,
        "the smallest limit is 1 to 65536; leave the range out for 1..1000";
    ADAPTIVE_MAX: u32 = "concurrency.max", MIN_AT_ONCE..=MAX_AT_ONCE,
        "the largest limit is 1 to 65536; leave the range out for 1..1000";
    SLOT_WAIT: Duration = "concurrency.wait", MIN_SLOT_WAIT..=MAX_SLOT_WAIT,
        "`wait` takes 1ms to 1h; leave it out to be refused at once";
    QUEUE: u32 = "concurrency.queue", MIN_AT_ONCE..=MAX_AT_ONCE,
        "`queue` takes 1 to 65536; leave it out for as many places as slots";
    RATE_AMOUNT: u32 = "rate.amount", MIN_RATE_AMOUNT..=MAX_RATE_AMOUNT,
        "a rate is 1 to 3600000000 an hour, which is 1000000/s; write `none` for no limit";
    BURST: u32 = "rate.burst", MIN_BURST..=MAX_BURST,
        "a burst is 1 to 1000000; leave it out for a tenth of a second's worth";
    RATE_WAIT: Duration = "rate.wait", MIN_RATE_WAIT..=MAX_RATE_WAIT,
        "`wait` takes 1ms to 1h; leave it out to be refused at once";
    TIMEOUT: Duration = "timeout", MIN_TIMEOUT..=MAX_TIMEOUT,
        "a timeout is 1ms to 24h; leave it out for none";
    ATTEMPT_TIMEOUT: Duration = "attempt_timeout", MIN_TIMEOUT..=MAX_TIMEOUT,
        "an attempt timeout is 1ms to 24h; leave it out for none";
    AT_LEAST_PERCENTILE: u32 = "at_least.percentile", MIN_PERCENTILE..=MAX_PERCENTILE,
        "a percentile is p50 to p99; write `p50` for what half of the attempts take";
    AT_LEAST: Duration = "at_least", MIN_TIMEOUT..=MAX_TIMEOUT, "the least time to begin with is 1ms to 24h; leave it out for any";
}

/// Returns the rule of a section that is a time.
pub(crate) fn of_time(section: &str) -> &'static Rule<Duration> {
    if section == "attempt_timeout" { ATTEMPT_TIMEOUT } else { TIMEOUT }
}

/// The message about a longest delay that is below the first one.
pub(crate) const DELAY_ORDER: &About = &about!(
    "retry.max",
    "retry.range",
    "the longest delay is below the first one; write the shorter one first, as in `10ms..250ms`"
);

/// The message about attempts without end and without a pause.
pub(crate) const ENDLESS_WITHOUT_DELAY: &About = &about!(
    "retry.delay",
    "retry.no_delay",
    "`forever` without a delay would retry without a pause; write a delay, as in `forever, exponential 1s..1m`"
);

/// The message about a count that begins anew, and so may never end, without a pause.
pub(crate) const FRESH_WITHOUT_DELAY: &About = &about!(
    "retry.delay",
    "retry.no_delay",
    "`fresh after` without a delay could retry without an end and without a pause; write a delay, as in `3 attempts, fixed 1ms, fresh after 1m`"
);

/// The message about a longest cooldown that is below the first one.
pub(crate) const COOLDOWN_ORDER: &About = &about!(
    "circuit.max_cooldown",
    "circuit.range",
    "the longest cooldown is below the first one (5s where it is left out); write the shorter one first, as in `1s..30s`"
);

/// The message about the largest limit that is below the smallest.
pub(crate) const ADAPTIVE_ORDER: &About = &about!(
    "concurrency.max",
    "concurrency.range",
    "the largest limit is below the smallest; write the smaller one first, as in `adaptive 4..200`"
);

/// The message about a rate that is above a million a second.
pub(crate) const RATE_MOST: &About =
    &about!("rate.amount", "a rate is 1/h to 1000000/s, or 60000000/m; write `none` for no limit");

/// The rows of one of the two budgets.
#[derive(Debug)]
pub(crate) struct BudgetRules {
    pub(crate) percent: &'static Rule<u32>,
    pub(crate) per_second: &'static Rule<u32>,
    /// The message about a limited budget that grants nothing.
    pub(crate) nothing: &'static About,
}

pub(crate) const BUDGET: &BudgetRules = &BudgetRules {
    percent: BUDGET_PERCENT,
    per_second: BUDGET_PER_SECOND,
    nothing: &about!("budget", "it would deny every retry; write retry `none` for that, or at least `1%`"),
};

pub(crate) const HEDGE_BUDGET: &BudgetRules = &BudgetRules {
    percent: HEDGE_BUDGET_PERCENT,
    per_second: HEDGE_BUDGET_PER_SECOND,
    nothing: &about!("hedge.budget", "it would deny every hedge; write hedge `none` for that, or at least `budget 1%`"),
};

/// A value in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Count(u32),
    Forever,
    Delay(Delay),
    Time(Duration),
    Factor(Factor),
    Budget(BudgetPolicy),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Forever => f.write_str("forever"),
            Self::Delay(delay) => delay.fmt(f),
            Self::Time(time) => DurationText(*time).fmt(f),
            Self::Factor(factor) => factor.fmt(f),
            Self::Budget(budget) => budget.fmt(f),
        }
    }
}

/// Implements `clamp`, which returns the nearest allowed value if `value` is not allowed. `$key` makes values comparable in constants.
macro_rules! clamp {
    ($($type:ty: $key:ident() -> $variant:ident;)*) => { $(impl Rule<$type> {
        pub(crate) const fn clamp(&self, value: $type) -> Option<$type> {
            if value.$key() < self.min.$key() {
                Some(self.min)
            } else if value.$key() > self.max.$key() {
                Some(self.max)
            } else {
                None
            }
        }

        pub(crate) const fn allows(&self, value: $type) -> bool {
            self.clamp(value).is_none()
        }
    }

    #[cfg(test)]
    impl Named for $type {
        fn value(self) -> Value {
            Value::$variant(self)
        }
    })* };
}

clamp! {
    Duration: as_nanos() -> Time;
    Factor: thousandths() -> Factor;
}

impl Rule<u32> {
    pub(crate) const fn clamp(&self, value: u32) -> Option<u32> {
        if value < self.min {
            Some(self.min)
        } else if value > self.max {
            Some(self.max)
        } else {
            None
        }
    }

    pub(crate) const fn allows(&self, value: u32) -> bool {
        self.clamp(value).is_none()
    }
}

#[cfg(test)]
trait Named {
    fn value(self) -> Value;
}

#[cfg(test)]
impl Named for u32 {
    fn value(self) -> Value {
        Value::Count(self)
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn every_reason_names_both_bounds_and_says_what_to_write() {
        for (field, min, max, reason) in rows() {
            let words: Vec<_> = reason.split([' ', ',', ';', '%']).map(|word| word.trim_start_matches('p')).collect();
            assert!(words.contains(&min.as_str()), "{field}: {min} is not named in: {reason}");
            assert!(words.contains(&max.as_str()), "{field}: {max} is not named in: {reason}");
            assert!(reason.contains("; write ") || reason.contains("; leave "), "{field}: {reason}");
        }
    }
}
