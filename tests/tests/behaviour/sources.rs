//! Where the policy of a call comes from: every source with every section, the kill switch, and providers that change.

use recourse::observe::{Observer, PolicyChange, Timeline, capture};
use recourse::policy::{Effective, OperatorBounds, Origin, Pattern, Section};
use recourse::providers::{PolicyProvider, Provided, ProviderListener, StaticProvider};
use recourse::{
    BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, MissingPolicy, Policy, RejectionKind, RetryPolicy,
    resilient,
};
use recourse_tests::{Fail, ms};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// A provider of any origin, for all keys.
#[derive(Debug)]
struct OfOrigin(Origin, Provided);

impl PolicyProvider for OfOrigin {
    fn origin(&self) -> Origin {
        self.0
    }

    fn provide(&self, _: &Key, _: Option<&str>) -> Provided {
        self.1.clone()
    }

    fn listen(&self, _: ProviderListener) {}
}

/// The sources of a policy, the strongest first.
const SOURCES: [Origin; 6] =
    [Origin::Remote, Origin::File, Origin::Provider, Origin::Code, Origin::Attribute, Origin::Defaults];

/// A policy with one section, whose number tells the source.
fn one(section: Section, n: u32) -> Policy {
    let time = ms(u64::from(1_000 + n));
    match section {
        Section::Retry => Policy::new().retry(RetryPolicy::attempts(2).fixed(time)),
        Section::Hedge => Policy::new().hedge(HedgePolicy::after(time)),
        Section::Circuit => Policy::new().circuit(CircuitPolicy::failures(10 + n)),
        Section::Budget => Policy::new().budget(BudgetPolicy::percent(10 + n)),
        Section::Timeout => Policy::new().timeout(time),
        _ => Policy::new().attempt_timeout(time),
    }
}

/// An executor in which the sources of this index and weaker ones have the section.
fn from(index: usize, section: Section) -> (Executor, Policy) {
    let (mut builder, mut attribute) = (Executor::builder(), Policy::new());
    for (n, origin) in (0u32..).zip(SOURCES).skip(index) {
        let policy = one(section, n);
        builder = match origin {
            Origin::Attribute => {
                attribute = policy;
                builder
            }
            Origin::Code => builder.policy(Key::from_static("sources.all"), policy),
            Origin::Defaults => builder.default_policy(policy),
            origin => builder.provider(OfOrigin(origin, Provided::policy(policy))),
        };
    }
    (builder.build(), attribute)
}

async fn call(executor: &Executor, policy: Policy) -> Timeline {
    let call = executor.call(Key::from_static("sources.all"), policy, async || Ok::<_, Fail>(7));
    capture(call.into_future()).await.1.remove(0)
}

const SECTIONS: [Section; 6] =
    [Section::Retry, Section::Hedge, Section::Circuit, Section::Budget, Section::Timeout, Section::AttemptTimeout];

/// source-1.
#[tokio::test(start_paused = true)]
async fn every_source_stands_before_the_weaker_ones_in_every_section_and_is_named() {
    for section in SECTIONS {
        for (index, origin) in SOURCES.into_iter().enumerate() {
            let (executor, attribute) = from(index, section);
            // A closure may be hedged if its author names a hedge.
            let attribute = if section == Section::Hedge && attribute.is_empty() && origin != Origin::Defaults {
                one(section, 9)
            } else {
                attribute
            };
            if section == Section::Hedge && origin == Origin::Defaults {
                continue;
            }
            let timeline = call(&executor, attribute).await;
            let effective = timeline.effective();
            let expected = one(section, u32::try_from(index).unwrap());
            assert_eq!(effective.policy, expected, "{section:?} of {origin:?}");
            assert_eq!(effective.sources.of(section).unwrap().origin, origin, "{section:?}: {}", effective.sources);
            assert_eq!(effective.origin, origin);
        }
    }
}

/// source-1.
#[tokio::test(start_paused = true)]
async fn sections_of_different_sources_make_one_policy() {
    let executor = Executor::builder()
        .provider(OfOrigin(Origin::File, Provided::policy(one(Section::Timeout, 1))))
        .policy("sources.*".parse::<Pattern>().unwrap(), one(Section::Circuit, 2))
        .policy(Pattern::any(), one(Section::Circuit, 3).timeout(ms(7)).attempt_timeout(ms(900)))
        .build();
    let timeline = call(&executor, one(Section::Retry, 4)).await;
    assert_eq!(
        timeline.effective().sources.to_string(),
        "retry: attribute, circuit: code (sources.*), timeout: file, attempt_timeout: code (*)"
    );
    assert_eq!(timeline.effective().policy.timeout, Some(ms(1_001)));
}

#[resilient(key = "sources.t.{tenant}", retry = "2 attempts, no delay")]
async fn of_tenant(tenant: &str) -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

/// source-2.
#[tokio::test(start_paused = true)]
async fn the_most_specific_entry_counts_and_a_template_is_one() {
    let table = StaticProvider::new();
    let executor = Executor::builder().provider(table.clone()).build();
    let attempts = async |tenant: &str| {
        let (_, timelines) = capture(executor.scope(of_tenant(tenant))).await;
        timelines[0].attempt_count()
    };
    let set = |pattern: &str, attempts| {
        table.set(pattern.parse().unwrap(), Policy::new().retry(RetryPolicy::attempts(attempts).no_delay()))
    };
    assert_eq!(attempts("a").await, 2, "the attribute's own");
    for (n, pattern) in (3..).zip(["*", "sources.*", "sources.t.*", "sources.t.{tenant}", "sources.t.a"]) {
        set(pattern, n);
        assert_eq!(attempts("a").await, n as usize, "{pattern}");
    }
    assert_eq!(attempts("b").await, 6, "the template");
    table.remove(&"sources.t.{tenant}".parse().unwrap());
    assert_eq!((attempts("a").await, attempts("b").await), (7, 5));
}

/// source-3.
#[tokio::test(start_paused = true)]
async fn what_a_provider_asks_for_stays_within_the_bounds_of_the_operator() {
    let asked = Policy::new().retry(RetryPolicy::attempts(50).fixed(ms(60_000))).budget(BudgetPolicy::none());
    let executor = Executor::builder().provider(OfOrigin(Origin::File, Provided::policy(asked))).build();
    let timeline = call(&executor, Policy::new()).await;
    let Effective { policy, changes, .. } = timeline.effective();
    assert_eq!(policy.retry, Some(RetryPolicy::attempts(10).fixed(ms(30_000))));
    assert_eq!(policy.budget, Some(BudgetPolicy::defaults()));
    let fields: Vec<_> = changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["retry.max_attempts", "retry.delay", "budget"]);

    let wide = OperatorBounds::new().max_attempts(60).max_delay(ms(90_000)).unlimited_budget(true);
    let executor = Executor::builder().bounds(wide).provider(OfOrigin(Origin::File, Provided::policy(asked))).build();
    assert_eq!(call(&executor, Policy::new()).await.effective().policy, asked);
    // What the function itself asks for is its own business.
    let own = Policy::new().retry(RetryPolicy::attempts(50));
    let executor =
        Executor::builder().provider(OfOrigin(Origin::File, Provided::policy(Policy::new().timeout(ms(9))))).build();
    assert_eq!(call(&executor, own).await.effective().policy.retry, own.retry);
}

#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Observer for Told {
    fn policy_resolved(&self, key: &Key, effective: &Effective) {
        let changes: Vec<String> = effective.changes.iter().map(|change| change.field.to_string()).collect();
        self.0.lock().unwrap().push(format!("{key}: {}", changes.join(", ")));
    }

    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        self.0.lock().unwrap().push(format!("{key}: {change}"));
    }
}

/// source-4.
#[tokio::test(start_paused = true)]
async fn what_is_left_out_is_told_once_and_a_change_for_each_key_that_it_concerns() {
    let (told, table) = (Told::default(), StaticProvider::new());
    table.set(Pattern::any(), Policy::new().hedge(HedgePolicy::after(ms(5))).timeout(ms(1_000)));
    let executor = Executor::builder().observer(told.clone()).provider(table.clone()).build();
    for _ in 0..3 {
        call(&executor, Policy::new()).await;
    }
    let said = || std::mem::take(&mut *told.0.lock().unwrap());
    assert_eq!(said(), ["sources.all: hedge"], "nobody vouched for the closure");
    table.set(Pattern::any(), Policy::new().timeout(ms(2_000)));
    assert_eq!(said(), ["sources.all: hedge 5ms became none, timeout 1s became 2s"]);
    table.set("others.*".parse().unwrap(), Policy::defaults());
    assert!(said().is_empty(), "it concerns no key that is known");
}

/// source-5.
#[tokio::test(start_paused = true)]
async fn a_provider_fills_in_for_a_missing_policy_and_the_default_policy_is_the_weakest() {
    let deny = || Executor::builder().missing_policy(MissingPolicy::Deny);
    let denied = |executor: Executor| async move {
        let call = executor.call(Key::from_static("sources.missing"), Policy::new(), async || Ok::<_, Fail>(7));
        call.await.err().and_then(|error| error.rejection())
    };
    assert_eq!(denied(deny().build()).await, Some(RejectionKind::NoPolicy));
    let policy = Provided::policy(Policy::new().timeout(ms(5)));
    assert_eq!(denied(deny().provider(OfOrigin(Origin::Remote, policy)).build()).await, None);
    assert_eq!(denied(deny().policy(Pattern::any(), Policy::new().timeout(ms(5))).build()).await, None);
    let timeline = call(&Executor::builder().default_policy(Policy::new().timeout(ms(5))).build(), Policy::new()).await;
    assert_eq!(timeline.effective().policy, Policy::new().timeout(ms(5)));
}

/// source-6: in every attribute, closure and layer; back again, everything is as it was.
#[tokio::test(start_paused = true)]
async fn the_kill_switch_leaves_time_limits_and_keeps_the_state() {
    let executor = Executor::new();
    let key = Key::from_static("sources.switched");
    let policy = Policy::new()
        .retry(RetryPolicy::attempts(2).no_delay())
        .circuit(CircuitPolicy::failures(4))
        .timeout(ms(50))
        .hedge(HedgePolicy::after(ms(5)));
    let runs = AtomicU32::new(0);
    let fails = || {
        executor
            .call(key.clone(), policy, async || {
                runs.fetch_add(1, Ordering::Relaxed);
                Err::<u32, _>(Fail::Busy(None))
            })
            .into_future()
    };
    let hangs = || executor.call(key.clone(), policy, std::future::pending::<Result<u32, Fail>>).into_future();
    let _ = fails().await;
    let before = executor.breakers().get(&key).unwrap();
    assert_eq!((runs.swap(0, Ordering::Relaxed), before.snapshot.failures), (2, 2));

    assert!(executor.bypass(true) && !executor.bypass(true));
    let (_, timelines) = capture(fails()).await;
    assert_eq!(timelines[0].attempt_count(), 1);
    assert_eq!(timelines[0].effective().origin, Origin::Bypass);
    for _ in 0..9 {
        let _ = fails().await;
    }
    let (result, timelines) = capture(hangs()).await;
    assert_eq!(result.unwrap_err().rejection(), Some(RejectionKind::Timeout), "time limits stay");
    assert_eq!((timelines[0].hedge_count(), timelines[0].elapsed()), (0, ms(50)));

    executor.bypass(false);
    assert_eq!(executor.breakers().get(&key).unwrap().snapshot.failures, 2, "nothing was counted meanwhile");
    let (_, timelines) = capture(fails()).await;
    assert_eq!(timelines[0].attempt_count(), 2);
    assert_eq!(executor.breakers().get(&key).unwrap().snapshot.state, recourse::circuit::State::Open);
}

#[resilient(key = "sources.fallback", retry = "3 attempts, no delay", fallback = instead)]
async fn with_fallback(runs: &AtomicU32) -> Result<u32, Fail> {
    runs.fetch_add(1, Ordering::Relaxed);
    Err(Fail::Busy(None))
}

#[expect(clippy::unused_async, reason = "a fallback may wait")]
async fn instead(_: &AtomicU32, _: Fail) -> Result<u32, Fail> {
    Ok(100)
}

/// source-6.
#[tokio::test(start_paused = true)]
async fn the_kill_switch_leaves_the_fallback_and_other_keys() {
    let (executor, runs) = (Executor::new(), AtomicU32::new(0));
    executor.bypass_keys(&"sources.fallback".parse().unwrap(), true);
    assert_eq!(executor.scope(with_fallback(&runs)).await.unwrap(), 100);
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1);
    let (_, timelines) = capture(executor.scope(of_tenant("other"))).await;
    assert_eq!(timelines[0].attempt_count(), 2);

    let mut off = Provided::default();
    off.enabled = Some(false);
    let executor = Executor::builder().provider(OfOrigin(Origin::File, off)).build();
    assert_eq!(executor.scope(with_fallback(&runs)).await.unwrap(), 100);
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1, "a document's `enabled = false` is the same switch");
}

/// source-7: a policy changed amid 100,000 calls on two workers: none is lost, none sees half of a change, and the next one after it sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_amid_many_calls_is_seen_by_the_next_one() {
    let table = StaticProvider::new();
    let executor = Executor::builder().provider(table.clone()).build();
    let policy = |n: u32| Policy::new().retry(RetryPolicy::attempts(n).no_delay());
    let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(BTreeMap::<usize, u64>::new())));
    table.set(Pattern::any(), policy(2));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (executor, stop, seen) = (executor.clone(), stop.clone(), seen.clone());
            tokio::spawn(async move {
                let mut calls = 0u64;
                while calls < 50_000 || !stop.load(Ordering::Relaxed) {
                    let (attempts, call) = one_call(&executor);
                    let result = call.await;
                    assert!(result.is_err(), "none is rejected, and none is lost");
                    *seen.lock().unwrap().entry(attempts.load(Ordering::Relaxed) as usize).or_default() += 1;
                    calls += 1;
                    if calls.is_multiple_of(64) {
                        tokio::task::yield_now().await;
                    }
                }
                calls
            })
        })
        .collect();
    for (round, n) in (1u64..).zip([3, 4, 2, 5, 3]) {
        // In the middle of the calls.
        while seen.lock().unwrap().values().sum::<u64>() < round * 15_000 {
            tokio::task::yield_now().await;
        }
        table.set(Pattern::any(), policy(n));
        // The next call, on this thread: begun after the change, so it is under it.
        let (attempts, call) = one_call(&executor);
        let result = call.await;
        assert_eq!(attempts.load(Ordering::Relaxed), n, "{result:?}");
        executor.bypass(true);
        let (attempts, call) = one_call(&executor);
        let _ = call.await;
        assert_eq!(attempts.load(Ordering::Relaxed), 1);
        executor.bypass(false);
    }
    stop.store(true, Ordering::Relaxed);
    let mut calls = 0;
    for worker in workers {
        calls += worker.await.unwrap();
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.values().sum::<u64>(), calls);
    assert!(seen.keys().all(|attempts| (1..=5).contains(attempts)) && seen.len() >= 4, "{seen:?}");
    println!("{calls} calls, by their attempts: {seen:?}");
}

fn one_call(executor: &Executor) -> (Arc<AtomicU32>, impl Future<Output = Result<u32, Fail>> + Send) {
    let attempts = Arc::new(AtomicU32::new(0));
    let count = attempts.clone();
    let call = executor.call(Key::from_static("sources.busy"), Policy::new().budget(BudgetPolicy::none()), move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { Err::<u32, _>(Fail::Busy(None)) }
    });
    (attempts, call.into_future())
}
