//! The rows against the test vectors of their sources, before anything is measured.

use super::aimd::Netflix;
use super::averages::ExponentialMean;
use super::correlation::Correlation;
use super::envoy::{Envoy, Settings};
use super::failsafe::Failsafe;
use super::gradient2::Gradient2;
use super::vegas::Vegas;
use super::{Algorithm, Ended};

/// Checks all of them, and returns what was checked.
///
/// # Panics
///
/// Panics if a row does not do what its source does.
pub(crate) fn check() -> &'static str {
    aimd();
    means();
    vegas();
    gradient2();
    envoy();
    failsafe();
    "AIMDLimitTest, VegasLimitTest, ExpAvgMeasurementTest (Netflix), gradient_controller_test (Envoy), adaptivelimiter_test, windows_test (failsafe-go)"
}

fn call(now: f64, ms: f64, running: f64) -> Ended {
    Ended { now, latency: ms / 1_000.0, running, left: running - 1.0, late: false }
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{what}: {found}, not {expected}");
}

/// `increaseOnSuccess` and `decreaseOnDrops`.
fn aimd() {
    let new = || Netflix::new(10.0, 1.0, 200.0);
    let (mut more, mut less) = (new(), new());
    more.ended(call(0.0, 1.0, 10.0));
    less.ended(Ended { late: true, ..call(0.0, 1.0, 10.0) });
    near(more.limit(), 11.0, "AIMD after a success");
    near(less.limit(), 9.0, "AIMD after a drop");
}

/// `testWarmup`.
fn means() {
    let mut mean = ExponentialMean::new(100.0);
    for step in 0..10 {
        near(mean.add(f64::from(step + 10)), 10.0 + f64::from(step) / 2.0, "the mean while it warms up");
    }
    let after = mean.add(100.0);
    assert!((after - 16.2).abs() < 0.1, "the mean after that: {after}");
}

/// `increaseLimit`, `decreaseLimit`, `noChangeIfWithinThresholds` and `largeLimitIncrease`.
fn vegas() {
    for (ms, running, expected) in [(10.0, 11.0, 16.0), (50.0, 11.0, 9.0), (14.0, 14.0, 10.0)] {
        let mut vegas = Vegas::new(10.0, 20.0, Some((3.0, 6.0)), 0);
        vegas.update(0.01, 10.0, false);
        near(vegas.limit(), 10.0, "Vegas after its first sample");
        vegas.update(ms / 1_000.0, running, false);
        near(vegas.limit(), expected, "Vegas after its second sample");
    }
    let mut large = Vegas::new(10_000.0, 20_000.0, None, 0);
    large.update(10.0, 5_000.0, false);
    near(large.limit(), 10_000.0, "a large Vegas after its first sample");
    large.update(10.0, 6_000.0, false);
    near(large.limit(), 10_024.0, "a large Vegas after its second sample");
}

/// The source has no test of `Gradient2Limit`; these are the values of the formula in its documentation.
fn gradient2() {
    let mut gradient = Gradient2::new(20.0);
    gradient.update(0.01, 20.0);
    near(gradient.limit(), 20.8, "Gradient2 without a queue: a fifth of 20 + 4");
    gradient.update(0.01, 10.0);
    near(gradient.limit(), 20.8, "Gradient2 below half of its limit");
    // The long mean is that of three samples, 10, 10 and 100 ms: a gradient of 1.5 * 40 / 100.
    gradient.update(0.1, 20.0);
    near(gradient.limit(), 20.0, "Gradient2 at its minimum");
    let mut low = Gradient2::new(1.0);
    low.update(0.01, 20.0);
    low.update(0.09, 20.0);
    near(low.limit(), 20.8 * 0.8 + (20.8 * (1.5 * 50.0 / 90.0) + 4.0) * 0.2, "Gradient2 with a queue");
}

/// `MinRTTLogicTest`, `MinRTTBufferTest`, `ConcurrencyLimitBehaviorTestBasic` and `MinRTTReturnToPreviousLimit`.
fn envoy() {
    let settings = |requests, min, buffer| Settings {
        percentile: 0.5,
        interval: 30.0,
        jitter: 0.0,
        requests,
        min,
        buffer,
        ..Settings::RECOMMENDED
    };
    let mut measures = Envoy::new(settings(50, 7.0, 0.25), 0);
    for done in 0..50 {
        near(measures.limit(), 7.0, "Envoy while it measures");
        measures.ended(call(f64::from(done), 13.0, 7.0));
    }
    assert!(format!("{measures:?}").contains("measuring: None"), "Envoy has measured after 50 requests");

    let feed = |envoy: &mut Envoy, now: &mut f64, ms: f64| {
        (0..5).for_each(|_| envoy.ended(call(*now, ms, 3.0)));
        *now += 0.101;
        envoy.tick(*now);
        envoy.limit()
    };
    let grows = |buffer, min, ms: f64, grow: bool, envoy: Option<(Envoy, f64)>| {
        let (mut envoy, mut now) = envoy.unwrap_or_else(|| {
            let mut envoy = Envoy::new(settings(5, min, buffer), 0);
            (0..5).for_each(|_| envoy.ended(call(0.0, 5.0, 3.0)));
            (envoy, 0.0)
        });
        for _ in 0..10 {
            let (before, after) = (envoy.limit(), feed(&mut envoy, &mut now, ms));
            assert!(if grow { after > before } else { after < before && after >= min }, "Envoy: {before} to {after}");
        }
        (envoy, now)
    };
    let (mut grown, now) = grows(0.5, 3.0, 6.0, true, None);
    let up = grows(0.1, 7.0, 4.0, true, None);
    grows(0.1, 7.0, 6.0, false, Some(up));

    let limit = grown.limit();
    grown.tick(now + 31.0);
    near(grown.limit(), 3.0, "Envoy measures again");
    (0..5).for_each(|_| grown.ended(call(now + 32.0, 13.0, 3.0)));
    near(grown.limit(), limit, "Envoy returns to its limit");
}

/// `should smooth and filter RTTs`, `should increase limit`, `should decrease limit`, `should hold limit` and `TestCorrelationWindow`.
fn failsafe() {
    let new = || {
        let mut limiter = Failsafe::new(1, 1.0, 1.0);
        for _ in 0..10 {
            limiter.baseline.add(1.0);
        }
        limiter
    };
    let mut smooth = new();
    let feed = |limiter: &mut Failsafe, calls: &[(f64, f64)]| {
        for (at, (ms, running)) in (1u32..).zip(calls) {
            limiter.ended(Ended { left: 0.0, ..call(f64::from(at) * 2.0, *ms, *running) });
        }
        limiter.limit()
    };
    feed(&mut smooth, &[(100.0, 10.0), (300.0, 10.0), (200.0, 10.0), (200.0, 10.0), (250.0, 10.0)]);
    near(smooth.smoothed.value, 0.2, "failsafe-go's smoothed latency");
    for (calls, expected) in [
        ([(1_000.0, 5.0), (500.0, 5.0)], 22.0),
        ([(2_000.0, 10.0), (2_000.0, 10.0)], 18.0),
        ([(1_300.0, 10.0), (1_300.0, 10.0)], 20.0),
    ] {
        near(feed(&mut new(), &calls), expected, "failsafe-go's limit");
    }
    let correlation = |pairs: &[(f64, f64)]| {
        let mut window = Correlation::new(3, 0);
        pairs.iter().map(|(x, y)| window.add(*x, *y).0).last().unwrap_or_default()
    };
    near(correlation(&[(1.0, 2.0)]), 0.0, "the correlation of one pair");
    near(correlation(&[(1.0, 10.0), (2.0, 20.0), (3.0, 30.0), (4.0, 40.0), (5.0, 50.0)]), 1.0, "of rising pairs");
    near(correlation(&[(1.0, 30.0), (2.0, 20.0), (3.0, 10.0)]), -1.0, "of falling pairs");
    near(correlation(&[(100.0, 200.0), (100.1, 200.1), (100.05, 200.05)]), 0.0, "of pairs that hardly vary");
}
