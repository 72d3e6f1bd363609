//! The names of all metrics, with kind, unit, labels and description: what is described at the start, and what the reference lists.

use metrics::Unit;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// One metric.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) unit: Unit,
    pub(super) description: &'static str,
}

/// Defines the metrics: a constant for each name, and the list of all.
macro_rules! metrics {
    ($($constant:ident = $name:literal, $kind:ident, $unit:ident, [$($label:literal),*], $description:literal;)+) => {
        $(
            #[allow(dead_code, reason = "the gauges of policies are set with the feature `remote`")]
            pub(super) const $constant: &str = $name;
        )+

        pub(super) const ALL: &[Metric] = &[
            $(Metric { name: $name, kind: Kind::$kind, unit: Unit::$unit, description: $description },)+
        ];

        /// The labels of each metric, for the test that no other is used.
        #[cfg(test)]
        pub(super) const LABELS: &[(&str, &[&str])] = &[$(($name, &[$($label),*]),)+];
    };
}

metrics! {
    CALLS = "resilience.calls", Counter, Count, ["call", "outcome", "reason"],
        "Calls that ended, by outcome and by the reason for their end.";
    DURATION = "resilience.call.duration", Histogram, Seconds, ["call", "outcome"],
        "How long calls took, delays and all attempts included.";
    RETRIES = "resilience.call.retries", Histogram, Count, ["call"],
        "Retries of a call. Calls without any are not reported.";
    HEDGES = "resilience.call.hedges", Histogram, Count, ["call"],
        "Hedges of a call. Calls without any are not reported.";
    RETRY_DELAY = "resilience.call.retry_delay", Histogram, Seconds, ["call"],
        "The delays before the retries of a call, added up. Calls without any are not reported.";
    ATTEMPTS = "resilience.attempts", Counter, Count, ["call", "outcome"],
        "Attempts that ended, hedges included. Divided by the calls, this is the load amplification.";
    REJECTIONS = "resilience.rejections", Counter, Count, ["call", "kind"],
        "Calls that the library refused or ended, by the kind of the rejection; expired work that was refused is one kind.";
    DENIALS = "resilience.denials", Counter, Count, ["call", "reason"],
        "Attempts that were denied: retries by their budget or the deadline, hedges by their budget or a limit of the key, any by the circuit, the limit on concurrency or the rate.";
    SHED = "resilience.shed", Counter, Count, ["call", "priority"],
        "Calls that got no slot for their priority: slots were free, and only calls that matter more may use them.";
    HEDGES_STARTED = "resilience.hedges", Counter, Count, ["call"],
        "Hedges that started.";
    HEDGES_WON = "resilience.hedges.won", Counter, Count, ["call"],
        "Hedges whose success ended their call.";
    FALLBACKS = "resilience.fallbacks", Counter, Count, ["call", "outcome"],
        "Fallbacks of failed calls, by how they ended. Failed calls less the answered ones are those whose users saw an error.";
    TRANSITIONS = "resilience.circuit.transitions", Counter, Count, ["call", "to", "cause"],
        "Changes of circuit breakers in calls, by the state after and by what caused them.";
    OPERATIONS = "resilience.circuit.operations", Counter, Count, ["action"],
        "What happened to circuit breakers outside of calls: operators held, reset or changed them, or they were evicted.";
    LIMIT_CHANGES = "resilience.concurrency.changes", Counter, Count, ["call", "reason"],
        "Changes of adaptive limits, by their reason.";
    EVICTIONS = "resilience.keys.evicted", Counter, Count, [],
        "Keys whose state was lost although it said something.";
    POLICY_CHANGES = "resilience.policies.changes", Counter, Count, [],
        "Policies that were registered or taken back while the program runs.";
    POLICY_REFUSALS = "resilience.policies.refused", Counter, Count, [],
        "States of a source of policies that could not be used.";
    POLICY_OUTAGES = "resilience.policies.outages", Counter, Count, [],
        "Outages of a source of policies.";
    BREAKERS = "resilience.circuit.breakers", Gauge, Count, ["call", "state"],
        "Circuit breakers by state.";
    BUDGET = "resilience.budget.remaining", Gauge, Count, ["call", "budget"],
        "What is left of the budget for retries, or for hedges; of several keys that of the lowest.";
    HEDGE_DELAY = "resilience.hedge.delay", Gauge, Seconds, ["call"],
        "The percentile that hedges start at now; of several keys the longest.";
    LIMIT = "resilience.concurrency.limit", Gauge, Count, ["call"],
        "How many attempts may run at once, by the limit as it is now; of several keys together.";
    RUNNING = "resilience.concurrency.running", Gauge, Count, ["call"],
        "Attempts that hold a slot.";
    WAITING = "resilience.concurrency.waiting", Gauge, Count, ["call"],
        "Attempts that wait for a slot.";
    KEYS = "resilience.keys", Gauge, Count, [],
        "Keys with state.";
    KEY_CAPACITY = "resilience.keys.capacity", Gauge, Count, [],
        "Keys made at run time that keep their state.";
    OBSERVER_PANICS = "resilience.observer.panics", Counter, Count, [],
        "Panics of observers that were caught.";
    POLICY_AGE = "resilience.policies.age", Gauge, Seconds, [],
        "The age of the policies of a control plane that were confirmed longest ago.";
    POLICY_FAILURES = "resilience.policies.failures", Counter, Count, [],
        "Fetches of policies that failed.";
}

/// The gauges that count things, of which there may be none: 0 says that. The others are levels, of which there is then none at all.
pub(super) const COUNTED: [&str; 4] = [BREAKERS, LIMIT, RUNNING, WAITING];

#[cfg(test)]
mod tests {
    use super::{ALL, LABELS};
    use std::collections::BTreeSet;

    #[test]
    fn each_metric_has_a_name_of_its_own_and_labels_of_few_values() {
        let names: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
        let few = ["call", "outcome", "reason", "kind", "to", "cause", "action", "state", "budget", "priority"];
        for (name, labels) in LABELS {
            assert!(labels.iter().all(|label| few.contains(label)), "{name}: {labels:?}");
        }
    }
}
