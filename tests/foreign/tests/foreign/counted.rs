//! Metrics of the facade `metrics`, as an exporter sees them.

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key as Metric, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use recourse::metrics::{MetricsObserver, gauges};
use recourse::observe::{AttemptOutcome, Observer, Timeline};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

/// Adds up what it is told, by name and labels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) values: Arc<Mutex<BTreeMap<String, f64>>>,
    described: Arc<Mutex<BTreeMap<String, Option<Unit>>>>,
}

#[derive(Debug)]
struct Cells(Sums, String);

impl Cells {
    fn change(&self, change: impl FnOnce(&mut f64)) {
        change(self.0.values.lock().unwrap().entry(self.1.clone()).or_default());
    }
}

impl CounterFn for Cells {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn increment(&self, value: u64) {
        self.change(|sum| *sum += value as f64);
    }
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn absolute(&self, value: u64) {
        self.change(|sum| *sum = value as f64);
    }
}

impl GaugeFn for Cells {
    fn increment(&self, value: f64) {
        self.change(|sum| *sum += value);
    }
    fn decrement(&self, value: f64) {
        self.change(|sum| *sum -= value);
    }
    fn set(&self, value: f64) {
        self.change(|sum| *sum = value);
    }
}

impl HistogramFn for Cells {
    fn record(&self, value: f64) {
        self.change(|sum| *sum += value);
    }
}

impl Sums {
    fn cells(&self, metric: &Metric) -> Arc<Cells> {
        let labels: Vec<_> = metric.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Cells(self.clone(), format!("{}{{{}}}", metric.name(), labels.join(","))))
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        self.described.lock().unwrap().insert(name.as_str().to_owned(), unit);
    }

    /// The sum of all series of a metric whose labels have this text.
    pub(crate) fn sum(&self, name: &str, label: &str) -> f64 {
        let values = self.values.lock().unwrap();
        let of = values.iter().filter(|(series, _)| series.starts_with(&format!("{name}{{")) && series.contains(label));
        of.map(|(_, value)| value).sum()
    }
}

impl Recorder for Sums {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }
    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }
    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }
    fn register_counter(&self, metric: &Metric, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cells(metric))
    }
    fn register_gauge(&self, metric: &Metric, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cells(metric))
    }
    fn register_histogram(&self, metric: &Metric, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.cells(metric))
    }
}

#[derive(Clone, Debug, Default)]
struct Timelines(Arc<Mutex<Vec<Timeline>>>);

impl Observer for Timelines {
    fn call_ended(&self, timeline: &Timeline) {
        self.0.lock().unwrap().push(timeline.clone());
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// observe-14.
#[tokio::test(start_paused = true)]
async fn metrics_are_the_sums_over_the_timelines_of_ten_thousand_calls() {
    let (sums, timelines) = (Sums::default(), Timelines::default());
    let recorder = sums.clone();
    let _local = metrics::set_default_local_recorder(&recorder);
    let executor = Executor::builder().observer(MetricsObserver::new()).observer(timelines.clone()).build();
    let seed = Cell::new(11_u64);
    let draw = |below: u64| {
        seed.set(seed.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        (seed.get() >> 33) % below
    };
    std::panic::set_hook(Box::new(|_| {}));
    for _ in 0..10_000 {
        let mut policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10 * draw(3)))).attempt_timeout(ms(50));
        policy = policy.timeout(ms(60 + draw(60))).budget(BudgetPolicy::percent(20));
        if draw(2) == 0 {
            policy = policy.hedge(HedgePolicy::after(ms(5)));
        }
        if draw(3) == 0 {
            policy = policy.circuit(CircuitPolicy::failures(3));
        }
        let key = [Key::from_static("one"), Key::from_static("two"), Key::parse(&format!("k.{}", draw(9))).unwrap()];
        let key = key[usize::try_from(draw(3)).unwrap()].clone();
        let call = executor.call(key, policy, || async {
            tokio::time::sleep(ms([0, 3, 70][usize::try_from(draw(3)).unwrap()])).await;
            match draw(6) {
                0..=2 => Ok(()),
                3 | 4 => Err("busy".to_owned()),
                _ => panic!("the script says so"),
            }
        });
        let mut call = pin!(call.into_future());
        let mut polls = draw(12);
        let ended = std::future::poll_fn(|cx| {
            if polls == 0 {
                return Poll::Ready(());
            }
            polls -= 1;
            match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        });
        ended.await;
    }
    drop(std::panic::take_hook());
    assert_eq!(executor.observer_panics(), 0);
    let timelines = timelines.0.lock().unwrap();
    assert!(timelines.len() > 8_000);
    let of = |count: &dyn Fn(&Timeline) -> usize| -> usize { timelines.iter().map(count).sum() };
    let same = |metric: &str, label: &str, count: usize| {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let count = count as f64;
        assert!((sums.sum(metric, label) - count).abs() < 0.5, "{metric} {label}: {} {count}", sums.sum(metric, label));
        assert!(count > 0.0, "nothing to compare: {metric} {label}");
    };
    same("resilience.calls", "", timelines.len());
    same("resilience.attempts", "", of(&Timeline::attempt_count));
    same("resilience.hedges", "", of(&Timeline::hedge_count));
    let won = |timeline: &Timeline| {
        let attempts = timeline.attempts();
        attempts.iter().filter(|attempt| attempt.hedge && attempt.outcome == AttemptOutcome::Success).count()
    };
    same("resilience.hedges.won", "", of(&won));
    for outcome in [AttemptOutcome::Success, AttemptOutcome::AttemptTimeout, AttemptOutcome::Panicked] {
        let count =
            |timeline: &Timeline| timeline.attempts().iter().filter(|attempt| attempt.outcome == outcome).count();
        same("resilience.attempts", &format!("outcome={outcome}"), of(&count));
    }
    for reason in ["success", "attempts_exhausted", "budget_denied", "circuit_open", "cancelled", "panicked", "timeout"]
    {
        let is = |timeline: &Timeline| usize::from(timeline.reason().as_str() == reason);
        same("resilience.calls", &format!("reason={reason}"), of(&is));
    }
    for kind in ["circuit_open", "timeout", "attempt_timeout"] {
        let is = |timeline: &Timeline| usize::from(timeline.totals().rejected.is_some_and(|of| of.as_str() == kind));
        same("resilience.rejections", &format!("kind={kind}"), of(&is));
    }
    same("resilience.call.retries", "", of(&|timeline| timeline.totals().retries as usize));
    same("resilience.denials", "retry_budget", of(&|timeline| timeline.totals().retries_denied as usize));
    let names: BTreeSet<_> = sums
        .values
        .lock()
        .unwrap()
        .keys()
        .filter_map(|series| series.split("call=").nth(1)?.split([',', '}']).next().map(ToOwned::to_owned))
        .collect();
    assert_eq!(names.iter().map(|name| &**name).collect::<Vec<_>>(), ["one", "other", "two"], "labels have few values");
}

#[resilient(executor = executor, key = "db.{shard}", retry = "2 attempts, no delay", circuit = "2 failures", concurrency = "4 at once", hedge = "p95 or 20ms", idempotent, fallback = |_, _, _| Ok(0))]
async fn load(executor: &Executor, shard: u32) -> Result<u32, String> {
    tokio::time::sleep(ms(1)).await;
    if shard == 1 { Err(format!("no shard {shard}")) } else { Ok(shard) }
}

/// observe-15: everything that is told was described before, with its unit; gauges say how things are.
#[tokio::test(start_paused = true)]
async fn metrics_are_described_and_gauges_tell_how_things_are() {
    let sums = Sums::default();
    let _local = metrics::set_default_local_recorder(&sums);
    let executor = Executor::builder().observer(MetricsObserver::new()).build();
    for shard in [0, 1, 2] {
        load(&executor, shard).await.unwrap();
    }
    for _ in 0..60 {
        load(&executor, 2).await.unwrap();
    }
    // One runs while it is looked.
    let mut runs = pin!(load(&executor, 2));
    assert!(std::future::poll_fn(|cx| Poll::Ready(runs.as_mut().poll(cx).is_pending())).await);
    gauges(&executor);
    let described = sums.described.lock().unwrap().clone();
    for series in sums.values.lock().unwrap().keys() {
        let name = series.split('{').next().unwrap();
        assert!(described.get(name).is_some_and(Option::is_some), "`{name}` was not described");
    }
    let is = |name: &str, label: &str, value: f64| {
        let sum = sums.sum(name, label);
        assert!((sum - value).abs() < 1e-9, "{name} {label}: {sum}, not {value}\n{:#?}", sums.values.lock().unwrap());
    };
    is("resilience.circuit.breakers", "call=db.{shard},state=open", 1.0);
    is("resilience.circuit.breakers", "call=db.{shard},state=closed", 2.0);
    is("resilience.circuit.transitions", "to=open", 1.0);
    is("resilience.fallbacks", "call=db.{shard},outcome=answered", 1.0);
    is("resilience.budget.remaining", "budget=retry", 99.0);
    is("resilience.concurrency.limit", "call=db.{shard}", 12.0);
    is("resilience.concurrency.running", "call=db.{shard}", 1.0);
    is("resilience.concurrency.waiting", "call=db.{shard}", 0.0);
    is("resilience.keys", "", 3.0);
    is("resilience.keys.capacity", "", 1_000.0);
    is("resilience.hedge.delay", "call=db.{shard}", 0.001);
}

/// observe-28: whoever is gone uses nothing any more.
#[tokio::test(start_paused = true)]
async fn gauges_of_keys_that_are_gone_say_so() {
    let sums = Sums::default();
    let _local = metrics::set_default_local_recorder(&sums);
    let executor = Executor::builder().key_capacity(1).build();
    for _ in 0..60 {
        load(&executor, 2).await.unwrap();
    }
    gauges(&executor);
    let is = |name: &str, label: &str, value: f64| {
        let sum = sums.sum(name, label);
        assert!((sum - value).abs() < 1e-9, "{name} {label}: {sum}, not {value}\n{:#?}", sums.values.lock().unwrap());
    };
    is("resilience.circuit.breakers", "call=db.{shard},state=closed", 1.0);
    is("resilience.concurrency.limit", "call=db.{shard}", 4.0);
    // Another key takes its place.
    let policy = Policy::new().timeout(ms(5));
    executor.call(Key::parse("other.1").unwrap(), policy, async || Ok::<_, String>(())).await.unwrap();
    gauges(&executor);
    is("resilience.circuit.breakers", "call=db.{shard}", 0.0);
    is("resilience.concurrency.limit", "call=db.{shard}", 0.0);
    is("resilience.concurrency.running", "call=db.{shard}", 0.0);
    assert!(
        sums.sum("resilience.budget.remaining", "call=db.{shard},budget=retry").is_nan(),
        "no budget is no empty one"
    );
    assert!(sums.sum("resilience.hedge.delay", "call=db.{shard}").is_nan());
    load(&executor, 2).await.unwrap();
    gauges(&executor);
    is("resilience.circuit.breakers", "call=db.{shard},state=closed", 1.0);
    is("resilience.budget.remaining", "call=db.{shard},budget=retry", 100.0);
    // Its policy has no circuit any more.
    executor.set_policy(Key::parse("db.2").unwrap(), Policy::new().circuit(CircuitPolicy::none()));
    load(&executor, 2).await.unwrap();
    gauges(&executor);
    is("resilience.circuit.breakers", "call=db.{shard}", 0.0);
}

/// observe-28: the gauges of a limit are about the one in force, also if a site was not called since another one was.
#[tokio::test(start_paused = true)]
async fn gauges_of_a_limit_follow_what_an_operator_holds() {
    let sums = Sums::default();
    let _local = metrics::set_default_local_recorder(&sums);
    let executor = Executor::new();
    let call = async |timeout: u64| {
        let policy = Policy::new().timeout(ms(timeout)).concurrency("4 at once".parse().unwrap());
        executor.call(Key::from_static("db"), policy, async || Ok::<_, String>(())).await.unwrap();
    };
    call(5).await;
    executor.reset_state();
    for (held, limit) in [("9 at once", 9.0), ("none", 0.0)] {
        executor.limits().hold_concurrency(&"db".parse().unwrap(), Some(held.parse().unwrap()));
        call(6).await;
        gauges(&executor);
        let told = sums.sum("resilience.concurrency.limit", "call=db");
        assert!((told - limit).abs() < 1e-9, "{held}: {told}");
    }
}
