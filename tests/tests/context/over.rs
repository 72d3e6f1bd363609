//! Which deadline it was: inside of an attempt others may be over at the same moment, before, or none at all.

use crate::entrances::{ENTRANCES, executor};
use recourse::{Executor, Key, Policy, Rejected, RetryPolicy, context, race, resilient};
use recourse_tests::{Fail, Script, hangs, ms, once};
use std::future::{Future, IntoFuture, pending};
use std::time::Duration;
use tokio::time::{Instant, advance, sleep};

/// What the caller of an outer call gets: the body's own error, or the key of a rejection.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Own,
    Rejected(String),
}

impl From<Rejected> for Told {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected.key().to_string())
    }
}

const ONCE: RetryPolicy = RetryPolicy::none();

/// Calls a body under a policy, and returns what the caller is told, and when.
async fn outer<F: Future<Output = Result<u32, Told>>>(policy: Policy, body: impl FnMut() -> F) -> (Told, Duration) {
    let (executor, began) = (Executor::new(), Instant::now());
    let told = executor.call(Key::from_static("outer"), policy.retry(ONCE), body).into_future().await;
    (told.unwrap_err(), began.elapsed())
}

/// context-23: a call inside is cut by a deadline a millisecond before the attempt's own.
#[tokio::test(start_paused = true)]
async fn an_attempt_whose_own_time_is_not_over_is_not_cut() {
    for (entrance, call) in ENTRANCES {
        for policy in [Policy::new().timeout(ms(101)), Policy::new().attempt_timeout(ms(101))] {
            let (inner, script) = (executor(Policy::new().retry(ONCE)), Script::new([hangs()]));
            let body = async || context::within(ms(100), call(&inner, &script)).await.map_err(|_| Told::Own);
            assert_eq!(outer(policy, body).await, (Told::Own, ms(100)), "{entrance}");
        }
    }
}

/// context-23: the same with the deadline of a race, which is that of its branches.
#[tokio::test(start_paused = true)]
async fn nor_is_one_by_the_deadline_of_a_race() {
    for (entrance, call) in ENTRANCES {
        let (inner, script) = (executor(Policy::new().retry(ONCE)), Script::new([hangs()]));
        let guarded = async || {
            let never = pending::<Result<u32, Fail>>();
            race!(call(&inner, &script), never).deadline(ms(100)).await.map_err(|_| Told::Own)
        };
        let policy = Policy::new().timeout(ms(101));
        assert_eq!(outer(policy, guarded).await, (Told::Own, ms(100)), "{entrance}");
        let over_an_iterator = async || {
            let race = race!(max = 2; for _ in 0..2 => call(&inner, &script));
            race.deadline(ms(100)).await.map_err(|_| Told::Own)
        };
        assert_eq!(outer(policy, over_an_iterator).await, (Told::Own, ms(100)), "{entrance}");
    }
}

#[resilient(key = "over.detached", timeout = "100ms", deadline = "ignore")]
async fn detached() -> Result<u32, Told> {
    pending().await
}

#[resilient(key = "over.attempt", attempt_timeout = "100ms", deadline = "ignore")]
async fn detached_attempt() -> Result<u32, Told> {
    pending().await
}

/// context-8: whatever deadline ended the call inside, and however many calls lie between.
#[tokio::test(start_paused = true)]
async fn at_one_moment_the_outermost_is_told_whatever_ended_inside() {
    let policy = Policy::new().timeout(ms(100));
    let told = (Told::Rejected("outer".to_owned()), ms(100));
    assert_eq!(outer(policy, detached).await, told);
    assert_eq!(outer(policy, detached_attempt).await, told);
    assert_eq!(outer(Policy::new().attempt_timeout(ms(100)), detached).await, told);
    let between = Executor::new();
    let through = async || between.call(Key::from_static("between"), Policy::new().retry(ONCE), detached).await;
    assert_eq!(outer(policy, through).await, told);
    let shared =
        async || race!(detached(), pending::<Result<u32, Told>>()).deadline(ms(100)).await.map_err(|_| Told::Own);
    assert_eq!(outer(policy, shared).await, told);
}

/// context-8: a thread that was held up notices several deadlines at once.
#[tokio::test(start_paused = true)]
async fn after_a_thread_was_held_up_the_outermost_is_told() {
    for (entrance, call) in ENTRANCES {
        for limits in [Policy::new().timeout(ms(50)), Policy::new().attempt_timeout(ms(50))] {
            let (inner, script) = (executor(limits.retry(ONCE)), Script::new([hangs()]));
            let body = async || {
                let holds_up = async {
                    sleep(ms(40)).await;
                    let _ = once(&mut Box::pin(advance(ms(60)))).await;
                };
                tokio::join!(call(&inner, &script), holds_up).0.map_err(|_| Told::Own)
            };
            let told = (Told::Rejected("outer".to_owned()), ms(100));
            assert_eq!(outer(Policy::new().timeout(ms(60)), body).await, told, "{entrance}");
            // One that has time left goes on.
            assert_eq!(outer(Policy::new().timeout(ms(200)), body).await, (Told::Own, ms(100)), "{entrance}");
        }
    }
}
