//! Guarded calls inside of each other: random nestings of calls, races, deadlines and tasks are played to a model and to the engine. Results,
//! moments, deadlines and the runs of every body are the same.
//!
//! | file | what it is |
//! |---|---|
//! | `script`, `generate`, `shrink` | a nesting; how one is made by lot; how one that differs is made small |
//! | `stage` | user code: what bodies do without the library, for both |
//! | `model` | what the documentation says of the library, computed plainly |
//! | `engine` | the library, on a paused clock |
//!
//! A run takes a fixed seed and 20,000 nestings, 1,000 in a debug build. The environment variable `RECOURSE_MODEL_SCRIPTS` asks for another
//! number: two nestings for 15 scripts, so that a run of both models takes as long for each. `RECOURSE_MODEL_SEED` asks for others, and
//! `RECOURSE_MODEL_FAILURES` for more than one that differs.

#[path = "../agree/lots.rs"]
mod lots;

mod engine;
mod generate;
mod invariants;
mod model;
mod script;
mod shrink;
mod stage;

use script::{How, Script};
use std::collections::BTreeMap;
use std::{env, fs, panic};
use tokio::runtime::Runtime;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

fn silence_scripted_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_poison = info.to_string().contains("inner future panicked during poll");
        if !info.payload().is::<stage::Scripted>() && !is_poison {
            before(info);
        }
    }));
}

/// What the model says, and what the engine did, if that is not the same.
fn difference(runtime: &Runtime, script: &Script) -> Option<String> {
    let (model, engine) = (model::play(script), engine::play(runtime, script));
    (model != engine).then(|| {
        let run = (0..).zip(&model.runs).zip(&engine.runs).find(|((_, one), other)| one != other);
        let run = run.map(|((at, one), other)| format!("run {at}\n  model  {one:?}\n  engine {other:?}\n"));
        let (model_runs, engine_runs) = (model.runs.len(), engine.runs.len());
        format!(
            "model  {:?} in {model_runs} runs\nengine {:?} in {engine_runs} runs\n{}",
            model.ended,
            engine.ended,
            run.unwrap_or_default()
        )
    })
}

/// Shows the smallest script that differs.
fn explain(runtime: &Runtime, script: &Script, seed: u64) -> String {
    let script = shrink::shrink(script.clone(), |smaller| difference(runtime, smaller).is_some());
    match difference(runtime, &script) {
        Some(difference) => format!("nesting {seed}:\n{difference}{script:#?}"),
        None => format!("nesting {seed} differs only now and then"),
    }
}

/// context-24.
#[test]
fn nested_calls_agree_with_the_model() {
    silence_scripted_panics();
    let asked = number("RECOURSE_MODEL_SCRIPTS").map(|scripts| scripts * 2 / 15);
    let nestings = asked.unwrap_or(if cfg!(debug_assertions) { 1_000 } else { 20_000 });
    let first_seed = number("RECOURSE_MODEL_SEED").unwrap_or(18) << 32;
    let most = number("RECOURSE_MODEL_FAILURES").unwrap_or(1);
    let runtime = engine::paused();
    let (mut failures, mut runs) = (Vec::new(), 0);
    for seed in first_seed..first_seed + nestings {
        let script = generate::script(seed);
        if difference(&runtime, &script).is_some() {
            failures.push(explain(&runtime, &script, seed));
            if failures.len() as u64 >= most {
                break;
            }
        }
        runs += model::play(&script).runs.len();
    }
    println!("{nestings} nestings: {runs} runs");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// context-5, context-6: whatever the model says, nobody guarded runs beyond the deadline that is found at the beginning, or starts after it.
#[test]
fn nobody_runs_beyond_the_deadline() {
    silence_scripted_panics();
    let runtime = engine::paused();
    let mut bounded = 0;
    for seed in 0..if cfg!(debug_assertions) { 1_000 } else { 20_000 } {
        let script = generate::script(seed);
        let guarded = invariants::attempts_of(&script);
        for run in engine::play(&runtime, &script).runs {
            let Some(deadline) = run.deadline.filter(|_| guarded.contains(&run.body)) else { continue };
            bounded += 1;
            let ended = if run.how == How::Runs { model::HORIZON } else { run.ended };
            assert!(run.began < deadline && ended <= deadline, "nesting {seed}: {run:?}\n{script:#?}");
        }
    }
    assert!(bounded > 500, "{bounded} bodies had a deadline");
}

/// A generator that never gets to a place would agree there about nothing.
#[test]
fn nestings_get_everywhere() {
    silence_scripted_panics();
    let mut seen = BTreeMap::<&str, u64>::new();
    for seed in 0..3_000 {
        let (record, places) = model::play_noting(&generate::script(seed));
        for place in places {
            *seen.entry(place).or_default() += 1;
        }
        for many in [10, 30].into_iter().filter(|many| record.runs.len() >= *many) {
            *seen.entry(if many == 10 { "10 runs" } else { "30 runs" }).or_default() += 1;
        }
    }
    let rare: Vec<&str> = PLACES.into_iter().filter(|place| seen.get(place).is_none_or(|times| *times < 3)).collect();
    assert!(rare.is_empty(), "hardly ever: {rare:?}\nseen: {seen:#?}");
}

const PLACES: [&str; 22] = [
    "expired",
    "attempt timeout",
    "timeout",
    "timeout with an error",
    "cut from inside",
    "attempt cut from inside",
    "another deadline is over",
    "success",
    "exhausted",
    "nested",
    "over nested",
    "retry",
    "delay does not fit",
    "hedge",
    "hedge succeeds",
    "race won",
    "race lost",
    "race expired",
    "branch panicked",
    "local task",
    "10 runs",
    "30 runs",
];

/// What the model took over from the engine, it could not find wrong.
#[test]
fn the_model_knows_nothing_of_the_engine() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/nested/model");
    for file in fs::read_dir(folder).expect("the model") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
        let code = text.lines().filter(|line| !line.starts_with("//"));
        assert_eq!(code.into_iter().find(|line| line.contains("recourse")), None);
    }
}
