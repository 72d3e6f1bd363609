//! What it costs to be told of guarded calls: a call that succeeds at once under each way to observe it, in interleaved rounds of one run.
//! `cargo run --release -p recourse-benches-observed`.

use recourse::metrics::MetricsObserver;
use recourse::observe::{CallInfo, CallTotals, Observer, SamplingRecorder, TimedEvent, Timeline, Wanted, capture};
use recourse::{Executor, Key, Policy, RetryPolicy};
use recourse_benches::rounds::{self, Case};
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;

const POLICY: Policy = Policy::new().retry(RetryPolicy::attempts(3));
const NONE: &str = "nobody";

/// Is told this much of each call, and adds one to a number.
#[derive(Debug)]
struct Counts(Wanted, AtomicU64);

impl Counts {
    fn add(&self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

impl Observer for Counts {
    fn wants(&self) -> Wanted {
        self.0
    }

    fn call_totals(&self, _: &CallInfo, _: &CallTotals) {
        self.add();
    }

    fn event(&self, _: &CallInfo, _: &TimedEvent) {
        self.add();
    }

    fn call_ended(&self, _: &Timeline) {
        self.add();
    }
}

async fn call(executor: &Executor) -> Result<u64, String> {
    executor.call(Key::from_static("bench.observed"), POLICY, async || Ok::<u64, String>(1)).await
}

fn case(name: &'static str, executor: Executor) -> Case {
    rounds::case(name, async move || call(&executor).await)
}

fn counted(name: &'static str, wanted: Wanted) -> Case {
    case(name, Executor::builder().observer(Counts(wanted, AtomicU64::new(0))).build())
}

/// The same, while a subscriber listens.
fn traced(name: &'static str, subscriber: Dispatch) -> Case {
    let (executor, runtime) = (Executor::builder().tracing().build(), rounds::runtime());
    rounds::timed(name, move |times| {
        tracing::dispatcher::with_default(&subscriber, || {
            runtime.block_on(async {
                let began = Instant::now();
                for _ in 0..times {
                    let _ = std::hint::black_box(call(&executor).await);
                }
                began.elapsed()
            })
        })
    })
}

fn written(most: LevelFilter) -> Dispatch {
    Dispatch::new(tracing_subscriber::fmt().with_max_level(most).with_writer(std::io::sink).finish())
}

fn main() -> Result<(), Box<dyn Error>> {
    let exporter = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;
    let captured = Executor::new();
    let mut cases = vec![
        case(NONE, Executor::new()),
        counted("an observer of totals", Wanted::Totals),
        counted("an observer of events", Wanted::Events),
        counted("an observer of timelines", Wanted::Timelines),
        case("a recorder that samples", Executor::builder().observer(SamplingRecorder::new(100)).build()),
        case("metrics, by Prometheus' exporter", Executor::builder().observer(MetricsObserver::new()).build()),
        case("spans, nobody listens", Executor::builder().tracing().build()),
        traced("spans, only warnings are wanted", written(LevelFilter::WARN)),
        traced("spans, written as text", written(LevelFilter::TRACE)),
        rounds::case("a capture", async move || capture(call(&captured)).await.0),
    ];
    rounds::measure(&mut cases, 31, Duration::from_micros(1_500));
    rounds::print(&cases);
    let none = rounds::find(&cases, NONE).median();
    println!("\n{:<40} {:>10}", "told", "added, ns");
    for case in cases.iter().filter(|case| case.name() != NONE) {
        println!("{:<40} {:>10.0}", case.name(), case.median() - none);
    }
    drop(exporter);
    Ok(())
}
