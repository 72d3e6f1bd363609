//! One operation in three tempers (ready at once, pending once, failing), bare, guarded, and guarded by peers.

use backon::Retryable;
use recourse::hedge::{HedgeDecision, HedgeState, Trigger};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, Rejected, RetryPolicy, resilient};
use std::hint::black_box;
use std::time::Duration;

/// The operation's error: one word, like most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fail(pub u32);

impl std::fmt::Display for Fail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "fail {}", self.0)
    }
}

impl std::error::Error for Fail {}

impl From<Rejected> for Fail {
    fn from(_: Rejected) -> Self {
        Self(u32::MAX)
    }
}

/// Ready on the first poll.
pub async fn ready(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Pending once.
pub async fn yields(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Fails at once.
#[expect(clippy::cast_possible_truncation, reason = "the argument is 1")]
pub async fn fails(x: u64) -> Result<u64, Fail> {
    Err(Fail(black_box(x as u32)))
}

/// Ready, guarded by the attribute, with nothing on.
#[resilient(retry = "none")]
pub async fn ready_nothing(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, with its default budget.
#[resilient(retry = "3 attempts")]
pub async fn ready_retry(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, under a policy that was registered while the program runs: see [`replace_policies`].
#[resilient(key = "bench.replaced", retry = "3 attempts")]
pub async fn ready_replaced(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// The same, and the policy was taken back.
#[resilient(key = "bench.taken_back", retry = "3 attempts")]
pub async fn ready_taken_back(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Registers policies for functions that have been called.
pub fn replace_policies() {
    let runtime = crate::rounds::runtime();
    runtime.block_on(ready_replaced(1)).expect("it is ready");
    runtime.block_on(ready_taken_back(1)).expect("it is ready");
    let (executor, key) = (Executor::global(), Key::from_static);
    for name in ["bench.replaced", "bench.taken_back"] {
        executor.set_policy(key(name), Policy::new().retry(RetryPolicy::attempts(2)));
    }
    executor.remove_policy(key("bench.taken_back"));
}

/// Ready, guarded by a timeout.
#[resilient(timeout = "1s")]
pub async fn ready_timeout(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry and timeout.
#[resilient(retry = "3 attempts", timeout = "1s")]
pub async fn ready_retry_timeout(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// A guarded call in a guarded call with a deadline: both ready.
#[resilient(retry = "3 attempts", timeout = "1s")]
pub async fn ready_nested(x: u64) -> Result<u64, Fail> {
    ready_inside(x).await
}

/// The same without the deadline.
#[resilient(retry = "3 attempts")]
pub async fn ready_nested_without(x: u64) -> Result<u64, Fail> {
    ready_inside_without(x).await
}

/// As [`ready_retry`], which is compiled into its case as long as no other function calls it.
#[resilient(retry = "3 attempts")]
async fn ready_inside(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// The same for [`ready_nested_without`].
#[resilient(retry = "3 attempts")]
async fn ready_inside_without(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, both timeouts and a budget.
#[resilient(retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms", budget = "20% + 10/s")]
pub async fn ready_all(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Yields, guarded by the attribute, with nothing on.
#[resilient(retry = "none")]
pub async fn yields_nothing(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry, with its default budget.
#[resilient(retry = "3 attempts")]
pub async fn yields_retry(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by a timeout.
#[resilient(timeout = "1s")]
pub async fn yields_timeout(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry and timeout.
#[resilient(retry = "3 attempts", timeout = "1s")]
pub async fn yields_retry_timeout(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry, both timeouts and a budget.
#[resilient(retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms", budget = "20% + 10/s")]
pub async fn yields_all(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Ready, guarded by a hedge at p99: armed, and never fired.
#[resilient(hedge = "p99")]
pub async fn ready_hedge(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry and a hedge at p99.
#[resilient(retry = "3 attempts", hedge = "p99")]
pub async fn ready_retry_hedge(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Yields, guarded by a hedge at p99: the timer is set, and does not come to its end.
#[resilient(hedge = "p99")]
pub async fn yields_hedge(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry and a hedge at p99.
#[resilient(retry = "3 attempts", hedge = "p99")]
pub async fn yields_retry_hedge(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, and is hedged as soon as it does: two attempts run, the first wins, and no timer is made.
#[resilient(hedge = AtOnce)]
pub async fn yields_hedged_at_once(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Fires one hedge without waiting for anything, and without a budget to run dry.
#[derive(Clone, Copy, Debug)]
pub struct AtOnce;

impl Trigger for AtOnce {
    fn decide(&self, _: &HedgeState<'_>) -> HedgeDecision {
        HedgeDecision::Now
    }

    fn limits(&self) -> HedgePolicy {
        HedgePolicy::percentile(99).at_most(1).budget(BudgetPolicy::none())
    }
}

/// Three attempts that fail, without a delay and without a budget to run dry.
#[resilient(retry = "3 attempts, no delay", budget = "none")]
#[expect(clippy::cast_possible_truncation, reason = "the argument is 1")]
pub async fn fails_three_times(x: u64) -> Result<u64, Fail> {
    Err(Fail(black_box(x as u32)))
}

/// Retry as backon does it, three attempts in all.
pub async fn backon_retry(x: u64) -> Result<u64, Fail> {
    (|| ready(x)).retry(backon::ExponentialBuilder::default().with_max_times(2)).await
}

/// Three attempts that fail, as backon does it: its delay of zero is a timer all the same.
pub async fn backon_fails_three_times(x: u64) -> Result<u64, Fail> {
    let at_once = backon::ConstantBuilder::default().with_delay(Duration::ZERO).with_max_times(2);
    (|| fails(x)).retry(at_once).await
}

/// What one writes by hand: a loop, and tokio's timeout around each attempt.
pub async fn loop_and_timeout(x: u64) -> Result<u64, Fail> {
    by_hand(|| ready(x)).await
}

/// The same, pending once.
pub async fn loop_and_timeout_yields(x: u64) -> Result<u64, Fail> {
    by_hand(|| yields(x)).await
}

async fn by_hand<F: Future<Output = Result<u64, Fail>>>(operation: impl Fn() -> F) -> Result<u64, Fail> {
    let mut left = 3;
    loop {
        left -= 1;
        match tokio::time::timeout(Duration::from_secs(1), operation()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) if left == 0 => return Err(error),
            Err(_) if left == 0 => return Err(Fail(u32::MAX)),
            _ => {}
        }
    }
}
