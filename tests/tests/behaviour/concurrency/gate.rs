//! What an attempt holds, from the gate until it is gone.

use super::front_ends;
use recourse::concurrency::ConcurrencyStatus;
use recourse::observe::{EndReason, Event, LostState, Observer};
use recourse::policy::Pattern;
use recourse::{Classify, Executor, Key, Policy, resilient};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok, once, timeline};
use std::cell::RefCell;
use std::future::{Future, IntoFuture, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, advance, sleep};

fn limit(executor: &Executor) -> ConcurrencyStatus {
    executor.sites(Pattern::any()).into_iter().find_map(|site| site.concurrency).expect("a site with a limit")
}

/// A pool, and how many ran when each body of its calls was dropped.
struct Pool {
    executor: Executor,
    seen: RefCell<Vec<u32>>,
    /// The bodies: how long each takes, and how it ends.
    bodies: RefCell<Vec<(u64, Result<u32, Fail>)>>,
    panics: bool,
}

/// A body by hand: one that is ready is still there, until whoever polled it drops it.
struct Body<'a> {
    pool: &'a Pool,
    sleep: Pin<Box<Sleep>>,
    result: Option<Result<u32, Fail>>,
}

impl Pool {
    fn new(bodies: impl IntoIterator<Item = (u64, Result<u32, Fail>)>, panics: bool) -> Self {
        let bodies = RefCell::new(bodies.into_iter().collect());
        Self { executor: Executor::new(), seen: RefCell::default(), bodies, panics }
    }

    fn body(&self) -> Body<'_> {
        let (time, result) = self.bodies.borrow_mut().remove(0);
        Body { pool: self, sleep: Box::pin(sleep(ms(time))), result: Some(result) }
    }
}

impl Future for Body<'_> {
    type Output = Result<u32, Fail>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(self.sleep.as_mut().poll(cx));
        Poll::Ready(self.result.take().expect("polled once more after its end"))
    }
}

impl Drop for Body<'_> {
    fn drop(&mut self) {
        let running = limit(&self.pool.executor).running;
        self.pool.seen.borrow_mut().push(running);
        assert!(!self.pool.panics || std::thread::panicking(), "dropped");
    }
}

type Call<'a> = Pin<Box<dyn Future<Output = Result<u32, Fail>> + 'a>>;

/// The three ways to make a call of a pool.
macro_rules! entrances {
    ($pool:ident, { $($section:ident = $text:literal),* }) => {{
        #[resilient(key = "pool", executor = pool.executor, $($section = $text),*)]
        fn by_attribute(pool: &Pool) -> impl Future<Output = Result<u32, Fail>> + '_ {
            pool.body()
        }
        fn policy() -> Policy {
            let policy = Policy::new();
            $(let policy = recourse_tests::policy_section(policy, stringify!($section), $text);)*
            policy
        }
        let call: fn(&Pool) -> Call<'_> = |pool| {
            let call = pool.executor.call(Key::from_static("pool"), policy(), || pool.body());
            Box::pin(call.classify(Classify::classify).into_future())
        };
        let guard: fn(&Pool) -> Call<'_> = |pool| {
            let call = pool.executor.guard(Key::from_static("pool"), policy(), pool.body());
            Box::pin(call.classify(Classify::classify).into_future())
        };
        let attribute: fn(&Pool) -> Call<'_> = |pool| Box::pin(by_attribute(pool));
        [("the attribute", attribute), ("executor.call", call), ("executor.guard", guard)]
    }};
}

/// concurrency-41: an attempt that has ended, was cut or is dropped with its call holds its slot until it is gone.
#[tokio::test(start_paused = true)]
async fn a_slot_comes_back_when_its_attempt_is_gone_and_not_before() {
    for (name, call) in entrances!(pool, { concurrency = "1 at once", attempt_timeout = "50ms", timeout = "80ms" }) {
        for body in [(0, Ok(1)), (5, Ok(1)), (5, Err(Fail::Busy(None))), (5, Err(Fail::Missing)), (60, Ok(1))] {
            let told = format!("{name}: {body:?}");
            let pool = Pool::new([body], false);
            let _ = call(&pool).await;
            assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![1], 0), "{told}");
        }
        let pool = Pool::new([(60, Ok(1))], false);
        let mut dropped = call(&pool);
        assert!(once(&mut dropped).await.is_pending(), "{name}");
        drop(dropped);
        assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![1], 0), "{name}: the call is dropped");
    }
    for (name, call) in entrances!(pool, { concurrency = "1 at once", timeout = "50ms" }) {
        let pool = Pool::new([(60, Ok(1))], false);
        assert!(call(&pool).await.is_err(), "{name}");
        assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![1], 0), "{name}: the call's own time");
        let pool = Pool::new([(60, Ok(1))], false);
        assert!(recourse::context::within(ms(10), call(&pool)).await.is_err(), "{name}");
        assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![1], 0), "{name}: a deadline around it");
    }
}

/// concurrency-41: a hedge that wins and the primary that loses, one after the other.
#[tokio::test(start_paused = true)]
async fn a_lost_attempt_holds_its_slot_until_it_is_gone() {
    let policy = || {
        let policy = Policy::new().concurrency("3 at once".parse().unwrap());
        policy.hedge("10ms, at most 2, budget none".parse().unwrap())
    };
    let pool = Pool::new([(90, Ok(1)), (40, Ok(2)), (90, Ok(3))], false);
    let call = pool.executor.call(Key::from_static("pool"), policy(), || pool.body());
    assert_eq!(call.await.unwrap(), 2);
    assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![3, 2, 1], 0));

    let pool = Pool::new([(90, Ok(1)), (90, Ok(2)), (90, Ok(3))], false);
    let mut call = Box::pin(pool.executor.call(Key::from_static("pool"), policy(), || pool.body()).into_future());
    assert!(tokio::time::timeout(ms(50), &mut call).await.is_err());
    drop(call);
    assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![3, 2, 1], 0), "the call is dropped");
}

/// concurrency-41: so does one whose destructor panics.
#[tokio::test(start_paused = true)]
async fn a_destructor_that_panics_loses_no_slot() {
    for (name, call) in entrances!(pool, { concurrency = "1 at once", attempt_timeout = "50ms" }) {
        for body in [(0, Ok(1)), (5, Err(Fail::Busy(None))), (60, Ok(1))] {
            let told = format!("{name}: {body:?}");
            let pool = Pool::new([body], true);
            let mut guarded = call(&pool);
            let panicked = poll_fn(|cx| {
                let polled = catch_unwind(AssertUnwindSafe(|| guarded.as_mut().poll(cx)));
                polled.map_or(Poll::Ready(true), |polled| polled.map(|_| false))
            });
            assert!(panicked.await, "{told}");
            assert_eq!(pool.seen.take(), [1], "{told}");
            drop(guarded);
            assert_eq!(limit(&pool.executor).running, 0, "{told}");
        }
        let pool = Pool::new([(60, Ok(1))], true);
        let mut dropped = call(&pool);
        assert!(once(&mut dropped).await.is_pending(), "{name}");
        assert!(catch_unwind(AssertUnwindSafe(|| drop(dropped))).is_err(), "{name}");
        assert_eq!((pool.seen.take(), limit(&pool.executor).running), (vec![1], 0), "{name}: the call is dropped");
    }
}

/// concurrency-42: a call for which a slot comes when its circuit has opened waits for no rate, and takes nothing of it.
#[tokio::test(start_paused = true)]
async fn the_circuit_is_asked_between_the_slot_and_the_rate() {
    let front_ends = front_ends!({
        concurrency = "1 at once, wait 500ms",
        rate = "10/s, burst 1, wait 1s",
        circuit = "1 failure, cooldown 10s",
    });
    for (name, call) in front_ends {
        let stage = Stage::new([busy().after(ms(50)), ok(2)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending(), "{name}");
        let start = Instant::now();
        let waits = timeline(call(&stage));
        let (first, (second, timeline)) = tokio::join!(first, waits);
        assert_eq!((first.unwrap_err().to_string(), second.is_err()), ("busy".to_owned(), true), "{name}");
        assert_eq!((timeline.reason(), start.elapsed()), (EndReason::CircuitOpen, ms(50)), "{name}: {timeline}");
        assert!(
            !timeline.events().iter().any(|moment| matches!(moment.event, Event::RateDelayed { .. })),
            "{name}: {timeline:?}"
        );
        let site = stage.executor.sites(Pattern::any()).remove(0);
        assert_eq!(site.concurrency.unwrap().running, 0, "{name}: the slot is given back");
        assert_eq!(site.rate.unwrap().retry_after, ms(50), "{name}: one attempt was taken, and no second one");
    }
}

/// concurrency-42: after the wait for the rate the circuit is asked once more, and slot and rate are given back.
#[tokio::test(start_paused = true)]
async fn the_circuit_is_asked_after_the_wait_for_the_rate() {
    let front_ends = front_ends!({
        concurrency = "2 at once",
        rate = "10/s, burst 1, wait 1s",
        circuit = "1 failure, cooldown 10s",
    });
    for (name, call) in front_ends {
        let stage = Stage::new([busy().after(ms(50)), ok(2)]);
        let mut first = call(&stage);
        assert!(once(&mut first).await.is_pending(), "{name}");
        let start = Instant::now();
        let (first, (second, timeline)) = tokio::join!(first, timeline(call(&stage)));
        assert!(first.is_err() && second.is_err(), "{name}");
        assert_eq!((timeline.reason(), start.elapsed()), (EndReason::CircuitOpen, ms(100)), "{name}: {timeline}");
        let site = stage.executor.sites(Pattern::any()).remove(0);
        assert_eq!(site.concurrency.unwrap().running, 0, "{name}");
        assert_eq!(site.rate.unwrap().retry_after, ms(0), "{name}: the attempt that was not made");
    }
}

#[derive(Clone, Debug, Default)]
struct Lost(Arc<Mutex<Vec<LostState>>>);

impl Observer for Lost {
    fn evicted(&self, _: &Key, lost: &LostState) {
        self.0.lock().unwrap().push(lost.clone());
    }
}

/// Lets an adaptive limit learn from a server of four, and then changes the policy, if there is another one.
async fn learned(then: Option<&str>) -> (Executor, Lost) {
    let lost = Lost::default();
    let executor = Executor::builder().key_capacity(1).observer(lost.clone()).build();
    let server = tokio::sync::Semaphore::new(4);
    let work = async || {
        let _permit = server.acquire().await;
        sleep(ms(10)).await;
        Ok::<u32, Fail>(1)
    };
    let policy = |text: &str| Policy::new().concurrency(text.parse().unwrap());
    let key: Key = "made.later".parse().unwrap();
    let one = async || {
        let start = Instant::now();
        while start.elapsed() < ms(3_000) {
            if executor.call(key.clone(), policy("adaptive"), &work).await.is_err() {
                sleep(ms(3)).await;
            }
        }
    };
    futures::future::join_all((0..40).map(|_| one())).await;
    if let Some(text) = then {
        executor.set_policy(key.clone(), policy(text));
        executor.call(key, policy("adaptive"), &work).await.unwrap();
    }
    (executor, lost)
}

/// concurrency-43: what an adaptive limit has learned says nothing of the number that took its place.
#[tokio::test(start_paused = true)]
async fn a_number_in_place_of_an_adaptive_limit_says_nothing_that_was_learned() {
    for (then, learned_something) in [(None, true), (Some("1 at once"), false), (Some("adaptive 1..1"), true)] {
        let (executor, lost) = learned(then).await;
        let key: Key = "made.later".parse().unwrap();
        let hangs = || {
            let policy = Policy::new().concurrency("adaptive".parse().unwrap());
            Box::pin(executor.call(key.clone(), policy, std::future::pending::<Result<u32, Fail>>).into_future())
        };
        let mut held = Vec::new();
        let refused = loop {
            let mut call = hangs();
            match once(&mut call).await {
                Poll::Pending => held.push(call),
                Poll::Ready(result) => break result.unwrap_err(),
            }
        };
        let Fail::Rejected(rejected) = refused else { panic!("{then:?}") };
        assert_eq!(rejected.retry_after().is_some(), learned_something, "{then:?}: {rejected}");
        drop(held);
        let other = executor.call("made.after".parse::<Key>().unwrap(), Policy::new(), async || Ok::<_, Fail>(1));
        assert!(other.await.is_ok());
        let limits: Vec<_> = lost.0.lock().unwrap().iter().map(|lost| lost.limit.is_some()).collect();
        assert_eq!(limits, vec![true; usize::from(learned_something)], "{then:?}");
    }
}

/// concurrency-42: calls in the queue hold nothing of the rate, so that those that may go take it.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_slot_takes_nothing_of_the_rate() {
    for (name, call) in front_ends!({ concurrency = "1 at once, wait 500ms", rate = "10/s, burst 2" }) {
        let stage = Stage::new([hangs()]);
        let (mut first, mut waits) = (call(&stage), call(&stage));
        assert!(once(&mut first).await.is_pending() && once(&mut waits).await.is_pending(), "{name}");
        advance(ms(5)).await;
        let site = stage.executor.sites(Pattern::any()).remove(0);
        assert_eq!((site.concurrency.unwrap().waiting, site.rate.unwrap().left), (1, 1), "{name}");
    }
}
