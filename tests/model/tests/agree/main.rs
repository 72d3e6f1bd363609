//! One engine, one model: random policies and scripts are played to the model and, through every entrance, to the engine. Results,
//! moments, events, and what circuits, budgets and latencies were told are the same.
//!
//! A run takes a fixed seed and about 20,000 scripts; the environment variable `RECOURSE_MODEL_SCRIPTS` asks for another number,
//! and `RECOURSE_MODEL_SEED` for others.

mod body;
mod compare;
mod engine;
mod entrances;
mod generate;
mod lanes;
mod lots;
mod model;
mod notes;
mod record;
mod script;
mod shrink;

use compare::{Verdict, compare};
use script::{Entrance, Script, Watch};
use std::collections::BTreeMap;
use std::env;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Who watches the script with this number at this entrance: each in turn.
fn watch(script: u64, entrance: usize) -> Watch {
    let turn = script + entrance as u64;
    Watch { observer: turn % 4 >= 2, capture: turn % 2 == 1 }
}

/// Plays a part of all scripts, each at all entrances.
fn agree(lanes: usize, share: u64) {
    let scripts = number("RECOURSE_MODEL_SCRIPTS").unwrap_or(20_000) * share / 100;
    let seed = number("RECOURSE_MODEL_SEED").unwrap_or(14) << 32;
    let runtime = engine::paused();
    std::panic::set_hook(Box::new(|panic| {
        // Those of the script are part of it.
        if !panic.to_string().contains("the script says so") {
            eprintln!("{panic}");
        }
    }));
    let (mut doubtful, mut calls) = (BTreeMap::<_, u64>::new(), 0);
    for index in 0..scripts {
        let script = generate::script(seed + index, lanes);
        for (at, entrance) in Entrance::ALL.into_iter().enumerate() {
            let watch = watch(index, at);
            calls += script.calls();
            match compare(&runtime, &script, entrance, watch) {
                Verdict::Agree => {}
                Verdict::Doubtful(place) => *doubtful.entry(place).or_default() += 1,
                Verdict::Differ(_) => explain(&runtime, &script, entrance, watch, seed + index),
            }
        }
    }
    println!("{scripts} scripts of {lanes} lanes, {calls} calls; known faults of the engine: {doubtful:?}");
}

/// Shows the smallest script that differs.
fn explain(runtime: &tokio::runtime::Runtime, script: &Script, entrance: Entrance, watch: Watch, seed: u64) {
    let differs = |script: &Script| matches!(compare(runtime, script, entrance, watch), Verdict::Differ(_));
    let script = shrink::shrink(script.clone(), differs);
    let Verdict::Differ(difference) = compare(runtime, &script, entrance, watch) else {
        panic!("script {seed} differs only now and then")
    };
    panic!("script {seed} through {entrance:?}, {watch:?}: {difference}\n{script:#?}");
}

#[test]
fn one_call_after_another() {
    agree(1, 80);
}

#[test]
fn five_at_once_on_one_key() {
    agree(5, 20);
}
