//! Accounting of hedged calls: every start has one end and a limit of its own, whatever panics, and whoever is to blame.

use super::key;
use recourse::circuit::State;
use recourse::hedge::{HedgeDecision, HedgeState, Trigger, TriggerRegistry, Unknown};
use recourse::observe::{AttemptOutcome, EndReason, Event, Timeline, capture};
use recourse::{Executor, HedgePolicy, Policy};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok};
use std::cell::Cell;
use std::future::{IntoFuture as _, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

/// Runs a call whose panic ends here. Returns its result, if it has one, and its timeline.
async fn caught<T>(call: impl Future<Output = T>) -> (Option<T>, Timeline) {
    let (result, mut timelines) = capture(async {
        let mut call = Box::pin(tokio::task::unconstrained(call));
        poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        })
        .await
    })
    .await;
    (result, timelines.pop().expect("a timeline"))
}

fn starts_and_ends(timeline: &Timeline) -> (usize, usize, usize) {
    let count = |is: fn(&Event) -> bool| timeline.events().iter().filter(|timed| is(&timed.event)).count();
    let started = count(|event| matches!(event, Event::AttemptStarted { .. }));
    let ended = count(|event| matches!(event, Event::AttemptEnded { .. }));
    (started, ended, count(|event| matches!(event, Event::CallEnded { .. })))
}

/// Panics when it is dropped, once.
struct Bomb<'a>(&'a Cell<bool>);

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        assert!(!self.0.replace(false), "the destructor panics");
    }
}

/// panic-6: of a loser, of a winner, and of one that is cut.
#[tokio::test(start_paused = true)]
async fn a_destructor_that_panics_takes_no_end_away() {
    let hedged = Policy::new().hedge(HedgePolicy::after(ms(10)));
    let cut = Policy::new().attempt_timeout(ms(30)).retry("2 attempts, no delay".parse().unwrap());
    let cases: [(Policy, usize, &[Option<u64>]); 4] = [
        (hedged, 1, &[None, Some(5)]),
        (hedged, 2, &[Some(15), None]),
        (cut, 1, &[None, Some(5)]),
        (Policy::new().timeout(ms(50)), 1, &[None]),
    ];
    for (policy, armed, plays) in cases {
        let (made, live) = (Cell::new(0), Cell::new(true));
        let executor = Executor::new();
        let call = executor.call(key(), policy, || {
            made.set(made.get() + 1);
            let (play, bomb) =
                (plays.get(made.get() - 1).copied().flatten(), (made.get() == armed).then(|| Bomb(&live)));
            async move {
                let _bomb = bomb;
                match play {
                    Some(after) => tokio::time::sleep(ms(after)).await,
                    None => pending().await,
                }
                Ok::<u32, Fail>(7)
            }
        });
        let (_, timeline) = caught(call.into_future()).await;
        let (started, ended, calls) = starts_and_ends(&timeline);
        assert_eq!((started, calls), (ended, 1), "{timeline}");
        assert!(!live.get(), "the destructor has panicked: {timeline}");
    }
}

/// hedge-20. The first hedge fails, and its place is free when the third starts.
#[tokio::test(start_paused = true)]
async fn each_hedge_has_its_own_limit_in_the_order_of_launches() {
    let policy = Policy::new().hedge("10ms, at most 3".parse().unwrap()).attempt_timeout(ms(45));
    let script = Script::new([hangs(), busy().after(ms(2)), hangs(), hangs()]);
    let (_, timeline) = caught(Executor::new().call(key(), policy, || script.play()).into_future()).await;
    let cut: Vec<Duration> = timeline
        .attempts()
        .iter()
        .filter(|attempt| attempt.outcome == AttemptOutcome::AttemptTimeout)
        .map(|attempt| attempt.ended.saturating_sub(attempt.started))
        .collect();
    assert_eq!(cut.len(), 3, "{timeline}");
    assert!(cut.iter().all(|ran| *ran >= ms(45) && *ran <= ms(46)), "{timeline}");
}

#[derive(Debug)]
struct Panics;

impl Trigger for Panics {
    fn decide(&self, _: &HedgeState<'_>) -> HedgeDecision {
        panic!("the trigger panics")
    }
}

/// panic-7. The dependency has done nothing.
#[tokio::test(start_paused = true)]
async fn a_trigger_that_panics_is_no_evidence_against_the_dependency() {
    let triggers = TriggerRegistry::new();
    triggers.register("panics", Panics).unwrap();
    let executor = Executor::builder().hedge_by(key(), &triggers, "panics", Unknown::Refuse).unwrap().build();
    let policy = Policy::new().hedge(HedgePolicy::after(ms(10))).circuit("1 failure".parse().unwrap());
    let script = Script::new([hangs()]);
    let (result, timeline) = caught(executor.call(key(), policy, || script.play()).into_future()).await;
    assert!(result.is_none());
    assert_eq!((timeline.reason(), timeline.attempts()[0].outcome), (EndReason::Panicked, AttemptOutcome::Cancelled));
    assert_eq!(executor.breakers().get(&key()).unwrap().snapshot.state, State::Closed);
}

/// panic-8.
#[tokio::test(start_paused = true)]
async fn a_panic_in_making_a_hedge_is_a_panic_and_a_caller_that_panics_while_a_call_backs_off_cancels_it() {
    let made = Cell::new(0);
    let (executor, policy) = (Executor::new(), Policy::new().hedge(HedgePolicy::after(ms(10))));
    let call = executor.call(key(), policy, || {
        made.set(made.get() + 1);
        assert!(made.get() < 2, "making the hedge panics");
        async { pending::<Result<u32, Fail>>().await }
    });
    let (result, timeline) = caught(call.into_future()).await;
    assert_eq!((result.is_none(), timeline.reason()), (true, EndReason::Panicked), "{timeline}");

    let policy = Policy::new().retry("2 attempts, fixed 1s".parse().unwrap());
    let script = Script::new([busy(), ok(7)]);
    let (result, timeline) = caught(async {
        let call = executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify).into_future();
        let mut call = Box::pin(call);
        poll_fn(|cx| {
            assert!(call.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        assert_eq!(script.runs(), 2, "the caller panics for a reason of its own");
    })
    .await;
    assert_eq!((result.is_none(), timeline.reason()), (true, EndReason::Cancelled), "{timeline}");
}
