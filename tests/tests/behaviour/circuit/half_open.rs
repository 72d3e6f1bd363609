//! Probes: how many are admitted, what they may do, and that each gives its place back.

use super::{ALMOST, COOLDOWN, POLICY, due, get, is_refused, key, open, seen, state, wait};
use recourse::circuit::{DecisionReason, State};
use recourse::observe;
use recourse::{HedgePolicy, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok, panics};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

type Boxed<'a> = Pin<Box<dyn Future<Output = Result<u32, Fail>> + 'a>>;
type Calls<'a> = Vec<Boxed<'a>>;

/// Polls each once; who is refused at once.
async fn refused_at_once(calls: &mut Calls<'_>) -> usize {
    poll_fn(|cx| {
        let refused =
            |call: &mut Boxed<'_>| matches!(call.as_mut().poll(cx), Poll::Ready(result) if is_refused(&result));
        Poll::Ready(calls.iter_mut().map(refused).filter(|refused| *refused).count())
    })
    .await
}

/// circuit-3. The same on threads stands beside the breaker itself, where the clock can be held.
#[tokio::test(start_paused = true)]
async fn of_32_callers_exactly_one_is_admitted() {
    for _ in 0..1_000 {
        let stage = due([hangs()]).await;
        let mut calls: Calls<'_> = (0..32).map(|_| Box::pin(get(&stage)) as _).collect();
        assert_eq!(refused_at_once(&mut calls).await, 31);
        assert_eq!((stage.script.runs(), stage.script.live()), (3 + 1, 1));
    }
}

/// How a probe ends without a verdict of its own, or with a bad one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gone {
    Cancelled,
    TimedOut,
    AttemptTimedOut,
    Panicked,
}

/// circuit-1: in each combination with retry and hedge.
#[tokio::test(start_paused = true)]
async fn a_probe_that_goes_gives_its_slot_back_whatever_else_is_on() {
    let retry = RetryPolicy::attempts(3).fixed(ms(5));
    let hedge = HedgePolicy::after(ms(2)).at_most(2);
    for gone in [Gone::Cancelled, Gone::TimedOut, Gone::AttemptTimedOut, Gone::Panicked] {
        for (retries, hedges) in [(false, false), (true, false), (false, true), (true, true)] {
            let what = format!("{gone:?}, retry {retries}, hedge {hedges}");
            let stage = due([if gone == Gone::Panicked { panics().after(ms(1)) } else { hangs() }, ok(7)]).await;
            let mut policy = Policy::new().circuit(POLICY).timeout(ms(200));
            policy.retry = retries.then_some(retry);
            policy.hedge = hedges.then_some(hedge);
            policy.attempt_timeout = (gone == Gone::AttemptTimedOut).then_some(ms(50));
            let mut call: Boxed<'_> =
                Box::pin(stage.executor.call(key(), policy, || stage.script.play()).into_future());
            let polled = |call: &mut Boxed<'_>, cx: &mut Context<'_>| {
                let poll = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx)));
                poll.map_or(Poll::Ready(None), |poll| poll.map(|result| result.err().and_then(|fail| fail.rejection())))
            };
            if gone == Gone::Cancelled {
                let _ = tokio::time::timeout(ms(100), poll_fn(|cx| polled(&mut call, cx))).await;
            } else {
                let ended = poll_fn(|cx| polled(&mut call, cx)).await;
                let expected = match gone {
                    Gone::TimedOut => Some(RejectionKind::Timeout),
                    Gone::AttemptTimedOut => Some(RejectionKind::AttemptTimeout),
                    _ => None,
                };
                assert_eq!(ended, expected, "{what}");
            }
            drop(call);
            assert_eq!(
                (stage.script.runs(), stage.script.live()),
                (4, 0),
                "{what}: one attempt, no hedge, nothing left"
            );
            if gone == Gone::Cancelled {
                assert_eq!(state(&stage), State::HalfOpen, "{what}");
            } else {
                assert_eq!(state(&stage), State::Open, "{what}");
                tokio::time::advance(COOLDOWN).await;
            }
            let next = stage.executor.call(key(), policy, || stage.script.play()).await;
            assert_eq!(next.expect("the next probe is admitted"), 7, "{what}");
            assert_eq!(state(&stage), State::Closed, "{what}");
        }
    }
}

/// circuit-1: dropped after so many polls, at every await point there is.
#[tokio::test(start_paused = true)]
async fn a_probe_can_be_dropped_at_every_poll() {
    #[resilient(key = "db.get", executor = stage.executor, circuit = POLICY, retry = "3 attempts, fixed 5ms", timeout = "1s")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        stage.script.play().await
    }
    for polls in 0..10 {
        let stage = due([ok(7).after(ms(3)), ok(8)]).await;
        let mut probe = Box::pin(call(&stage));
        let mut left = polls;
        poll_fn(|cx| {
            if left == 0 || probe.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        })
        .await;
        drop(probe);
        assert!(call(&stage).await.is_ok(), "after {polls} polls");
        assert_eq!(state(&stage), State::Closed, "after {polls} polls");
    }
}

/// circuit-2: a probe that hangs for ever holds its slot for one more cooldown.
#[tokio::test(start_paused = true)]
async fn a_probe_that_says_nothing_makes_room_for_another() {
    let stage = due([hangs(), ok(7)]).await;
    let mut silent = Box::pin(get(&stage));
    assert!(poll_fn(|cx| Poll::Ready(silent.as_mut().poll(cx).is_pending())).await);
    tokio::time::advance(ALMOST).await;
    let refused = super::refusal(get(&stage).await);
    let told = refused.retry_after().expect("a time");
    assert!((ms(1)..=ms(51)).contains(&told), "the probe is overdue in 1 ms, and then comes one of many: {told:?}");
    assert_eq!(refused.circuit(), Some(DecisionReason::ProbesBusy));
    assert!(refused.to_string().ends_with("its circuit is half-open, and its probes are on their way"), "{refused}");
    tokio::time::advance(ms(1)).await;
    assert_eq!(get(&stage).await.expect("another probe"), 7);
    assert_eq!(state(&stage), State::Closed);
    drop(silent);
    assert_eq!(state(&stage), State::Closed);
}

/// A dependency that answers later than the cooldown is long can close its breaker.
#[tokio::test(start_paused = true)]
async fn the_late_word_of_a_probe_still_counts() {
    let stage = due([ok(7).after(ms(1_500)), hangs()]).await;
    let late = get(&stage);
    let overtaken = async {
        wait(1_200).await;
        let _ = tokio::time::timeout(ms(600), get(&stage)).await;
    };
    let (late, ()) = futures::future::join(late, overtaken).await;
    assert_eq!((late.expect("late, and well"), state(&stage)), (7, State::Closed));
}

/// hedge-15: the hedge of a probe would be a second probe.
#[tokio::test(start_paused = true)]
async fn a_probe_is_not_hedged_and_makes_one_attempt() {
    #[resilient(key = "db.get", executor = stage.executor, circuit = POLICY, retry = "3 attempts, no delay", hedge = "10ms, at most 2")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = due([ok(7).after(ms(500)), ok(8).after(ms(500)), ok(9)]).await;
    let (result, timeline) = seen(call(&stage)).await;
    assert_eq!((result.unwrap(), timeline.attempt_count(), timeline.hedge_count()), (7, 1, 0));
    let (_, timeline) = seen(call(&stage)).await;
    assert!(timeline.hedge_count() > 0, "closed again, it hedges");

    let stage = due([busy(), ok(8)]).await;
    let (result, timeline) = seen(call(&stage)).await;
    assert_eq!((result.unwrap_err().to_string().as_str(), timeline.attempt_count()), ("busy", 1));
    assert_eq!(timeline.reason(), observe::EndReason::CircuitOpen);
}

/// A call that began while it was closed starts no hedge once it is not.
#[tokio::test(start_paused = true)]
async fn no_hedge_starts_while_it_is_open() {
    let policy = Policy::new().circuit(POLICY).hedge(HedgePolicy::after(ms(50)).at_most(2));
    let stage = Stage::new([ok(7).after(ms(300)), busy(), busy(), busy(), ok(8)]);
    let slow = stage.executor.call(key(), policy, || stage.script.play());
    let outage = async {
        wait(10).await;
        for _ in 0..3 {
            let _ = get(&stage).await;
        }
    };
    let ((slow, timeline), ()) = futures::future::join(seen(slow.into_future()), outage).await;
    assert_eq!((slow.unwrap(), timeline.hedge_count(), stage.script.runs()), (7, 0, 4));
}

/// Several probes at a time, several successes: both numbers are the policy's.
#[tokio::test(start_paused = true)]
async fn probes_and_successes_are_what_the_policy_says() {
    #[resilient(key = "many", executor = stage.executor, circuit = "1 failure, cooldown 1s, 4 probes, 6 successes")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy(), ok(7).after(ms(10))]);
    let _ = call(&stage).await;
    tokio::time::advance(COOLDOWN).await;
    let mut calls: Calls<'_> = (0..10).map(|_| Box::pin(call(&stage)) as _).collect();
    assert_eq!(refused_at_once(&mut calls).await, 6);
    wait(20).await;
    for probe in calls.iter_mut().take(4) {
        assert_eq!(probe.await.unwrap(), 7);
    }
    let breaker = || stage.executor.breakers().list().remove(0).snapshot;
    assert_eq!((breaker().state, breaker().successes), (State::HalfOpen, 4));
    assert!(call(&stage).await.is_ok() && call(&stage).await.is_ok());
    assert_eq!(breaker().state, State::Closed);
}

/// A probe that loses a race gives its slot back: losing is being dropped.
#[tokio::test(start_paused = true)]
async fn a_probe_that_loses_a_race_gives_its_slot_back() {
    let stage = due([hangs(), ok(7)]).await;
    let probe = Box::pin(get(&stage));
    let other = Box::pin(wait(10));
    let lost = matches!(futures::future::select(probe, other).await, futures::future::Either::Right(_));
    assert!(lost && state(&stage) == State::HalfOpen);
    assert_eq!(get(&stage).await.expect("the next probe"), 7);
}

/// The default cooldown grows only where the policy says so.
#[tokio::test(start_paused = true)]
async fn the_cooldown_doubles_at_each_reopening_up_to_its_limit() {
    #[resilient(key = "grows", executor = stage.executor, circuit = "1 failure, cooldown 1s..3s, 1 success")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy(), busy(), busy(), busy(), ok(7), busy()]);
    for seconds in [1, 2, 3, 3] {
        assert!(!is_refused(&call(&stage).await));
        let cooldown = Duration::from_secs(seconds);
        assert_eq!(super::refusal(call(&stage).await).retry_after(), Some(cooldown));
        tokio::time::advance(cooldown).await;
    }
    assert!(call(&stage).await.is_ok());
    let _ = call(&stage).await;
    assert_eq!(super::refusal(call(&stage).await).retry_after(), Some(COOLDOWN), "closing it forgives");
}

/// Opening takes no longer than it must.
#[tokio::test(start_paused = true)]
async fn an_open_breaker_runs_no_body() {
    let stage = open([ok(7)]).await;
    for _ in 0..1_000 {
        assert!(is_refused(&get(&stage).await));
    }
    assert_eq!(stage.script.runs(), 3);
}
