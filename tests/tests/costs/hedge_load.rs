//! Load that hedging adds over minutes of paused time, in good times and in bad ones.
//!
//! The figures are printed: `cargo test -p recourse-tests --test costs hedge_load -- --nocapture`.

use allocation_counter::measure;
use futures::future::join_all;
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, resilient};
use recourse_tests::{Fail, ms};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// A small generator (`SplitMix64`), so that a run is the same every time.
#[derive(Debug)]
struct Dice(Cell<u64>);

impl Dice {
    /// From 0 (left out) to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    fn throw(&self) -> f64 {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let z = self.0.get();
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) + 1) as f64 / (1u64 << 53) as f64
    }
}

/// The published latencies ("The Tail at Scale", CACM 2013): survival, log-log linear through these points, in ms.
const TAIL: [(f64, f64); 6] =
    [(1.0, 1.0), (4.0, 0.5), (7.0, 0.1), (10.0, 0.02), (69.0, 0.003_162_277_66), (1_800.0, 0.000_01)];

fn heavy_tail(survives: f64) -> f64 {
    let pair = TAIL.windows(2).find(|pair| survives >= pair[1].1).unwrap_or(&TAIL[4..]);
    let ((t0, s0), (t1, s1)) = (pair[0], pair[1]);
    (t0.ln() + (t1 / t0).ln() * (survives / s0).ln() / (s1 / s0).ln()).exp()
}

/// A service under load: what it answers with, and what it was asked.
#[derive(Debug)]
struct Service {
    dice: Dice,
    requests: Cell<u64>,
    /// In ms, at most: half of it to all of it.
    slow: Cell<u64>,
    down: Cell<bool>,
}

impl Service {
    fn new() -> Rc<Self> {
        let (requests, slow, down) = (Cell::new(0), Cell::new(10), Cell::new(false));
        Rc::new(Self { dice: Dice(Cell::new(1)), requests, slow, down })
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
    async fn request(&self) -> Result<(), Fail> {
        self.requests.set(self.requests.get() + 1);
        if self.down.get() {
            tokio::time::sleep(ms(1)).await;
            return Err(Fail::Busy(None));
        }
        let slow = self.slow.get() as f64 / 1_000.0;
        tokio::time::sleep(Duration::from_secs_f64(slow * (0.5 + 0.5 * self.dice.throw()))).await;
        Ok(())
    }
}

/// Four clients call for so long; what came on top of one request per call, and the calls.
async fn load(service: &Service, executor: &Executor, policy: Policy, time: Duration) -> (u64, u64) {
    let (end, calls, before) = (Instant::now() + time, Cell::new(0), service.requests.get());
    join_all((0..4).map(|_| async {
        while Instant::now() < end {
            calls.set(calls.get() + 1);
            let _ = executor.call(Key::from_static("service"), policy, || service.request()).await;
        }
    }))
    .await;
    (service.requests.get() - before - calls.get(), calls.get())
}

/// The default hedge budget over a time: 5 % of the calls, one per second, and ten saved up.
fn budget(calls: u64, time: Duration) -> u64 {
    calls / 20 + time.as_secs() + 10
}

const MINUTE: Duration = Duration::from_secs(60);

/// hedge-7: the dependency fails in 1 ms for a minute, then recovers. Had the fast failures been recorded, every healthy
/// answer would look slow, and be hedged.
#[tokio::test(start_paused = true)]
async fn an_outage_that_fails_fast_is_followed_by_no_storm() {
    let (service, executor) = (Service::new(), Executor::new());
    let policy = Policy::new().hedge(HedgePolicy::percentile(99).budget(BudgetPolicy::none()));
    let (warm, calls) = load(&service, &executor, policy, MINUTE).await;
    println!("healthy:  {warm} hedges of {calls} calls");
    assert!(warm <= calls / 40, "{warm} of {calls}");

    service.down.set(true);
    let (outage, calls) = load(&service, &executor, policy, MINUTE).await;
    println!("outage:   {outage} hedges of {calls} calls");
    assert_eq!(outage, 0, "what fails in 1 ms is not hedged");

    service.down.set(false);
    let (after, calls) = load(&service, &executor, policy, Duration::from_secs(5)).await;
    println!("after it: {after} hedges of {calls} calls");
    assert!(after <= calls / 40, "{after} of {calls}");
}

/// hedge-8: everything is ten times as slow for a minute. The percentile follows; until it has, the budget holds.
#[tokio::test(start_paused = true)]
async fn a_brown_out_stays_within_the_budget() {
    for (name, hedge) in [
        ("p99", HedgePolicy::percentile(99)),
        ("p50", HedgePolicy::percentile(50)),
        ("12ms", HedgePolicy::after(ms(12))),
    ] {
        let (service, executor) = (Service::new(), Executor::new());
        let policy = Policy::new().hedge(hedge);
        load(&service, &executor, policy, MINUTE).await;
        service.slow.set(100);
        let (extra, calls) = load(&service, &executor, policy, MINUTE).await;
        let allowed = budget(calls, MINUTE);
        println!("brown-out, {name:>4}: {extra} hedges of {calls} calls, {allowed} allowed");
        assert!(extra <= allowed, "{name}: {extra} of {calls}, {allowed} allowed");
    }
}

/// A budget far below what the delay asks for: it is not spent on ordinary calls, but kept for those that stall.
#[tokio::test(start_paused = true)]
async fn a_tight_budget_goes_to_the_stalls() {
    let (dice, executor, requests) = (Dice(Cell::new(3)), Executor::new(), Cell::new(0u64));
    let (stalled, cut) = (Cell::new(0u64), Cell::new(0u64));
    // Every ordinary call is slower than the delay; one in a hundred stalls.
    let policy = Policy::new().hedge(HedgePolicy::after(ms(5)).at_most(1).budget(BudgetPolicy::percent(5)));
    join_all((0..4).map(|_| async {
        for call in 0..2_000 {
            let (start, first, stalls) = (Instant::now(), Cell::new(true), dice.throw() < 0.01);
            let operation = || {
                requests.set(requests.get() + 1);
                let took = ms(if stalls && first.replace(false) { 1_000 } else { 8 });
                async move {
                    tokio::time::sleep(took).await;
                    Ok::<_, Fail>(())
                }
            };
            executor.call(Key::from_static("tight"), policy, operation).await.expect("it succeeds");
            if stalls && call > 200 {
                stalled.set(stalled.get() + 1);
                cut.set(cut.get() + u64::from(start.elapsed() < ms(500)));
            }
        }
    }))
    .await;
    println!("tight budget: {} of {} stalls cut, {} extra requests", cut.get(), stalled.get(), requests.get() - 8_000);
    assert!(requests.get() - 8_000 <= 8_000 / 20 + 10);
    assert!(cut.get() * 10 >= stalled.get() * 9, "{} of {}", cut.get(), stalled.get());
}

/// hedge-5: with a heavy tail, `p99` and its default settings hedge 0.8 to 1.2 % of calls in the long run.
#[tokio::test(start_paused = true)]
async fn p99_hedges_one_call_in_a_hundred() {
    let (dice, executor, requests) = (Dice(Cell::new(7)), Executor::new(), Cell::new(0u64));
    let policy = Policy::new().hedge(HedgePolicy::percentile(99));
    // One millisecond of the experiment is one second here, since the timer's wheel rounds up to a millisecond.
    let operation = || {
        requests.set(requests.get() + 1);
        let took = Duration::from_secs_f64(heavy_tail(dice.throw()));
        async move {
            tokio::time::sleep(took).await;
            Ok::<_, Fail>(())
        }
    };
    for _ in 0..1_000 {
        executor.call(Key::from_static("warm"), policy, operation).await.expect("it succeeds");
    }
    requests.set(0);
    let calls = 60_000;
    for _ in 0..calls {
        executor.call(Key::from_static("warm"), policy, operation).await.expect("it succeeds");
    }
    let hedges = requests.get() - calls;
    println!("p99: {hedges} hedges of {calls} calls");
    assert!((480..=720).contains(&hedges), "{hedges} of {calls}");
}

#[resilient(key = "armed", hedge = "p99 or 20ms", retry = "3 attempts")]
async fn armed(x: u32) -> Result<u32, Fail> {
    Ok(x)
}

/// An armed hedge that does not fire: no allocation, and no timer, which outside of a runtime would panic.
#[test]
fn an_armed_hedge_costs_no_allocation_and_no_timer() {
    use futures::executor::block_on;
    block_on(armed(1)).expect("the first call works out its policy");
    let info = measure(|| {
        for n in 0..100 {
            assert_eq!(block_on(armed(n)).expect("it succeeds"), n);
        }
    });
    assert_eq!(info.count_total, 0, "{info:?}");
}
