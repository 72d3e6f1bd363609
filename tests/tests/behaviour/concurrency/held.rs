//! Limits that operators hold.

use super::front_ends;
use recourse::observe::{Observer, PolicyChange};
use recourse::policy::{Origin, Pattern, Section};
use recourse::providers::StaticProvider;
use recourse::{Executor, Key, Policy, RejectionKind, resilient};
use recourse_tests::{Fail, Stage, hangs, ok, once};
use std::sync::{Arc, Mutex};

fn pattern(text: &str) -> Pattern {
    text.parse().unwrap()
}

fn limits(concurrency: &str) -> Policy {
    Policy::new().concurrency(concurrency.parse().unwrap())
}

/// concurrency-44: above what stands at the function, and until it is taken back.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_takes_the_place_of_the_functions_own_limit() {
    for (name, call) in front_ends!({ concurrency = "3 at once" }) {
        let stage = Stage::new([hangs()]);
        let room = async || {
            let mut held = Vec::new();
            loop {
                let mut call = call(&stage);
                if once(&mut call).await.is_ready() {
                    return held.len();
                }
                held.push(call);
            }
        };
        let hold = |text: Option<&str>| {
            let policy = text.map(|text| text.parse().unwrap());
            stage.executor.limits().hold_concurrency(&pattern("pool"), policy)
        };
        assert_eq!(room().await, 3, "{name}");
        assert!(hold(Some("1 at once")) && !hold(Some("1 at once")), "{name}: it says whether that changed something");
        assert_eq!(room().await, 1, "{name}");
        assert!(hold(Some("5 at once")), "{name}");
        assert_eq!(room().await, 5, "{name}: an operator may also give more");
        assert!(hold(None) && !hold(None), "{name}");
        assert_eq!(room().await, 3, "{name}");
        assert_eq!(stage.executor.limits().held(), [], "{name}");
    }
}

#[resilient(key = "users.get", executor = executor, retry = "2 attempts")]
async fn get_user(executor: &Executor) -> Result<usize, Fail> {
    Ok(executor.limits().held().len())
}

/// concurrency-44: a function without limits has those that are held, also if they were there before its first call.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_is_for_keys_to_come_and_each_section_for_itself() {
    let executor = Executor::new();
    let limits = executor.limits();
    limits.hold_concurrency(&pattern("users.*"), Some("1 at once".parse().unwrap()));
    limits.hold_rate(&pattern("*"), Some("1/m".parse().unwrap()));
    limits.hold_concurrency(&pattern("users.get"), Some("7 at once".parse().unwrap()));
    assert!(get_user(&executor).await.is_ok());
    let refused = get_user(&executor).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(RejectionKind::RateLimited));

    let site = executor.sites(Pattern::any()).remove(0);
    assert_eq!(site.concurrency.unwrap().limit, 7, "the most specific entry counts");
    let source = |section| site.effective.sources.of(section).unwrap().to_string();
    assert_eq!(
        (source(Section::Concurrency), source(Section::Rate)),
        ("operator (users.get)".into(), "operator (*)".into())
    );
    assert_eq!(site.effective.origin, Origin::Operator);
    assert!(site.effective.policy.retry.is_some(), "other sections stay");

    executor.bypass(true);
    assert!(get_user(&executor).await.is_ok(), "the kill switch stands above");
    executor.bypass(false);
    limits.hold_rate(&pattern("users.get"), Some("none".parse().unwrap()));
    assert!(get_user(&executor).await.is_ok() && get_user(&executor).await.is_ok(), "one is lifted");
}

/// concurrency-44: above every policy of the program, and of a provider, whatever comes later.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_stands_above_all_other_sources() {
    let table = StaticProvider::new();
    let executor = Executor::builder().provider(table.clone()).build();
    let key = Key::from_static("db");
    let policy = async || {
        let call = executor.call(key.clone(), limits("2 at once"), async || Ok::<_, Fail>(1));
        assert!(call.await.is_ok());
        executor.sites(Pattern::any()).remove(0).concurrency.unwrap().limit
    };
    executor.limits().hold_concurrency(&pattern("db"), Some("4 at once".parse().unwrap()));
    assert_eq!(policy().await, 4);
    executor.set_policy(key.clone(), limits("5 at once"));
    assert_eq!(policy().await, 4);
    table.set(pattern("db"), limits("6 at once"));
    assert_eq!(policy().await, 4);
    executor.limits().hold_concurrency(&pattern("db"), None);
    assert_eq!(policy().await, 6);
    executor.reset_state();
    executor.limits().hold_concurrency(&pattern("db"), Some("4 at once".parse().unwrap()));
    executor.reset_state();
    assert_eq!(policy().await, 4, "what was set stays");
}

#[derive(Clone, Debug, Default)]
struct Changes(Arc<Mutex<Vec<String>>>);

impl Observer for Changes {
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        let text =
            |policy: Option<Policy>| policy.and_then(|policy| policy.rate).map_or("-".into(), |rate| rate.to_string());
        self.0.lock().unwrap().push(format!("{key}: {} -> {}", text(change.old), text(change.new)));
    }
}

/// concurrency-44: observers are told once for each key, and who is most likely misspelt is marked; there is room for 10,000.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_is_told() {
    let changes = Changes::default();
    let executor = Executor::builder().observer(changes.clone()).build();
    for key in ["users.get", "users.put"] {
        executor.call(Key::from_static(key), Policy::new(), async || Ok::<_, Fail>(1)).await.unwrap();
    }
    let hold = |keys: &str, rate: Option<&str>| {
        executor.limits().hold_rate(&pattern(keys), rate.map(|rate| rate.parse().unwrap()))
    };
    assert!(hold("users.*", Some("10/s")) && hold("users.gett", Some("9/s")));
    let told = std::mem::take(&mut *changes.0.lock().unwrap());
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(sorted, ["users.get: - -> 10/s", "users.gett: - -> 9/s", "users.put: - -> 10/s"]);
    let held: Vec<_> = executor.limits().held().iter().map(ToString::to_string).collect();
    assert_eq!(held, ["users.*  rate 10/s", "users.gett  rate 9/s, no call has met it; did you mean `users.get`?"]);
    assert_eq!(executor.limits().held_by(&pattern("users.put")).to_string(), "users.put  not held");

    for number in 0..9_998 {
        assert!(hold(&format!("tenants.{number}"), Some("1/s")));
    }
    assert!(!hold("one.more", Some("1/s")) && executor.limits().held_by(&pattern("one.more")).rate.is_none());
    assert!(hold("users.gett", Some("8/s")), "those that are there can be changed");
    assert!(hold("users.gett", None) && hold("one.more", Some("1/s")), "and make room");
    let stage = Stage { executor: executor.clone(), ..Stage::new([ok(1)]) };
    assert_eq!(stage.executor.limits().held().len(), 10_000);
}
