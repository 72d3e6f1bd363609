//! Metrics of guarded calls, by the facade `metrics`: to Prometheus, `StatsD`, OpenTelemetry, or whatever exporter the program has.
//!
//! One observer counts all guarded functions, and gauges are asked for where the program renders its metrics:
//!
//! ```
//! use recourse::Executor;
//! use recourse::metrics::{MetricsObserver, gauges};
//!
//! Executor::global().add_observer(MetricsObserver::new()); // once, after the exporter is installed
//! gauges(Executor::global()); // before each scrape, or every few seconds
//! ```
//!
//! The page `reference` of the guide lists the metrics. Labels have few values: `call` is the key, or what it was completed from
//! (`db.{shard}`), or [`other`](crate::observe::CallInfo::OTHER) for keys that are made at run time; the others are reason codes. Error texts are
//! in no metric.
//!
//! The histograms have the shape of gRPC's retry metrics (its proposal A96): retries and hedges of a call, of which zero is not reported, and the
//! delay before retries in seconds.
//!
//! # Design notes
//!
//! - A call is counted at its end, from its [`CallTotals`](crate::observe::CallTotals): the observer wants no events, so a call that only this one
//!   observes keeps none.
//! - Gauges are asked for, and not pushed at each change: a change that one call reports late would hide a later one.

mod gauges;
mod names;
mod observer;

pub use gauges::gauges;
pub use observer::MetricsObserver;
