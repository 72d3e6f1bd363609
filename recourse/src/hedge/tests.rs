//! The triggers, compared with tables of decisions.

use crate::hedge::{ASK_AGAIN, FixedDelay, HedgeDecision, HedgeState, LatencyRing, LatencyTracker, Quantile, Trigger};
use crate::time::Instant;
use proptest::prelude::*;
use recourse_policy::{BudgetPolicy, HedgePolicy};
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The state of a group of at most two hedges.
fn running(elapsed: Duration, launched: u32, ring: &LatencyRing) -> HedgeState<'_> {
    HedgeState::new(START, START, START, START.saturating_add(elapsed), launched, 2, ring)
}

/// A ring that has seen a number of attempts of one latency.
fn warm(samples: u64, latency: Duration) -> LatencyRing {
    let ring = LatencyRing::default();
    (0..samples).for_each(|_| ring.observe(latency, START));
    ring
}

#[test]
fn a_fixed_delay_fires_when_it_is_over_and_never_earlier() {
    let (trigger, cold) = (FixedDelay::new(ms(10)), LatencyRing::default());
    for (elapsed, launched, next) in [
        (ms(0), 0, HedgeDecision::After(ms(10))),
        (ms(9), 1, HedgeDecision::After(ms(1))),
        (Duration::from_nanos(9_999_999), 0, HedgeDecision::After(Duration::from_nanos(1))),
        (ms(10), 0, HedgeDecision::Now),
        (Duration::MAX, 1, HedgeDecision::Now),
        (ms(10), 2, HedgeDecision::Never),
        (ms(0), 3, HedgeDecision::Never),
    ] {
        assert_eq!(trigger.decide(&running(elapsed, launched, &cold)), next, "{elapsed:?}, {launched}");
    }
    assert_eq!(FixedDelay::new(Duration::ZERO).decide(&running(ms(0), 0, &cold)), HedgeDecision::Now);
}

/// hedge-4: neither one sample nor 49 start a hedge, however slow the call is.
#[test]
fn a_percentile_waits_for_samples_or_takes_what_stands_in() {
    let (alone, with) = (Quantile::new(99), Quantile::new(99).or(ms(200)));
    for samples in [0, 1, 49] {
        let ring = warm(samples, ms(20));
        assert_eq!(alone.decide(&running(ms(60_000), 0, &ring)), HedgeDecision::After(ASK_AGAIN));
        assert_eq!(with.decide(&running(ms(150), 0, &ring)), HedgeDecision::After(ms(50)));
        assert_eq!(with.decide(&running(ms(200), 0, &ring)), HedgeDecision::Now);
        assert_eq!(with.decide(&running(ms(200), 2, &ring)), HedgeDecision::Never);
    }
    let ring = warm(50, ms(20));
    for trigger in [alone, with] {
        assert_eq!(trigger.decide(&running(ms(5), 0, &ring)), HedgeDecision::After(Duration::from_micros(14_500)));
        assert_eq!(trigger.decide(&running(ms(20), 1, &ring)), HedgeDecision::Now);
        assert_eq!(trigger.decide(&running(ms(20), 2, &ring)), HedgeDecision::Never);
    }
}

#[test]
fn a_percentile_below_the_timer_waits_for_half_a_tick() {
    let ring = warm(256, Duration::from_micros(30));
    assert_eq!(Quantile::new(50).decide(&running(ms(0), 0, &ring)), HedgeDecision::After(Duration::from_micros(500)));
    let slowest = warm(256, Duration::MAX);
    assert!(matches!(Quantile::new(50).decide(&running(ms(1), 0, &slowest)), HedgeDecision::After(_)));
}

#[test]
fn percentiles_out_of_bounds_are_the_nearest() {
    for (written, taken) in [(0, 50), (49, 50), (50, 50), (99, 99), (100, 99), (u32::MAX, 99)] {
        assert_eq!(Quantile::new(written), Quantile::new(taken));
    }
}

/// hedge-3: asked as the engine asks, at each launch and each time it was told to come back, hedges keep their distance.
#[test]
fn hedges_never_burst() {
    let ring = warm(256, ms(20));
    let triggers: [&dyn Trigger; 2] = [&FixedDelay::new(ms(20)), &Quantile::new(99)];
    for trigger in triggers {
        let (mut now, mut last, mut launches) = (START, START, Vec::new());
        loop {
            match trigger.decide(&HedgeState::new(
                START,
                START,
                last,
                now,
                u32::try_from(launches.len()).unwrap(),
                3,
                &ring,
            )) {
                HedgeDecision::Now => {
                    (last, launches) = (now, [&launches[..], &[now.saturating_duration_since(START)]].concat());
                }
                HedgeDecision::After(later) => now = now.saturating_add(later.div_ceil_ms()),
                HedgeDecision::Never => break,
            }
        }
        assert_eq!(launches, [ms(20), ms(40), ms(60)], "{trigger:?}");
    }
}

trait DivCeilMs {
    /// As the timer rounds.
    fn div_ceil_ms(self) -> Self;
}

impl DivCeilMs for Duration {
    fn div_ceil_ms(self) -> Self {
        Self::from_millis(u64::try_from(self.as_micros().div_ceil(1_000)).unwrap())
    }
}

#[test]
fn a_section_is_a_trigger_and_its_own_limits() {
    let ring = warm(256, ms(20));
    let policy = HedgePolicy::after(ms(7)).at_most(1).budget(BudgetPolicy::percent(2)).fail_slow();
    assert_eq!(policy.limits(), policy);
    assert_eq!(policy.decide(&running(ms(5), 0, &ring)), HedgeDecision::After(ms(2)));
    assert_eq!(HedgePolicy::none().decide(&running(ms(5), 0, &ring)), HedgeDecision::Never);
    let p99 = HedgePolicy::percentile(99).or(ms(200));
    assert_eq!(p99.decide(&running(ms(20), 0, &ring)), HedgeDecision::Now);
    assert_eq!(p99.decide(&running(ms(20), 0, &LatencyRing::default())), HedgeDecision::After(ms(180)));
    assert_eq!(
        HedgePolicy::percentile(99).decide(&running(ms(20), 0, &LatencyRing::default())),
        HedgeDecision::After(ASK_AGAIN)
    );
    let limits = (&&FixedDelay::new(ms(1))).limits();
    assert_eq!((limits.max_hedges, limits.budget, limits.fail_slow), (2, BudgetPolicy::hedge_defaults(), false));
}

proptest! {
    /// Whatever the state, a trigger neither panics nor fires beyond its hedges, and what it says to wait ends in a hedge.
    #[test]
    fn waiting_as_told_ends_in_a_hedge(delay in any::<u64>(), percentile in any::<u32>(), elapsed in any::<u64>(), launched in 0u32..4, latency in any::<u64>(), samples in 0u64..300) {
        let (ring, elapsed) = (warm(samples, Duration::from_nanos(latency)), Duration::from_nanos(elapsed / 4));
        let triggers: [&dyn Trigger; 2] = [
            &FixedDelay::new(Duration::from_nanos(delay / 4)),
            &Quantile::new(percentile).or(Duration::from_nanos(delay / 4)),
        ];
        for trigger in triggers {
            match trigger.decide(&running(elapsed, launched, &ring)) {
                HedgeDecision::After(wait) => {
                    prop_assert!(launched < 2);
                    prop_assert_eq!(trigger.decide(&running(elapsed + wait, launched, &ring)), HedgeDecision::Now);
                }
                HedgeDecision::Now => prop_assert!(launched < 2),
                HedgeDecision::Never => prop_assert!(launched >= 2),
            }
        }
    }
}
