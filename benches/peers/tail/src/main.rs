//! T18: operations of 100 calls at once, each call lognormal (median 4 ms, p98 10 ms), one in a thousand stalled for a second
//! more. How long the slowest calls keep an operation, and what hedging costs in calls. On paused time, stretched tenfold, so
//! that the runtime's tick of 1 ms is 0.1 ms here.

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy};
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::{Service, service_fn};

const STRETCH: f64 = 10.0;
const CALLS: u32 = 100;
/// Operations before anything is counted.
const WARM: u32 = 200;

fn main() {
    let operations = std::env::args().nth(1).map_or(20_000, |number| number.parse().expect("a number of operations"));
    println!("{:<26} {:>9} {:>9} {:>9} {:>9}", "operation, ms", "p50", "p99", "p99.9", "extra");
    let row = |name: &str, hedging| {
        let found = simulate(operations, hedging);
        let Found { p50, p99, p999, extra } = found;
        println!("{name:<26} {p50:>9.1} {p99:>9.1} {p999:>9.1} {:>8.2}%", extra * 100.0);
        found
    };
    let none = row("not hedged", Hedging::None);
    let ours = row("recourse, p99", Hedging::Ours { percentile: 99, slots: 256 });
    row("recourse, p99, 1024 slots", Hedging::Ours { percentile: 99, slots: 1024 });
    let tower = row("tower 0.5 hedge, p99", Hedging::Tower(0.99));
    row("recourse, p95", Hedging::Ours { percentile: 95, slots: 256 });
    row("tower 0.5 hedge, p95", Hedging::Tower(0.95));
    println!("\n{:<4} {:<62} {:>9} {:>9}", "", "target", "found", "at most");
    for (what, found, limit) in [
        ("recourse p99: p99.9 over that without hedges", ours.p999 / none.p999, 1.0 / 40.0),
        ("recourse p99: extra calls, percent", ours.extra * 100.0, 1.2),
        ("recourse p99: p99.9 over tower's", ours.p999 / tower.p999, 1.1),
        ("recourse p99: extra calls over tower's", ours.extra / tower.extra, 1.0),
    ] {
        let verdict = if found <= limit { "ok" } else { "MISSED" };
        println!("T18  {what:<62} {found:>9.4} {limit:>9.4}  {verdict}");
    }
}

#[derive(Clone, Copy)]
enum Hedging {
    None,
    Ours { percentile: u32, slots: usize },
    Tower(f32),
}

struct Found {
    p50: f64,
    p99: f64,
    p999: f64,
    extra: f64,
}

fn simulate(operations: u32, hedging: Hedging) -> Found {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let backend = Rc::new(Backend { random: Cell::new(0x9e37_79b9_7f4a_7c15), calls: Cell::new(0) });
    runtime.expect("a runtime").block_on(async {
        let answer = {
            let backend = backend.clone();
            move || {
                let answer = backend.call();
                async {
                    answer.await;
                    Ok::<(), recourse::Rejected>(())
                }
            }
        };
        match hedging {
            Hedging::None => measure(operations, &backend, answer).await,
            Hedging::Ours { percentile, slots } => {
                let executor = Executor::builder().latency_slots(slots).build();
                // As tower has it: one hedge, and no budget but the percentile's own.
                let hedge = HedgePolicy::percentile(percentile).at_most(1).budget(BudgetPolicy::none());
                let policy = Policy::new().hedge(hedge);
                let leaf = || executor.call(Key::from_static("leaf"), policy, &answer).into_future();
                measure(operations, &backend, leaf).await
            }
            Hedging::Tower(quantile) => {
                let service = service_fn(move |()| answer());
                let turn = ms(10_000.0);
                let mut hedge = tower::hedge::Hedge::new(service, Always, 20, quantile, turn);
                poll_fn(|cx| Service::<()>::poll_ready(&mut hedge, cx)).await.expect("it is always ready");
                measure(operations, &backend, || hedge.call(())).await
            }
        }
    })
}

/// Runs operation after operation.
async fn measure<F: Future>(operations: u32, backend: &Backend, mut call: impl FnMut() -> F) -> Found {
    let mut took = Vec::new();
    for operation in 0..operations + WARM {
        if operation == WARM {
            backend.calls.set(0);
        }
        let start = Instant::now();
        let mut calls: FuturesUnordered<_> = (0..CALLS).map(|_| call()).collect();
        while calls.next().await.is_some() {}
        if operation >= WARM {
            took.push(start.elapsed().as_secs_f64() * 1_000.0 / STRETCH);
        }
    }
    took.sort_by(f64::total_cmp);
    let at = |per_mille: usize| took.get(took.len() * per_mille / 1_000).copied().unwrap_or(f64::NAN);
    let extra = f64::from(backend.calls.get()) / f64::from(operations * CALLS) - 1.0;
    Found { p50: at(500), p99: at(990), p999: at(999), extra }
}

struct Backend {
    random: Cell<u64>,
    calls: Cell<u32>,
}

impl Backend {
    /// Between 0 and 1.
    fn uniform(&self) -> f64 {
        let mut state = self.random.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.random.set(state);
        (f64::from(u32::try_from(state >> 32).unwrap_or(0)) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }

    fn call(&self) -> impl Future<Output = ()> + use<> {
        self.calls.set(self.calls.get() + 1);
        let normal = (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos();
        let stall = if self.uniform() < 0.001 { 1_000.0 } else { 0.0 };
        sleep(ms(4.0 * (0.446 * normal).exp() + stall))
    }
}

fn ms(ms: f64) -> Duration {
    Duration::from_secs_f64(ms * STRETCH / 1_000.0)
}

#[derive(Clone, Copy, Debug)]
struct Always;

impl tower::hedge::Policy<()> for Always {
    fn clone_request(&self, (): &()) -> Option<()> {
        Some(())
    }

    fn can_retry(&self, (): &()) -> bool {
        true
    }
}
