//! Interleaved rounds: each round runs every case for about a millisecond, so that what disturbs the machine disturbs all
//! of them alike. A ratio is the median over the rounds of the ratio within each.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

type Run = Box<dyn FnMut(u64) -> Duration>;

/// A case: a name, and what runs it so many times.
pub struct Case {
    name: &'static str,
    run: Run,
    times: u64,
    /// Nanoseconds per operation, a value per round.
    pub samples: Vec<f64>,
}

impl Case {
    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The median, in nanoseconds per operation.
    pub fn median(&self) -> f64 {
        median(self.samples.clone())
    }

    /// Runs it so many times, for an instruction counter.
    #[inline(never)]
    pub fn counted_for_callgrind(&mut self, times: u64) {
        std::hint::black_box((self.run)(std::hint::black_box(times)));
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The runtime of the calls: one thread, and timers.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

/// A case that awaits one call after the other on a current-thread runtime.
pub fn case<T>(name: &'static str, call: impl AsyncFn() -> T + 'static) -> Case {
    let runtime = runtime();
    let run = move |times: u64| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                std::hint::black_box(call().await);
            }
            start.elapsed()
        })
    };
    timed(name, run)
}

/// A case that runs itself so many times, and says how long that took.
pub fn timed(name: &'static str, run: impl FnMut(u64) -> Duration + 'static) -> Case {
    Case { name, run: Box::new(run), times: 0, samples: Vec::new() }
}

/// A case without a future.
pub fn plain<T>(name: &'static str, mut operation: impl FnMut() -> T + 'static) -> Case {
    timed(name, move |times| {
        let start = Instant::now();
        for _ in 0..times {
            std::hint::black_box(operation());
        }
        start.elapsed()
    })
}

/// Polls a future once, without a runtime: for cases of two threads, and for calls that a runtime's loop would hide.
///
/// # Panics
///
/// If the future is not ready at once.
#[inline]
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a future that is ready at once"),
    }
}

/// A case that two threads run at once, each so many times; the time is that of the slower one. The second thread is the same
/// one in every round, as a worker of a runtime is. What each of them runs is made anew for each round.
pub fn both<T, F: FnMut() -> T>(name: &'static str, make: impl Fn() -> F + Send + Sync + 'static) -> Case {
    let here = Arc::new((make, AtomicU32::new(0)));
    let there = here.clone();
    let (order, orders) = channel();
    let (report, reports) = channel();
    // Ends when the case is dropped.
    std::thread::spawn(move || orders.iter().try_for_each(|times| report.send(together(&there, times))));
    timed(name, move |times| {
        order.send(times).expect("the other thread runs");
        together(&here, times).max(reports.recv().expect("an operation that does not panic"))
    })
}

/// Waits for the other thread, and runs one's own.
fn together<T, F: FnMut() -> T>((make, ready): &(impl Fn() -> F, AtomicU32), times: u64) -> Duration {
    let mut operation = make();
    // Two come to each round, so the round is complete at the next even number.
    let complete = (ready.fetch_add(1, Ordering::AcqRel) | 1) + 1;
    while ready.load(Ordering::Acquire) < complete {
        std::hint::spin_loop();
    }
    let start = Instant::now();
    for _ in 0..times {
        std::hint::black_box(operation());
    }
    start.elapsed()
}

/// Runs all cases in interleaved rounds.
pub fn measure(cases: &mut [Case], rounds: usize, sample: Duration) {
    for case in cases.iter_mut() {
        case.times = 16;
        while (case.run)(case.times) < sample && case.times < 1 << 24 {
            case.times *= 2;
        }
    }
    for _ in 0..rounds {
        for case in cases.iter_mut() {
            let took = (case.run)(case.times);
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            case.samples.push(took.as_nanos() as f64 / case.times as f64);
        }
    }
}

/// The median over the rounds of one case's time over another's.
pub fn ratio(case: &Case, to: &Case) -> f64 {
    median(case.samples.iter().zip(&to.samples).map(|(case, to)| case / to).collect())
}

/// The same of what each adds to a bare call.
pub fn added_ratio(case: &Case, to: &Case, bare: &Case) -> f64 {
    let added = |samples: &[f64]| median(samples.iter().zip(&bare.samples).map(|(s, bare)| s - bare).collect());
    added(&case.samples) / added(&to.samples)
}

/// The first of these cases with that name.
///
/// # Panics
///
/// Where there is none.
pub fn find<'a>(cases: &'a [Case], name: &str) -> &'a Case {
    cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case named {name:?}"))
}

/// Prints the median of each case.
pub fn print(cases: &[Case]) {
    println!("{:<52} {:>10}", "case", "ns/call");
    for case in cases {
        println!("{:<52} {:>10.2}", case.name(), case.median());
    }
}

/// A target: its number, what is compared, what was found, and the most that it may be.
pub type Target = (&'static str, &'static str, f64, f64);

/// Prints what became of the targets.
pub fn judge(targets: &[Target]) {
    println!("\n{:<4} {:<62} {:>9} {:>9}", "", "target", "found", "at most");
    for (target, what, found, limit) in targets {
        let verdict = if found <= limit { "ok" } else { "MISSED" };
        println!("{target:<4} {what:<62} {found:>9.4} {limit:>9.4}  {verdict}");
    }
}

/// Does what the arguments of the program say: `--list`, `--count TIMES CASE`, or, without either, the table.
///
/// # Panics
///
/// Where a case or a number is none.
pub fn main(mut cases: Vec<Case>, table: impl FnOnce(&mut [Case])) {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench" && arg != "--sampled").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--list", ..] => cases.iter().for_each(|case| println!("{}", case.name())),
        ["--count", times, name, ..] => {
            let case = cases.iter_mut().find(|case| case.name() == *name).expect("a case of --list");
            let times = times.parse().expect("a number");
            case.counted_for_callgrind(1_024);
            case.counted_for_callgrind(times);
        }
        _ => table(&mut cases),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
