//! Changes of policies that meet calls, other changes and providers that misbehave: none is lost, and none is told that was none.

use recourse::circuit::State;
use recourse::hedge::FixedDelay;
use recourse::observe::{Observer, PolicyChange, capture};
use recourse::policy::{Origin, Pattern};
use recourse::providers::{PolicyProvider, Provided, ProviderListener, StaticProvider};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, ms};
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

const KEY: Key = Key::from_static("changes.get");

fn attempts(n: u32) -> Policy {
    Policy::new().retry(RetryPolicy::attempts(n).no_delay()).budget(BudgetPolicy::none())
}

/// One of several sites of a key: they differ in their timeout.
fn site(n: u64) -> Policy {
    Policy::new().timeout(ms(1_000 + n))
}

/// Returns the number of attempts of a call that fails.
async fn made(executor: &Executor, key: Key, policy: Policy) -> usize {
    let call = executor.call(key, policy, async || Err::<u32, _>(Fail::Busy(None)));
    capture(call.into_future()).await.1[0].attempt_count()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(future)
}

/// One policy for all keys, which is changed first and told of later.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<(Policy, Vec<ProviderListener>)>>);

impl Told {
    fn change(&self, policy: Policy) {
        self.0.lock().unwrap().0 = policy;
    }

    fn tell(&self) {
        let listeners = self.0.lock().unwrap().1.clone();
        listeners.iter().for_each(ProviderListener::changed);
    }
}

impl PolicyProvider for Told {
    fn origin(&self) -> Origin {
        Origin::Provider
    }

    fn provide(&self, _: &Key, _: Option<&str>) -> Provided {
        Provided::policy(self.0.lock().unwrap().0)
    }

    fn listen(&self, listener: ProviderListener) {
        self.0.lock().unwrap().1.push(listener);
    }
}

/// site-7.
#[tokio::test(start_paused = true)]
async fn a_change_that_one_site_saw_before_it_was_told_reaches_the_others() {
    let provider = Told::default();
    provider.change(attempts(2));
    let executor = Executor::builder().provider(provider.clone()).build();
    assert_eq!(made(&executor, KEY, site(1)).await, 2);
    provider.change(attempts(4).circuit(CircuitPolicy::failures(8)));
    assert_eq!(made(&executor, KEY, site(2)).await, 4, "resolved after the change, and before it was told");
    provider.tell();
    assert_eq!(made(&executor, KEY, site(1)).await, 4);
    assert_eq!(executor.breakers().list()[0].snapshot.state, State::Open, "the breaker followed, too");
}

/// site-7: the last change is in force at every site once all who made changes have returned.
#[test]
fn the_last_of_many_changes_on_many_threads_is_in_force_everywhere() {
    let executor = Executor::new();
    for round in 0..500 {
        thread::scope(|threads| {
            for n in 0..2 {
                let executor = &executor;
                threads.spawn(move || executor.set_policy(KEY, attempts(2 + (round + n) % 5)));
            }
            threads.spawn(|| {
                block_on(async {
                    for n in 0..4 {
                        made(&executor, KEY, site(n)).await;
                    }
                });
            });
        });
        let last = executor.policy(KEY).unwrap().retry.unwrap().max_attempts.unwrap();
        for n in 0..4 {
            assert_eq!(block_on(made(&executor, KEY, site(n))), last as usize, "site {n} in round {round}");
        }
    }
}

#[resilient(key = "changes.{one}", executor = executor, retry = "2 attempts, no delay", circuit = "50 failures")]
async fn by_one(executor: &Executor, one: &str) -> Result<u32, Fail> {
    let _ = one;
    Err(Fail::Busy(None))
}

#[resilient(key = "changes.{two}", executor = executor, retry = "2 attempts, no delay", circuit = "50 failures")]
async fn by_two(executor: &Executor, two: &str) -> Result<u32, Fail> {
    let _ = two;
    Err(Fail::Busy(None))
}

async fn counted(call: impl Future<Output = Result<u32, Fail>>) -> usize {
    capture(call).await.1[0].attempt_count()
}

/// site-8: policies, the kill switch and holds.
#[tokio::test(start_paused = true)]
async fn a_template_finds_its_sites_also_if_another_one_completes_to_the_same_key() {
    let (executor, two): (_, Pattern) = (Executor::new(), "changes.{two}".parse().unwrap());
    assert_eq!((counted(by_one(&executor, "x")).await, counted(by_two(&executor, "x")).await), (2, 2));
    executor.set_policy(two.clone(), attempts(5));
    assert_eq!((counted(by_one(&executor, "x")).await, counted(by_two(&executor, "x")).await), (2, 5));
    executor.bypass_keys(&two, true);
    assert_eq!((counted(by_one(&executor, "x")).await, counted(by_two(&executor, "x")).await), (2, 1));
    executor.bypass_keys(&two, false);
    executor.breakers().force_open(&two).unwrap();
    assert_eq!((counted(by_one(&executor, "x")).await, counted(by_two(&executor, "x")).await), (0, 0), "one breaker");
    assert_eq!(executor.breakers().list()[0].held_by, Some(two.clone()));
    assert_eq!(executor.breakers().held()[0].to_string(), "changes.{two}  forced open");
    assert_eq!(executor.sites(two.clone()).len(), 1);
    executor.breakers().reset(&two).unwrap();
    assert_eq!(counted(by_one(&executor, "x")).await, 2);
}

#[derive(Clone, Debug, Default)]
struct Changes(Arc<Mutex<Vec<String>>>);

impl Observer for Changes {
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        self.0.lock().unwrap().push(format!("{key}: {change}"));
    }
}

/// site-8: a site that names the key as it is stands beside one that completes it, and a change of another key concerns neither.
#[tokio::test(start_paused = true)]
async fn sites_of_two_templates_are_not_taken_for_a_change() {
    let (told, table) = (Changes::default(), StaticProvider::new());
    let executor = Executor::builder()
        .observer(told.clone())
        .provider(table.clone())
        .policy("changes.{one}".parse::<Pattern>().unwrap(), Policy::new().circuit(CircuitPolicy::failures(4)))
        .build();
    assert_eq!(counted(by_one(&executor, "y")).await, 2);
    made(&executor, Key::from_static("changes.y"), site(1).retry(RetryPolicy::none())).await;
    table.set("changes.other".parse().unwrap(), attempts(2));
    assert_eq!(*told.0.lock().unwrap(), Vec::<String>::new());
    assert_eq!(executor.breakers().list()[0].snapshot.failures, 2, "nothing was counted anew");
}

/// Panics when it is asked for one key, once it is told to.
#[derive(Clone, Debug, Default)]
struct Breaks(Arc<AtomicBool>);

impl PolicyProvider for Breaks {
    fn origin(&self) -> Origin {
        Origin::Provider
    }

    fn provide(&self, key: &Key, _: Option<&str>) -> Provided {
        assert!(key.as_str() != "broken" || !self.0.load(Ordering::Relaxed), "a provider that is broken for one key");
        Provided::default()
    }

    fn listen(&self, _: ProviderListener) {}
}

/// site-9.
#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_for_one_key_does_not_keep_the_kill_switch_from_the_others() {
    let provider = Breaks::default();
    let executor = Executor::builder().provider(provider.clone()).build();
    let keys: Vec<Key> = ["a", "b", "broken", "c", "d"].map(Key::from_static).into();
    for key in &keys {
        assert_eq!(made(&executor, key.clone(), attempts(3)).await, 3);
    }
    provider.0.store(true, Ordering::Relaxed);
    assert!(catch_unwind(AssertUnwindSafe(|| executor.bypass(true))).is_err(), "the caller is told");
    for key in keys.iter().filter(|key| key.as_str() != "broken") {
        assert_eq!(made(&executor, key.clone(), attempts(3)).await, 1, "{key}");
    }
    provider.0.store(false, Ordering::Relaxed);
    assert_eq!(made(&executor, keys[2].clone(), attempts(3)).await, 1, "it asks itself");
}

/// Makes a trigger for each answer.
#[derive(Clone, Debug, Default)]
struct Fresh(Arc<AtomicU32>);

impl PolicyProvider for Fresh {
    fn origin(&self) -> Origin {
        Origin::Provider
    }

    fn provide(&self, _: &Key, _: Option<&str>) -> Provided {
        self.0.fetch_add(1, Ordering::Relaxed);
        let mut provided = Provided::default();
        provided.trigger = Some(Arc::new(FixedDelay::new(ms(50))));
        provided
    }

    fn listen(&self, _: ProviderListener) {}
}

/// site-10.
#[tokio::test(start_paused = true)]
async fn a_provider_that_makes_a_trigger_for_each_answer_is_asked_once_for_each_site() {
    let provider = Fresh::default();
    let executor = Executor::builder().provider(provider.clone()).build();
    for n in 0..30 {
        made(&executor, KEY, site(n % 3).hedge(HedgePolicy::after(ms(5)))).await;
    }
    assert_eq!(provider.0.load(Ordering::Relaxed), 3);
}

/// site-10: a provider that is shared by executors that come and go.
#[test]
fn the_listeners_of_executors_that_are_gone_are_forgotten() {
    let (table, told) = (StaticProvider::new(), Told::default());
    for _ in 0..1_000 {
        drop(Executor::builder().provider(table.clone()).provider(told.clone()).build());
    }
    let last = Executor::builder().provider(told.clone()).build();
    let closed: Vec<bool> = told.0.lock().unwrap().1.iter().map(ProviderListener::is_closed).collect();
    assert_eq!((closed.iter().filter(|closed| **closed).count(), closed.last()), (1_000, Some(&false)));
    drop(last);
    assert!(format!("{table:?}").len() < 1_000, "it forgets them when another one comes");
}
