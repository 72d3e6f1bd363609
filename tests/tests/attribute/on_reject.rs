//! `on_reject`: a function makes the error of a call that was refused.

use recourse::observe::Timeline;
use recourse::{CircuitPolicy, Executor, Key, MissingPolicy, Policy, Rejected, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, ms, ok, timeline};
use std::time::Duration;

/// For errors that cannot implement `From<Rejected>`.
#[tokio::test(start_paused = true)]
async fn on_reject_makes_the_error() {
    #[derive(Debug, PartialEq)]
    struct Foreign(&'static str);
    #[expect(clippy::needless_pass_by_value, reason = "the signature of `on_reject`")]
    fn foreign(rejected: Rejected) -> Foreign {
        Foreign(rejected.kind().as_str())
    }
    #[resilient(key = "slow", timeout = "5ms", on_reject = foreign)]
    async fn slow() -> Result<(), Foreign> {
        std::future::pending().await
    }
    assert_eq!(slow().await, Err(Foreign("timeout")));

    let hangs = || std::future::pending::<Result<(), Foreign>>();
    let policy = Policy::new().timeout(ms(5));
    assert_eq!(
        Executor::new().call(Key::from_static("slow"), policy, hangs).on_reject(foreign).await,
        Err(Foreign("timeout"))
    );
}

/// What nobody outside of its crate can make, and nothing is known of.
mod foreign {
    #[derive(Debug)]
    pub(super) struct Error(());

    pub(super) fn reset() -> Error {
        Error(())
    }
}

/// `on_reject = "never"`: errors that nobody can make.
#[tokio::test(start_paused = true)]
async fn never_needs_no_error() {
    #[resilient(key = "foreign", executor = stage.executor, retry = "3 attempts, no delay", on_reject = "never")]
    async fn load(stage: &Stage) -> Result<u32, foreign::Error> {
        stage.script.play().await.map_err(|_| foreign::reset())
    }
    #[resilient(key = "foreign", executor = executor, hedge = "5ms", on_reject = "never")]
    async fn hedged(executor: &Executor) -> Result<u32, foreign::Error> {
        let _ = executor;
        Err(foreign::reset())
    }
    let stage = Stage::new([busy(), busy(), ok(1)]);
    assert_eq!((load(&stage).await.unwrap(), stage.script.runs()), (1, 3));
    assert!(load(&Stage::new([busy()])).await.is_err());
    assert!(hedged(&Executor::new()).await.is_err());
}

/// A policy from elsewhere loses what rejects, as one that repeats does for a function that runs once, and says so.
#[tokio::test(start_paused = true)]
async fn never_takes_what_rejects_out_of_a_policy_from_elsewhere() {
    const SHARED: Policy = Policy::new().timeout(ms(5)).retry(RetryPolicy::attempts(2).no_delay());
    #[resilient(key = "never", executor = stage.executor, policy = SHARED, on_reject = "never")]
    async fn shared(stage: &Stage) -> Result<u32, foreign::Error> {
        stage.script.play().await.map_err(|_| foreign::reset())
    }
    #[resilient(key = "never", executor = stage.executor, on_reject = "never")]
    async fn bare(stage: &Stage) -> Result<u32, foreign::Error> {
        stage.script.play().await.map_err(|_| foreign::reset())
    }
    let fields =
        |timeline: &Timeline| timeline.effective().changes.iter().map(|change| change.field).collect::<Vec<_>>();
    let stage = Stage::new([busy().after(ms(20)), ok(1).after(ms(20))]);
    let (result, timeline) = timeline(shared(&stage)).await;
    assert_eq!((result.unwrap(), fields(&timeline)), (1, vec!["timeout"]));
    let said = timeline.effective().changes[0].to_string();
    assert_eq!(
        said,
        "timeout: 5ms became none: the function cannot be rejected: its attribute says `on_reject = \"never\"`"
    );

    // Without a policy the defaults are on, less their circuit.
    let stage = Stage::new([busy()]);
    for _ in 0..40 {
        assert!(bare(&stage).await.is_err(), "never refused");
    }
    assert_eq!(fields(&recourse_tests::timeline(bare(&stage)).await.1), ["circuit"]);

    // A time that is over ends no call, and a missing policy denies none.
    let registered = Policy::new().timeout(Duration::ZERO).circuit(CircuitPolicy::failures(1)).attempt_timeout(ms(1));
    let deny = Executor::builder().missing_policy(MissingPolicy::Deny);
    for executor in [Executor::builder().policy(Key::from_static("never"), registered), deny] {
        let stage = Stage { executor: executor.build(), script: Script::new([ok(1).after(ms(20))]) };
        assert_eq!(bare(&stage).await.unwrap(), 1);
        assert_eq!(shared(&stage).await.unwrap(), 1);
    }
}

/// A held breaker of the same key belongs to others.
#[tokio::test(start_paused = true)]
async fn never_is_not_refused_by_an_operator() {
    #[resilient(key = "held", executor = stage.executor, retry = "2 attempts, no delay", on_reject = "never")]
    async fn load(stage: &Stage) -> Result<u32, foreign::Error> {
        stage.script.play().await.map_err(|_| foreign::reset())
    }
    #[resilient(key = "held", executor = stage.executor, circuit = "1 failure")]
    async fn other(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy(), ok(1)]);
    assert!(other(&stage).await.is_err());
    assert!(other(&stage).await.unwrap_err().rejection().is_some(), "open");
    assert_eq!(load(&stage).await.unwrap(), 1);
}
