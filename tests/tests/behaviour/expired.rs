//! A call whose time is over before it begins: its body does not run, and nobody is told anything but the caller.

use recourse::budget::{Budget, TokenBucket};
use recourse::circuit::State;
use recourse::observe::EndReason;
use recourse::policy::BudgetPolicy;
use recourse::{
    BudgetPolicy as PublicBudget, CircuitPolicy, Class, Classify, Executor, HedgePolicy, Key, Policy, Rejected,
    RejectionKind, RetryPolicy, rejection, resilient,
};
use recourse_tests::{Fail, Run, Script, Stage, broken, busy, ms, ok, timeline};
use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Everything is on, and the time is over.
const OVER: Policy = Policy::new()
    .retry(RetryPolicy::attempts(3).fixed(ms(10)))
    .circuit(CircuitPolicy::failures(3).slow(ms(50)))
    .hedge(HedgePolicy::after(ms(20)).budget(PublicBudget::percent(5)))
    .attempt_timeout(ms(500))
    .timeout(Duration::ZERO);

/// The same with time.
const IN_TIME: Policy = OVER.timeout(Duration::from_secs(2));

/// An argument that counts its clones.
#[derive(Debug)]
struct Counts<'a>(&'a AtomicUsize);

impl Clone for Counts<'_> {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

#[resilient(key = "scenario", policy = OVER, executor = stage.executor)]
async fn hedged(stage: &Stage, _counts: Counts<'_>) -> Result<u32, Fail> {
    stage.script.play().await
}

#[resilient(key = "scenario", retry = "3 attempts", timeout = NO_TIME, executor = stage.executor)]
async fn sequential(stage: &Stage, _counts: Counts<'_>) -> Result<u32, Fail> {
    stage.script.play().await
}

const NO_TIME: Duration = Duration::ZERO;

#[resilient(key = "scenario", timeout = NO_TIME, executor = stage.executor)]
async fn once(stage: &Stage, _counts: Counts<'_>) -> Result<u32, Fail> {
    stage.script.play().await
}

fn expired(run: &Run) {
    run.rejected(RejectionKind::Expired).attempts(0).took(ms(0)).stopped_by(EndReason::Expired);
    run.returned_err("`scenario` was not called: its deadline was over before it began");
}

/// timeout-7.
#[tokio::test(start_paused = true)]
async fn a_call_whose_time_is_over_clones_nothing_and_runs_nothing() {
    let clones = AtomicUsize::new(0);
    let counts = || Counts(&clones);
    let stage = || Stage::new([ok(7)]);
    let on = stage();
    Run::of("a const policy", &on, hedged(&on, counts())).await.check(expired);
    let on = stage();
    Run::of("a sequential call", &on, sequential(&on, counts())).await.check(expired);
    let on = stage();
    Run::of("a body that runs once", &on, once(&on, counts())).await.check(expired);
    let on = stage();
    let call = on.executor.call(Key::from_static("scenario"), OVER, || on.script.play());
    Run::of("executor.call", &on, call.into_future()).await.check(expired);
    assert_eq!(clones.load(Ordering::Relaxed), 0);
}

/// timeout-7: the circuit, the budgets and the latencies are as if the calls had not been made.
#[tokio::test(start_paused = true)]
async fn nothing_is_counted_for_or_against_the_dependency() {
    let (executor, script) = (Executor::new(), Script::new([ok(7)]));
    let key = || Key::from_static("healthy");
    let call = |policy| executor.call(key(), policy, || script.play()).into_future();
    assert!(call(IN_TIME).await.is_ok());
    for _ in 0..100 {
        assert_eq!(call(OVER).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    }
    let status = executor.breakers().get(&key()).expect("it has a circuit").snapshot;
    assert_eq!((status.state, status.failures, status.calls), (State::Closed, 0, 0));
    assert!(call(IN_TIME).await.is_ok());
    assert_eq!(script.runs(), 2);
}

static BUDGET: TokenBucket = TokenBucket::new(BudgetPolicy::percent(50).per_second(0));

#[resilient(key = "expired.paid", retry = "3 attempts", budget = BUDGET, timeout = NO_TIME)]
async fn paid() -> Result<u32, Fail> {
    Ok(7)
}

/// timeout-7.
#[tokio::test(start_paused = true)]
async fn it_pays_nothing_into_a_budget_and_takes_nothing_out() {
    assert!(BUDGET.withdraw(recourse::time::Instant::now()) && BUDGET.withdraw(recourse::time::Instant::now()));
    let left = BUDGET.balance();
    for _ in 0..10 {
        assert_eq!(paid().await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    }
    assert_eq!(BUDGET.balance(), left);
}

/// timeout-7: a call without time is told so, also where its circuit would refuse it.
#[tokio::test(start_paused = true)]
async fn an_open_circuit_and_a_half_open_one_are_not_asked() {
    let (executor, script) = (Executor::new(), Script::new([broken(), broken(), broken(), ok(7)]));
    let key = || Key::from_static("down");
    let once = IN_TIME.retry(RetryPolicy::none()).hedge(HedgePolicy::none());
    let call = |policy| executor.call(key(), policy, || script.play()).classify(Classify::classify).into_future();
    for _ in 0..3 {
        assert!(call(once).await.is_err());
    }
    let state = || executor.breakers().get(&key()).unwrap().snapshot;
    assert_eq!(state().state, State::Open);
    for over in [OVER, once.timeout(Duration::ZERO)] {
        assert_eq!(call(over).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
    for _ in 0..5 {
        assert_eq!(call(OVER).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    }
    assert_eq!((state().state, state().probes), (State::HalfOpen, 0), "no place of a probe was taken");
    assert!(call(once).await.is_ok());
}

#[resilient(key = "expired.cached", timeout = NO_TIME, fallback = cached)]
async fn fresh(id: u32) -> Result<u32, Fail> {
    Ok(id)
}

async fn cached(id: u32, error: Fail) -> Result<u32, Fail> {
    std::future::ready(()).await;
    assert_eq!(error.rejection(), Some(RejectionKind::Expired));
    Ok(id + 100)
}

/// timeout-8.
#[tokio::test(start_paused = true)]
async fn a_fallback_runs_all_the_same() {
    let (result, timeline) = timeline(fresh(7)).await;
    assert_eq!(result.unwrap(), 107);
    assert_eq!(timeline.reason(), EndReason::Expired);
}

/// timeout-9: the circuit around it does not count it, and a retry around it would find the time over, too.
#[tokio::test(start_paused = true)]
async fn a_call_around_it_neither_retries_it_nor_counts_it() {
    #[resilient(key = "expired.outer", retry = "3 attempts", circuit = "3 failures")]
    async fn outer(script: &Script) -> Result<u32, Rejected> {
        let _ = script.play().await;
        Executor::global().call(Key::from_static("expired.inner"), OVER, || async { Ok(7) }).await
    }
    let script = Script::new([busy()]);
    for _ in 0..3 {
        let rejected = outer(&script).await.unwrap_err();
        assert_eq!((rejected.kind(), rejected.classify()), (RejectionKind::Expired, Class::Ignore));
        assert!(rejection(&rejected).is_some());
    }
    assert_eq!(script.runs(), 3);
    let outer = Executor::global().breakers().get(&Key::from_static("expired.outer")).unwrap();
    assert_eq!(outer.snapshot.state, State::Closed);
}

/// timeout-7: a policy that is registered for the key counts as well.
#[tokio::test(start_paused = true)]
async fn a_registered_policy_may_say_so() {
    let key = Key::from_static("expired.registered");
    let executor = Executor::builder().policy(key.clone(), Policy::new().timeout(Duration::ZERO)).build();
    let call = executor.call(key, Policy::new().retry(RetryPolicy::attempts(3)), || async { Ok::<u32, Rejected>(7) });
    let (result, timeline) = timeline(call.into_future()).await;
    assert_eq!(result.unwrap_err().kind(), RejectionKind::Expired);
    assert!(timeline.effective().changes.is_empty() && timeline.effective().conflicts.is_empty());
}
