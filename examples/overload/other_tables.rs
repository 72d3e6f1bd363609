//! The other experiments, and priorities.

use crate::algorithms::Row;
use crate::measured::{Figure, Measured};
use crate::parallel;
use crate::scenario::{Class, Scenario, five_classes, others, priorities};
use crate::simulation::{Look, play};
use crate::table::FIRST_SEED;
use recourse::concurrency::Priority;

fn runs(scenario: &Scenario, row: &Row, seeds: u64) -> Vec<(Vec<Measured>, Vec<Look>)> {
    parallel::run(usize::try_from(seeds).unwrap_or(usize::MAX), |seed| {
        play(scenario, FIRST_SEED + seed as u64, &row.make)
    })
}

/// Prints every other experiment, a line for each part of it.
pub(crate) fn print_others(rows: &[Row], seeds: u64) {
    println!("Other experiments, mean / worst; the pool of 200 on at most 3 seeds.\n");
    for scenario in others() {
        println!("{}", scenario.name);
        for row in rows {
            let runs = runs(&scenario, row, if scenario.servers[0].1 == 200 { seeds.min(3) } else { seeds });
            for (at, (from, to)) in scenario.spans.iter().enumerate() {
                let of = |figure: fn(&Measured) -> f64| runs.iter().map(move |(spans, _)| figure(&spans[at]));
                let good = Figure::high(of(Measured::goodput).map(|good| good / scenario.capacity));
                let (admitted, p99) = (Figure::high(of(Measured::admitted_part)), Figure::low(of(Measured::p99)));
                println!(
                    "  {:<18} {:>11} good {:.3} / {:.3}   admitted {:.4} / {:.4}   p99 {:6.1} / {:6.1} ms   limit {:5.1}",
                    row.name,
                    format!("{from}..{to} s"),
                    good.mean,
                    good.worst,
                    admitted.mean,
                    admitted.worst,
                    p99.mean,
                    p99.worst,
                    Figure::high(of(Measured::mean_limit)).mean
                );
            }
            if scenario.name.starts_with("spike") {
                let gone = Figure::low(runs.iter().map(|(_, looks)| queue_gone(looks, 22.0) * 1_000.0));
                println!("  {:<18} queue gone after {:.0} / {:.0} ms", row.name, gone.mean, gone.worst);
            }
        }
    }
    println!();
}

/// How long after a moment the queue of the server was gone.
fn queue_gone(looks: &[Look], from: f64) -> f64 {
    looks.iter().find(|look| look.at >= from && look.queue <= 0.0).map_or(f64::MAX, |look| look.at - from)
}

/// Prints what becomes of each class.
pub(crate) fn print_priorities(rows: &[Row], seeds: u64) {
    println!(
        "Priority: critical calls at 0.4 of the capacity, prefetching at 0.3, for half a minute at 3.6. Good answers of each class, mean / worst.\n"
    );
    let sheddable = Class::Most(Priority::Sheddable);
    let scenarios = [
        priorities("one class", Class::All, 1.0),
        priorities("prefetch is sheddable", sheddable, 1.0),
        priorities("the same, with levels", Class::Drawn(Priority::Sheddable), 1.0),
        priorities("the same, twice as slow", sheddable, 2.0),
        five_classes("five classes, .4 and .5 each"),
    ];
    for scenario in &scenarios {
        println!("{}", scenario.name);
        for row in rows {
            let runs = runs(scenario, row, seeds);
            let classes = 0..scenario.classes.len();
            let parts = classes.map(|class| {
                let good = Figure::high(runs.iter().map(|(spans, _)| spans[0].good_part(class)));
                format!("{:.4} / {:.4}", good.mean, good.worst)
            });
            let parts: Vec<_> = parts.collect();
            let all = Figure::high(runs.iter().map(|(spans, _)| spans[0].goodput() / scenario.capacity));
            let p99 = Figure::low(runs.iter().map(|(spans, _)| spans[0].p99()));
            println!(
                "  {:<18} {}   all {:.3} of capacity   p99 {:.1} ms",
                row.name,
                parts.join("   "),
                all.mean,
                p99.mean
            );
        }
    }
    println!();
}
