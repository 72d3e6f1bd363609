//! What an operator holds, among other things that say what a call is under.

use recourse::policy::{Origin, Pattern, Section};
use recourse::{Executor, Key, MissingPolicy, Policy, RejectionKind, resilient, with};
use recourse_tests::{Fail, Stage, hangs, once};

fn pattern(text: &str) -> Pattern {
    text.parse().unwrap()
}

fn limits(concurrency: &str) -> Policy {
    Policy::new().concurrency(concurrency.parse().unwrap())
}

/// concurrency-44: whoever tightens a limit takes neither retries nor the time limit away.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_leaves_the_defaults() {
    let executor = Executor::new();
    let call = || executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, Fail>(1));
    assert!(call().await.is_ok());
    let before = executor.sites(Pattern::any()).remove(0).effective;
    assert!(before.policy.retry.is_some() && before.policy.concurrency.is_none());

    executor.limits().hold_concurrency(&pattern("*"), Some("7 at once".parse().unwrap()));
    assert!(call().await.is_ok());
    let held = executor.sites(Pattern::any()).remove(0).effective;
    assert_eq!(held.policy, limits("7 at once").over(before.policy));
    let origin = |section| held.sources.of(section).unwrap().origin;
    assert_eq!((origin(Section::Concurrency), origin(Section::Retry)), (Origin::Operator, Origin::Defaults));
}

/// concurrency-44: a key without a policy stays without one.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_is_no_policy_for_a_key_that_has_none() {
    let executor = Executor::builder().missing_policy(MissingPolicy::Deny).build();
    let call = async || executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, Fail>(1)).await;
    let kind = |refused: Result<i32, Fail>| refused.unwrap_err().rejection();
    let denied = kind(call().await);
    assert!(denied.is_some() && denied != Some(RejectionKind::Full));
    executor.limits().hold_concurrency(&pattern("*"), Some("7 at once".parse().unwrap()));
    assert_eq!(kind(call().await), denied);
}

/// concurrency-44: a call that may ask for more asks for itself, and not for all.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_is_not_changed_for_all_by_a_call_that_may_ask_for_more() {
    let executor = Executor::builder().loose_calls(true).build();
    let call = || executor.call(Key::from_static("db"), limits("2 at once"), async || Ok::<_, Fail>(1));
    assert!(call().await.is_ok());
    executor.limits().hold_concurrency(&pattern("db"), Some("1 at once".parse().unwrap()));
    assert!(with(limits("50 at once"), async { call().await }).await.is_ok());
    assert!(call().await.is_ok());
    assert_eq!(executor.sites(Pattern::any()).remove(0).concurrency.unwrap().limit, 1);
}

#[resilient(key = "db.{shard}", executor = stage.executor, retry = "none")]
async fn by_template(stage: &Stage, shard: u32) -> Result<u32, Fail> {
    let _ = shard;
    stage.script.play().await
}

/// concurrency-44: sites that share the slots of a key share what is held, whichever of them is called first.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_for_a_template_is_for_all_sites_of_its_keys() {
    // Whether the site with the template was called before it is held.
    for is_known in [true, false] {
        let stage = Stage::new([hangs()]);
        let by_name = async || {
            stage.executor.call(Key::from_static("db.1"), limits("5 at once"), async || Ok::<_, Fail>(1)).await
        };
        if is_known {
            assert!(once(&mut Box::pin(by_template(&stage, 1))).await.is_pending());
        }
        assert!(by_name().await.is_ok());
        stage.executor.limits().hold_concurrency(&pattern("db.{shard}"), Some("1 at once".parse().unwrap()));
        assert!(by_name().await.is_ok());
        let mut first = Box::pin(by_template(&stage, 1));
        assert!(once(&mut first).await.is_pending());
        let refused = by_template(&stage, 1).await.unwrap_err();
        assert_eq!(refused.rejection(), Some(RejectionKind::Full), "{is_known}");
        assert!(by_name().await.is_err(), "{is_known}");
        stage.executor.limits().hold_concurrency(&pattern("db.{shard}"), None);
        assert!(by_name().await.is_ok(), "{is_known}");
    }
}

/// concurrency-44: a key that was met and has been evicted was met.
#[tokio::test(start_paused = true)]
async fn what_an_operator_holds_was_met_also_after_the_key_is_gone() {
    let executor = Executor::builder().key_capacity(1).build();
    let call = |key: &str| executor.call(key.parse::<Key>().unwrap(), Policy::new(), async || Ok::<_, Fail>(1));
    executor.limits().hold_rate(&pattern("tenants.1"), Some("9/s".parse().unwrap()));
    assert!(call("tenants.1").await.is_ok());
    for key in 2..200 {
        assert!(call(&format!("tenants.{key}")).await.is_ok());
    }
    assert!(executor.sites(pattern("tenants.1")).is_empty(), "evicted");
    assert_eq!(executor.limits().held()[0].to_string(), "tenants.1  rate 9/s");
}
