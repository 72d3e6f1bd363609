//! Triggers, which decide when a hedge starts: by path, by name, and only with the consent of the author.

use recourse::hedge::{HedgeDecision, HedgeState, Trigger, TriggerRegistry, Unknown};
use recourse::observe::capture;
use recourse::{Executor, HedgePolicy, Key, Policy, resilient};
use recourse_tests::{Fail, Script, Stage, hangs, ms, ok};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

fn at_or_in(at: Duration, state: &HedgeState<'_>) -> HedgeDecision {
    match at.checked_sub(state.elapsed) {
        Some(left) if !left.is_zero() => HedgeDecision::After(left),
        _ => HedgeDecision::Now,
    }
}

#[derive(Debug)]
struct AtTenAndThirty(AtomicU64);

impl Trigger for AtTenAndThirty {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        self.0.fetch_add(1, Ordering::Relaxed);
        let at = ms(if state.launched == 0 { 10 } else { 20 });
        at_or_in(at, state)
    }

    fn limits(&self) -> HedgePolicy {
        HedgePolicy::after(ms(10)).at_most(2)
    }
}

static OWN: AtTenAndThirty = AtTenAndThirty(AtomicU64::new(0));
const BY_POLICY: HedgePolicy = HedgePolicy::after(ms(10)).at_most(1);

/// `hedge = path`: a trigger of one's own, or a policy.
#[tokio::test(start_paused = true)]
async fn triggers_and_policies_by_path() {
    #[resilient(key = "own", hedge = OWN)]
    async fn own(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    #[resilient(key = "policy", hedge = BY_POLICY)]
    async fn policy(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let (result, timelines) = capture(own(&Script::new([hangs(), hangs(), ok(3).after(ms(1))]))).await;
    assert_eq!((result.expect("the second hedge"), timelines[0].hedge_count()), (3, 2));
    assert!(timelines[0].elapsed() >= ms(31) && timelines[0].elapsed() < ms(35), "{}", timelines[0]);
    assert!(OWN.0.load(Ordering::Relaxed) >= 2);
    assert_eq!(policy(&Script::new([hangs(), ok(2)])).await.expect("the hedge"), 2);
}

#[derive(Debug)]
struct Early;
#[derive(Debug)]
struct Late;

impl Trigger for Early {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        at_or_in(ms(10), state)
    }
}

impl Trigger for Late {
    fn decide(&self, state: &HedgeState<'_>) -> HedgeDecision {
        at_or_in(ms(50), state)
    }
}

static EARLY: Early = Early;
static LATE: Late = Late;
const BASE: Policy = Policy::new().hedge(HedgePolicy::after(ms(500)));

/// Triggers without a size may share their place and are two all the same; and a trigger stands before a base policy's hedge.
#[tokio::test(start_paused = true)]
async fn triggers_are_told_apart() {
    #[resilient(key = "both", executor = stage.executor, hedge = EARLY, policy = BASE)]
    async fn early(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "both", executor = stage.executor, hedge = LATE, policy = BASE)]
    async fn late(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let executor = Executor::new();
    let stage = || Stage { executor: executor.clone(), script: Script::new([hangs(), ok(2)]) };
    let (_, timelines) = capture(async { (early(&stage()).await.expect("2"), late(&stage()).await.expect("2")) }).await;
    let took: Vec<_> = timelines.iter().map(recourse::observe::Timeline::elapsed).collect();
    assert!(took[0] < ms(15) && (ms(50)..ms(55)).contains(&took[1]), "{took:?}");
}

/// Triggers by name, as a policy that arrives as data names them; and what becomes of a name nobody registered.
#[tokio::test(start_paused = true)]
async fn triggers_by_name() {
    #[resilient(key = "named", executor = stage.executor, hedge = "500ms")]
    async fn named(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let triggers = TriggerRegistry::new();
    triggers.register("early", Early).expect("a new name");
    let key = || Key::from_static("named");
    let stage = |executor| Stage { executor, script: Script::new([hangs(), ok(2)]) };
    let early =
        Executor::builder().hedge_by(key(), &triggers, "early", Unknown::Refuse).expect("it is registered").build();
    let (_, timelines) = capture(async { named(&stage(early)).await.expect("2") }).await;
    assert!(timelines[0].elapsed() < ms(15), "{}", timelines[0]);

    let refused = Executor::builder().hedge_by(key(), &triggers, "erly", Unknown::Refuse).unwrap_err();
    assert!(refused.to_string().contains("did you mean `early`?"), "{refused}");
    let without =
        Executor::builder().hedge_by(key(), &triggers, "erly", Unknown::NoHedge).expect("a mode that goes on").build();
    let call = async {
        let _ = tokio::time::timeout(ms(2_000), named(&stage(without))).await;
    };
    let ((), timelines) = capture(call).await;
    assert_eq!(timelines[0].hedge_count(), 0);
    assert!(timelines[0].to_string().contains("note: hedge: 500ms became none"), "{}", timelines[0]);
}

/// hedge-12: nothing from outside adds hedging to a function whose author did not vouch for it, and it is told.
#[tokio::test(start_paused = true)]
async fn only_the_author_can_allow_hedging() {
    #[resilient(key = "k", executor = stage.executor, timeout = "1s")]
    async fn without(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "k", executor = stage.executor, timeout = "1s", retry = "2 attempts", idempotent)]
    async fn vouched(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let provided =
        || Executor::builder().policy(Key::from_static("k"), Policy::new().hedge(HedgePolicy::after(ms(20)))).build();
    let stage = Stage { executor: provided(), script: Script::new([ok(1).after(ms(50)), ok(2)]) };
    let (result, timelines) = capture(without(&stage)).await;
    assert_eq!((result.expect("the primary"), timelines[0].hedge_count()), (1, 0));
    assert!(timelines[0].effective().changes.iter().any(|change| change.field == "hedge"), "{}", timelines[0]);

    let stage = Stage { executor: provided(), script: Script::new([ok(1).after(ms(50)), ok(2)]) };
    let (result, timelines) = capture(vouched(&stage)).await;
    assert_eq!((result.expect("the hedge"), timelines[0].hedge_count()), (2, 1));
}
