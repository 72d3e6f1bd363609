//! A chain of services that does not come back, and what heals it: user -> A -> B -> C, on a paused clock. No network.
//!
//! Each hop makes up to 3 attempts of 500 ms, and the user gives up after 500 ms. C serves 1,000 requests a second with ten permits, behind a queue
//! without a limit; 700 users a second come. From 10 s to 20 s C takes four times as long. Then the cause is over, and without help C works for users
//! who are gone, for ever.
//!
//! Prints a table, the mean over 20 seeds and the worst of them, and exits with 0 only if it shows what it has to: the naive row stays down, and C with
//! `at_least` uses its reduced capacity for users who still wait. `--svg PATH` draws the answers over time, `--seeds N` plays more or fewer.
//!
//! Guarded calls, deadlines, layers and the check are the real ones. `cargo run --release -p recourse-example-chain-loopback` plays some of the rows
//! with three axum servers, in real time.

mod chart;
mod hop_error;
mod queue;
mod row;
mod services;
mod table;
mod tally;
mod work;

use row::ROWS;
use std::error::Error;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::Table;
use tally::Tally;

/// Requests that C works on at the same time, for 10 ms each.
const PERMITS: usize = 10;
/// Requests per second that C can serve in the brown-out.
const REDUCED: f64 = 250.0;
/// Users per second.
const LOAD: f64 = 700.0;
/// Seconds.
const BROWN_OUT: Range<f64> = 10.0..20.0;
const RUN: f64 = 60.0;

/// Plays all rows with all seeds, one after another on each core.
fn play(seeds: usize) -> Vec<Vec<Tally>> {
    let next = AtomicUsize::new(0);
    let tallies: Vec<OnceLock<Tally>> = (0..ROWS.len() * seeds).map(|_| OnceLock::new()).collect();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < tallies.len()) {
                    tallies[at].get_or_init(|| services::play(&ROWS[at / seeds], (at % seeds + 1) as u64));
                }
            });
        }
    });
    let played: Vec<Tally> = tallies.into_iter().filter_map(OnceLock::into_inner).collect();
    played.chunks(seeds).map(<[Tally]>::to_vec).collect()
}

struct Options {
    seeds: usize,
    svg: Option<PathBuf>,
}

impl Options {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut options = Self { seeds: 20, svg: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seeds" => options.seeds = value()?.parse()?,
                "--svg" => options.svg = Some(value()?.into()),
                _ => return Err(format!("{word}? There are --seeds N and --svg PATH").into()),
            }
        }
        if !(1..=1_000).contains(&options.seeds) {
            return Err(format!("{} seeds: 1 to 1,000 are allowed", options.seeds).into());
        }
        Ok(options)
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (began, options) = (std::time::Instant::now(), Options::read()?);
    let rows: Vec<_> = ROWS.into_iter().zip(play(options.seeds)).collect();
    println!("{} runs of {RUN} s a row; played in {:.1?}.\n", options.seeds, began.elapsed());
    let figures: Vec<_> = rows
        .iter()
        .map(|(row, tallies)| (*row, tallies.iter().map(|tally| tally.figures(&BROWN_OUT, RUN, REDUCED)).collect()))
        .collect();
    println!("{}", Table(&figures));
    println!(
        "answered in brown-out: of what C can do then. Healed: 97 % of the users of each fifth of a second, to the end.\n"
    );
    if let Some(path) = &options.svg {
        chart::draw(path, &rows)?;
        println!("Drawn in {}.\n", path.display());
    }
    let faults = Table(&figures).faults();
    for fault in &faults {
        println!("FAILED: {fault}.");
    }
    if faults.is_empty() {
        println!("What nobody waits for is not started, and the chain is back as soon as its cause is over.");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
