//! The calls of a key share its slots.

use super::front_ends;
use recourse::observe::{CallInfo, Event, Observer, TimedEvent};
use recourse::policy::{Pattern, Section};
use recourse::{Classify, Executor, Key, Policy, RejectionKind, context, resilient};
use recourse_tests::{Fail, Stage, hangs, ms, ok, once};
use std::cell::Cell;
use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// concurrency-21: a call within a call of the same key would wait for itself.
#[tokio::test(start_paused = true)]
async fn a_call_within_a_call_of_the_same_key_takes_no_second_slot() {
    #[resilient(key = "tree", executor = stage.executor, concurrency = "1 at once, wait 10ms")]
    async fn leaf(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    #[resilient(key = "tree", executor = stage.executor, concurrency = "1 at once, wait 10ms", hedge = "50ms")]
    async fn node(stage: &Stage) -> Result<u32, Fail> {
        Ok(leaf(stage).await? + leaf(stage).await?)
    }
    let stage = Stage::new([ok(1), ok(2).after(ms(5)), ok(3), ok(4)]);
    assert_eq!(node(&stage).await.unwrap(), 3);

    let policy = Policy::new().concurrency("1 at once".parse().unwrap());
    let (executor, key) = (Executor::new(), Key::from_static("tree"));
    let inner = || executor.call(key.clone(), policy, || stage.script.play());
    let outer = executor.call(key.clone(), policy, async || Ok::<_, Fail>(inner().await? + inner().await?));
    assert_eq!(outer.await.unwrap(), 7);
    // Outside of it the limit counts: one of the two has no slot.
    let stage = Stage::new([hangs()]);
    let calls = (leaf(&stage), leaf(&stage));
    let (mut one, mut other) = (Box::pin(calls.0), Box::pin(calls.1));
    assert!(once(&mut one).await.is_pending() && once(&mut other).await.is_pending());
    assert!(other.await.is_err());
}

/// concurrency-22: another limit counts from the next call on, and slots that are out stay.
#[tokio::test(start_paused = true)]
async fn a_live_change_of_the_policy_changes_the_limit() {
    for (name, call) in front_ends!({ concurrency = "1 at once" }) {
        let stage = Stage::new([hangs()]);
        let limit = |text: &str| {
            stage.executor.set_policy(Key::from_static("pool"), Policy::new().concurrency(text.parse().unwrap()));
        };
        let running = async |expected: u32| {
            let refused = call(&stage).await.unwrap_err();
            let Fail::Rejected(rejected) = refused else { panic!("{name}: {refused}") };
            assert_eq!(rejected.full().unwrap().running, expected, "{name}");
        };
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending());
        running(1).await;
        limit("3 at once");
        let (mut second, mut third) = (call(&stage), call(&stage));
        assert!(once(&mut second).await.is_pending() && once(&mut third).await.is_pending(), "{name}");
        running(3).await;
        limit("2 at once");
        running(3).await;
        drop(first);
        running(2).await;
        drop(second);
        let mut fourth = call(&stage);
        assert!(once(&mut fourth).await.is_pending(), "{name}");
        limit("none");
        let mut free: Vec<_> = (0..5).map(|_| call(&stage)).collect();
        for call in &mut free {
            assert!(once(call).await.is_pending(), "{name}");
        }
    }
}

/// concurrency-22: from a number to a limit that learns, and back.
#[tokio::test(start_paused = true)]
async fn a_fixed_limit_can_become_one_that_learns() {
    for (name, call) in front_ends!({ concurrency = "1 at once" }) {
        let stage = Stage::new([hangs()]);
        let mut calls = vec![call(&stage)];
        assert!(once(&mut calls[0]).await.is_pending());
        for (text, room) in [("adaptive 5..5", 5), ("adaptive 7..9", 7), ("8 at once", 8)] {
            let policy = Policy::new().concurrency(text.parse().unwrap());
            stage.executor.set_policy(Key::from_static("pool"), policy);
            while calls.len() < room {
                let mut next = call(&stage);
                assert!(once(&mut next).await.is_pending(), "{name}: {text}, {}", calls.len());
                calls.push(next);
            }
            calls.truncate(room);
            assert!(call(&stage).await.is_err(), "{name}: {text}");
        }
    }
}

#[resilient(key = "server", executor = executor, concurrency = "adaptive 1..100")]
async fn by_attribute(executor: &Executor, work: impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Fail> {
    work().await
}

/// concurrency-23: a dependency of four, and twenty that ask at once: the limit is found, and told.
#[tokio::test(start_paused = true)]
async fn an_adaptive_limit_follows_the_dependency_and_says_why() {
    #[derive(Debug)]
    struct Changes(Arc<AtomicUsize>);
    impl Observer for Changes {
        fn event(&self, _: &CallInfo, timed: &TimedEvent) {
            if let Event::LimitChanged { change } = &timed.event {
                assert_ne!(change.from, change.to);
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    for entrance in ["the attribute", "executor.call"] {
        let changes = Arc::new(AtomicUsize::new(0));
        let executor = Executor::builder().observer(Changes(changes.clone())).build();
        let server = tokio::sync::Semaphore::new(4);
        let work = async || {
            let _permit = server.acquire().await;
            tokio::time::sleep(ms(10)).await;
            Ok::<u32, Fail>(1)
        };
        let policy = Policy::new().concurrency("adaptive 1..100".parse().unwrap());
        let one = async || {
            let start = tokio::time::Instant::now();
            while start.elapsed() < ms(4_000) {
                let result = match entrance {
                    "the attribute" => by_attribute(&executor, &work).await,
                    _ => executor.call(Key::from_static("server"), policy, &work).await,
                };
                if result.is_err() {
                    tokio::time::sleep(ms(3)).await;
                }
            }
        };
        futures::future::join_all((0..40).map(|_| one())).await;
        assert!(changes.load(Ordering::Relaxed) > 0, "{entrance}");
        assert_eq!(executor.observer_panics(), 0);
        let mut held = Vec::new();
        let hangs = || executor.call(Key::from_static("server"), policy, std::future::pending::<Result<u32, Fail>>);
        loop {
            let mut call = Box::pin(hangs().into_future());
            if once(&mut call).await.is_ready() {
                break;
            }
            held.push(call);
        }
        assert!((3..20).contains(&held.len()), "{entrance}: {}", held.len());
    }
}

/// concurrency-23: what is not worth another attempt was answered, too, and callers without patience say nothing.
#[tokio::test(start_paused = true)]
async fn an_adaptive_limit_counts_every_answer() {
    let policy = Policy::new().concurrency("adaptive".parse().unwrap());
    for ignored in [true, false] {
        let (executor, number) = (Executor::new(), Cell::new(0_u32));
        let turn = || number.replace(number.get() + 1) % 3 == 0;
        let work = async || {
            tokio::time::sleep(ms(10)).await;
            if ignored && turn() { Err(Fail::Missing) } else { Ok(1) }
        };
        let one = async || {
            let start = tokio::time::Instant::now();
            while start.elapsed() < ms(6_000) {
                let call =
                    executor.call(Key::from_static("server"), policy, &work).classify(Fail::classify).into_future();
                // A third of the others has a time limit that is over before the answer is there.
                let result = if !ignored && turn() { context::within(ms(2), call).await } else { call.await };
                if result.is_err_and(|fail| fail.rejection() == Some(RejectionKind::Full)) {
                    tokio::time::sleep(ms(10)).await;
                }
            }
        };
        futures::future::join_all((0..120).map(|_| one())).await;
        let mut held = Vec::new();
        let hangs = || executor.call(Key::from_static("server"), policy, std::future::pending::<Result<u32, Fail>>);
        loop {
            let mut call = Box::pin(hangs().into_future());
            if once(&mut call).await.is_ready() {
                break;
            }
            held.push(call);
        }
        assert!(held.len() > 80, "{} of 120 callers find room, ignored: {ignored}", held.len());
    }
}

/// concurrency-22: two sites that ask for different limits are told which one counts.
#[tokio::test(start_paused = true)]
async fn a_site_that_asks_for_another_limit_is_told_which_one_counts() {
    let (executor, key) = (Executor::new(), Key::from_static("pool"));
    for text in ["2 at once", "2 at once, wait 5ms", "9 at once"] {
        let policy = Policy::new().concurrency(text.parse().unwrap());
        executor.call(key.clone(), policy, async || Ok::<_, Fail>(1)).await.unwrap();
    }
    let sites = executor.sites(Pattern::any());
    let changes: Vec<_> = sites.iter().flat_map(|site| &site.effective.changes).map(ToString::to_string).collect();
    assert_eq!(
        changes,
        ["concurrency: 9 at once became 2 at once: sites with one key share their slots, and the first one made them"]
    );
    assert!(sites.iter().all(|site| site.effective.policy.has(Section::Concurrency)));
}
