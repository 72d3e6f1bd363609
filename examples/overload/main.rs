//! Limits under overload: every known algorithm in one simulation, with the library's own adaptive limit as it ships. No network.
//!
//! Prints tables. A server does ten calls at once, 10 ms each; callers give up after 300 ms while the server works on. *Overload* is twice the
//! load for a minute, a *brown-out* is service times four times as long for a minute. A good limit keeps good answers at what the server can
//! do, the server's queue short, and admits everybody before and after. The program exits with 0 only if `adaptive` reaches every target on
//! 1,000 seeds that were used for nothing else, and no other algorithm reaches all.
//!
//! `--seeds N` plays N seeds instead of 20, `--algorithm NAME` shows the rows whose name contains this, `--experiment main`, `fresh`, `others`
//! or `priority` shows one part, and `--svg PATH` draws limit, queue and good answers over time.
//!
//! Time is virtual: limits take the time as an argument, so that minutes take milliseconds. Each algorithm stands behind the library's own
//! slots (`ConcurrencyLimit`); what a guarded function adds to them (retries, circuits, deadlines) is not part of the simulation.

mod algorithms;
mod chart;
mod measured;
mod other_tables;
mod parallel;
mod random;
mod scenario;
mod simulation;
mod table;

use algorithms::{OURS, Row, ours, rows, vectors};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// With a hundred, the fifth percentile of good answers would be uncertain by 0.003, and targets would be reached and missed by chance.
const FRESH_SEEDS: u64 = 1_000;

const EXPERIMENTS: [&str; 4] = ["main", "fresh", "others", "priority"];

struct Arguments {
    seeds: u64,
    algorithm: Option<String>,
    experiment: Option<String>,
    svg: Option<PathBuf>,
}

impl Arguments {
    fn parse() -> Result<Self, String> {
        let mut parsed = Self { seeds: 20, algorithm: None, experiment: None, svg: None };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--seeds" => {
                    let text = value()?;
                    parsed.seeds = text
                        .parse()
                        .ok()
                        .filter(|seeds| *seeds > 0)
                        .ok_or(format!("--seeds takes a number of at least 1, not {text:?}"))?;
                }
                "--algorithm" => parsed.algorithm = Some(value()?),
                "--experiment" => {
                    let text = value()?;
                    if !EXPERIMENTS.contains(&text.as_str()) {
                        return Err(format!("--experiment is one of {}, not {text:?}", EXPERIMENTS.join(", ")));
                    }
                    parsed.experiment = Some(text);
                }
                "--svg" => parsed.svg = Some(value()?.into()),
                _ => return Err(format!("{name:?} is none of --seeds, --algorithm, --experiment and --svg")),
            }
        }
        Ok(parsed)
    }

    fn plays(&self, experiment: &str) -> bool {
        self.experiment.as_ref().is_none_or(|only| only == experiment)
    }

    fn rows(&self) -> Result<Vec<Row>, String> {
        let mut rows = rows();
        let names: Vec<_> = rows.iter().map(|row| row.name).collect();
        if let Some(only) = &self.algorithm {
            rows.retain(|row| row.name.to_lowercase().contains(&only.to_lowercase()));
        }
        if rows.is_empty() { Err(format!("--algorithm is part of one of: {}", names.join(", "))) } else { Ok(rows) }
    }
}

fn play(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let rows = arguments.rows()?;
    println!("The other algorithms agree with the tests of their sources: {}.\n", vectors::check());
    let mut as_announced = true;
    if arguments.plays("main") {
        let reached = table::print(&rows, arguments.seeds);
        println!("Every target: {}\n", if reached.is_empty() { "none".to_owned() } else { reached.join(", ") });
        as_announced &= reached.iter().all(|name| *name == OURS);
    }
    // One algorithm in all experiments, or ours.
    let shown = if arguments.algorithm.is_some() { rows } else { vec![ours()] };
    let ours_is_shown = shown.iter().any(|row| row.name == OURS);
    if arguments.plays("fresh") && ours_is_shown {
        as_announced &= table::print_fresh(arguments.seeds.max(FRESH_SEEDS));
    }
    if arguments.plays("others") {
        other_tables::print_others(&shown, arguments.seeds.min(10));
    }
    if arguments.plays("priority") {
        other_tables::print_priorities(&shown, arguments.seeds.min(10));
    }
    if let (Some(path), Some(row)) = (&arguments.svg, shown.last()) {
        chart::draw(path, row)?;
        println!("{} shows {}", path.display(), row.name);
    }
    Ok(as_announced)
}

fn main() -> ExitCode {
    let played = Arguments::parse().map_err(Into::into).and_then(|arguments| play(&arguments));
    match played {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("Not as announced.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("overload: {error}");
            ExitCode::FAILURE
        }
    }
}
