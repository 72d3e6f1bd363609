//! Scopes: guarded functions that use another executor than the process-wide one, for a future or for a thread.

use recourse::{Executor, Key, Policy, resilient};
use recourse_tests::{Fail, ms};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[resilient(key = "scope.fixed", circuit = "2 failures, cooldown 5s")]
async fn fixed(result: Result<u32, Fail>) -> Result<u32, Fail> {
    result
}

#[resilient(key = "scope.hedged", hedge = "50ms", circuit = "2 failures, cooldown 5s")]
async fn hedged(result: Result<u32, Fail>) -> Result<u32, Fail> {
    result
}

#[resilient(key = "scope.of.{tenant}", circuit = "2 failures, cooldown 5s")]
async fn of_tenant(tenant: &str, result: Result<u32, Fail>) -> Result<u32, Fail> {
    result
}

#[resilient(key = "scope.named", circuit = "2 failures, cooldown 5s", executor = executor)]
async fn named(executor: &Executor, result: Result<u32, Fail>) -> Result<u32, Fail> {
    result
}

fn keys(executor: &Executor) -> Vec<String> {
    executor.breakers().list().iter().map(|breaker| breaker.key.to_string()).collect()
}

const BUSY: Result<u32, Fail> = Err(Fail::Busy(None));

/// scope-1.
#[tokio::test(start_paused = true)]
async fn guarded_functions_of_every_kind_use_the_executor_of_the_scope() {
    // The first resolution is that of the process-wide executor: a scope must not be kept out by it.
    let _ = (fixed(Ok(1)).await, hedged(Ok(1)).await, of_tenant("a", Ok(1)).await);
    let executor = Executor::new();
    for _ in 0..2 {
        let _ = executor.scope(fixed(BUSY)).await;
        let _ = executor.scope(hedged(BUSY)).await;
        let _ = executor.scope(of_tenant("a", BUSY)).await;
    }
    assert_eq!(keys(&executor), ["scope.fixed", "scope.hedged", "scope.of.a"]);
    for call in [executor.scope(fixed(Ok(1))).await, executor.scope(hedged(Ok(1))).await] {
        assert!(matches!(call, Err(Fail::Rejected(_))), "the breakers of the scope are open: {call:?}");
    }
    assert!(executor.scope(of_tenant("a", Ok(1))).await.is_err());
    for call in [fixed(Ok(1)).await, hedged(Ok(1)).await, of_tenant("a", Ok(1)).await] {
        assert_eq!(call.unwrap(), 1, "those of the process-wide executor are closed");
    }
}

/// scope-2.
#[tokio::test(start_paused = true)]
async fn an_executor_that_is_named_stands_before_a_scope() {
    let (own, scope) = (Executor::new(), Executor::new());
    scope.scope(named(&own, Ok(1))).await.unwrap();
    let call = || own.call(Key::from_static("scope.closure"), Policy::defaults(), async || Ok::<_, Fail>(1));
    scope.scope(call().into_future()).await.unwrap();
    assert_eq!(scope.keys(), 0);
    assert_eq!(own.keys(), 2);
}

#[resilient(key = "scope.slow", retry = "2 attempts, fixed 10ms", circuit = "5 failures")]
async fn slow() -> Result<u32, Fail> {
    tokio::time::sleep(ms(10)).await;
    Err(Fail::Busy(None))
}

/// scope-3.
#[tokio::test(start_paused = true)]
async fn the_innermost_scope_counts_and_a_call_keeps_that_of_its_first_poll() {
    let (outer, inner) = (Executor::new(), Executor::new());
    outer.scope(async { inner.scope(fixed(Ok(1))).await.unwrap() }).await;
    assert_eq!((outer.keys(), inner.keys()), (0, 1));

    // Begun in the scope, and polled to its end outside of it.
    let mut call = Box::pin(slow());
    outer
        .scope(std::future::poll_fn(|cx| {
            assert!(call.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        }))
        .await;
    let _ = call.await;
    assert_eq!(keys(&outer), ["scope.slow"]);
    assert_eq!(outer.breakers().list()[0].snapshot.failures, 2, "both attempts are counted where the call began");
}

/// scope-4.
#[tokio::test]
async fn a_guard_isolates_what_a_test_spawns_and_guards_are_dropped_in_any_order() {
    let (one, two) = (Executor::new(), Executor::new());
    let first = one.enter();
    tokio::spawn(fixed(Ok(1))).await.unwrap().unwrap();
    assert_eq!(one.keys(), 1);
    let second = two.enter();
    tokio::spawn(hedged(Ok(1))).await.unwrap().unwrap();
    drop(first);
    tokio::spawn(fixed(Ok(1))).await.unwrap().unwrap();
    assert_eq!((one.keys(), two.keys()), (1, 2), "the guard that is left counts");
    drop(second);
    let before = (one.keys(), two.keys());
    tokio::spawn(of_tenant("guards", Ok(1))).await.unwrap().unwrap();
    assert_eq!((one.keys(), two.keys()), before, "no guard is left");
    assert!(Executor::global().breakers().get(&Key::parse("scope.of.guards").unwrap()).is_some());
}

/// scope-3.
#[tokio::test(start_paused = true)]
async fn a_scope_that_panics_or_is_dropped_is_left() {
    let executor = Executor::new();
    let mut scope = Box::pin(executor.scope(async { panic!("of the user's") }));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = scope.as_mut().poll(&mut cx);
    }));
    assert!(panicked.is_err());
    fixed(Ok(1)).await.unwrap();
    assert_eq!(executor.keys(), 0);
}

/// scope-1.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scopes_of_many_tasks_on_two_threads_do_not_mix() {
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let executor = Executor::new();
            let scope = executor.clone();
            let task = tokio::spawn(scope.scope(async move {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                    let _ = fixed(BUSY).await;
                }
            }));
            (executor, task)
        })
        .collect();
    for (executor, task) in tasks {
        task.await.unwrap();
        let opened = executor.breakers().list();
        assert_eq!(
            (opened.len(), opened[0].snapshot.failures),
            (1, 0),
            "open after two failures, each executor by itself"
        );
        assert_eq!(opened[0].snapshot.state, recourse::circuit::State::Open);
    }
}

/// scope-5: whoever looks sees the executor of the guard, before and after an await.
#[tokio::test(start_paused = true)]
async fn a_guard_inside_of_a_scope_stays_the_innermost_across_an_await() {
    let (outer, inner, own) = (Executor::new(), Executor::new(), Executor::new());
    outer
        .scope(async {
            let guard = own.enter();
            for _ in 0..3 {
                tokio::task::yield_now().await;
                assert_eq!(fixed(BUSY).await.unwrap_err().rejection(), None);
                inner
                    .scope(async {
                        tokio::task::yield_now().await;
                        let _ = fixed(BUSY).await;
                        own.reset_state();
                    })
                    .await;
            }
            assert_eq!((outer.keys(), inner.keys(), own.keys()), (0, 1, 1), "a scope inside counts before the guard");
            drop(guard);
            tokio::task::yield_now().await;
            let _ = fixed(BUSY).await;
            assert_eq!(outer.keys(), 1);
        })
        .await;
}
