//! The ring against a plain list, at the extremes, among threads, and in the long run.

use super::{GOOD_FOR, LatencyRing, Line};
use crate::hedge::{LatencySnapshot, LatencyTracker};
use crate::rng;
use crate::sync::Arc;
use crate::time::Instant;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);

/// So slow that a ring of any size takes all.
fn second(n: usize) -> Instant {
    START.saturating_add(Duration::from_secs(n as u64))
}

/// The plain model: sort, and take rank q * (n + 1) in exact arithmetic.
fn exact(held: &[u64], percentile: u32) -> Option<Duration> {
    if held.len() < 50 {
        return None;
    }
    let mut sorted: Vec<u128> = held.iter().map(|nanos| u128::from(nanos / 1_000).min(u128::from(u32::MAX))).collect();
    sorted.sort_unstable();
    let (scaled, n) = (u128::from(percentile) * (sorted.len() as u128 + 1), sorted.len());
    let sample = |rank: u128| sorted[usize::try_from(rank).unwrap().clamp(1, n) - 1];
    let (lower, upper) = (sample(scaled / 100), sample(scaled / 100 + 1));
    let nanos = lower * 1_000 + (upper - lower) * 10 * (scaled % 100);
    Some(Duration::from_nanos(u64::try_from(nanos).unwrap()))
}

fn any_latency() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..5_000_000, 1_000_000u64..60_000_000_000, any::<u64>(), Just(0), Just(7_000_000)]
}

proptest! {
    /// A ring holds the last samples, and each percentile of them is exact: the ready one after every sample of a full ring.
    #[test]
    fn percentiles_are_those_of_a_sorted_list(
        slots in prop_oneof![Just(64usize), Just(256), 64usize..700],
        hot in 50u32..100,
        other in 0u32..101,
        latencies in prop::collection::vec(any_latency(), 0..900),
    ) {
        let ring = LatencyRing::new(slots, hot);
        let mut taken = Vec::new();
        for (n, latency) in latencies.iter().enumerate() {
            ring.observe(Duration::from_nanos(*latency), second(n));
            taken.push(*latency);
            let held = &taken[taken.len().saturating_sub(slots)..];
            if held.len() <= 50 || n % 8 == 7 || (held.len() == slots && n % 5 == 0) {
                prop_assert_eq!(ring.percentile(hot), exact(held, hot), "p{} of {}", hot, held.len());
            }
        }
        let held = &taken[taken.len().saturating_sub(slots)..];
        prop_assert_eq!(ring.count(), held.len() as u64);
        if other != hot { prop_assert_eq!(ring.percentile(other), exact(held, other)) }
        let snapshot = ring.snapshot();
        prop_assert_eq!(snapshot.count, held.len() as u64);
        if held.len() >= 50 { prop_assert_eq!(snapshot.quantile(0.0), exact(held, 0)) }
    }

    /// The snapshot computes in floating point, and is as good as that.
    #[test]
    fn snapshots_agree_with_the_list(latencies in prop::collection::vec(any_latency(), 1..400), percent in 0u32..101) {
        let snapshot = LatencySnapshot::new(latencies.iter().map(|nanos| Duration::from_nanos(*nanos)));
        let mut sorted = latencies;
        sorted.sort_unstable();
        let sample = |rank: u128| u128::from(sorted[usize::try_from(rank).unwrap().clamp(1, sorted.len()) - 1]);
        let found = [(50, snapshot.p50), (90, snapshot.p90), (95, snapshot.p95), (99, snapshot.p99)];
        for (percent, found) in found.into_iter().chain([(percent, snapshot.quantile(f64::from(percent) / 100.0))]) {
            let rank = u128::from(percent) * (sorted.len() as u128 + 1);
            let (lower, upper) = (sample(rank / 100), sample(rank / 100 + 1));
            let (exact, found) = (lower + (upper - lower) * (rank % 100) / 100, found.unwrap().as_nanos());
            prop_assert!(found.abs_diff(exact) <= 1 + (upper >> 40), "p{percent}: {found}, exactly {exact}");
        }
    }
}

#[test]
fn quantiles_that_are_none() {
    let snapshot = LatencySnapshot::new([Duration::from_millis(3)]);
    for q in [f64::NAN, f64::INFINITY, -0.001, 1.001] {
        assert_eq!(snapshot.quantile(q), None, "{q}");
    }
    assert_eq!((snapshot.quantile(0.0), snapshot.quantile(1.0)), (snapshot.p50, snapshot.p99));
    let empty = LatencySnapshot::new([]);
    assert_eq!((empty.count, empty.p50, empty.quantile(0.5)), (0, None, None));
    assert_eq!(LatencySnapshot::new([Duration::MAX, Duration::ZERO]).quantile(1.0), Some(Duration::MAX));
}

/// hedge-13.
#[test]
fn extremes_saturate() {
    let longest = Duration::from_micros(u64::from(u32::MAX));
    for (latency, kept) in [
        (Duration::ZERO, Duration::ZERO),
        (Duration::from_nanos(1), Duration::ZERO),
        (Duration::from_secs(3_600), Duration::from_secs(3_600)),
        (Duration::from_nanos(u64::MAX), longest),
        (Duration::MAX, longest),
    ] {
        let ring = LatencyRing::new(64, 99);
        (0..50).for_each(|_| ring.observe(latency, START));
        assert_eq!((ring.percentile(99), ring.percentile(50), ring.count()), (Some(kept), Some(kept), 50));
        (0..100).for_each(|n| ring.observe(latency, second(n)));
        assert_eq!((ring.percentile(99), ring.snapshot().p90), (Some(kept), Some(kept)));
    }
    let ring = LatencyRing::new(usize::MAX, u32::MAX);
    (0..4096).for_each(|n| ring.observe(Duration::from_millis(n), START));
    assert_eq!((ring.count(), ring.percentile(u32::MAX)), (4096, Some(Duration::from_millis(4095))));
    assert_eq!(LatencyRing::new(0, 0).line.slots.len(), 64);
}

#[test]
fn what_calls_look_at_is_one_cache_line() {
    assert_eq!((size_of::<Line>(), align_of::<Line>()), (64, 64));
}

/// A percentile that is not at hand is worked out again after 16 samples, and after a full turn.
#[test]
fn other_percentiles_are_remembered_for_a_while() {
    let ring = LatencyRing::new(64, 99);
    let observe = |from: usize, count: u32, ms| {
        (from..).take(count as usize).for_each(|n| ring.observe(Duration::from_millis(ms), second(n)));
    };
    observe(0, 64, 1);
    let median = |ms| assert_eq!(ring.percentile(50), Some(Duration::from_millis(ms)));
    median(1);
    // The ring is at the same slot again, with all samples replaced.
    observe(64, 64, 5);
    median(5);
    observe(128, GOOD_FOR - 1, 9);
    median(5);
    observe(200, 40, 9);
    median(9);
}

/// 100,000 calls a second: no turn but the first two is shorter than 10 s, and the second begins with a surge.
#[test]
fn a_full_ring_covers_the_window_at_any_rate() {
    let bounds = Duration::from_secs(10)..Duration::from_secs(25);
    // A debug build takes five seconds for a million.
    let busy = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    for (slots, rate, seconds) in [(256, busy, 36), (64, 2_000, 200), (4096, 2_000, 100)] {
        let (ring, mut spans) = (LatencyRing::new(slots, 99), Vec::new());
        for call in 0..rate * seconds {
            // The latencies are the times.
            let time = Duration::from_micros(call * 1_000_000 / rate);
            ring.observe(time, START.saturating_add(time));
            if call % 256 == 0 && ring.span() != spans.last().copied() {
                spans.extend(ring.span());
            }
        }
        assert!(
            spans.len() >= 3 && spans[2..].iter().all(|span| bounds.contains(span)),
            "{slots} slots span {spans:?}"
        );
        let held = ring.snapshot();
        let age = held.quantile(1.0).unwrap().saturating_sub(held.quantile(0.0).unwrap());
        assert!(bounds.contains(&age), "{slots} slots hold {age:?}");
    }
}

#[test]
fn a_clock_that_goes_back_does_not_stop_it() {
    let ring = LatencyRing::new(64, 99);
    (0..1_000).for_each(|n| ring.observe(Duration::from_millis(1), second(10_000 + n)));
    (0..100).for_each(|n| ring.observe(Duration::from_millis(9), second(n)));
    assert_eq!(ring.snapshot().quantile(0.0), Some(Duration::from_millis(9)));
    (100..300).for_each(|n| ring.observe(Duration::from_millis(9), second(n)));
    assert_eq!(ring.span(), Some(Duration::from_secs(64)));
}

/// Four threads write and read: what is read lies among what was written, and the ring stays warm.
#[test]
fn threads_share_it() {
    let ring = Arc::new(LatencyRing::new(64, 90));
    let (least, most) = (Duration::from_micros(1_000), Duration::from_micros(2_000));
    let threads = (0..4u64).map(|thread| {
        let ring = ring.clone();
        std::thread::spawn(move || {
            let mut warm = 0;
            for n in 0..50_000u64 {
                let latency = Duration::from_micros(1_000 + (n * 7 + thread * 13) % 1_001);
                ring.observe(latency, START.saturating_add(Duration::from_millis(n * 160)));
                let (count, percentiles) = (ring.count(), [ring.percentile(90), ring.percentile(50)]);
                assert!(count >= warm, "{count} after {warm}");
                warm = count;
                for found in percentiles.into_iter().flatten() {
                    assert!((least..=most).contains(&found), "{found:?}");
                }
            }
        })
    });
    threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(ring.count(), 64);
    let held = ring.snapshot();
    assert!(held.quantile(0.0) >= Some(least) && held.quantile(1.0) <= Some(most));
}

/// A latency of the published distribution: survival log-log linear through these points, in milliseconds.
fn heavy_tail() -> Duration {
    const POINTS: [(f64, f64); 6] =
        [(1.0, 1.0), (4.0, 0.5), (7.0, 0.1), (10.0, 0.02), (69.0, 0.003_162), (1_800.0, 1e-5)];
    let survival = f64::from(u32::try_from(rng::up_to((1 << 32) - 2)).unwrap() + 1) / f64::from(u32::MAX);
    let part = POINTS.windows(2).find(|part| survival >= part[1].1).unwrap_or(&POINTS[4..]);
    let ((t0, s0), (t1, s1)) = (part[0], part[1]);
    let way = (survival / s0).ln() / (s1 / s0).ln();
    Duration::from_secs_f64(t0 * (t1 / t0).powf(way) / 1_000.0)
}

/// Returns the share of calls, in percent, that are slower than the p99 at their start. Callers pause after each call; or, together,
/// they wait for the slowest of them, and start anew at once.
fn share_above_p99(callers: u64, calls: u32, pause: Duration, together: bool) -> f64 {
    let (ring, mut ends, mut waiting) = (LatencyRing::default(), BinaryHeap::new(), 0);
    let start = |at: Instant| {
        let latency = heavy_tail();
        let above = ring.percentile(99).map(|p99| latency > p99);
        Reverse((at.saturating_add(latency), latency, above))
    };
    rng::replace(Some(42));
    ends.extend((0..callers).map(|caller| start(START.saturating_add(Duration::from_micros(caller * 77)))));
    let (mut all, mut slow) = (0u32, 0u32);
    while all < calls {
        let Reverse((end, latency, above)) = ends.pop().unwrap();
        ring.observe(latency, end);
        all += u32::from(above.is_some());
        slow += u32::from(above == Some(true));
        waiting += 1;
        if !together || waiting == callers {
            ends.extend((0..if together { callers } else { 1 }).map(|_| start(end.saturating_add(pause))));
            waiting = 0;
        }
    }
    f64::from(slow) * 100.0 / f64::from(calls)
}

/// hedge-5: with a heavy tail, 0.8 to 1.2 % of calls are above p99 in the long run: whether all samples are taken or a share, with
/// one caller, with some, and with a hundred in step.
#[test]
fn one_call_in_a_hundred_is_above_p99() {
    for (callers, calls, pause, together) in [
        (1, 200_000, 200, false),
        (1, 400_000, 0, false),
        (2, 1_600_000, 0, false),
        (20, 400_000, 100, false),
        (100, 2_400_000, 0, true),
    ] {
        let percent = share_above_p99(callers, calls, Duration::from_millis(pause), together);
        assert!((0.8..1.2).contains(&percent), "{percent} % with {callers} callers");
    }
}
