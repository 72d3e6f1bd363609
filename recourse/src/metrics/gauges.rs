//! Gauges: what is asked of an executor, and not counted.

use super::names;
use crate::circuit::{State, TransitionCause};
use crate::executor::{Executor, GaugeSeries, KeyLevels, SlotLevels};
use ::metrics::{counter, gauge};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Sets the gauges to how an executor is now: breakers by state, what is left of budgets, the percentiles that hedges start at, slots, the number of keys,
/// and the age of policies. Call it before each scrape, or every few seconds: it looks at each key once.
///
/// Changes of circuits are counted from 0 on, so that the first one counts in a rate, too.
///
/// If all keys of a label are gone, evicted, or their policy has no such part any more, their gauges are set once more: what is counted
/// (breakers, slots and those who wait for one) to 0, and what is some key's own (the rest of a budget, a percentile) to `NaN`, which
/// Prometheus draws as a gap and no alert compares with.
///
/// ```
/// use recourse::{BudgetPolicy, Executor, Key, Policy, RetryPolicy, metrics};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::builder().observer(metrics::MetricsObserver::new()).build();
/// let policy = Policy::new().retry(RetryPolicy::attempts(2)).budget(BudgetPolicy::defaults());
/// executor.call(Key::from_static("users.get"), policy, async || Ok::<_, String>(())).await.unwrap();
/// metrics::gauges(&executor);
/// # }
/// ```
pub fn gauges(executor: &Executor) {
    let mut of_calls: BTreeMap<&str, OfCall> = BTreeMap::new();
    let levels = executor.levels();
    for level in &levels {
        of_calls.entry(level.call.name()).or_default().add(level);
    }
    let mut told = BTreeSet::new();
    for (call, of_call) in of_calls {
        // A counter that begins at 1 has grown by nothing, for Prometheus: the first change would be in no rate.
        if !of_call.breakers.is_empty() {
            for (to, cause) in CHANGES {
                counter!(names::TRANSITIONS, "call" => call.to_owned(), "to" => to.as_str(), "cause" => cause.as_str())
                    .increment(0);
            }
        }
        of_call.tell(|metric, label, value| {
            let series = GaugeSeries { metric, call: call.to_owned(), label };
            set(&series, value);
            told.insert(series);
        });
    }
    // The facade cannot take a gauge back: what is gone would keep its last value for ever. After the others are set, so that of two threads
    // that do this at once the later one sees what the earlier one has set.
    for gone in executor.gauges_told(told.clone()).difference(&told) {
        set(gone, if names::COUNTED.contains(&gone.metric) { 0.0 } else { f64::NAN });
    }
    gauge!(names::KEYS).set(number(executor.keys()));
    gauge!(names::KEY_CAPACITY).set(number(executor.key_capacity()));
    counter!(names::OBSERVER_PANICS).absolute(executor.observer_panics());
    #[cfg(feature = "remote")]
    of_policies(executor);
}

fn set(series: &GaugeSeries, value: f64) {
    let GaugeSeries { metric, call, label } = series;
    match *label {
        Some((label, is)) => gauge!(*metric, "call" => call.clone(), label => is).set(value),
        None => gauge!(*metric, "call" => call.clone()).set(value),
    }
}

#[cfg(feature = "remote")]
fn of_policies(executor: &Executor) {
    let remotes = executor.remote_status();
    if let Some(age) = remotes.iter().filter_map(|remote| remote.oldest).max() {
        gauge!(names::POLICY_AGE).set(age);
    }
    if !remotes.is_empty() {
        counter!(names::POLICY_FAILURES).absolute(remotes.iter().map(|remote| remote.failures).sum());
    }
}

/// The gauges of the keys that share a label.
#[derive(Debug, Default)]
struct OfCall {
    breakers: BTreeMap<&'static str, u32>,
    retries_left: Option<u32>,
    hedges_left: Option<u32>,
    hedge_delay: Option<Duration>,
    slots: Option<SlotLevels>,
}

impl OfCall {
    /// Tells each gauge: its metric, its label beside the call, and its value.
    fn tell(self, mut gauge: impl FnMut(&'static str, Option<(&'static str, &'static str)>, f64)) {
        for (state, count) in self.breakers {
            gauge(names::BREAKERS, Some(("state", state)), count.into());
        }
        for (budget, left) in [("retry", self.retries_left), ("hedge", self.hedges_left)] {
            if let Some(left) = left {
                gauge(names::BUDGET, Some(("budget", budget)), left.into());
            }
        }
        if let Some(delay) = self.hedge_delay {
            gauge(names::HEDGE_DELAY, None, delay.as_secs_f64());
        }
        if let Some(SlotLevels { limit, running, waiting }) = self.slots {
            gauge(names::LIMIT, None, limit.into());
            gauge(names::RUNNING, None, running.into());
            gauge(names::WAITING, None, waiting.into());
        }
    }

    fn add(&mut self, level: &KeyLevels) {
        if let Some(state) = level.breaker {
            // A state that no breaker is in is reported, too: as zero.
            for known in STATES {
                *self.breakers.entry(known.as_str()).or_default() += u32::from(known == state);
            }
        }
        let least = |one: Option<u32>, other: Option<u32>| one.into_iter().chain(other).min();
        self.retries_left = least(self.retries_left, level.retries_left);
        self.hedges_left = least(self.hedges_left, level.hedges_left);
        self.hedge_delay = self.hedge_delay.max(level.hedge_delay);
        if let Some(SlotLevels { limit, running, waiting }) = level.slots {
            let slots = self.slots.get_or_insert_default();
            slots.limit = slots.limit.saturating_add(limit);
            slots.running = slots.running.saturating_add(running);
            slots.waiting = slots.waiting.saturating_add(waiting);
        }
    }
}

/// The changes of a built-in breaker in calls.
const CHANGES: [(State, TransitionCause); 6] = [
    (State::Open, TransitionCause::Failures),
    (State::Open, TransitionCause::FailureRate),
    (State::Open, TransitionCause::Slow),
    (State::Open, TransitionCause::ProbeFailed),
    (State::HalfOpen, TransitionCause::CooldownOver),
    (State::Closed, TransitionCause::ProbesSucceeded),
];

const STATES: [State; 3] = [State::Closed, State::Open, State::HalfOpen];

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
