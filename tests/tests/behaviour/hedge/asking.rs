//! When a trigger is asked, and when not: every wait that the engine arms for itself ends later than it began.

use super::key;
use recourse::hedge::{HedgeDecision, HedgeState, Trigger};
use recourse::observe::Timeline;
use recourse::{BudgetPolicy, Executor, HedgePolicy, Policy};
use recourse_tests::{Fail, Play, Script, busy_after, hangs, ms, ok, timeline};
use std::future::{IntoFuture as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;

/// A trigger that gives one answer, and counts how often it was asked.
#[derive(Clone, Debug)]
struct Says(HedgeDecision, Arc<AtomicU32>);

impl Trigger for Says {
    fn decide(&self, _: &HedgeState<'_>) -> HedgeDecision {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0
    }

    fn limits(&self) -> HedgePolicy {
        HedgePolicy::after(ms(1)).at_most(2).budget("1%".parse::<BudgetPolicy>().expect("a budget"))
    }
}

fn executor(says: &Says) -> Executor {
    let triggers = recourse::hedge::TriggerRegistry::new();
    triggers.register("says", says.clone()).expect("a name");
    let executor = Executor::builder().hedge_by(key(), &triggers, "says", recourse::hedge::Unknown::Refuse);
    executor.expect("a trigger").build()
}

async fn call(executor: &Executor, script: &Script) -> (Result<u32, Fail>, Timeline) {
    let policy = Policy::new().hedge(HedgePolicy::after(ms(1)));
    let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify);
    timeline(call.into_future()).await
}

/// hedge-17. On a paused clock nothing moves while the engine spins, so a spin would never end.
#[tokio::test(start_paused = true)]
async fn a_hedge_that_is_denied_at_once_is_asked_for_again_later() {
    let says = Says(HedgeDecision::Now, Arc::default());
    let executor = executor(&says);
    // Ten hedges are what the budget has.
    for _ in 0..5 {
        let (_, timeline) = call(&executor, &Script::new([hangs(), hangs(), ok(1)])).await;
        assert_eq!(timeline.hedge_count(), 2, "{timeline}");
    }
    says.1.store(0, Ordering::Relaxed);
    let script = Script::new([ok(7).after(ms(100))]);
    let (result, timeline) = timeout(Duration::from_secs(1), call(&executor, &script)).await.expect("it ends");
    assert_eq!((result.unwrap(), timeline.attempts().len()), (7, 1), "{timeline}");
    // 1, 2, 4 .. 64 ms after the start.
    assert!(says.1.load(Ordering::Relaxed) <= 9, "asked {} times", says.1.load(Ordering::Relaxed));
}

/// hedge-17.
#[tokio::test(start_paused = true)]
async fn a_trigger_that_wants_to_be_asked_in_no_time_is_asked_in_a_millisecond() {
    let says = Says(HedgeDecision::After(Duration::from_nanos(1)), Arc::default());
    let script = Script::new([ok(7).after(ms(50))]);
    let (result, _) = timeout(Duration::from_secs(1), call(&executor(&says), &script)).await.expect("it ends");
    assert_eq!(result.unwrap(), 7);
    assert!(says.1.load(Ordering::Relaxed) <= 52, "asked {} times", says.1.load(Ordering::Relaxed));
}

/// hedge-18. A trigger that draws lots would hedge the more the more often its task is polled.
#[tokio::test(start_paused = true)]
async fn a_trigger_that_says_never_is_not_asked_again_in_its_group() {
    let says = Says(HedgeDecision::Never, Arc::default());
    let executor = executor(&says);
    let script = Script::new([ok(7).after(ms(50))]);
    let mut call = pin!(call(&executor, &script));
    for _ in 0..10 {
        assert!(poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await);
        tokio::time::advance(ms(1)).await;
    }
    assert_eq!(call.await.0.unwrap(), 7);
    assert_eq!(says.1.load(Ordering::Relaxed), 1, "whatever wakes the task");
}

/// hedge-18. The next group is another question.
#[tokio::test(start_paused = true)]
async fn never_means_this_group() {
    let says = Says(HedgeDecision::Never, Arc::default());
    let executor = executor(&says);
    let policy = Policy::new().hedge(HedgePolicy::after(ms(1))).retry("3 attempts, fixed 10ms".parse().unwrap());
    let script =
        Script::new([recourse_tests::busy().after(ms(5)), recourse_tests::busy().after(ms(5)), ok(7).after(ms(5))]);
    let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify);
    assert_eq!(call.await.unwrap(), 7);
    assert_eq!(says.1.load(Ordering::Relaxed), 3, "once for each group");
}

async fn starts(plays: impl IntoIterator<Item = Play>) -> Vec<Duration> {
    let script = Script::new(plays);
    let retry = recourse::RetryPolicy::none().no_delay();
    let policy = Policy::new().retry(retry).hedge("100ms, at most 2".parse().unwrap()).timeout(Duration::from_secs(9));
    let executor = Executor::new();
    let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify);
    let (_, timeline) = timeline(call.into_future()).await;
    let started = |event: &recourse::observe::TimedEvent| match event.event {
        recourse::observe::Event::AttemptStarted { .. } => Some(event.at),
        _ => None,
    };
    timeline.events().iter().filter_map(started).collect()
}

/// hedge-19.
#[tokio::test(start_paused = true)]
async fn a_pushback_binds_the_hedges_of_its_group() {
    let told = Duration::from_secs(3);
    // The first hedge starts at 100 ms, and is told at 110 ms.
    let told_the_hedge = starts([hangs(), busy_after(told).after(ms(10)), ok(7)]).await;
    assert_eq!(told_the_hedge.len(), 3);
    assert!(told_the_hedge[2] >= ms(3_110) && told_the_hedge[2] < ms(3_120), "{told_the_hedge:?}");
    // The primary is told at 120 ms while the first hedge hangs.
    let told_the_primary = starts([busy_after(told).after(ms(120)), hangs(), ok(7)]).await;
    assert!(told_the_primary[2] >= ms(3_120) && told_the_primary[2] < ms(3_130), "{told_the_primary:?}");
}
