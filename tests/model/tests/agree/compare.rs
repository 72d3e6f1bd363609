//! Compares what the model says with what the engine did, as far as the engine lets it be seen.

use crate::engine;
use crate::model::{self, Outcome};
use crate::record::{Played, Record};
use crate::script::{Entrance, Script, Watch};
use std::fmt::Debug;
use tokio::runtime::Runtime;

/// What a comparison found.
pub(crate) enum Verdict {
    Agree,
    /// The script goes where the engine is known to be wrong.
    Doubtful(&'static str),
    Differ(String),
}

/// Plays a script to both.
pub(crate) fn compare(runtime: &Runtime, script: &Script, entrance: Entrance, watch: Watch) -> Verdict {
    let Outcome { record: expected, doubtful } = model::play(script, entrance);
    let found = engine::play(runtime, script, entrance, watch);
    match difference(script, &expected, &found, entrance, watch) {
        None => Verdict::Agree,
        Some(_) if !doubtful.is_empty() => Verdict::Doubtful(doubtful[0]),
        Some(difference) => Verdict::Differ(difference),
    }
}

fn difference(script: &Script, model: &Record, engine: &Record, entrance: Entrance, watch: Watch) -> Option<String> {
    let timelines = watch.capture.then(|| list("timeline", &model.timelines, &engine.timelines)).flatten();
    let calls = list("call", &seen(&model.calls, entrance), &seen(&engine.calls, entrance));
    let events = watch.observer.then(|| list("event", &model.events, &engine.events)).flatten();
    let told = script.own_breaker.then(|| list("word to the breaker", &model.told, &engine.told)).flatten();
    let paid = (entrance == Entrance::OwnBudget).then(|| list("payment", &model.paid, &engine.paid)).flatten();
    let latencies = list("latency", &model.latencies, &engine.latencies);
    timelines.or(calls).or(events).or(told).or(paid).or(latencies)
}

/// A breaker that was reset after the script before this one knows since when it is closed, and one that was never used does not.
fn seen(calls: &[Option<Played>], entrance: Entrance) -> Vec<Option<Played>> {
    let mut calls = calls.to_vec();
    if let Entrance::Fixed(_) = entrance {
        for status in calls.iter_mut().flatten().filter_map(|played| played.circuit.as_mut()) {
            status.since = None;
        }
    }
    calls
}

fn list<T: PartialEq + Debug>(what: &str, model: &[T], engine: &[T]) -> Option<String> {
    let at = (0..model.len().max(engine.len())).find(|at| model.get(*at) != engine.get(*at))?;
    Some(format!("{what} {at}\n  model  {:#?}\n  engine {:#?}", model.get(at), engine.get(at)))
}
