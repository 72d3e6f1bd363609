//! What operators see of the limits of a key.

use super::front_ends;
use recourse::concurrency::{ConcurrencyStatus, LimitChange, LimitReason};
use recourse::observe::{CallInfo, Event, Observer, TimedEvent};
use recourse::policy::{Pattern, SlotPolicy};
use recourse::rate::Rate;
use recourse::{Executor, Key, Policy};
use recourse_tests::{Fail, Stage, hangs, ms, ok, once};
use std::sync::{Arc, Mutex};
use tokio::time::advance;

fn limit(executor: &Executor) -> ConcurrencyStatus {
    let sites = executor.sites(Pattern::any());
    sites.into_iter().find_map(|site| site.concurrency).expect("a site with a limit")
}

/// observe-30: who runs and who waits, and what a policy has changed.
#[tokio::test(start_paused = true)]
async fn operators_see_who_runs_and_waits_and_what_a_policy_changed() {
    for (name, call) in front_ends!({ concurrency = "2 at once, wait 50ms, queue 5" }) {
        let stage = Stage::new([hangs()]);
        let set = |text: &str| {
            let policy = Policy::new().concurrency(text.parse().unwrap());
            stage.executor.set_policy(Key::from_static("pool"), policy);
        };
        let mut calls: Vec<_> = (0..3).map(|_| call(&stage)).collect();
        for call in &mut calls {
            assert!(once(call).await.is_pending(), "{name}");
        }
        let seen = limit(&stage.executor);
        assert_eq!((seen.slots, seen.limit, seen.running, seen.waiting), (SlotPolicy::Fixed(2), 2, 2, 1), "{name}");
        assert_eq!((seen.queue, seen.last_change, seen.since), (5, None, None), "{name}");
        assert_eq!(seen.to_string(), "2 at once: 2 of 2 run, 1 of 5 wait");

        set("1 at once");
        assert_eq!(limit(&stage.executor).limit, 2, "{name}: the next call puts it in force");
        assert!(call(&stage).await.is_err(), "{name}");
        advance(ms(20)).await;
        let seen = limit(&stage.executor);
        let change = LimitChange::new(2, 1, LimitReason::Policy);
        assert_eq!((seen.limit, seen.running, seen.waiting, seen.queue), (1, 2, 1, 1), "{name}");
        assert_eq!((seen.last_change, seen.since), (Some(change), Some(ms(20))), "{name}");
        assert_eq!(seen.to_string(), "1 at once: 2 of 1 run, 1 of 1 wait, 2 -> 1 (policy) 20.0ms ago", "{name}");

        set("none");
        assert!(stage.executor.sites(Pattern::any()).iter().all(|site| site.concurrency.is_none()), "{name}");
        calls.clear();
        stage.executor.reset_state();
        set("3 at once");
        assert!(stage.executor.sites(Pattern::any()).iter().all(|site| site.concurrency.is_none()), "{name}: no call");
        assert!(once(&mut call(&stage)).await.is_pending(), "{name}");
        assert_eq!(limit(&stage.executor).last_change, None, "{name}: a new limit has not changed");
    }
}

#[derive(Clone, Debug, Default)]
struct Last(Arc<Mutex<Option<(LimitChange, tokio::time::Instant)>>>);

impl Observer for Last {
    fn event(&self, _: &CallInfo, timed: &TimedEvent) {
        if let Event::LimitChanged { change } = &timed.event {
            *self.0.lock().unwrap() = Some((*change, tokio::time::Instant::now()));
        }
    }
}

/// observe-30: the last change is the one that the event told, until a policy changes the limit; and one that learns no more is silent.
#[tokio::test(start_paused = true)]
async fn operators_see_the_last_change_of_an_adaptive_limit() {
    let last = Last::default();
    let executor = Executor::builder().observer(last.clone()).build();
    let server = tokio::sync::Semaphore::new(4);
    let work = async || {
        let _permit = server.acquire().await;
        tokio::time::sleep(ms(10)).await;
        Ok::<u32, Fail>(1)
    };
    let policy = |text: &str| Policy::new().concurrency(text.parse().unwrap());
    let one = async || {
        let start = tokio::time::Instant::now();
        while start.elapsed() < ms(3_000) {
            if executor.call(Key::from_static("server"), policy("adaptive 1..100"), &work).await.is_err() {
                tokio::time::sleep(ms(3)).await;
            }
        }
    };
    futures::future::join_all((0..40).map(|_| one())).await;
    let (change, at) = last.0.lock().unwrap().take().expect("twenty that ask at once are too many for four");
    let seen = limit(&executor);
    assert_eq!(seen.slots, SlotPolicy::Adaptive { min: 1, max: 100 });
    assert_eq!((seen.last_change, seen.since, seen.limit), (Some(change), Some(at.elapsed()), change.to));
    assert!(change.reason != LimitReason::Policy && seen.running == 0, "{seen}");

    executor.set_policy(Key::from_static("server"), policy("64 at once"));
    executor.call(Key::from_static("server"), policy("adaptive"), &work).await.unwrap();
    let seen = limit(&executor);
    assert_eq!(seen.last_change, Some(LimitChange::new(change.to, 64, LimitReason::Policy)));
    assert_eq!((seen.limit, seen.since), (64, Some(ms(10))));
}

/// observe-30: what is left of a rate, and when the next attempt is allowed.
#[tokio::test(start_paused = true)]
async fn operators_see_what_is_left_of_a_rate() {
    for (name, call) in front_ends!({ rate = "10/s, burst 3, wait 1s" }) {
        let stage = Stage::new([ok(7)]);
        let seen = || {
            let sites = stage.executor.sites(Pattern::any());
            let rate = sites[0].rate.clone();
            assert_eq!(sites[0].concurrency, None, "{name}");
            rate.map(|rate| (rate.rate, rate.left, rate.retry_after))
        };
        assert!(call(&stage).await.is_ok(), "{name}");
        let rate = Rate::per_second(10).burst(3);
        assert_eq!(seen(), Some((rate, 2, ms(0))), "{name}");
        assert!(call(&stage).await.is_ok() && call(&stage).await.is_ok(), "{name}");
        advance(ms(30)).await;
        assert_eq!(seen(), Some((rate, 0, ms(70))), "{name}");
        let mut waits = call(&stage);
        assert!(once(&mut waits).await.is_pending(), "{name}");
        assert_eq!(seen(), Some((rate, 0, ms(170))), "{name}: behind the one that waits");
        drop(waits);

        let slower = Policy::new().rate("1/s, burst 4".parse().unwrap());
        stage.executor.set_policy(Key::from_static("pool"), slower);
        assert!(call(&stage).await.is_ok(), "{name}");
        let rate = Rate::per_second(1).burst(4);
        assert!(matches!(seen(), Some((now, 0, _)) if now == rate), "{name}: {:?}", seen());
        stage.executor.set_policy(Key::from_static("pool"), Policy::new().rate("none".parse().unwrap()));
        assert_eq!(seen(), None, "{name}");
    }
}
