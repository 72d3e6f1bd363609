//! Timelines and observers: they report what happened, and change nothing.

use proptest::prelude::*;
use recourse::observe::{AttemptOutcome, CallInfo, EndReason, Event, Observer, TimedEvent, Timeline, capture};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy};
use recourse_tests::{Fail, Play, Script, broken, busy, busy_after, hangs, missing, ms, ok};
use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEY: Key = Key::from_static("observed");

#[derive(Debug, Default, Clone)]
struct Recorder {
    events: Arc<Mutex<Vec<TimedEvent>>>,
    calls: Arc<Mutex<Vec<Timeline>>>,
}

impl Observer for Recorder {
    fn event(&self, call: &CallInfo, moment: &TimedEvent) {
        assert_eq!(*call.key(), KEY);
        self.events.lock().expect("no panic").push(moment.clone());
    }
    fn call_ended(&self, timeline: &Timeline) {
        self.calls.lock().expect("no panic").push(timeline.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_and_a_capture_see_the_same_events() {
    let recorder = Recorder::default();
    let executor = Executor::builder().observer(recorder.clone()).build();
    let script = Script::new([busy(), hangs(), ok(7)]);
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10))).attempt_timeout(ms(50));
    let (result, timelines) = capture(async { executor.call(KEY, policy, || script.play()).await }).await;
    assert_eq!(result.expect("the third succeeds"), 7);
    let recorded = recorder.calls.lock().expect("no panic");
    assert_eq!(recorded[0].events(), timelines[0].events());
    assert_eq!(*recorder.events.lock().expect("no panic"), timelines[0].events());
    let ends = timelines[0].events().iter().filter(|m| matches!(m.event, Event::CallEnded { .. })).count();
    assert_eq!((timelines.len(), recorded.len(), ends), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_timeline_draws_the_call() {
    let script = Script::new([busy().after(ms(10)), hangs(), ok(7).after(ms(20))]);
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10))).attempt_timeout(ms(50));
    let call = async {
        let call = Executor::new().call(KEY, policy, || script.play());
        call.describe(|fail| Some(fail.to_string())).await
    };
    let (_, timelines) = capture(call).await;
    let drawn = timelines[0].to_string();
    let expected = "\
observed  success, 3 attempts, 100ms
                 |0 ──────────────────────────────── 100ms|
  1              |▒▒▒▒                                    | retryable          10ms  busy
  2         +10ms|    ····▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒            | attempt_timeout    50ms
  3         +10ms|                            ····████████| success            20ms
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

/// observe-6: the numbers of the attempts stand by themselves, however long the delay beside them is.
#[tokio::test(start_paused = true)]
async fn a_drawing_says_which_delays_the_server_asked_for() {
    let script = Script::new([busy_after(ms(12_300)), busy_after(ms(1_000)), ok(7)]);
    let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10)));
    let call = Executor::new().call(KEY, policy, || script.play()).classify(recourse::Classify::classify);
    let (_, timelines) = capture(call.into_future()).await;
    let drawn = timelines[0].to_string();
    let expected = "\
observed  success, 3 attempts, 13.3s
                 |0 ──────────────────────────────── 13.3s|
  1              |▒                                       | retryable             0
  2  server 12.3s| ····································▒  | retryable             0
  3     server 1s|                                      ·█| success               0
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

/// A capture inside a capture: both see the call, and the outer one keeps the order in which calls began.
#[tokio::test(start_paused = true)]
async fn captures_nest() {
    let executor = Executor::new();
    let call = async |key| {
        let operation = async || Ok::<_, String>(());
        executor.call(Key::from_static(key), Policy::new().timeout(ms(5)), operation).await
    };
    let ((inner, _), outer) = capture(async {
        let _ = call("first").await;
        let ((), inner) = capture(async { call("second").await.expect("it succeeds") }).await;
        (inner, call("third").await)
    })
    .await;
    let keys = |timelines: &[Timeline]| timelines.iter().map(|t| t.key().to_string()).collect::<Vec<_>>();
    assert_eq!(keys(&inner), ["second"]);
    assert_eq!(keys(&outer), ["first", "second", "third"]);
}

/// Two captures that are polled in turn do not see each other's calls, and none sees what comes after it.
#[tokio::test(start_paused = true)]
async fn captures_do_not_mix() {
    let executor = Executor::new();
    let call = async |key: &'static str, waits: u64| {
        let operation = async || {
            tokio::time::sleep(ms(waits)).await;
            Ok::<_, String>(())
        };
        executor.call(Key::from_static(key), Policy::new().timeout(ms(500)), operation).await
    };
    let twice = async |key: &'static str| {
        let _ = (call(key, 3).await, call(key, 5).await);
    };
    let (((), one), ((), two)) = tokio::join!(capture(twice("one")), capture(twice("two")));
    let _ = call("after", 1).await;
    let keys = |timelines: &[Timeline]| timelines.iter().map(|t| t.key().to_string()).collect::<Vec<_>>();
    assert_eq!((keys(&one), keys(&two)), (vec!["one".to_owned(); 2], vec!["two".to_owned(); 2]));
}

/// A capture follows its future from thread to thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn captures_follow_their_futures_across_threads() {
    let executor = Executor::new();
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let executor = executor.clone();
            tokio::spawn(capture(async move {
                let key = Key::new(format!("task-{n}")).expect("a key");
                for _ in 0..10 {
                    let operation = async || {
                        tokio::task::yield_now().await;
                        Ok::<_, String>(())
                    };
                    let policy = Policy::new().retry(RetryPolicy::defaults());
                    executor.call(&key, policy, operation).await.expect("it succeeds");
                    tokio::task::yield_now().await;
                }
                key
            }))
        })
        .collect();
    for task in tasks {
        let (key, timelines) = task.await.expect("no panic");
        assert!(timelines.len() == 10 && timelines.iter().all(|timeline| *timeline.key() == key));
    }
}

/// A page of HTML in an error does not become a line of a log.
#[tokio::test(start_paused = true)]
async fn a_long_error_text_is_cut() {
    let fails = async || Err::<(), _>("ä".repeat(5_000));
    let call = async {
        let call = Executor::new().call(KEY, Policy::new().retry(RetryPolicy::none()), fails);
        call.describe(|text| Some(text.clone())).await
    };
    let (_, timelines) = capture(call).await;
    let told = timelines[0].attempts()[0].error.clone().expect("a text");
    assert!(told.len() <= 203 && told.ends_with('…'), "{} bytes", told.len());
}

#[derive(Debug)]
struct Panicking;

impl Observer for Panicking {
    fn event(&self, _: &CallInfo, moment: &TimedEvent) {
        assert!(!matches!(moment.event, Event::AttemptStarted { .. }), "the observer says so");
    }
}

/// panic-2: caught and counted; the call goes on, and so do the other observers.
#[tokio::test(start_paused = true)]
async fn a_panicking_observer_harms_nobody() {
    let recorder = Recorder::default();
    let executor = Executor::builder().observer(Panicking).observer(recorder.clone()).build();
    let script = Script::new([busy(), ok(7)]);
    let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay());
    assert_eq!(executor.call(KEY, policy, || script.play()).await.expect("the second succeeds"), 7);
    assert_eq!(executor.observer_panics(), 2, "one for each attempt that started");
    assert_eq!(recorder.calls.lock().expect("no panic")[0].attempt_count(), 2);
}

/// observe-3: an observer may call the executor it observes, with the same key.
#[tokio::test(start_paused = true)]
async fn an_observer_may_call_the_executor() {
    #[derive(Debug, Default, Clone)]
    struct Calling(Arc<Mutex<Option<Executor>>>, Arc<AtomicUsize>);
    impl Observer for Calling {
        fn call_ended(&self, _: &Timeline) {
            let Some(executor) = self.0.lock().expect("no panic").take() else { return };
            let call = executor.call(KEY, Policy::new().timeout(ms(1)), async || Ok::<_, String>(()));
            futures::executor::block_on(call.into_future()).expect("it succeeds");
            self.1.fetch_add(1, Ordering::Relaxed);
        }
    }
    let calling = Calling::default();
    let executor = Executor::builder().observer(calling.clone()).build();
    *calling.0.lock().expect("no panic") = Some(executor.clone());
    executor.call(KEY, Policy::new().timeout(ms(1)), async || Ok::<_, String>(())).await.expect("it succeeds");
    assert_eq!(calling.1.load(Ordering::Relaxed), 1);
}

/// observe-2.
#[tokio::test(start_paused = true)]
async fn many_failing_calls_with_an_observer_end() {
    // A debug build takes ten seconds for a million.
    const CALLS: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
    #[derive(Debug, Clone, Default)]
    struct Counting(Arc<AtomicUsize>);
    impl Observer for Counting {
        fn call_ended(&self, timeline: &Timeline) {
            assert_eq!(timeline.reason(), EndReason::AttemptsExhausted);
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let counting = Counting::default();
    let executor = Executor::builder().observer(counting.clone()).build();
    for _ in 0..CALLS {
        let call = executor.call(KEY, Policy::new().retry(RetryPolicy::none()), async || Err::<(), _>(String::new()));
        assert!(call.await.is_err());
    }
    assert_eq!(counting.0.load(Ordering::Relaxed), CALLS);
}

fn any_play() -> impl Strategy<Value = Play> {
    let act = prop_oneof![
        Just(ok(1)),
        Just(busy()),
        Just(broken()),
        Just(missing()),
        Just(hangs()),
        (0u64..80).prop_map(|d| busy_after(ms(d)))
    ];
    (act, prop_oneof![Just(0u64), 0..60u64]).prop_map(|(play, delay)| play.after(ms(delay)))
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let budget = prop_oneof![Just("defaults"), Just("none"), Just("1%")];
    (1u32..5, 0u64..50, prop::option::of(20u64..200), 10u64..100, budget).prop_map(
        |(attempts, delay, timeout, attempt, budget)| {
            let retry = RetryPolicy::attempts(attempts);
            let retry = if delay == 0 { retry.no_delay() } else { retry.fixed(ms(delay)) };
            // Always with an attempt timeout, so that a script that hangs ends.
            let policy =
                Policy::new().retry(retry).attempt_timeout(ms(attempt)).budget(budget.parse().expect("a budget"));
            timeout.map_or(policy, |timeout| policy.timeout(ms(timeout)))
        },
    )
}

/// What a caller can tell: the result as text, the runs of the body, the time it took.
type Seen = (String, usize, Duration);

fn run(policy: Policy, plays: &[Play], executor: &Executor, captured: bool) -> Seen {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let (script, start) = (Script::new(plays.to_vec()), tokio::time::Instant::now());
        let call = executor.call(KEY, policy, || script.play()).classify(recourse::Classify::classify).into_future();
        let result: Result<u32, Fail> = if captured { capture(call).await.0 } else { call.await };
        let text = result.map_or_else(|fail| fail.to_string(), |value| value.to_string());
        assert_eq!(script.live(), 0);
        (text, script.runs(), start.elapsed())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// observe-1, call-1: nobody looking, a capture, an observer, and both: the same result, attempts and time.
    #[test]
    fn looking_changes_nothing(policy in any_policy(), plays in prop::collection::vec(any_play(), 1..6)) {
        let plain = run(policy, &plays, &Executor::new(), false);
        let observed = || Executor::builder().observer(Recorder::default()).build();
        prop_assert_eq!(&run(policy, &plays, &Executor::new(), true), &plain);
        prop_assert_eq!(&run(policy, &plays, &observed(), false), &plain);
        prop_assert_eq!(&run(policy, &plays, &observed(), true), &plain);
        prop_assert!(plain.1 <= policy.retry.map_or(1, |retry| retry.max_attempts.expect("an end") as usize));
        if let Some(timeout) = policy.timeout {
            prop_assert!(plain.2 <= timeout + ms(1), "{:?} of {:?}", plain.2, timeout);
        }
    }
}

/// observe-5.
#[tokio::test(start_paused = true)]
async fn a_timeline_keeps_the_first_and_the_last_attempts() {
    for attempts in [64, 65, 100] {
        let executor = Executor::builder().observer(Recorder::default()).build();
        let script = Script::new([busy().after(ms(5))]);
        // Hedges overlap, so attempts that are kept end beside others that are not.
        let hedge = HedgePolicy::after(ms(2)).at_most(1).budget(BudgetPolicy::none());
        let policy = Policy::new().retry(RetryPolicy::attempts(attempts).fixed(ms(1))).hedge(hedge);
        let policy = policy.budget(BudgetPolicy::none());
        let call = executor.call(Key::from_static("k"), policy, || script.play()).into_future();
        let (_, timelines) = capture(call).await;
        let (timeline, all) = (&timelines[0], 2 * attempts);
        let numbers: Vec<u32> = timeline.attempts().iter().map(|attempt| attempt.number).collect();
        let kept: Vec<u32> = (1..=32).chain(all - 31..=all).collect();
        assert_eq!(numbers, kept, "{timeline}");
        assert_eq!(timeline.attempt_count(), all as usize);
        assert_eq!(timeline.omitted_attempts(), all as usize - 64);
        assert_eq!(timeline.hedge_count(), attempts as usize);
        assert!(timeline.attempts().iter().all(|attempt| attempt.outcome == AttemptOutcome::Retryable), "{timeline}");
        let ends = timeline.events().iter().filter(|timed| matches!(timed.event, Event::AttemptEnded { .. })).count();
        assert_eq!(ends, 64, "{timeline}");
        let moments: Vec<_> = timeline.events().iter().map(|timed| timed.at).collect();
        assert!(moments.is_sorted(), "{timeline}");
        let drawn = timeline.to_string();
        assert!(drawn.starts_with(&format!("k  attempts_exhausted, {all} attempts, ")), "{drawn}");
        assert!(drawn.contains(&format!("⋮ {} more\n", all - 64)), "{drawn}");
        assert_eq!(drawn.lines().count(), 2 + 64 + 1, "{drawn}");
    }
}

/// observe-5.
#[tokio::test(start_paused = true)]
async fn attempts_without_end_need_no_memory_without_end() {
    let script = Script::new(std::iter::repeat_n(busy(), 100_000).chain([ok(7)]));
    let policy = Policy::new().retry(RetryPolicy::forever().fixed(ms(1)));
    let executor = Executor::new();
    let call = executor.call(Key::from_static("k"), policy, || script.play()).into_future();
    let (result, timelines) = capture(call).await;
    assert_eq!((result.unwrap(), timelines[0].attempt_count()), (7, 100_001));
    assert!(timelines[0].events().len() <= 3 * 64 + 2, "{}", timelines[0].events().len());
    let drawn = timelines[0].to_string();
    let bars: Vec<_> =
        drawn.lines().filter(|line| line.contains('|')).map(|line| line.chars().position(|c| c == '|')).collect();
    assert!(bars.iter().skip(1).all(|bar| *bar == Some(17)), "{drawn}");
}
