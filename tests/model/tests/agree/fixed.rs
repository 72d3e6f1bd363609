//! Functions with a policy of their own, in the process-wide executor: the front end that most programs use, and the only one whose
//! sites are resolved once. Their state outlives a script, so it is brought back to what it was before the next one.

use crate::body::{Fail, class_of_error, class_of_value};
use crate::notes::Tracker;
use crate::request::{Request, Site};
use recourse::policy::text::strict_duration;
use recourse::{Executor, Key, Policy, resilient, time};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Writes each function, and its key and policy into a list.
macro_rules! fixed {
    ($($name:ident = $key:literal { $($section:ident = $text:literal),* } $([$word:ident])?)*) => {
        $(#[resilient(key = $key, $($section = $text,)* $($word,)? classify = class_of_error, classify_ok = class_of_value)]
        async fn $name(request: Request) -> Result<u32, Fail> {
            request.run().await
        })*

        /// Keys and policies.
        pub(crate) fn policies() -> Vec<(&'static str, Policy)> {
            vec![$(($key, Policy::new()$(.over(section(stringify!($section), $text)))*)),*]
        }

        pub(crate) fn site(key: &str) -> Site {
            match key {
                $($key => Box::new(|stage| Box::pin($name(Request::new(stage)))),)*
                _ => panic!("no function has the key {key}"),
            }
        }
    };
}

// Budgets of hedges are left out, and those of retries fill up by time, as rates do.
fixed! {
    retries = "fixed.retries" { retry = "3 attempts, no delay", timeout = "100ms" }
    cut = "fixed.cut" { circuit = "5 failures", attempt_timeout = "10ms" }
    tried = "fixed.tried" {
        retry = "3 attempts, fixed 10ms", attempt_timeout = "20ms", circuit = "3 failures, cooldown 100ms, 1 successes"
    }
    paid = "fixed.paid" { retry = "10 attempts, exponential 5ms..50ms", budget = "20% + 1/s", timeout = "250ms" }
    rate = "fixed.rate" { circuit = "50% of 4 in 1s, slow 20ms, cooldown 200ms, 2 probes, 1 successes" }
    guarded = "fixed.guarded" { circuit = "1 failures, cooldown 100ms..1s" }
    sensitive = "fixed.sensitive" { retry = "10 attempts, no delay", circuit = "sensitive" } [idempotent]
    defaults = "fixed.defaults" {}
    twice = "fixed.twice" { hedge = "10ms, at most 2, budget none", timeout = "100ms" }
    endless = "fixed.endless" {
        retry = "forever, fixed 20ms, fresh after 10ms", attempt_timeout = "50ms", circuit = "8 failures, cooldown 100ms"
    }
    many = "fixed.many" { retry = "100 attempts, no delay, pushback up to 20ms", timeout = "1s", budget = "none" }
    thrice = "fixed.thrice" {
        hedge = "20ms, at most 3, budget none, fail slow", retry = "2 attempts, fixed 5ms", attempt_timeout = "50ms",
        circuit = "5 failures in 10s"
    }
    slots = "fixed.slots" {
        concurrency = "2 at once, wait 20ms", retry = "3 attempts, fixed 10ms", timeout = "100ms", circuit = "3 failures, cooldown 100ms"
    }
    spare = "fixed.spare" { concurrency = "3 at once", hedge = "10ms, at most 2, budget none", retry = "2 attempts, no delay" }
    quota = "fixed.quota" { rate = "50/s, burst 3, wait 50ms", retry = "3 attempts, no delay", attempt_timeout = "50ms" }
    both = "fixed.both" {
        concurrency = "1 at once, wait 50ms, queue 2", rate = "20/s, burst 2, wait 100ms, per call", circuit = "1 failures, cooldown 100ms"
    }
    tail = "fixed.tail" { hedge = "p90 or 10ms, budget none", retry = "2 attempts, no delay" }
}

fn section(name: &'static str, text: &str) -> Policy {
    let duration = || strict_duration(name, text).expect("a duration");
    let policy = Policy::new();
    match name {
        "retry" => policy.retry(text.parse().expect("a retry text")),
        "hedge" => policy.hedge(text.parse().expect("a hedge text")),
        "circuit" => policy.circuit(text.parse().expect("a circuit text")),
        "concurrency" => policy.concurrency(text.parse().expect("a concurrency text")),
        "rate" => policy.rate(text.parse().expect("a rate text")),
        "budget" => policy.budget(text.parse().expect("a budget text")),
        "timeout" => policy.timeout(duration()),
        "attempt_timeout" => policy.attempt_timeout(duration()),
        _ => panic!("no section `{name}`"),
    }
}

fn tracker() -> &'static Arc<Tracker> {
    static TRACKER: OnceLock<Arc<Tracker>> = OnceLock::new();
    TRACKER.get_or_init(|| {
        let tracker = Tracker::new(0, time::Instant::now());
        let keeps = tracker.clone();
        let executor = Executor::builder().latency_tracker(move |_| keeps.clone());
        executor.install().expect("nothing else in this program uses the process-wide executor");
        tracker
    })
}

/// Brings the state of a key back to what it was before its first call: time fills its budget, and the circuit is reset.
pub(crate) async fn begin_anew(key: &'static str, least_latencies: usize) -> (Executor, Arc<Tracker>) {
    let tracker = tracker();
    tokio::time::advance(Duration::from_secs(15)).await;
    // A key has no breaker before its first call.
    let _ = Executor::global().breakers().reset(Key::from_static(key));
    tracker.begin_anew(least_latencies, time::Instant::now());
    (Executor::global().clone(), tracker.clone())
}
