//! What a body may know of its attempt.

use recourse::context::{self, Attempt, CallId};
use recourse::{Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, ms};
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::sleep;

type Seen = Mutex<Vec<Attempt>>;

#[resilient(key = "attempt.send", retry = "3 attempts, no delay", timeout = "500ms", attempt = it)]
async fn send(seen: &Seen) -> Result<u32, Fail> {
    seen.lock().unwrap().push(it.clone());
    sleep(ms(100)).await;
    assert_eq!(it.remaining(), context::remaining());
    Err(Fail::Busy(None))
}

/// context-18.
#[tokio::test(start_paused = true)]
async fn a_body_knows_its_attempt() {
    let seen = Seen::default();
    send(&seen).await.unwrap_err();
    let seen = seen.into_inner().unwrap();
    let facts: Vec<_> = seen.iter().map(|it| (it.number(), it.is_first(), it.is_last(), it.is_hedge())).collect();
    assert_eq!(facts, [(1, true, false, false), (2, false, false, false), (3, false, true, false)]);
    assert!(seen.iter().all(|it| it.key() == "attempt.send"));
    let errors: Vec<_> = seen.iter().map(|it| it.last_error()).collect();
    assert_eq!(errors, [None, Some("busy"), Some("busy")]);
}

/// context-19: the same for all attempts of a call, also for clones that went elsewhere, and another one for each call.
#[tokio::test(start_paused = true)]
async fn a_call_has_one_identity() {
    let mut ids = BTreeSet::new();
    for _ in 0..3 {
        let seen = Seen::default();
        send(&seen).await.unwrap_err();
        let of_call: BTreeSet<CallId> = seen.into_inner().unwrap().iter().map(Attempt::call_id).collect();
        assert_eq!(of_call.len(), 1);
        ids.extend(of_call);
    }
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| id.to_string().len() == 32 && id.to_string().is_ascii()));
}

#[resilient(key = "attempt.hedged", retry = "2 attempts, no delay", hedge = "10ms, at most 2, budget none", attempt = it)]
async fn hedged(seen: &Seen) -> Result<u32, Fail> {
    let target = it.of(&[1, 2, 3, 4, 5, 6]).copied();
    seen.lock().unwrap().push(it);
    sleep(ms(100)).await;
    assert!(target.is_some());
    Err(Fail::Busy(None))
}

/// context-18, context-20: a hedge says of itself what its primary says; retries and hedges alike get each target once before any twice.
#[tokio::test(start_paused = true)]
async fn a_hedge_knows_that_it_is_one() {
    let seen = Seen::default();
    hedged(&seen).await.unwrap_err();
    let seen = seen.into_inner().unwrap();
    let facts: Vec<_> = seen.iter().map(|it| (it.number(), it.is_hedge(), it.is_last())).collect();
    let expected =
        [(1, false, false), (2, true, false), (3, true, false), (4, false, true), (5, true, true), (6, true, true)];
    assert_eq!(facts, expected);
    let targets: BTreeSet<_> = seen.iter().filter_map(|it| it.of(&[1, 2, 3, 4, 5, 6])).collect();
    assert_eq!(targets.len(), 6);
    assert_eq!(seen[0].of::<u32>(&[]), None);
}

/// context-20: each call begins at a place of its own.
#[tokio::test(start_paused = true)]
async fn calls_begin_at_different_targets() {
    let executor = Executor::new();
    let first = Mutex::new(BTreeSet::new());
    for _ in 0..100 {
        let call =
            executor.call_with(Key::from_static("targets"), Policy::new().retry(RetryPolicy::none()), async |it| {
                first.lock().unwrap().extend(it.of(&[1, 2, 3, 4]).copied());
                Ok::<_, Fail>(())
            });
        call.await.unwrap();
    }
    assert_eq!(first.into_inner().unwrap().len(), 4);
}

fn below() -> Option<(String, u32)> {
    context::attempt().map(|it| (it.key().to_owned(), it.number()))
}

/// context-21: code below the body finds the attempt, wherever the body waits, and nobody else does.
#[tokio::test(start_paused = true)]
async fn code_below_finds_the_attempt() {
    #[resilient(key = "attempt.below", retry = "2 attempts, no delay", attempt = _it)]
    async fn shows(seen: &Mutex<Vec<Option<(String, u32)>>>) -> Result<(), Fail> {
        seen.lock().unwrap().push(below());
        sleep(ms(5)).await;
        seen.lock().unwrap().push(below());
        tokio::spawn(async { assert_eq!(below(), None) }).await.unwrap();
        Err(Fail::Busy(None))
    }
    let seen = Mutex::default();
    let beside = async {
        sleep(ms(2)).await;
        assert_eq!(below(), None);
    };
    let (result, ()) = tokio::join!(shows(&seen), beside);
    result.unwrap_err();
    let of = |number| Some(("attempt.below".to_owned(), number));
    assert_eq!(seen.into_inner().unwrap(), [of(1), of(1), of(2), of(2)]);
    assert_eq!(below(), None);
}

/// context-18: closures are given the attempt.
#[tokio::test(start_paused = true)]
async fn closures_are_given_the_attempt() {
    let (executor, seen) = (Executor::new(), Mutex::new(Vec::new()));
    let policy = Policy::new()
        .retry(RetryPolicy::attempts(2).no_delay())
        .hedge(HedgePolicy::after(ms(10)).at_most(1).budget(recourse::BudgetPolicy::none()))
        .timeout(Duration::from_secs(1));
    let call = executor.call_with(Key::from_static("closures"), policy, async |it| {
        seen.lock().unwrap().push((it.number(), it.is_hedge(), it.is_last(), below()));
        sleep(ms(50)).await;
        Err::<(), _>(Fail::Busy(None))
    });
    call.await.unwrap_err();
    let of = |number| Some(("closures".to_owned(), number));
    let expected = [(1, false, false, of(1)), (2, true, false, of(2)), (3, false, true, of(3)), (4, true, true, of(4))];
    assert_eq!(seen.into_inner().unwrap(), expected);
}

trait Sends {
    fn send(&mut self) -> impl Future<Output = Result<u32, Fail>> + Send;
}

struct Counter(u32);

impl Sends for Counter {
    #[resilient(key = "attempt.trait", retry = "3 attempts, no delay", attempt = it)]
    async fn send(&mut self) -> Result<u32, Fail> {
        self.0 += it.number();
        if it.is_last() { Ok(self.0) } else { Err(Fail::Busy(None)) }
    }
}

#[resilient(key = "attempt.made", retry = "3 attempts, no delay", attempt = it)]
fn made(from: u32) -> impl Future<Output = Result<u32, Fail>> {
    let number = it.number();
    async move { if it.is_last() { Ok(from + number) } else { Err(Fail::Busy(None)) } }
}

#[async_trait::async_trait]
trait Boxed {
    async fn boxed(&self) -> Result<u32, Fail>;
}

#[async_trait::async_trait]
impl Boxed for Counter {
    #[resilient(key = "attempt.boxed", retry = "2 attempts, no delay", attempt = it)]
    async fn boxed(&self) -> Result<u32, Fail> {
        if it.is_last() { Ok(it.number()) } else { Err(Fail::Busy(None)) }
    }
}

#[resilient(key = "attempt.once", timeout = "1s", attempt = it)]
async fn at_most_once() -> Result<u32, Fail> {
    assert!(it.is_first() && it.is_last());
    Ok(it.number())
}

/// context-18: whatever the form of the function.
#[tokio::test(start_paused = true)]
async fn every_form_of_function_may_name_its_attempt() {
    assert_eq!(Counter(0).send().await.unwrap(), 6);
    assert_eq!(made(10).await.unwrap(), 13);
    assert_eq!(Counter(0).boxed().await.unwrap(), 2);
    assert_eq!(at_most_once().await.unwrap(), 1);
}

#[resilient(
    key = "attempt.queued", concurrency = "1 at once, wait 800ms", rate = "10/s, burst 1, wait 800ms", attempt_timeout = "300ms", timeout = "900ms",
    retry = "2 attempts, no delay", attempt = it
)]
async fn queued(left: &Mutex<Vec<(u32, Duration)>>) -> Result<u32, Fail> {
    assert_eq!(it.remaining(), context::remaining(), "attempt {}", it.number());
    assert_eq!(it.remaining(), context::attempt().unwrap().remaining());
    left.lock().unwrap().push((it.number(), it.remaining().unwrap()));
    sleep(ms(250)).await;
    assert_eq!(it.remaining(), context::remaining());
    Err(Fail::Busy(None))
}

/// context-30: the time in a queue is none of the attempt's own; of the call's time it is.
#[tokio::test(start_paused = true)]
async fn an_attempt_has_the_time_that_is_left_when_its_body_starts() {
    let executor = Executor::new();
    let _entered = executor.enter();
    let seen = [(); 3].map(|()| Mutex::default());
    let (one, two) = (Box::pin(queued(&seen[0])), Box::pin(queued(&seen[1])));
    let (one, two) = tokio::join!(one, two);
    assert!(one.is_err() && two.is_err());
    let [one, two, _] = seen.map(|seen| seen.into_inner().unwrap());
    // The first runs until 250 ms and hands its slot on, and its retry waits until the second gives it back. The calls end at 900 ms.
    assert_eq!(one, [(1, ms(300)), (2, ms(300))]);
    assert_eq!(two, [(1, ms(300)), (2, ms(150))]);
}
