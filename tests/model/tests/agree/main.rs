//! One engine, one model: random policies and scripts are played to the model and, through every entrance, to the engine. Results,
//! moments, events, and what circuits, budgets and latencies were told are the same.
//!
//! | file | what it is |
//! |---|---|
//! | `model` | what the documentation says becomes of a script, computed plainly; what is not modelled stands in `model/mod.rs` |
//! | `script`, `generate`, `shrink` | a script; how one is made by lot; how one that differs is made small |
//! | `engine`, `lanes`, `body`, `request`, `notes` | a script played to the engine, on a paused clock |
//! | `entrances`, `fixed` | attributes, closures and layers with policies by lot; functions with policies of their own |
//! | `record`, `compare` | what can be seen of a script that was played; what differs |
//!
//! A run takes a fixed seed and 20,000 scripts, 5,000 in a debug build. The environment variable `RECOURSE_MODEL_SCRIPTS` asks for another number, and
//! `RECOURSE_MODEL_SEED` for others: `RECOURSE_MODEL_SCRIPTS=1500000 cargo test --release -p recourse-tests-model -- --nocapture`.
//!
//! **A new mechanism** comes to the model first: to `model`, `generate` and `shrink`; then here to be found missing in the engine.

mod body;
mod compare;
mod engine;
mod entrances;
mod fixed;
mod generate;
mod lanes;
mod lots;
mod model;
mod notes;
mod record;
mod request;
mod script;
mod shrink;

use compare::compare;
use script::{Entrance, Script, Watch};
use std::collections::BTreeMap;
use std::{env, fs};
use tokio::runtime::Runtime;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Who watches the script with this number at this entrance: each in turn.
fn watch(script: u64, entrance: usize) -> Watch {
    let turn = script + entrance as u64;
    Watch { observer: turn % 4 >= 2, capture: turn % 2 == 1 }
}

/// What is played: a share of all scripts.
struct Span {
    scripts: u64,
    first_seed: u64,
    /// A script skips every third entrance, so that a run which nobody asked for is over soon.
    is_short: bool,
}

impl Span {
    fn of(percent: u64) -> Self {
        let asked = number("RECOURSE_MODEL_SCRIPTS");
        let first_seed = number("RECOURSE_MODEL_SEED").unwrap_or(14) << 32;
        Self {
            scripts: asked.unwrap_or(if cfg!(debug_assertions) { 5_000 } else { 20_000 }) * percent / 100,
            first_seed,
            is_short: asked.is_none(),
        }
    }
}

/// Plays scripts and compares.
struct Comparison {
    runtime: Runtime,
    calls: usize,
}

impl Comparison {
    fn new() -> Self {
        std::panic::set_hook(Box::new(|panic| {
            // Those of the script are part of it.
            if !panic.to_string().contains("the script says so") {
                eprintln!("{panic}");
            }
        }));
        Self { runtime: engine::paused(), calls: 0 }
    }

    fn play(&mut self, script: &Script, entrance: Entrance, watch: Watch, seed: u64) {
        self.calls += script.calls();
        if compare(&self.runtime, script, entrance, watch).is_some() {
            self.explain(script, entrance, watch, seed);
        }
    }

    /// Shows the smallest script that differs.
    fn explain(&self, script: &Script, entrance: Entrance, watch: Watch, seed: u64) {
        let is_fixed = matches!(entrance, Entrance::Fixed(_));
        let differs = |smaller: &Script| {
            // The policy of a function that has its own stays as it is written.
            let possible = !is_fixed || smaller.sites == script.sites && !smaller.own_breaker;
            possible && compare(&self.runtime, smaller, entrance, watch).is_some()
        };
        let script = shrink::shrink(script.clone(), differs);
        let Some(difference) = compare(&self.runtime, &script, entrance, watch) else {
            panic!("script {seed} through {entrance:?} differs only now and then")
        };
        panic!("script {seed} through {entrance:?}, {watch:?}: {difference}\n{script:#?}");
    }

    fn told(&self, what: &str) {
        println!("{what}: {} calls", self.calls);
    }
}

/// Plays a part of all scripts, each at all entrances that take its policies.
fn agree(lanes: usize, share: u64) {
    let Span { scripts, first_seed, is_short } = Span::of(share);
    let mut comparison = Comparison::new();
    for index in 0..scripts {
        let script = generate::script(first_seed + index, lanes);
        for (at, entrance) in Entrance::ALL.into_iter().enumerate() {
            if !(is_short && (index + at as u64).is_multiple_of(3)) {
                comparison.play(&script, entrance, watch(index, at), first_seed + index);
            }
        }
    }
    comparison.told(&format!("{scripts} scripts in {lanes} lanes"));
}

/// call-9, concurrency-30, rate-11.
#[test]
fn one_call_after_another() {
    agree(1, 70);
}

/// call-9, concurrency-30, rate-11.
#[test]
fn five_at_once_on_one_key() {
    agree(5, 20);
}

/// call-9, concurrency-30, rate-11: sites that are resolved once, in the process-wide executor.
#[test]
fn functions_with_a_policy_of_their_own() {
    let Span { scripts, first_seed, is_short } = Span::of(10);
    let mut comparison = Comparison::new();
    for index in 0..scripts {
        let lanes = if index % 3 == 2 { 5 } else { 1 };
        for (at, (key, policy)) in fixed::policies().into_iter().enumerate() {
            if !(is_short && (index + at as u64).is_multiple_of(3)) {
                let script = generate::fixed(first_seed + index, lanes, policy);
                let watch = Watch { observer: false, ..watch(index, at) };
                comparison.play(&script, Entrance::Fixed(key), watch, first_seed + index);
            }
        }
    }
    comparison.told(&format!("{scripts} scripts for functions"));
}

/// What the model took over from the engine, it could not find wrong.
#[test]
fn the_model_knows_nothing_of_the_engine() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agree/model");
    for file in fs::read_dir(folder).expect("the model") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
        for (at, _) in text.match_indices("recourse::") {
            assert!(text[at..].starts_with("recourse::policy::"), "{}", text[at..].lines().next().unwrap_or_default());
        }
    }
}

/// A generator that never gets to a place would agree there about nothing.
#[test]
fn scripts_get_everywhere() {
    let mut seen = BTreeMap::<String, u64>::new();
    for (lanes, index) in [(1, 4_000), (5, 2_000)].into_iter().flat_map(|(lanes, n)| (0..n).map(move |i| (lanes, i))) {
        let script = generate::script(index, lanes);
        let entrance = Entrance::ALL[usize::try_from(index).expect("an index") % Entrance::ALL.len()];
        let record = model::play(&script, entrance);
        for change in script.lanes.iter().flatten().filter_map(|call| call.change) {
            *seen.entry(change.code().to_owned()).or_default() += 1;
        }
        for (_, happened) in &record.events {
            *seen.entry(happened.code()).or_default() += 1;
        }
        for played in record.calls.iter().flatten() {
            *seen.entry(played.ending.code()).or_default() += 1;
            for many in [65, 256].into_iter().filter(|many| played.runs.len() >= *many) {
                *seen.entry(format!("{many} runs")).or_default() += 1;
            }
        }
    }
    let rare: Vec<&str> = PLACES.into_iter().filter(|place| seen.get(*place).is_none_or(|times| *times < 3)).collect();
    assert!(rare.is_empty(), "hardly ever: {rare:?}\nseen: {seen:#?}");
}

/// Codes of events and of endings.
const PLACES: [&str; 67] = [
    "queued",
    "slot denied",
    "shed",
    "rate delayed",
    "rate denied",
    "hedge denied concurrency",
    "hedge denied rate",
    "end full",
    "end rate_limited",
    "rejected full ",
    "rejected rate_limited ",
    "registered",
    "removed",
    "bypassed",
    "bypassed no more",
    "65 runs",
    "256 runs",
    "call",
    "attempt",
    "attempt success",
    "attempt retryable",
    "attempt non_retryable",
    "attempt ignored",
    "attempt attempt_timeout",
    "attempt timeout",
    "attempt cancelled",
    "attempt panicked",
    "delayed backoff",
    "delayed pushback",
    "delay denied backoff",
    "delay denied pushback",
    "budget denied",
    "hedge",
    "hedge denied budget",
    "hedge denied circuit",
    "denied open",
    "denied probes_busy",
    "denied probe",
    "closed to open by failures",
    "closed to open by failure_rate",
    "closed to open by slow",
    "open to half_open by cooldown_over",
    "half_open to closed by probes_succeeded",
    "half_open to open by probe_failed",
    "end success",
    "end non_retryable",
    "end ignored",
    "end attempts_exhausted",
    "end budget_denied",
    "end deadline",
    "end pushback_too_long",
    "end timeout",
    "end circuit_open",
    "end expired",
    "end cancelled",
    "end panicked",
    "value",
    "error busy",
    "error broken",
    "error missing",
    "error fine",
    "rejected timeout ",
    "rejected attempt_timeout ",
    "rejected circuit_open open",
    "rejected expired ",
    "rejected circuit_open probes_busy",
    "panic",
];
