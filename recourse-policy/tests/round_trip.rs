//! Every displayed text is read back as the same value, in bounds or out of them; and each spelling has one canonical text.

use proptest::prelude::*;
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, DurationText, Factor, HedgePolicy, Jitter, Key,
    RatePolicy, RetryPolicy,
    text::{self, Text},
};
use std::{fmt::Display, time::Duration};

fn any_time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos)),
        (0..10_000_000_u64).prop_map(Duration::from_nanos),
        (0..10_000_000_u64).prop_map(Duration::from_micros),
        (0..100_000_u64).prop_map(Duration::from_millis),
        (0..1_000_000_u64).prop_map(Duration::from_secs),
    ]
}

fn any_count() -> impl Strategy<Value = u32> {
    prop_oneof![0..5_u32, 0..200_u32, any::<u32>()]
}

fn any_retry() -> impl Strategy<Value = RetryPolicy> {
    let jitter = prop_oneof![
        Just(None),
        Just(Some(Jitter::None)),
        Just(Some(Jitter::Full)),
        Just(Some(Jitter::Equal)),
        Just(Some(Jitter::Decorrelated)),
    ];
    let option = || proptest::option::of(any_time());
    let more = (proptest::option::of(any_count()), option(), option(), any::<bool>());
    (more, 0..6, any_time(), any_time(), any::<u32>(), jitter).prop_map(
        |((attempts, pushback, fresh, over_nested), delay, initial, max, factor, jitter)| {
            let mut retry = attempts.map_or(RetryPolicy::forever(), RetryPolicy::attempts);
            (retry.max_pushback, retry.fresh_after, retry.over_nested) = (pushback, fresh, over_nested);
            let retry = match delay {
                0 => retry,
                1 => retry.no_delay(),
                2 => retry.fixed(initial),
                3 => retry.linear(initial, max),
                4 => retry.exponential(initial, max),
                _ => retry.exponential(initial, max).factor(Factor::from_thousandths(factor)),
            };
            jitter.map_or(retry, |jitter| retry.jitter(jitter))
        },
    )
}

fn any_budget() -> impl Strategy<Value = BudgetPolicy> {
    prop_oneof![
        Just(BudgetPolicy::defaults()),
        Just(BudgetPolicy::hedge_defaults()),
        any_count().prop_map(|floor| BudgetPolicy::none().per_second(floor)),
        (any_count(), any_count()).prop_map(|(percent, floor)| BudgetPolicy::percent(percent).per_second(floor)),
    ]
}

fn any_hedge() -> impl Strategy<Value = HedgePolicy> {
    let parts = (proptest::option::of(any_count()), proptest::option::of(any_budget()), any::<bool>());
    (0..4, any_time(), any_count(), parts).prop_map(|(when, delay, percentile, (most, budget, slow))| {
        let mut hedge = match when {
            0 => HedgePolicy::none().or(delay),
            1 => HedgePolicy::after(delay),
            2 => HedgePolicy::percentile(percentile),
            _ => HedgePolicy::percentile(percentile).or(delay),
        };
        hedge = most.map_or(hedge, |most| hedge.at_most(most));
        hedge = budget.map_or(hedge, |budget| hedge.budget(budget));
        if slow { hedge.fail_slow() } else { hedge }
    })
}

fn any_circuit() -> impl Strategy<Value = CircuitPolicy> {
    let option = || proptest::option::of(any_time());
    let counts = (proptest::option::of(any_count()), proptest::option::of(any_count()));
    (0..6, (any_count(), any_count(), any_time()), (option(), option(), option()), counts).prop_map(
        |(trip, (count, calls, window), (slow, cooldown, max), (probes, successes))| {
            let mut circuit = match trip {
                0 => CircuitPolicy::none().within(window),
                1 => CircuitPolicy::defaults(),
                2 => CircuitPolicy::sensitive(),
                3 => CircuitPolicy::failures(count),
                4 => CircuitPolicy::failures(count).within(window),
                _ => CircuitPolicy::rate(count, calls, window),
            };
            circuit = slow.map_or(circuit, |slow| circuit.slow(slow));
            circuit = cooldown.map_or(circuit, |cooldown| circuit.cooldown(cooldown));
            circuit = max.map_or(circuit, |max| circuit.max_cooldown(max));
            circuit = probes.map_or(circuit, |probes| circuit.probes(probes));
            successes.map_or(circuit, |successes| circuit.successes(successes))
        },
    )
}

fn any_concurrency() -> impl Strategy<Value = ConcurrencyPolicy> {
    let option = (proptest::option::of(any_time()), proptest::option::of(any_count()));
    (0..4, any_count(), any_count(), option).prop_map(|(kind, one, other, (wait, queue))| {
        let mut limit = match kind {
            0 => ConcurrencyPolicy::none(),
            1 => ConcurrencyPolicy::at_once(one),
            2 => ConcurrencyPolicy::adaptive(),
            // The larger number first is no text: the reader asks which of the two was meant.
            _ => ConcurrencyPolicy::adaptive().between(one.min(other), one.max(other)),
        };
        limit = wait.map_or(limit, |wait| limit.wait(wait));
        queue.map_or(limit, |queue| limit.queue(queue))
    })
}

fn any_rate() -> impl Strategy<Value = RatePolicy> {
    let option = (proptest::option::of(any_time()), proptest::option::of(any_count()), any::<bool>());
    (0..4, any_count(), option).prop_map(|(unit, count, (wait, burst, per_call))| {
        let mut rate = match unit {
            0 => RatePolicy::none(),
            1 => RatePolicy::per_second(count),
            2 => RatePolicy::per_minute(count),
            _ => RatePolicy::per_hour(count),
        };
        rate = wait.map_or(rate, |wait| rate.wait(wait));
        rate = burst.map_or(rate, |burst| rate.burst(burst));
        if per_call { rate.per_call() } else { rate }
    })
}

fn any_least() -> impl Strategy<Value = AtLeast> {
    (any_time(), 0..1_000_u32, 0..3).prop_map(|(time, percentile, kind)| match kind {
        0 => AtLeast::time(time),
        1 => AtLeast::percentile(percentile),
        _ => AtLeast::percentile(percentile).or(time),
    })
}

/// Checks that a value reads back as itself, strictly if nothing is out of bounds.
fn assert_round_trip<T>(section: &T) -> Result<(), TestCaseError>
where
    T: Text + Display + PartialEq + std::fmt::Debug,
{
    let text = section.to_string();
    let read = T::read(&text);
    prop_assert!(read.faults.iter().all(text::TextError::is_bound), "{text}: {:?}", read.faults);
    prop_assert_eq!(read.value.as_ref(), Some(section), "{}", text);
    prop_assert_eq!(text::strict::<T>(&text).is_ok(), read.faults.is_empty(), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn durations(time in any_time()) {
        let text = DurationText(time).to_string();
        prop_assert_eq!(text::duration(&text), Ok(time), "{}", text);
    }

    #[test]
    fn retries(retry in any_retry()) {
        assert_round_trip(&retry)?;
    }

    #[test]
    fn hedges(hedge in any_hedge()) {
        assert_round_trip(&hedge)?;
    }

    #[test]
    fn circuits(circuit in any_circuit()) {
        assert_round_trip(&circuit)?;
    }

    #[test]
    fn budgets(budget in any_budget()) {
        assert_round_trip(&budget)?;
    }

    #[test]
    fn limits_on_concurrency(limit in any_concurrency()) {
        assert_round_trip(&limit)?;
    }

    #[test]
    fn rates(rate in any_rate()) {
        assert_round_trip(&rate)?;
    }

    #[test]
    fn least_times(least in any_least()) {
        assert_round_trip(&least)?;
    }

    #[test]
    fn keys(text in "[A-Za-z0-9_-]{1,20}(\\.[A-Za-z0-9_-]{1,20}){0,8}") {
        let key = Key::parse(&text).expect("the pattern is the grammar");
        prop_assert_eq!(key.to_string(), text.clone());
        prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
    }
}

#[test]
fn durations_display_short() {
    let nanos = Duration::from_nanos;
    for (time, text) in [
        (Duration::ZERO, "0s"),
        (nanos(1), "0.001us"),
        (nanos(100), "0.1us"),
        (nanos(1_100), "1.1us"),
        (nanos(500_000), "500us"),
        (nanos(1_111_111), "1.111111ms"),
        (nanos(1_010_000), "1.01ms"),
        (Duration::from_millis(250), "250ms"),
        (Duration::from_millis(1_500), "1.5s"),
        (nanos(1_000_000_001), "1.000000001s"),
        (nanos(1_111_111_111), "1.111111111s"),
        (Duration::from_secs(59), "59s"),
        (Duration::from_secs(60), "1m"),
        (Duration::from_secs(90), "1m30s"),
        (Duration::from_millis(90_500), "1m30.5s"),
        (Duration::from_secs(3_600), "1h"),
        (Duration::from_millis(3_600_500), "1h0.5s"),
        (Duration::from_secs(86_399), "23h59m59s"),
        (Duration::MAX, "5124095576030431h15.999999999s"),
    ] {
        assert_eq!(DurationText(time).to_string(), text);
        assert_eq!(text::duration(text), Ok(time), "{text}");
    }
}

#[test]
fn durations_are_read_exactly() {
    for (text, nanos) in [
        ("0ms", 0),
        ("0.5us", 500),
        ("1.50us", 1_500),
        ("1.5m", 90_000_000_000),
        ("0.0000000000025h", 9),
        ("90m", 5_400_000_000_000),
        ("1h30m", 5_400_000_000_000),
        ("1h1m1s1ms1us", 3_661_001_001_000),
        ("007ms", 7_000_000),
        (" 2s\t", 2_000_000_000),
    ] {
        assert_eq!(text::duration(text), Ok(Duration::from_nanos(nanos)), "{text}");
    }
}

/// Each text, and the shortest one for the same value.
fn assert_texts<T: Text + Display + PartialEq + std::fmt::Debug>(texts: &[(&str, &str)]) {
    for (text, short) in texts {
        let read = text::strict::<T>(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(read.to_string(), *short, "{text}");
        assert_eq!(text::strict::<T>(short), Ok(read), "{short}");
    }
}

#[test]
fn retry_texts() {
    assert_texts::<RetryPolicy>(&[
        ("defaults", "defaults"),
        ("none", "none"),
        ("1 attempt", "none"),
        ("1 attempts", "none"),
        ("3 attempts", "defaults"),
        ("3 attempt, exponential 50ms..1s x2, full jitter", "defaults"),
        ("5 attempts", "5 attempts"),
        ("1 attempt, no jitter", "1 attempt, no jitter"),
        ("3 attempts,exponential 10ms..250ms", "3 attempts, exponential 10ms..250ms"),
        ("  3 attempts ,  exponential 10ms .. 250ms x1.50 ", "3 attempts, exponential 10ms..250ms x1.5"),
        ("3 attempts, exponential 10ms..250ms x1.005", "3 attempts, exponential 10ms..250ms x1.005"),
        ("3 attempts, linear 10ms..250ms, full jitter", "3 attempts, linear 10ms..250ms"),
        ("3 attempts, equal jitter, linear 10ms..250ms", "3 attempts, linear 10ms..250ms, equal jitter"),
        ("3 attempts, no delay, no jitter", "3 attempts, no delay"),
        ("3 attempts, no delay, full jitter", "3 attempts, no delay, full jitter"),
        ("3 attempts, fixed 1500ms", "3 attempts, fixed 1.5s"),
        ("3 attempts, decorrelated jitter", "3 attempts, decorrelated jitter"),
        ("100 attempts", "100 attempts"),
        ("forever", "forever"),
        ("forever, exponential 50ms..1s, full jitter", "forever"),
        ("forever, fixed 1h, full jitter", "forever, fixed 1h, full jitter"),
        ("forever,fresh after 60s,fixed 60s", "forever, fixed 1m, fresh after 1m"),
        ("3 attempts, pushback up to 300s", "3 attempts, pushback up to 5m"),
        (
            "5 attempts, fresh after 24h, pushback up to 24h, no jitter",
            "5 attempts, no jitter, pushback up to 24h, fresh after 24h",
        ),
    ]);
}

#[test]
fn hedge_texts() {
    assert_texts::<HedgePolicy>(&[
        ("none", "none"),
        ("p99", "p99"),
        ("p50, at most 2, budget 5% + 1/s", "p50"),
        ("200ms", "200ms"),
        ("p99 or 200ms", "p99 or 200ms"),
        ("p95, fail slow, budget none, at most 1", "p95, at most 1, budget none, fail slow"),
        ("1s, budget 10%+2/s", "1s, budget 10% + 2/s"),
        ("1s, budget 20% + 10/s", "1s, budget 20% + 10/s"),
        ("p99, at most 0", "p99, at most 0"),
    ]);
}

#[test]
fn circuit_texts() {
    assert_texts::<CircuitPolicy>(&[
        ("none", "none"),
        ("defaults", "defaults"),
        ("sensitive", "sensitive"),
        ("50% of 20 in 10s", "defaults"),
        ("5 failures in 10s", "sensitive"),
        ("1 failure", "1 failure"),
        ("1 failures in 60s, 1 probes, 3 success", "1 failure in 1m"),
        ("5 failures in 10s, 1 success, 2 probe", "5 failures in 10s, 2 probes, 1 success"),
        ("50% of 20 in 10s, cooldown 5s", "50% of 20 in 10s, cooldown 5s"),
        ("10% of 1 in 1m, slow 2s, cooldown 1s .. 30s", "10% of 1 in 1m, slow 2s, cooldown 1s..30s"),
        ("5 failures, cooldown ..30s", "5 failures, cooldown ..30s"),
    ]);
}

#[test]
fn budget_texts() {
    assert_texts::<BudgetPolicy>(&[
        ("none", "none"),
        ("defaults", "defaults"),
        ("20% + 10/s", "defaults"),
        ("20%+10/s", "defaults"),
        ("20%", "20%"),
        ("20% + 0/s", "20%"),
        ("0% + 5/s", "0% + 5/s"),
    ]);
}

#[test]
fn what_cannot_be_said_is_not_kept() {
    let (time, budget) = (Duration::from_secs(9), BudgetPolicy::none());
    assert_eq!(HedgePolicy::none().at_most(1).budget(budget).fail_slow().or(time), HedgePolicy::none());
    let circuit = CircuitPolicy::none().slow(time).cooldown(time).max_cooldown(time).probes(9).successes(9);
    assert_eq!(circuit, CircuitPolicy::none());
    assert_eq!(budget.per_second(9), budget);
}

#[test]
fn reading_keeps_what_is_out_of_bounds() {
    assert_eq!("0 attempts".parse(), Ok(RetryPolicy::attempts(0)));
    assert_eq!("p100".parse(), Ok(HedgePolicy::percentile(100)));
    assert_eq!("100% of 0 in 0s".parse(), Ok(CircuitPolicy::rate(100, 0, Duration::ZERO)));
    assert_eq!("0%".parse(), Ok(BudgetPolicy::percent(0)));
    let error = "0 attempts, exponental".parse::<RetryPolicy>().expect_err("a word is wrong");
    assert_eq!(error.message(), "retry: unknown word `exponental`; did you mean `exponential`?");
}
