//! Executors: the policy of a call, and the state that belongs to an executor.

use recourse::policy::Origin;
use recourse::{Executor, Key, MissingPolicy, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, hangs, ms, ok, timeline};

#[resilient(key = "users.get", executor = stage.executor)]
async fn bare(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[resilient(key = "users.get", executor = stage.executor, timeout = "50ms")]
async fn only_times_out(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[resilient(key = "users.get", executor = stage.executor, retry = "2 attempts, no delay", timeout = "50ms")]
async fn retries(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

fn stage(executor: Executor, plays: impl IntoIterator<Item = recourse_tests::Play>) -> Stage {
    Stage { executor, script: Script::new(plays) }
}

#[tokio::test(start_paused = true)]
async fn with_no_mechanism_named_the_executor_decides() {
    let quiet = stage(Executor::new(), [busy()]);
    let (_, seen) = timeline(bare(&quiet)).await;
    assert_eq!(
        (seen.attempt_count(), seen.effective().origin),
        (3, Origin::Defaults),
        "until somebody writes a policy"
    );

    let policy = Policy::new().retry(RetryPolicy::attempts(5).no_delay());
    let executor = Executor::builder().policy(Key::from_static("users.get"), policy).build();
    let registered = stage(executor, [busy()]);
    let (_, seen) = timeline(bare(&registered)).await;
    assert_eq!((seen.attempt_count(), seen.effective().origin), (5, Origin::Code));
}

#[tokio::test(start_paused = true)]
async fn a_key_without_a_policy_can_be_denied() {
    let denied = stage(Executor::builder().missing_policy(MissingPolicy::Deny).build(), [ok(1)]);
    let (result, seen) = timeline(bare(&denied)).await;
    let error = result.unwrap_err();
    assert_eq!(error.rejection(), Some(RejectionKind::NoPolicy));
    assert_eq!(error.to_string(), "`users.get` was not called: there is no policy for it");
    assert_eq!((denied.script.runs(), seen.attempt_count()), (0, 0));
    assert_eq!(seen.reason().as_str(), "no_policy");
    assert!(bare(&denied).await.is_err(), "also while nobody looks");

    // A function that names a mechanism has a policy.
    assert_eq!(only_times_out(&denied).await.expect("it runs"), 1);
}

/// A registered policy stands before the attribute's, section by section.
#[tokio::test(start_paused = true)]
async fn a_registered_policy_overrides_section_by_section() {
    let policy = Policy::new().timeout(ms(500));
    let patient = stage(
        Executor::builder().policy(Key::from_static("users.get"), policy).build(),
        [busy(), ok(7).after(ms(200))],
    );
    assert_eq!(retries(&patient).await.expect("there is time"), 7);
    assert_eq!(patient.script.runs(), 2, "the retry is still the attribute's");
}

/// What a function cannot do is not done, and is told.
#[tokio::test(start_paused = true)]
async fn a_policy_that_asks_for_more_than_the_function_can_is_applied_without_it() {
    let policy = Policy::new().retry(RetryPolicy::attempts(5)).timeout(ms(500));
    let once = stage(Executor::builder().policy(Key::from_static("users.get"), policy).build(), [busy()]);
    let (_, seen) = timeline(only_times_out(&once)).await;
    assert_eq!(seen.attempt_count(), 1);
    let changes = &seen.effective().changes;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].field, "retry");
    assert_eq!(seen.effective().policy.timeout, Some(ms(500)));
}

/// Values out of bounds are mended when they come from code that was not checked at compile time, and told.
#[tokio::test(start_paused = true)]
async fn values_out_of_bounds_are_clamped_and_told() {
    let wild = Policy::new().retry(RetryPolicy::attempts(1_000).no_delay());
    let executor = Executor::builder().policy(Key::from_static("users.get"), wild).build();
    let (_, seen) = timeline(bare(&stage(executor, [busy()]))).await;
    assert_eq!(seen.attempt_count(), 100);
    assert_eq!(seen.effective().changes[0].field, "retry.max_attempts");
    assert!(seen.to_string().contains("note: retry.max_attempts: 1000 became 100"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn executors_do_not_share_state_and_clones_do() {
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).budget(recourse::BudgetPolicy::percent(1));
    let (one, script) = (Executor::new(), Script::new([busy()]));
    let other = Executor::new();
    let run = async |executor: &Executor| {
        for _ in 0..100 {
            let _ = executor.call(Key::from_static("k"), policy, || script.play()).await;
        }
    };
    run(&one).await;
    run(&one.clone()).await;
    assert_eq!(script.runs(), 200 + 10);
    run(&other).await;
    assert_eq!(script.runs(), 300 + 20);
}

/// key-1: keys of closures are bounded, however many come.
#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_keys_keep_a_thousand() {
    let executor = Executor::new();
    for n in 0..100_000 {
        let key = Key::new(format!("shard-{n}")).expect("a key");
        let _ = executor.call(key, Policy::new().retry(RetryPolicy::defaults()), async || Ok::<_, String>(())).await;
    }
    assert_eq!(executor.keys(), 1_000);
}

/// call-4: calls at one time do not share what belongs to each of them.
#[tokio::test(start_paused = true)]
async fn a_thousand_calls_at_once_count_for_themselves() {
    let executor = Executor::new();
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10))).budget(recourse::BudgetPolicy::none());
    let calls = (0..1_000u64).map(|n| {
        let executor = executor.clone();
        tokio::spawn(async move {
            let script = Script::new([busy().after(ms(n % 7)), busy(), ok(1)]);
            executor.call(Key::from_static("k"), policy, || script.play()).await.expect("the third succeeds");
            script.runs()
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.expect("no panic"), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_of_one_attempt_take_their_arguments_as_they_are() {
    struct NotClone(u32);
    #[resilient(key = "once", timeout = "10ms")]
    async fn once(value: NotClone, buffer: &mut Vec<u32>) -> Result<u32, Fail> {
        buffer.push(value.0);
        if value.0 == 0 {
            hangs_for_ever().await;
        }
        Ok(value.0)
    }
    async fn hangs_for_ever() {
        let _ = Script::new([hangs()]).play().await;
    }
    let mut buffer = Vec::new();
    assert_eq!(once(NotClone(7), &mut buffer).await.expect("no reason to fail"), 7);
    assert_eq!(once(NotClone(0), &mut buffer).await.unwrap_err().rejection(), Some(RejectionKind::Timeout));
    assert_eq!(buffer, [7, 0]);
}

/// What can never happen in a policy is told, also where no compiler saw it.
#[tokio::test(start_paused = true)]
async fn conflicts_of_a_registered_policy_are_told() {
    let policy = Policy::new().attempt_timeout(ms(100)).timeout(ms(50));
    let executor = Executor::builder().policy(Key::from_static("users.get"), policy).build();
    let (_, seen) = timeline(bare(&stage(executor, [ok(1)]))).await;
    assert_eq!(seen.effective().conflicts.len(), 1);
    assert!(seen.to_string().contains("note: attempt_timeout: 100ms is not below the timeout of 50ms"), "{seen}");
}

/// Two sites of one key and one policy that differ in what their functions can do are two.
#[tokio::test(start_paused = true)]
async fn what_a_function_can_do_is_its_own() {
    let registered = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
    let executor = Executor::builder().policy(Key::from_static("users.get"), registered).build();
    let stage = stage(executor, [busy()]);
    assert!(only_times_out(&stage).await.is_err());
    assert_eq!(stage.script.runs(), 1, "its arguments are moved into the only attempt");
    let same = Policy::new().timeout(ms(50));
    let call = stage.executor.call(Key::from_static("users.get"), same, || stage.script.play());
    assert!(call.await.is_err());
    assert_eq!(stage.script.runs(), 1 + 3, "a closure can be called again");
}
