//! Code of the user's that panics while a panic is on its way already: a second one would abort the process, so it is swallowed.

use recourse::budget::Budget;
use recourse::circuit::{CircuitBreaker, Decision, Permit, State, Transition};
use recourse::hedge::{LatencyRing, LatencySnapshot, LatencyTracker};
use recourse::observe::{EndReason, Event, capture};
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, busy, hangs, ms, panics};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::Arc;
use std::task::Poll;

/// Grants everything, and takes nothing back.
#[derive(Debug)]
struct TakesNothingBack;

impl Budget for TakesNothingBack {
    fn deposit(&self) {}
    fn withdraw(&self, _: Instant) -> bool {
        true
    }
    fn refund(&self) {
        panic!("the budget says so")
    }
    fn balance(&self) -> u32 {
        1
    }
}

static TAKES_NOTHING_BACK: TakesNothingBack = TakesNothingBack;

/// Knows no more than the median, or not even that.
#[derive(Debug)]
struct Forgetful {
    knows_the_median: bool,
}

impl LatencyTracker for Forgetful {
    fn observe(&self, _: std::time::Duration, _: Instant) {
        panic!("the tracker says so")
    }
    fn count(&self) -> u64 {
        0
    }
    fn percentile(&self, _: u32) -> Option<std::time::Duration> {
        assert!(self.knows_the_median, "the tracker says so");
        Some(ms(10))
    }
    fn snapshot(&self) -> LatencySnapshot {
        LatencyRing::default().snapshot()
    }
}

/// Polls a call, and then drops it while a panic of the caller's own unwinds. Returns what the caller panicked with.
async fn dropped_by_a_panic<T>(call: impl Future<Output = T>, after: u64) -> Option<&'static str> {
    let mut call = Box::pin(call);
    let until = tokio::time::sleep(ms(after));
    let mut until = std::pin::pin!(until);
    poll_fn(|cx| match call.as_mut().poll(cx) {
        Poll::Ready(_) => panic!("it ended by itself"),
        Poll::Pending => until.as_mut().poll(cx),
    })
    .await;
    let unwound = catch_unwind(AssertUnwindSafe(move || {
        let _call = call;
        panic_any("the caller says so")
    }));
    unwound.err().and_then(|panic: Box<dyn std::any::Any + Send>| panic.downcast_ref::<&str>().copied())
}

/// panic-9.
#[tokio::test(start_paused = true)]
async fn a_budget_that_panics_while_a_panic_is_on_its_way_does_not_abort() {
    #[resilient(key = "paid", executor = executor, retry = "3 attempts, fixed 1s", budget = TAKES_NOTHING_BACK)]
    async fn paid(executor: &Executor, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let (executor, script) = (Executor::new(), Script::new([busy()]));
    let (says, timelines) = capture(dropped_by_a_panic(paid(&executor, &script), 10)).await;
    assert_eq!(says, Some("the caller says so"));
    let ends = timelines[0].events().iter().filter(|timed| matches!(timed.event, Event::CallEnded { .. }));
    assert_eq!(ends.count(), 1);

    // A caller who merely goes away gets the panic, and the call has ended all the same.
    let (panicked, timelines) = capture(async {
        let mut call = Box::pin(paid(&executor, &script));
        poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
        catch_unwind(AssertUnwindSafe(|| drop(call))).is_err()
    })
    .await;
    assert!(panicked);
    assert_eq!(timelines[0].reason(), EndReason::Cancelled);
    let ends = timelines[0].events().iter().filter(|timed| matches!(timed.event, Event::CallEnded { .. }));
    assert_eq!(ends.count(), 1);
}

/// panic-9: the caller panics, or one of the attempts does, and the time of another is recorded.
#[tokio::test(start_paused = true)]
async fn a_tracker_that_panics_while_a_panic_is_on_its_way_does_not_abort() {
    for knows_the_median in [false, true] {
        let executor = Executor::builder().latency_tracker(move |_| Arc::new(Forgetful { knows_the_median })).build();
        let policy = Policy::new().hedge(HedgePolicy::after(ms(20)).at_most(1)).retry(RetryPolicy::none());
        let (key, script) = (Key::from_static("k"), Script::new([hangs()]));
        let call = executor.call(key.clone(), policy, || script.play()).into_future();
        let (says, timelines) = capture(dropped_by_a_panic(call, 50)).await;
        assert_eq!(says, Some("the caller says so"));
        assert_eq!(timelines[0].attempts().len(), 2);
        let ends = timelines[0].events().iter().filter(|timed| matches!(timed.event, Event::AttemptEnded { .. }));
        assert_eq!(ends.count(), 2);

        let script = Script::new([hangs(), panics()]);
        let mut call = Box::pin(executor.call(key, policy, || script.play()).into_future());
        let panic = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(polled) => polled.map(|_| None),
            Err(panic) => Poll::Ready(panic.downcast_ref::<&str>().copied()),
        });
        assert_eq!(panic.await, Some("the script says so"));
        assert_eq!(script.live(), 0);
    }
}

/// Panics where a call that is dropped meets it: as it is told of the attempt, or as the attempt's permit comes back.
#[derive(Debug)]
struct Breaks {
    in_record: bool,
}

impl CircuitBreaker for Breaks {
    fn allow(&self, _: Instant) -> Decision {
        if self.in_record {
            return Decision::admit(Permit::new(1));
        }
        Decision::admit(Permit::probe(1, || panic!("the permit says so")))
    }
    fn record(&self, _: Permit, _: Class, _: std::time::Duration, _: Instant) -> Option<Transition> {
        assert!(!self.in_record, "the breaker says so");
        None
    }
    fn state(&self, _: Instant) -> State {
        State::Closed
    }
    fn reset(&self, _: Instant) -> Option<Transition> {
        None
    }
}

fn breaks_in_record(_: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(Breaks { in_record: true })
}

fn breaks_in_drop(_: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(Breaks { in_record: false })
}

/// panic-10: the caller goes away, and code of the user's panics as it is told so.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_panics_in_a_drop_hides_no_end_of_a_call() {
    #[resilient(executor = executor, circuit = "5 failures, slow 10ms", breaker = breaks_in_record)]
    async fn told(executor: &Executor, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    #[resilient(executor = executor, circuit = "5 failures, slow 10ms", breaker = breaks_in_drop)]
    async fn given_back(executor: &Executor, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    #[resilient(executor = executor, circuit = "5 failures, slow 10ms", breaker = breaks_in_record, hedge = "5s")]
    async fn hedged(executor: &Executor, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    for name in ["told", "given back", "hedged"] {
        let (executor, script) = (Executor::new(), Script::new([hangs()]));
        let (panicked, timelines) = capture(async {
            let mut call: std::pin::Pin<Box<dyn Future<Output = Result<u32, Fail>>>> = match name {
                "told" => Box::pin(told(&executor, &script)),
                "given back" => Box::pin(given_back(&executor, &script)),
                _ => Box::pin(hedged(&executor, &script)),
            };
            poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
            tokio::time::advance(ms(20)).await;
            catch_unwind(AssertUnwindSafe(|| drop(call))).is_err()
        })
        .await;
        assert!(panicked, "{name}");
        let events = || timelines[0].events().iter();
        let ends = events().filter(|timed| matches!(timed.event, Event::CallEnded { .. })).count();
        let attempts = events().filter(|timed| matches!(timed.event, Event::AttemptEnded { .. })).count();
        assert_eq!((ends, attempts, script.live()), (1, 1, 0), "{name}");
        assert_eq!(timelines[0].reason(), EndReason::Panicked, "{name}");
    }
}
