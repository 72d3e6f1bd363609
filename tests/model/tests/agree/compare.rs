//! Compares what the model says with what the engine did, as far as the engine lets it be seen.

use crate::engine;
use crate::model;
use crate::record::{Ending, Record};
use crate::script::{Entrance, Script, Watch};
use std::fmt::Debug;
use tokio::runtime::Runtime;

/// Plays a script to both, and returns the first difference.
pub(crate) fn compare(runtime: &Runtime, script: &Script, entrance: Entrance, watch: Watch) -> Option<String> {
    let expected = model::play(script, entrance);
    let found = engine::play(runtime, script, entrance, watch);
    difference(script, &expected, &found, entrance, watch)
}

fn difference(script: &Script, model: &Record, engine: &Record, entrance: Entrance, watch: Watch) -> Option<String> {
    let timelines = watch.capture.then(|| list("timeline", &model.timelines, &engine.timelines)).flatten();
    let calls = calls(model, engine, entrance);
    let events = watch.observer.then(|| list("event", &model.events, &engine.events)).flatten();
    let totals = watch.observer.then(|| list("totals", &model.totals, &engine.totals)).flatten();
    let told = script.own_breaker.then(|| list("word to the breaker", &model.told, &engine.told)).flatten();
    let paid = (entrance == Entrance::OwnBudget).then(|| list("payment", &model.paid, &engine.paid)).flatten();
    let latencies = list("latency", &model.latencies, &engine.latencies);
    timelines.or(calls).or(events).or(totals).or(told).or(paid).or(latencies)
}

/// The calls as far as they can be compared.
fn calls(model: &Record, engine: &Record, entrance: Entrance) -> Option<String> {
    let mut found = engine.calls.clone();
    let mut expected = model.calls.clone();
    for (found, expected) in found.iter_mut().flatten().zip(expected.iter_mut().flatten()) {
        if let (Ending::Rejected(found), Ending::Rejected(expected)) = (&mut found.ending, &expected.ending) {
            found.elapsed = expected.elapsed.and(found.elapsed);
        }
        // A breaker that was reset after the script before this one knows since when it is closed, one that was never used does not.
        if let (Entrance::Fixed(_), Some(found), Some(expected)) = (entrance, &mut found.circuit, &mut expected.circuit)
        {
            (found.since, expected.since) = (None, None);
        }
    }
    list("call", &expected, &found)
}

fn list<T: PartialEq + Debug>(what: &str, model: &[T], engine: &[T]) -> Option<String> {
    let at = (0..model.len().max(engine.len())).find(|at| model.get(*at) != engine.get(*at))?;
    Some(format!("{what} {at}\n  model  {:#?}\n  engine {:#?}", model.get(at), engine.get(at)))
}
