//! The algorithms that are compared: ours as it is, the others written anew from their sources.

mod aimd;
mod averages;
mod correlation;
mod envoy;
mod failsafe;
mod gradient2;
pub(crate) mod vectors;
mod vegas;

use crate::simulation::MakeLimit;
use recourse::concurrency::{AdaptiveLimit, ConcurrencyLimit, Limit, LimitChange, LimitReason, Sample};
use recourse::time::Instant;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

/// The end of a call, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) now: f64,
    pub(crate) latency: f64,
    /// Calls that ran when this one was admitted, itself counted.
    pub(crate) running: f64,
    /// Calls that run now.
    pub(crate) left: f64,
    pub(crate) late: bool,
}

/// An algorithm as plain code.
pub(crate) trait Algorithm: Debug + Send {
    fn limit(&self) -> f64;
    fn ended(&mut self, call: Ended);
}

/// An algorithm as a limit of the library: a lock around it.
#[derive(Debug)]
struct Locked<A>(Mutex<A>);

impl<A: Algorithm> Limit for Locked<A> {
    fn limit(&self) -> u32 {
        whole(self.0.lock().unwrap_or_else(PoisonError::into_inner).limit())
    }

    fn ended(&self, sample: Sample, now: Instant) -> Option<LimitChange> {
        let mut algorithm = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = whole(algorithm.limit());
        algorithm.ended(Ended {
            now: now.saturating_duration_since(Instant::from_nanos(1 << 62)).as_secs_f64(),
            latency: sample.latency.as_secs_f64(),
            running: sample.running.into(),
            left: sample.left.into(),
            late: sample.timed_out,
        });
        let to = whole(algorithm.limit());
        (from != to).then(|| LimitChange::new(from, to, LimitReason::Other))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn whole(limit: f64) -> u32 {
    (limit as u32).max(1)
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) make: MakeLimit,
}

pub(crate) const OURS: &str = "adaptive";

fn fixed(name: &'static str, limit: u32) -> Row {
    Row { name, make: Box::new(move |_| ConcurrencyLimit::fixed(limit)) }
}

fn row<A: Algorithm + 'static>(name: &'static str, make: impl Fn(u64) -> A + Send + Sync + 'static) -> Row {
    Row { name, make: Box::new(move |seed| ConcurrencyLimit::learned(Locked(Mutex::new(make(seed))))) }
}

pub(crate) fn ours() -> Row {
    Row { name: OURS, make: Box::new(|_| ConcurrencyLimit::learned(AdaptiveLimit::new())) }
}

/// All rows, ours at the end.
pub(crate) fn rows() -> Vec<Row> {
    vec![
        fixed("none", recourse::concurrency::MOST),
        fixed("fixed 20", 20),
        fixed("fixed 100", 100),
        fixed("fixed 200", 200),
        row("AIMD per call", |_| aimd::PerCall::new()),
        row("AIMD Netflix", |_| aimd::Netflix::new(20.0, 20.0, 200.0)),
        row("Vegas", vegas::Vegas::windowed),
        row("Gradient2, min 20", |_| gradient2::Gradient2::new(20.0)),
        row("Gradient2, min 1", |_| gradient2::Gradient2::new(1.0)),
        row("Envoy gradient", |seed| envoy::Envoy::new(envoy::Settings::RECOMMENDED, seed)),
        row("failsafe-go", |_| failsafe::Failsafe::new(50, 1.0, 30.0)),
        ours(),
    ]
}
