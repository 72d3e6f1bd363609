//! Properties of normalising, over policies of every kind of nonsense.

use proptest::prelude::*;
use recourse_policy::{
    BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Delay, Factor, HedgePolicy, HedgeWhen, Policy, RetryPolicy,
    SlotPolicy, Trip, limits,
    text::{self, Text},
};
use std::{collections::BTreeSet, time::Duration};

/// The bounds once more, written out by hand.
fn within_bounds(policy: &Policy) -> bool {
    let delays =
        |initial: Duration, max: Duration| limits::MIN_DELAY <= initial && initial <= max && max <= limits::MAX_DELAY;
    let budget = |budget: BudgetPolicy, percent: u32| {
        budget.percent <= 100
            && budget.per_second <= 100_000
            && (!budget.limited || budget.percent >= percent || budget.per_second > 0)
    };
    let time = |time: Duration| (limits::MIN_TIMEOUT..=limits::MAX_TIMEOUT).contains(&time);
    let window = |time: Duration| (limits::MIN_WINDOW..=limits::MAX_WINDOW).contains(&time);
    let cooldown = |time: Duration| (limits::MIN_COOLDOWN..=limits::MAX_COOLDOWN).contains(&time);
    policy.retry.is_none_or(|retry| {
        retry.max_attempts.map_or(retry.delay != Delay::None, |attempts| (1..=100).contains(&attempts))
            && retry.max_pushback.is_none_or(time)
            && retry.fresh_after.is_none_or(|after| time(after) && retry.delay != Delay::None)
            && match retry.delay {
                Delay::Fixed(delay) => delays(delay, delay),
                Delay::Linear { initial, max } => delays(initial, max),
                Delay::Exponential { initial, max, factor } => {
                    delays(initial, max) && (1_000..=10_000).contains(&factor.thousandths())
                }
                _ => true,
            }
    }) && policy.hedge.is_none_or(|hedge| {
        hedge.max_hedges <= 3
            && budget(hedge.budget, 1)
            && match hedge.when {
                HedgeWhen::After(delay) => time(delay),
                HedgeWhen::Percentile { percentile, or } => (50..=99).contains(&percentile) && or.is_none_or(time),
                _ => true,
            }
    }) && policy.circuit.is_none_or(|circuit| {
        let first = circuit.cooldown.unwrap_or(limits::DEFAULT_COOLDOWN);
        (1..=100).contains(&circuit.probes)
            && (1..=100).contains(&circuit.successes)
            && circuit.slow.is_none_or(time)
            && cooldown(first)
            && circuit.max_cooldown.is_none_or(|max| cooldown(max) && first <= max)
            && match circuit.trip {
                Trip::Failures { failures, window: within } => {
                    (1..=1_000_000).contains(&failures) && within.is_none_or(window)
                }
                Trip::Rate { percent, min_calls, window: within } => {
                    (1..=99).contains(&percent) && (1..=1_000_000).contains(&min_calls) && window(within)
                }
                _ => true,
            }
    }) && policy.budget.is_none_or(|policy| budget(policy, 1))
        && policy.concurrency.is_none_or(|limit| {
            limit.wait.is_none_or(|wait| (limits::MIN_SLOT_WAIT..=limits::MAX_SLOT_WAIT).contains(&wait))
                && limit.queue.is_none_or(|queue| (1..=65_536).contains(&queue))
                && match limit.slots {
                    SlotPolicy::Fixed(limit) => (1..=65_536).contains(&limit),
                    SlotPolicy::Adaptive { min, max } => 1 <= min && min <= max && max <= 65_536,
                    _ => true,
                }
        })
        && policy.timeout.is_none_or(|timeout| timeout.is_zero() || time(timeout))
        && policy.attempt_timeout.is_none_or(time)
}

fn any_time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (0..2_000_000_u64).prop_map(Duration::from_micros),
        (0..100_000_u64).prop_map(Duration::from_millis),
        (0..100_000_u64).prop_map(Duration::from_secs),
    ]
}

fn any_count() -> impl Strategy<Value = u32> {
    prop_oneof![0..12_u32, 0..200_u32, any::<u32>()]
}

fn any_policy() -> impl Strategy<Value = Policy> {
    use proptest::option::of;
    let budget = || {
        prop_oneof![
            Just(BudgetPolicy::none()),
            (any_count(), any_count()).prop_map(|(percent, floor)| BudgetPolicy::percent(percent).per_second(floor)),
        ]
    };
    let more = (of(any_count()), of(any_time()), of(any_time()));
    let retry = (more, 0..5, any_time(), any_time(), any_count()).prop_map(
        |((attempts, pushback, fresh), delay, first, last, factor)| {
            let mut retry = attempts.map_or(RetryPolicy::forever(), RetryPolicy::attempts);
            (retry.max_pushback, retry.fresh_after) = (pushback, fresh);
            match delay {
                0 => retry,
                1 => retry.no_delay(),
                2 => retry.fixed(first),
                3 => retry.linear(first, last),
                _ => retry.exponential(first, last).factor(Factor::from_thousandths(factor.saturating_mul(100))),
            }
        },
    );
    let hedge =
        (any_count(), 0..3, any_time(), any_count(), budget()).prop_map(|(percentile, when, delay, most, budget)| {
            let hedge = match when {
                0 => HedgePolicy::after(delay),
                1 => HedgePolicy::percentile(percentile),
                _ => HedgePolicy::percentile(percentile).or(delay),
            };
            hedge.at_most(most).budget(budget)
        });
    let circuit = (0..3, any_count(), any_count(), any_time(), of(any_time()), of(any_time()), of(any_time()))
        .prop_map(|(trip, count, other, window, slow, cooldown, max)| {
            let circuit = match trip {
                0 => CircuitPolicy::failures(count),
                1 => CircuitPolicy::failures(count).within(window),
                _ => CircuitPolicy::rate(count, other, window),
            };
            let mut circuit = circuit.probes(other).successes(count);
            (circuit.slow, circuit.cooldown, circuit.max_cooldown) = (slow, cooldown, max);
            circuit
        });
    let concurrency = (any::<bool>(), any_count(), any_count(), of(any_time()), of(any_count())).prop_map(
        |(fixed, one, other, wait, queue)| {
            let adaptive = ConcurrencyPolicy::adaptive().between(one, other);
            let mut limit = if fixed { ConcurrencyPolicy::at_once(one) } else { adaptive };
            (limit.wait, limit.queue) = (wait, queue);
            limit
        },
    );
    (of(retry), of(hedge), of(circuit), of(budget()), of(concurrency), of(any_time()), of(any_time())).prop_map(
        |(retry, hedge, circuit, budget, concurrency, timeout, attempt_timeout)| {
            let mut policy = Policy::new();
            policy.concurrency = concurrency;
            (policy.retry, policy.hedge, policy.circuit, policy.budget) = (retry, hedge, circuit, budget);
            (policy.timeout, policy.attempt_timeout) = (timeout, attempt_timeout);
            policy
        },
    )
}

/// A text is refused for its bounds exactly if normalising would change the section, once for each change.
fn assert_same_law<T: Text + Copy + ToString>(
    section: Option<T>,
    policy: impl Fn(T) -> Policy,
) -> Result<(), TestCaseError> {
    if let Some(section) = section {
        let text = section.to_string();
        let reasons: Vec<_> = policy(section).normalize().1.into_iter().map(|change| change.reason).collect();
        let faults = text::strict::<T>(&text).err().unwrap_or_default();
        prop_assert_eq!(faults.len(), reasons.len(), "{}: {:?}", text, faults);
        // A longest delay that is out of bounds and below the first one has two reasons; the text names the nearer.
        for reason in reasons.into_iter().filter(|reason| !reason.contains("is below the first one")) {
            prop_assert!(
                faults.iter().any(|fault| fault.is_bound() && fault.message().ends_with(&reason)),
                "{}: {}",
                text,
                reason
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn normal_policies_are_within_bounds_and_stay_so(policy in any_policy()) {
        let (normal, changes) = policy.normalize();
        prop_assert!(within_bounds(&normal), "{normal:?}");
        prop_assert_eq!(normal.normalize(), (normal, vec![]));
        prop_assert_eq!(normal.fault(), None);

        // A constant finds a contradiction exactly if there is one.
        let contradicts = normal.conflicts().iter().any(|conflict| !conflict.is_note);
        prop_assert_eq!(std::panic::catch_unwind(|| normal.validated()).is_err(), contradicts, "{:?}", normal);

        // Exactly what was out of bounds is changed, and listed once.
        prop_assert_eq!(within_bounds(&policy), changes.is_empty());
        prop_assert_eq!(policy == normal, changes.is_empty());
        prop_assert_eq!(policy.fault().is_none(), changes.is_empty());
        let fields: BTreeSet<_> = changes.iter().map(|change| change.field).collect();
        prop_assert_eq!(fields.len(), changes.len(), "{:?}", changes);
        for change in changes {
            prop_assert_ne!(change.from, change.to);
        }
    }

    #[test]
    fn texts_and_normalising_know_the_same_bounds(policy in any_policy()) {
        assert_same_law(policy.retry, |retry| Policy::new().retry(retry))?;
        assert_same_law(policy.hedge, |hedge| Policy::new().hedge(hedge))?;
        assert_same_law(policy.circuit, |circuit| Policy::new().circuit(circuit))?;
        let ordered = policy.concurrency.filter(|limit| match limit.slots {
            SlotPolicy::Adaptive { min, max } => min <= max,
            _ => true,
        });
        assert_same_law(ordered, |limit| Policy::new().concurrency(limit))?;
        assert_same_law(policy.budget, |budget| Policy::new().budget(budget))?;
    }

    #[test]
    fn conflicts_never_panic(policy in any_policy()) {
        for conflict in policy.conflicts() {
            prop_assert!(conflict.message.starts_with(conflict.keys.0), "{}", conflict);
        }
    }
}
