//! Interleaved rounds: each round runs every case for about a millisecond, so that what disturbs the machine disturbs all
//! of them alike. A ratio is the median over the rounds of the ratio within each.

use std::time::{Duration, Instant};

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

/// A case that awaits one call after the other on a current-thread runtime.
pub fn case<Fut: Future>(name: &'static str, call: impl Fn() -> Fut + 'static) -> Case {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let run = move |times: u64| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                std::hint::black_box(call().await);
            }
            start.elapsed()
        })
    };
    Case { name, run: Box::new(run), times: 0, samples: Vec::new() }
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
