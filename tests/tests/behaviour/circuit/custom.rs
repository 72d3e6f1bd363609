//! Custom breakers: named by the path of their constructor, or registered for a key.

use super::{is_refused, seen};
use recourse::budget::{Budget, TokenBucket};
use recourse::circuit::{self, CircuitBreaker, CountingBreaker, Decision, Permit, State, Transition};
use recourse::observe::capture;
use recourse::time::Instant;
use recourse::{BudgetPolicy, CircuitPolicy, Class, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, hangs, missing, ms, ok, panics};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

/// Admits everything, and writes down what it is told.
#[derive(Clone, Debug, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl CircuitBreaker for Diary {
    fn allow(&self, _: Instant) -> Decision {
        self.write("allow".into());
        Decision::admit(Permit::new(1))
    }

    fn record(&self, _: Permit, class: Class, elapsed: Duration, _: Instant) -> Option<Transition> {
        self.write(format!("{class:?} after {}ms", elapsed.as_millis()));
        None
    }

    fn state(&self, _: Instant) -> State {
        State::Closed
    }

    fn reset(&self, _: Instant) -> Option<Transition> {
        self.write("reset".into());
        None
    }
}

fn with(diary: &Diary) -> Executor {
    let diary = diary.clone();
    Executor::builder().breaker(Key::from_static("k"), move |_| Box::new(diary.clone())).build()
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_for_each_attempt_and_told_how_it_ended() {
    let diary = Diary::default();
    let executor = with(&diary);
    let script = Script::new([busy().after(ms(20)), hangs(), ok(7).after(ms(5))]);
    let policy = Policy::new()
        .circuit(CircuitPolicy::defaults())
        .retry(RetryPolicy::attempts(3).fixed(ms(10)))
        .attempt_timeout(ms(50));
    assert_eq!(executor.call(Key::from_static("k"), policy, || script.play()).await.unwrap(), 7);
    let timed_out = "Retryable { after: None } after 50ms";
    let told = ["allow", "Retryable { after: None } after 20ms", "allow", timed_out, "allow", "Success after 5ms"];
    assert_eq!(diary.lines(), told);

    let script = Script::new([missing()]);
    assert!(
        executor
            .call(Key::from_static("k"), policy, || script.play())
            .classify(|_: &Fail| Class::Ignore)
            .await
            .is_err()
    );
    assert_eq!(diary.lines(), ["allow"], "what is ignored is not recorded");
}

#[tokio::test(start_paused = true)]
async fn hedges_have_permits_of_their_own() {
    let diary = Diary::default();
    let executor = with(&diary);
    let script = Script::new([hangs(), ok(7).after(ms(5))]);
    let hedge = "20ms, at most 1, budget none".parse().unwrap();
    let policy = Policy::new().circuit(CircuitPolicy::defaults()).hedge(hedge);
    assert_eq!(executor.call(Key::from_static("k"), policy, || script.play()).await.unwrap(), 7);
    let told = diary.lines();
    assert_eq!(told[..2], ["allow", "allow"]);
    assert!(told[2].starts_with("Success after 6") || told[2].starts_with("Success after 5"), "{told:?}");
    assert_eq!(told.len(), 3, "the loser was abandoned: {told:?}");
}

/// panic-4: a permit goes back whatever happens, and a breaker that panics while a panic is on its way does not abort.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_panics_is_a_panic_of_the_users() {
    #[derive(Debug)]
    struct Angry;
    impl CircuitBreaker for Angry {
        fn allow(&self, _: Instant) -> Decision {
            Decision::admit(Permit::new(1))
        }
        fn record(&self, _: Permit, _: Class, _: Duration, _: Instant) -> Option<Transition> {
            panic!("the breaker says so")
        }
        fn state(&self, _: Instant) -> State {
            State::Closed
        }
        fn reset(&self, _: Instant) -> Option<Transition> {
            None
        }
    }
    let executor = Executor::builder().breaker(Key::from_static("k"), |_| Box::new(Angry)).build();
    for (play, says) in [(ok(7), "the breaker says so"), (panics(), "the script says so")] {
        let script = Script::new([play]);
        let policy = Policy::new().circuit(CircuitPolicy::defaults());
        let mut call = Box::pin(executor.call(Key::from_static("k"), policy, || script.play()).into_future());
        let panic = poll_fn(|cx| {
            Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx).map(|_: Result<u32, Fail>| ()))).err())
        })
        .await;
        let text = panic.expect("it goes on to the caller");
        assert_eq!(text.downcast_ref::<&str>(), Some(&says));
    }
}

/// What it holds goes back also where its way back panics, and a panic that is on its way goes on.
#[tokio::test(start_paused = true)]
async fn a_release_that_panics_while_a_panic_is_on_its_way_does_not_abort() {
    let make =
        |_: &CircuitPolicy| Box::new(Handing::closed(|| Permit::probe(1, || panic!("the release says so")))) as Box<_>;
    let executor = Executor::builder().breaker(Key::from_static("k"), make).build();
    let policy = Policy::new().circuit(CircuitPolicy::defaults());
    let operation = || -> std::future::Ready<Result<u32, Fail>> { panic!("the operation says so") };
    let mut call = Box::pin(executor.call(Key::from_static("k"), policy, operation).into_future());
    let panic = poll_fn(|cx| Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx).map(|_| ()))).err()));
    assert_eq!(panic.await.expect("it goes on").downcast_ref::<&str>(), Some(&"the operation says so"));
}

/// Admits everything, each time with a permit like this, and says that it stands there.
#[derive(Clone)]
struct Handing {
    permit: Arc<dyn Fn() -> Permit + Send + Sync>,
    state: State,
}

impl Handing {
    fn closed(permit: impl Fn() -> Permit + Send + Sync + 'static) -> Self {
        Self { permit: Arc::new(permit), state: State::Closed }
    }
}

/// The permit of a probe that counts when it is back.
fn probe(generation: u64, back: &Arc<AtomicUsize>) -> Permit {
    let back = back.clone();
    Permit::probe(generation, move || {
        back.fetch_add(1, Ordering::Relaxed);
    })
}

impl std::fmt::Debug for Handing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handing")
    }
}

impl CircuitBreaker for Handing {
    fn allow(&self, _: Instant) -> Decision {
        Decision::admit((self.permit)())
    }
    fn record(&self, _: Permit, _: Class, _: Duration, _: Instant) -> Option<Transition> {
        None
    }
    fn state(&self, _: Instant) -> State {
        self.state
    }
    fn reset(&self, _: Instant) -> Option<Transition> {
        None
    }
}

/// A retry that was paid for is refunded where the breaker panics instead of an answer.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_panics_before_a_retry_keeps_no_credit() {
    static BUDGET: TokenBucket = TokenBucket::new(BudgetPolicy::percent(0).per_second(1));
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn second(_: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
        Box::new(Handing::closed(|| {
            assert_eq!(ASKED.fetch_add(1, Ordering::Relaxed), 0, "the breaker says so");
            Permit::new(1)
        }))
    }
    #[resilient(
        key = "second", executor = executor, circuit = "defaults", breaker = second, retry = "3 attempts, no delay",
        budget = BUDGET
    )]
    async fn get(executor: &Executor) -> Result<u32, Fail> {
        Err(Fail::Busy(None))
    }
    let executor = Executor::new();
    let mut call = Box::pin(get(&executor));
    assert!(poll_fn(|cx| Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))).is_err())).await);
    drop(call);
    assert_eq!((BUDGET.balance(), ASKED.load(Ordering::Relaxed)), (10, 2));
}

/// A hedge looks before it asks: while the breaker is not closed it is not asked at all.
#[tokio::test(start_paused = true)]
async fn a_hedge_changes_no_state_and_takes_no_probe() {
    let diary = Diary::default();
    let told = diary.clone();
    let make = move |policy: &CircuitPolicy| Box::new(Told(circuit::built_in(policy), told.clone())) as Box<_>;
    let executor = Executor::builder().breaker(Key::from_static("k"), make).build();
    let policy = Policy::new().circuit("1 failure, cooldown 100ms, 1 success".parse().unwrap());
    let hedged = policy.hedge("500ms, at most 1".parse().unwrap());
    let slow = executor.call(Key::from_static("k"), hedged, async || {
        for _ in 0..100 {
            tokio::time::sleep(ms(10)).await;
        }
        Ok::<_, Fail>(7)
    });
    let fails = async {
        tokio::time::sleep(ms(20)).await;
        let _ = executor.call(Key::from_static("k"), policy, async || Err::<u32, _>(Fail::Broken)).await;
    };
    let (slow, ()) = futures::future::join(slow.into_future(), fails).await;
    assert!(slow.is_ok());
    assert_eq!(diary.lines(), ["allow", "allow"], "one for each call");
}

/// A built-in one, and what it is asked.
#[derive(Debug)]
struct Told(Box<dyn CircuitBreaker>, Diary);

impl CircuitBreaker for Told {
    fn allow(&self, now: Instant) -> Decision {
        self.1.write("allow".into());
        self.0.allow(now)
    }
    fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        self.0.record(permit, class, elapsed, now)
    }
    fn state(&self, now: Instant) -> State {
        self.0.state(now)
    }
    fn reset(&self, now: Instant) -> Option<Transition> {
        self.0.reset(now)
    }
}

/// circuit-14, for those of the user's too: a loser that ran longer than `slow` is told as a success that took so long.
#[tokio::test(start_paused = true)]
async fn a_slow_loser_is_told_to_a_custom_breaker() {
    let make = |policy: &CircuitPolicy| circuit::built_in(policy);
    let executor = Executor::builder().breaker(Key::from_static("k"), make).build();
    let circuit = "1 failure, slow 40ms".parse().unwrap();
    let policy = Policy::new().circuit(circuit).hedge("50ms, at most 1, budget none".parse().unwrap());
    let script = Script::new([hangs(), ok(7)]);
    assert_eq!(executor.call(Key::from_static("k"), policy, || script.play()).await.unwrap(), 7);
    assert_eq!(executor.breakers().list()[0].snapshot.state, State::Open);
}

/// One that is kept in a hand, or shared by keys, is behind a pointer.
#[tokio::test(start_paused = true)]
async fn a_breaker_can_be_shared_by_keys() {
    let shared: Arc<dyn CircuitBreaker> = Arc::from(circuit::built_in(&CircuitPolicy::failures(1)));
    let mut executor = Executor::builder();
    for key in ["a", "b"] {
        let shared = shared.clone();
        executor = executor.breaker(Key::from_static(key), move |_| Box::new(shared.clone()));
    }
    let executor = executor.build();
    let policy = Policy::new().circuit(CircuitPolicy::failures(1));
    assert!(executor.call(Key::from_static("a"), policy, async || Err::<u32, _>(Fail::Broken)).await.is_err());
    assert!(is_refused(&executor.call(Key::from_static("b"), policy, async || Ok::<_, Fail>(7)).await));
    assert_eq!(format!("{executor:?}"), "Executor { keys: 2, .. }", "what is the user's is not shown, but counted");
}

static MADE: AtomicUsize = AtomicUsize::new(0);

fn counting(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    MADE.fetch_add(1, Ordering::Relaxed);
    assert_eq!(policy.to_string(), "2 failures, cooldown 1s, 1 success", "it gets the settings of its circuit");
    Box::new(CountingBreaker::new(*policy).expect("a number of failures"))
}

#[resilient(key = "made", executor = stage.executor, circuit = "2 failures, cooldown 1s, 1 success", breaker = counting)]
async fn made(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

/// The built-in breaker behind the trait is the built-in breaker.
#[tokio::test(start_paused = true)]
async fn an_attribute_names_what_makes_its_breaker() {
    #[resilient(key = "made", executor = stage.executor, circuit = "2 failures, cooldown 1s, 1 success")]
    async fn plain(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }

    let stage = Stage::new([busy(), busy(), ok(7)]);
    let _ = made(&stage).await;
    let (_, timeline) = seen(made(&stage)).await;
    assert_eq!(super::changes(&timeline), [(State::Closed, State::Open)]);
    assert!(is_refused(&made(&stage).await));
    tokio::time::advance(Duration::from_secs(1)).await;
    let (probe, timeline) = seen(made(&stage)).await;
    assert_eq!(probe.unwrap(), 7);
    assert_eq!(super::changes(&timeline), [(State::Open, State::HalfOpen), (State::HalfOpen, State::Closed)]);
    assert_eq!(MADE.load(Ordering::Relaxed), 1);

    let (_, timelines) = capture(plain(&stage)).await;
    let change = timelines[0].effective().changes[0].to_string();
    assert!(change.starts_with("breaker: the built-in breaker became a breaker of your own"), "{change}");
}

/// Operators have hands on it, too: the engine holds it, whatever the breaker itself can do.
#[tokio::test(start_paused = true)]
async fn operators_hold_a_custom_breaker_like_any_other() {
    let diary = Diary::default();
    let (executor, key) = (with(&diary), Key::from_static("k"));
    let script = Script::new([ok(7)]);
    let call =
        || executor.call(Key::from_static("k"), Policy::new().circuit(CircuitPolicy::defaults()), || script.play());
    assert!(call().await.is_ok());
    diary.lines();

    let late = Script::new([ok(7).after(ms(50))]);
    let policy = Policy::new().circuit(CircuitPolicy::defaults());
    let late = executor.call(Key::from_static("k"), policy, || late.play());
    let operator = async {
        tokio::time::sleep(ms(10)).await;
        executor.breakers().force_open(&key).unwrap();
    };
    assert!(futures::future::join(late.into_future(), operator).await.0.is_ok());
    assert_eq!(diary.lines(), ["allow"], "what ends while it is held is not recorded");

    let (refused, timeline) = seen(call().into_future()).await;
    assert!(is_refused(&refused) && diary.lines().is_empty(), "it is not asked");
    assert!(timeline.to_string().contains("the circuit is forced open"), "{timeline}");
    executor.breakers().force_closed(&key).unwrap();
    assert!(call().await.is_ok() && diary.lines().is_empty());
    let shown = executor.breakers().get(&key).unwrap().snapshot;
    assert_eq!((shown.state, shown.forced), (State::Closed, true));
    executor.breakers().reset(&key).unwrap();
    assert!(call().await.is_ok());
    assert_eq!(diary.lines(), ["reset", "allow", "Success after 0ms"]);
    assert_eq!(
        executor.breakers().set_policy(&key, CircuitPolicy::sensitive()),
        Ok(false),
        "it has settings of its own"
    );
}

/// Where a breaker would let a hedge go as a probe, it does not go, and the probe is back at once.
#[tokio::test(start_paused = true)]
async fn a_hedge_is_no_probe_of_a_custom_breaker_either() {
    let back = Arc::new(AtomicUsize::new(0));
    let (counts, asked) = (back.clone(), AtomicUsize::new(0));
    let breaker = Handing::closed(move || match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Permit::new(1),
        _ => probe(2, &counts),
    });
    let make = move |_: &CircuitPolicy| Box::new(breaker.clone()) as Box<_>;
    let executor = Executor::builder().breaker(Key::from_static("k"), make).build();
    let script = Script::new([ok(7).after(ms(50))]);
    let policy = Policy::new().circuit(CircuitPolicy::defaults()).hedge("10ms, at most 1".parse().unwrap());
    let (result, timeline) = seen(executor.call(Key::from_static("k"), policy, || script.play()).into_future()).await;
    assert_eq!((result.unwrap(), timeline.hedge_count()), (7, 0));
    assert!(back.load(Ordering::Relaxed) > 0, "it was asked for");
}

/// A probe of a custom breaker is a probe: no hedge, and no retry even where its failure did not open it.
#[tokio::test(start_paused = true)]
async fn a_probe_of_a_custom_breaker_makes_one_attempt() {
    let back = Arc::new(AtomicUsize::new(0));
    let counts = back.clone();
    let breaker = Handing { state: State::HalfOpen, ..Handing::closed(move || probe(1, &counts)) };
    let executor = Executor::builder().breaker(Key::from_static("k"), move |_| Box::new(breaker.clone())).build();
    let script = Script::new([busy().after(ms(50))]);
    let policy = Policy::new()
        .circuit(CircuitPolicy::defaults())
        .retry(RetryPolicy::attempts(3).no_delay())
        .hedge("10ms, at most 2".parse().unwrap());
    let (result, timeline) = seen(executor.call(Key::from_static("k"), policy, || script.play()).into_future()).await;
    assert_eq!(result.unwrap_err().to_string(), "busy");
    assert_eq!((timeline.attempt_count(), timeline.hedge_count(), back.load(Ordering::Relaxed)), (1, 0, 1));
    assert!(timeline.to_string().contains("a probe of the circuit makes one attempt"), "{timeline}");
}
