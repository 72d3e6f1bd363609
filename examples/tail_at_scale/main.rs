//! "The Tail at Scale" (Dean and Barroso, CACM 2013) on a paused clock: operations of 100 parallel calls, hedged. No network.
//!
//! Prints a table. Without hedging, one operation in 1000 takes 1,800 ms; with one hedge after 10 ms, it takes 73 ms, for 2 % more
//! calls. Each figure is followed by its sampling error, and by the exact value; the program exits with 0 only if the row of 10 ms
//! agrees. `--svg PATH` draws the result, `--operations N` plays more than 20,000 operations per row, and `--stalls` plays another
//! service.
//!
//! Guarded calls, timers and latency trackers are the real ones. 1 ms is played as 1 s, since tokio's timers round up to 1 ms.

mod chart;
mod model;
mod table;

use model::{Exact, FAN_OUT, Service, dice};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, Rejected, resilient};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use table::{Measured, Operation, Table};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// One way to hedge, and its exact effect.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    hedge: HedgePolicy,
    /// The value that the tracker has to estimate. Without a tracker, the row has to agree with the exact values.
    percentile: Option<u32>,
    exact: Exact,
}

/// State that the calls of a row share.
struct World {
    service: Service,
    executor: Executor,
}

/// One call of an operation.
struct Leaf {
    number: u64,
    attempts: AtomicU32,
}

/// Each row is an executor with a policy of its own for this key.
#[resilient(key = "leaf", idempotent, executor = world.executor)]
async fn ask(world: &World, leaf: &Leaf) -> Result<(), Rejected> {
    let attempt = leaf.attempts.fetch_add(1, Ordering::Relaxed);
    sleep(played(world.service.latency(dice(leaf.number * 4 + u64::from(attempt))))).await;
    Ok(())
}

async fn operation(world: Arc<World>, number: u32) -> Operation {
    let (start, mut calls) = (Instant::now(), JoinSet::new());
    for call in 0..FAN_OUT {
        let number = u64::from(number) * u64::from(FAN_OUT) + u64::from(call);
        let (world, leaf) = (world.clone(), Leaf { number, attempts: AtomicU32::new(0) });
        calls.spawn(async move {
            ask(&world, &leaf).await.expect("the service is slow, and never fails");
            leaf.attempts.into_inner()
        });
    }
    let attempts = calls.join_all().await.iter().sum();
    Operation { number, ms: start.elapsed().as_secs_f64(), attempts }
}

/// Operations before those that are measured, since the trackers start empty.
const WARM_UP: u32 = 500;

/// The time between operations. They come at random, one in 10 ms on average, and one call in 40 is timed.
///
/// So the 256 latencies of a tracker are those of the last 100 operations, in about one second. As in a real service, they span many
/// operations, and change slowly compared with the delay that they determine. If all calls were timed, the latencies would be those of
/// two or three operations, most of them from the quick calls of the same operation. (A full tracker drops samples that come too
/// fast; at one sample in 4 s of played time, that makes no difference.)
const BETWEEN: f64 = 10.0;
const TIMED: u32 = 40;

fn play(row: &Row, operations: u32) -> Measured {
    let policy = Policy::new().hedge(row.hedge);
    let executor = Executor::builder().policy(Key::from_static("leaf"), policy).latency_sample(TIMED).build();
    let world = Arc::new(World { service: row.exact.service, executor });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let ended = runtime.expect("a runtime without I/O needs nothing").block_on(async {
        let (mut running, mut ended) = (JoinSet::new(), Vec::new());
        for number in 0..WARM_UP + operations {
            running.spawn(operation(world.clone(), number));
            sleep(played(-BETWEEN * dice(u64::MAX - u64::from(number)).ln())).await;
            while let Some(done) = running.try_join_next() {
                ended.push(done.expect("nothing panics"));
            }
        }
        ended.extend(running.join_all().await);
        ended
    });
    Measured::new(ended.into_iter().filter(|operation| operation.number >= WARM_UP).collect())
}

/// Converts a time of the experiment: 1 ms is played as 1 s.
fn played(ms: f64) -> Duration {
    Duration::from_secs_f64(ms)
}

/// The row that has to agree with the paper.
const JUDGED: usize = 1;

fn rows(service: Service) -> [Row; 9] {
    // Without a budget, which would hide the effect of the delay.
    let row = |name, hedge: HedgePolicy, percentile, delay, hedges| {
        let hedge = hedge.at_most(hedges).budget(BudgetPolicy::none());
        Row { name, hedge, percentile, exact: Exact { service, delay, hedges } }
    };
    let after = |name, delay, hedges| row(name, HedgePolicy::after(played(delay)), None, delay, hedges);
    let percentile = |name, percentile, hedges| {
        let delay = service.latency(1.0 - f64::from(percentile) / 100.0);
        row(name, HedgePolicy::percentile(percentile), Some(percentile), delay, hedges)
    };
    [
        row("none", HedgePolicy::none(), None, 0.0, 0),
        after("10ms, at most 1", 10.0, 1),
        after("10ms, at most 2", 10.0, 2),
        percentile("p95, at most 1", 95, 1),
        percentile("p95, at most 2", 95, 2),
        percentile("p98, at most 1", 98, 1),
        percentile("p98, at most 2", 98, 2),
        percentile("p99, at most 1", 99, 1),
        percentile("p99, at most 2", 99, 2),
    ]
}

/// Plays the rows, one after another on each core.
fn play_all(rows: &[Row], operations: u32) -> Vec<(Row, Measured)> {
    let next = AtomicUsize::new(0);
    let measured: Vec<OnceLock<Measured>> = rows.iter().map(|_| OnceLock::new()).collect();
    let work = || {
        while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < rows.len()) {
            measured[at].get_or_init(|| play(&rows[at], operations));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let played = measured.into_iter().filter_map(OnceLock::into_inner);
    rows.iter().copied().zip(played).collect()
}

struct Options {
    operations: u32,
    svg: Option<PathBuf>,
    service: Service,
}

impl Options {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut options = Self { operations: 20_000, svg: None, service: Service::paper() };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--operations" => options.operations = value()?.replace(['_', ','], "").parse()?,
                "--svg" => options.svg = Some(value()?.into()),
                "--stalls" => options.service = Service::stalls(),
                _ => return Err(format!("{word}? There are --operations N, --svg PATH and --stalls").into()),
            }
        }
        if !(1_000..=10_000_000).contains(&options.operations) {
            return Err("1,000 to 10,000,000 operations: a p99.9 of fewer means nothing".into());
        }
        Ok(options)
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (began, options) = (std::time::Instant::now(), Options::read()?);
    let rows = play_all(&rows(options.service), options.operations);
    println!(
        "{} operations of {FAN_OUT} parallel calls a row; played in {:.1?}.\n",
        options.operations,
        began.elapsed()
    );
    println!("{}", Table(&rows));
    println!(
        "95 %: where the true figure lies, by the size of the sample. exact: what it is on paper; for a percentile, if the"
    );
    println!("tracker knew the true one.\n");
    if let Some(path) = &options.svg {
        chart::draw(path, &rows)?;
        println!("Drawn in {}.\n", path.display());
    }
    let ((_, unhedged), (row, hedged)) = (&rows[0], &rows[JUDGED]);
    let (before, after) = (unhedged.p999(), hedged.p999());
    println!(
        "A hedge after 10 ms cuts the p99.9 from {before:.0} ms to {after:.1} ms, for {:.2} % more calls.",
        hedged.extra_load()
    );
    let holds = hedged.holds(row.exact);
    let verdict = if holds { "It agrees with the figures on paper" } else { "FAILED: it is off the figures on paper" };
    println!("{verdict}, at 99.9 %.");
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
