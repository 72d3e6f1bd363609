//! Retry budgets, through the attribute and `Executor::call`.

use recourse::budget::{Budget, TokenBucket, Unlimited};
use recourse::observe::EndReason;
use recourse::{BudgetPolicy, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, busy, ms, ok, through_both_front_ends};
use std::sync::atomic::{AtomicUsize, Ordering};

const RETRIES: Policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());

async fn call(executor: &Executor, key: &'static str, policy: Policy, script: &Script) -> Result<u32, Fail> {
    executor.call(Key::from_static(key), policy, || script.play()).await
}

#[tokio::test(start_paused = true)]
async fn a_budget_with_credit_is_not_noticed() {
    through_both_front_ends!({ retry = "3 attempts, no delay", budget = "10% + 1/s" }, [busy(), busy(), ok(7)], |run| {
        run.returned_ok(7).attempts(3);
    });
}

/// The default budget: 100 retries saved up, then as many as successes and time pay for.
#[tokio::test(start_paused = true)]
async fn an_outage_is_not_multiplied_by_the_attempts() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    for _ in 0..1_000 {
        let result = call(&executor, "search", RETRIES, &script).await;
        assert_eq!(result.unwrap_err().to_string(), "busy", "a denied retry returns the operation's own error");
    }
    assert_eq!(script.runs(), 1_000 + 100, "the first attempt of each call, and the retries saved up");

    tokio::time::advance(ms(2_000)).await;
    let before = script.runs();
    for _ in 0..100 {
        let _ = call(&executor, "search", RETRIES, &script).await;
    }
    assert_eq!(script.runs() - before, 100 + 20, "two seconds pay for twenty more");
}

#[tokio::test(start_paused = true)]
async fn successes_pay_for_retries() {
    let (executor, down, up) = (Executor::new(), Script::new([busy()]), Script::new([ok(1)]));
    let policy = RETRIES.budget(BudgetPolicy::percent(50));
    for _ in 0..20 {
        let _ = call(&executor, "search", policy, &down).await;
    }
    assert_eq!(down.runs(), 20 + 10, "ten were saved up");
    for _ in 0..4 {
        call(&executor, "search", policy, &up).await.expect("it is up");
    }
    for _ in 0..10 {
        let _ = call(&executor, "search", policy, &down).await;
    }
    assert_eq!(down.runs(), 30 + 10 + 2, "four successes at 50% pay for two");
}

#[tokio::test(start_paused = true)]
async fn the_timeline_says_that_the_budget_denied_it() {
    let stage = recourse_tests::Stage::new([busy()]);
    let policy = RETRIES.budget(BudgetPolicy::percent(1));
    for _ in 0..5 {
        let _ = call(&stage.executor, "search", policy, &stage.script).await;
    }
    let ((), timelines) = recourse::observe::capture(async {
        let _ = call(&stage.executor, "search", policy, &stage.script).await;
    })
    .await;
    assert_eq!(timelines[0].reason(), EndReason::BudgetDenied);
    assert_eq!(timelines[0].attempt_count(), 1);
    assert!(timelines[0].to_string().contains("stopped: the retry budget is empty"));
}

#[tokio::test(start_paused = true)]
async fn without_a_budget_every_retry_is_made() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    for _ in 0..1_000 {
        let _ = call(&executor, "search", RETRIES.budget(BudgetPolicy::none()), &script).await;
    }
    assert_eq!(script.runs(), 3_000);
}

#[tokio::test(start_paused = true)]
async fn keys_have_budgets_of_their_own_and_sites_of_one_key_share_one() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let policy = RETRIES.budget(BudgetPolicy::percent(1));
    for key in ["a", "b", "a", "b"] {
        for _ in 0..100 {
            let _ = call(&executor, key, policy, &script).await;
        }
    }
    assert_eq!(script.runs(), 400 + 2 * 10, "ten for each of the two keys");

    // Another site of the key with other numbers shares the first one's budget, and is told so.
    let ((), timelines) = recourse::observe::capture(async {
        let _ = call(&executor, "a", RETRIES.budget(BudgetPolicy::percent(100)), &script).await;
    })
    .await;
    assert_eq!(timelines[0].reason(), EndReason::BudgetDenied);
    assert!(timelines[0].to_string().contains("budget: 100% became 1%"), "{}", timelines[0]);
}

static SHARED: TokenBucket = TokenBucket::new(BudgetPolicy::percent(1));
static COUNTED: Counted = Counted { deposits: AtomicUsize::new(0), refunds: AtomicUsize::new(0) };

/// A budget of the user's own.
#[derive(Debug)]
struct Counted {
    deposits: AtomicUsize,
    refunds: AtomicUsize,
}

impl Budget for Counted {
    fn deposit(&self) {
        self.deposits.fetch_add(1, Ordering::Relaxed);
    }
    fn withdraw(&self, now: recourse::time::Instant) -> bool {
        Unlimited.withdraw(now)
    }
    fn refund(&self) {
        self.refunds.fetch_add(1, Ordering::Relaxed);
    }
    fn balance(&self) -> u32 {
        Unlimited.balance()
    }
}

#[tokio::test(start_paused = true)]
async fn two_functions_can_share_a_static_budget() {
    #[resilient(key = "shared.one", retry = "3 attempts, no delay", budget = SHARED)]
    async fn one(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    #[resilient(key = "shared.two", retry = "3 attempts, no delay", budget = SHARED)]
    async fn two(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let script = Script::new([busy()]);
    for _ in 0..50 {
        let _ = one(&script).await;
        let _ = two(&script).await;
    }
    assert_eq!(script.runs(), 100 + 10);
    assert_eq!(SHARED.balance(), 0);
}

/// budget-2: what was granted and never used comes back, also when the caller goes away in the middle of the delay.
#[tokio::test(start_paused = true)]
async fn a_budget_of_ones_own_is_told_of_successes_and_of_retries_that_never_started() {
    #[resilient(key = "counted", retry = "3 attempts, fixed 10ms", budget = COUNTED)]
    async fn counted(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    counted(&Script::new([ok(1)])).await.expect("it is up");
    counted(&Script::new([busy(), ok(1)])).await.expect("it is up again");
    assert_eq!(COUNTED.deposits.load(Ordering::Relaxed), 1, "only the success of a first attempt pays");

    let script = Script::new([busy()]);
    assert!(tokio::time::timeout(ms(5), counted(&script)).await.is_err(), "dropped within the first delay");
    assert_eq!(COUNTED.refunds.load(Ordering::Relaxed), 1);
    assert!(tokio::time::timeout(ms(15), counted(&script)).await.is_err(), "dropped within the second delay");
    assert_eq!(COUNTED.refunds.load(Ordering::Relaxed), 2);
}

/// What is registered for a key stands before the attribute's static budget.
#[tokio::test(start_paused = true)]
async fn a_registered_budget_stands_before_a_static_one() {
    static TIGHT: TokenBucket = TokenBucket::new(BudgetPolicy::percent(1));
    #[resilient(key = "tight", executor = executor, retry = "3 attempts, no delay", budget = TIGHT)]
    async fn tight(executor: &Executor, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let unlimited = Policy::new().budget(BudgetPolicy::none());
    let executor = Executor::builder().policy(Key::from_static("tight"), unlimited).build();
    let script = Script::new([busy()]);
    for _ in 0..100 {
        let _ = tight(&executor, &script).await;
    }
    assert_eq!((script.runs(), TIGHT.balance()), (300, 10));
}

/// Keys of the program's text are not pushed out by those that are made while it runs: an empty budget stays empty.
#[tokio::test(start_paused = true)]
async fn keys_of_the_program_are_not_evicted() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let policy = RETRIES.budget(BudgetPolicy::percent(1));
    for _ in 0..20 {
        let _ = call(&executor, "kept", policy, &script).await;
    }
    for n in 0..2_000 {
        let key = Key::new(format!("shard-{n}")).expect("a key");
        let _ = executor.call(key, policy, async || Ok::<_, String>(())).await;
    }
    let before = script.runs();
    let _ = call(&executor, "kept", policy, &script).await;
    assert_eq!(script.runs() - before, 1, "its budget is as empty as it was");
}

/// budget-3: many threads never get more than there is.
#[test]
fn threads_share_a_bucket_to_the_last_credit() {
    let bucket = TokenBucket::new(BudgetPolicy::percent(0).per_second(100));
    let now = recourse::time::Instant::from_nanos(1 << 62);
    let granted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..10_000).filter(|_| bucket.withdraw(now)).count())).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(granted, 1_000);
}

/// A retry that cannot happen, because its delay does not fit, costs no credit.
#[tokio::test(start_paused = true)]
async fn a_retry_that_comes_too_late_costs_nothing() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let tight = BudgetPolicy::percent(1);
    let late = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(50))).timeout(ms(20)).budget(tight);
    for _ in 0..30 {
        let _ = call(&executor, "late", late, &script).await;
    }
    let before = script.runs();
    let _ = call(&executor, "late", RETRIES.budget(tight), &script).await;
    assert_eq!(script.runs() - before, 3, "all ten credits are there");
}

/// budget-9: calls that wait for their retries at the same time have paid for them.
#[tokio::test(start_paused = true)]
async fn a_thousand_failures_at_once_get_no_more_retries_than_there_are_credits() {
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(ms(50))).budget(BudgetPolicy::percent(20));
    let calls = (0..1_000).map(|_| call(&executor, "at_once", policy, &script));
    let results = futures::future::join_all(calls).await;
    assert!(results.iter().all(Result::is_err));
    assert_eq!(script.runs(), 1_000 + 10, "the first attempts, and the ten credits that a bucket without a rate holds");
}
