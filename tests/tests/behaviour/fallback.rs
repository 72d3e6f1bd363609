//! Fallbacks: the value that is returned instead of an error, after all attempts or a refusal.

#![allow(clippy::unused_async, reason = "a fallback is async, whether it has to wait or not")]

use recourse::{Executor, Key, Policy, RejectionKind, resilient};
use recourse_tests::{Fail, Script, Stage, broken, busy, hangs, ms, ok};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug)]
struct Users {
    script: Script,
    executor: Executor,
    fallbacks: AtomicUsize,
}

impl Users {
    fn new(plays: impl IntoIterator<Item = recourse_tests::Play>) -> Self {
        let Stage { script, executor } = Stage::new(plays);
        Self { script, executor, fallbacks: AtomicUsize::new(0) }
    }

    #[resilient(
        executor = self.executor, retry = "2 attempts, no delay", circuit = "4 failures", attempt_timeout = "1s",
        fallback = Self::cached
    )]
    async fn get(&self, id: u32, name: String) -> Result<String, Fail> {
        self.script.play().await.map(|value| format!("{name} {id} {value}"))
    }

    async fn cached(&self, id: u32, name: String, error: Fail) -> Result<String, Fail> {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
        if id == 0 { Err(error) } else { Ok(format!("{name} {id} cached, {error}")) }
    }
}

#[tokio::test(start_paused = true)]
async fn it_runs_after_the_last_attempt_with_all_arguments_and_the_error() {
    let users = Users::new([busy()]);
    assert_eq!(users.get(7, "Ada".into()).await.unwrap(), "Ada 7 cached, busy");
    assert_eq!((users.script.runs(), users.fallbacks.load(Ordering::Relaxed)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn it_does_not_run_after_a_success() {
    let users = Users::new([busy(), ok(9)]);
    assert_eq!(users.get(7, "Ada".into()).await.unwrap(), "Ada 7 9");
    assert_eq!(users.fallbacks.load(Ordering::Relaxed), 0);
}

/// Any final error: for good, a rejection of a timeout, an open circuit.
#[tokio::test(start_paused = true)]
async fn it_runs_for_every_final_error_rejections_included() {
    let users = Users::new([broken(), hangs(), hangs(), busy(), busy()]);
    assert_eq!(users.get(1, "a".into()).await.unwrap(), "a 1 cached, broken");
    let timed_out = users.get(2, "b".into()).await.unwrap();
    assert!(timed_out.contains("gave no answer within 1s, in 2 attempts"), "{timed_out}");
    assert_eq!(users.get(3, "c".into()).await.unwrap(), "c 3 cached, busy");
    let refused = users.get(4, "d".into()).await.unwrap();
    assert!(refused.starts_with("d 4 cached") && refused.ends_with("its circuit is open"), "{refused}");
    assert_eq!(users.script.runs(), 4, "the fourth failure opened it");
}

#[tokio::test(start_paused = true)]
async fn its_own_error_is_the_result() {
    let users = Users::new([busy()]);
    assert!(matches!(users.get(0, "Ada".into()).await, Err(Fail::Busy(None))));
}

/// Nothing of the call is left when the fallback begins: its body and its timers are gone.
#[tokio::test(start_paused = true)]
async fn the_call_is_over_when_the_fallback_begins() {
    #[resilient(key = "over", executor = stage.executor, timeout = "50ms", fallback = then)]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    async fn then(stage: &Stage, error: Fail) -> Result<u32, Fail> {
        assert_eq!(error.rejection(), Some(RejectionKind::Timeout));
        assert_eq!(stage.script.live(), 0);
        tokio::time::sleep(ms(500)).await;
        Ok(7)
    }
    let stage = Stage::new([hangs()]);
    assert_eq!(call(&stage).await.unwrap(), 7, "the fallback's own time is its own");
}

/// An argument that only the fallback uses is used.
#[tokio::test(start_paused = true)]
#[deny(unused_variables)]
async fn an_argument_may_be_for_the_fallback_alone() {
    #[resilient(timeout = "1s", fallback = then)]
    async fn call(instead: u8) -> Result<u8, Fail> {
        Err(Fail::Broken)
    }
    async fn then(instead: u8, _: Fail) -> Result<u8, Fail> {
        Ok(instead)
    }
    assert_eq!(call(7).await.unwrap(), 7);
}

/// A body that runs once has its arguments cloned once, for the fallback; and nothing from outside repeats it.
#[tokio::test(start_paused = true)]
async fn a_fallback_alone_repeats_nothing() {
    #[resilient(key = "alone", executor = executor, timeout = "1s", fallback = then)]
    async fn call(executor: &Executor, runs: Arc<AtomicUsize>, (a, _): (u8, u8), _: u8) -> Result<u8, Fail> {
        runs.fetch_add(1, Ordering::Relaxed);
        if a == 0 { Ok(a) } else { Err(Fail::Busy(None)) }
    }
    async fn then(_: &Executor, runs: Arc<AtomicUsize>, pair: (u8, u8), last: u8, _: Fail) -> Result<u8, Fail> {
        runs.fetch_add(10, Ordering::Relaxed);
        Ok(pair.0 + pair.1 + last)
    }
    let retry = Policy::new().retry("5 attempts, no delay".parse().unwrap());
    let executor = Executor::builder().policy(Key::from_static("alone"), retry).build();
    let runs = Arc::new(AtomicUsize::new(0));
    assert_eq!(call(&executor, runs.clone(), (1, 2), 3).await.unwrap(), 6);
    assert_eq!(runs.load(Ordering::Relaxed), 11);
    assert_eq!(call(&executor, runs.clone(), (0, 0), 0).await.unwrap(), 0);
}

#[derive(Clone)]
struct Ticket(&'static str);

impl Ticket {
    #[resilient(key = "tickets.{self.0}", retry = "2 attempts, no delay", fallback = Ticket::apologise)]
    async fn redeem(mut self, fails: bool) -> Result<&'static str, Fail> {
        let number = std::mem::take(&mut self.0);
        if fails { Err(Fail::Busy(None)) } else { Ok(number) }
    }

    async fn apologise(self, _: bool, _: Fail) -> Result<&'static str, Fail> {
        Ok(self.0)
    }

    #[resilient(retry = "2 attempts, no delay", fallback = Self::again)]
    async fn boxed<T>(self: Arc<Self>, value: T) -> Result<(T, impl Fn() -> u8 + use<T>), Fail>
    where
        T: Clone + Send,
    {
        Ok((value, || 7))
    }

    async fn again<T, F>(self: Arc<Self>, _: T, error: Fail) -> Result<(T, F), Fail> {
        Err(error)
    }
}

/// A receiver by value, also one that completes the key; generics; and `impl Trait` in what is returned.
#[tokio::test(start_paused = true)]
async fn receivers_and_generics_reach_the_fallback() {
    assert_eq!(Ticket("a1").redeem(true).await.unwrap(), "a1");
    assert_eq!(Ticket("a2").redeem(false).await.unwrap(), "a2");
    let (value, seven) = Arc::new(Ticket("a3")).boxed("x").await.unwrap();
    assert_eq!((value, seven()), ("x", 7));
}

#[tokio::test]
async fn the_future_is_send_where_all_of_it_is() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    #[resilient(retry = "2 attempts", timeout = "1s", fallback = then)]
    async fn local(x: u8) -> Result<std::rc::Rc<u8>, Fail> {
        Ok(std::rc::Rc::new(x))
    }
    async fn then(_: u8, error: Fail) -> Result<std::rc::Rc<u8>, Fail> {
        tokio::task::yield_now().await;
        Err(error)
    }
    let users = Users::new([ok(1)]);
    assert!(is_send(users.get(1, "a".into())).await.is_ok());
    assert_eq!(
        *is_send(local(7)).await.unwrap(),
        7,
        "a result that stays on its thread is not kept while the fallback waits"
    );
}

/// The result is not kept beside the fallback, and the call is not kept twice.
#[test]
fn a_fallback_adds_next_to_nothing_to_the_future() {
    #[resilient(timeout = "1s", retry = "2 attempts")]
    async fn plain() -> Result<[u8; 4_000], Fail> {
        let kept = [0; 2_000];
        tokio::task::yield_now().await;
        Ok([kept[0]; 4_000])
    }
    #[resilient(timeout = "1s", retry = "2 attempts", fallback = then)]
    async fn with() -> Result<[u8; 4_000], Fail> {
        let kept = [0; 2_000];
        tokio::task::yield_now().await;
        Ok([kept[0]; 4_000])
    }
    async fn then(error: Fail) -> Result<[u8; 4_000], Fail> {
        tokio::task::yield_now().await;
        Err(error)
    }
    let (plain, with) = (size_of_val(&plain()), size_of_val(&with()));
    assert!(with <= plain + 64, "{plain} bytes without, {with} with");
}

/// The executor is asked before a receiver by value is moved.
#[tokio::test(start_paused = true)]
async fn an_executor_may_be_a_field_of_a_receiver_by_value() {
    #[derive(Clone)]
    struct Once {
        executor: Executor,
    }
    impl Once {
        #[resilient(key = "once", executor = self.executor, retry = "2 attempts", fallback = Self::then)]
        async fn call(self) -> Result<usize, Fail> {
            Err(Fail::Broken)
        }
        async fn then(self, _: Fail) -> Result<usize, Fail> {
            Ok(self.executor.keys())
        }
    }
    assert_eq!(Once { executor: Executor::new() }.call().await.unwrap(), 1);
}

#[resilient(key = "fallback.alone", executor = users.executor, fallback = other)]
async fn alone(users: &Users) -> Result<u32, Fail> {
    users.script.play().await
}

#[resilient(key = "fallback.alone", executor = users.executor, idempotent, fallback = other)]
async fn twice(users: &Users) -> Result<u32, Fail> {
    users.script.play().await
}

async fn other(users: &Users, error: Fail) -> Result<u32, Fail> {
    users.fallbacks.fetch_add(1, Ordering::Relaxed);
    drop(error);
    Ok(100)
}

/// fallback-4: and there is no circuit, however many fail.
#[tokio::test(start_paused = true)]
async fn alone_it_means_one_attempt_and_nothing_else() {
    let users = Users::new([busy()]);
    for calls in 1..=40 {
        assert_eq!(alone(&users).await.unwrap(), 100);
        assert_eq!(twice(&users).await.unwrap(), 100, "a policy from elsewhere might repeat it, but there is none");
        assert_eq!((users.script.runs(), users.fallbacks.load(Ordering::Relaxed)), (2 * calls, 2 * calls));
    }
    assert!(users.executor.breakers().list().is_empty());
}

/// fallback-4: somebody wrote something, so a missing policy is none that is missed; and a policy for the key adds to it.
#[tokio::test(start_paused = true)]
async fn alone_it_is_a_policy_that_somebody_wrote() {
    let deny = Executor::builder().missing_policy(recourse::MissingPolicy::Deny).build();
    let users = Users { executor: deny, ..Users::new([ok(7)]) };
    assert_eq!((alone(&users).await.unwrap(), twice(&users).await.unwrap()), (7, 7));

    let registered = Policy::new().attempt_timeout(ms(10)).retry(recourse::RetryPolicy::attempts(3).no_delay());
    let executor = Executor::builder().policy(Key::from_static("fallback.alone"), registered).build();
    let users = Users { executor, ..Users::new([hangs()]) };
    assert_eq!((alone(&users).await.unwrap(), users.script.runs()), (100, 1), "it runs once, within the limit");
    assert_eq!((twice(&users).await.unwrap(), users.script.runs()), (100, 1 + 3), "it may be repeated");
}
