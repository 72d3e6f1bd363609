//! Spans of calls and attempts, as a subscriber sees them: where the user's own spans stand, and what is told of failures.

use recourse::observe::capture;
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use std::collections::HashMap;
use std::future::IntoFuture;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Instrument, Level, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

pub(crate) const CANARY: &str = "card 4000 0000 0000 0002";

#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) parent: Option<u64>,
    pub(crate) fields: HashMap<&'static str, String>,
}

/// What a subscriber has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured {
    pub(crate) spans: Arc<Mutex<HashMap<u64, Seen>>>,
    pub(crate) events: Arc<Mutex<Vec<(Level, Seen)>>>,
}

struct Fields<'a>(&'a mut HashMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Captured {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context.span(id).and_then(|span| span.parent().map(|parent| parent.id().into_u64()));
        let mut seen = Seen { name: attributes.metadata().name(), parent, ..Seen::default() };
        attributes.record(&mut Fields(&mut seen.fields));
        self.spans.lock().unwrap().insert(id.into_u64(), seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some(seen) = self.spans.lock().unwrap().get_mut(&id.into_u64()) {
            values.record(&mut Fields(&mut seen.fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let parent = context.event_span(event).map(|span| span.id().into_u64());
        let mut seen = Seen { name: event.metadata().target(), parent, ..Seen::default() };
        event.record(&mut Fields(&mut seen.fields));
        self.events.lock().unwrap().push((*event.metadata().level(), seen));
    }
}

impl Captured {
    pub(crate) fn set_default() -> (Self, DefaultGuard) {
        let captured = Self::default();
        let guard = tracing::subscriber::set_default(Registry::default().with(captured.clone()));
        (captured, guard)
    }

    /// The spans of a name, each with the fields of the span around it.
    pub(crate) fn spans(&self, name: &str) -> Vec<(Seen, Option<Seen>)> {
        let spans = self.spans.lock().unwrap();
        let mut named: Vec<_> = spans.iter().filter(|(_, span)| span.name == name).collect();
        named.sort_by_key(|(id, _)| **id);
        named.into_iter().map(|(_, span)| (span.clone(), span.parent.map(|parent| spans[&parent].clone()))).collect()
    }

    /// Level and name of each event of the library.
    pub(crate) fn told(&self) -> Vec<(Level, String)> {
        let events = self.events.lock().unwrap();
        let ours = events.iter().filter(|(_, event)| event.name == "recourse");
        ours.map(|(level, event)| (*level, event.fields["resilience.event.name"].clone())).collect()
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[resilient(executor = executor, key = "orders.{shard}", retry = "3 attempts, fixed 10ms")]
async fn order(executor: &Executor, shard: u32, fails: &AtomicU32) -> Result<u32, String> {
    let attempt = fails.fetch_add(1, Ordering::Relaxed);
    let work = async {
        tokio::time::sleep(ms(5)).await;
        if attempt < 2 { Err(format!("denied: {CANARY}")) } else { Ok(shard) }
    };
    work.instrument(info_span!("work", attempt)).await
}

/// observe-18.
#[tokio::test(start_paused = true)]
async fn a_call_is_a_span_and_the_users_spans_nest_under_its_attempts() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().build();
    assert_eq!(order(&executor, 7, &AtomicU32::new(0)).await, Ok(7));

    let calls = captured.spans("resilience.call");
    let call = &calls[0].0.fields;
    assert_eq!((calls.len(), &*call["resilience.pipeline.name"]), (1, "orders.{shard}"));
    assert_eq!((&*call["resilience.operation.key"], &*call["resilience.call.reason"]), ("orders.7", "success"));
    let attempts = captured.spans("resilience.attempt");
    let indices: Vec<_> = attempts.iter().map(|(span, _)| &*span.fields["resilience.attempt.index"]).collect();
    assert_eq!(indices, ["0", "1", "2"]);
    assert_eq!(attempts[2].0.fields["http.request.resend_count"], "2");
    assert!(!attempts[0].0.fields.contains_key("http.request.resend_count"));
    assert!(attempts.iter().all(|(_, parent)| parent.as_ref().unwrap().name == "resilience.call"));
    for (work, parent) in captured.spans("work") {
        let parent = parent.expect("an attempt");
        assert_eq!(
            (parent.name, &work.fields["attempt"]),
            ("resilience.attempt", &parent.fields["resilience.attempt.index"])
        );
    }
    let retry = (Level::DEBUG, "retry".to_owned());
    assert_eq!(captured.told(), [retry.clone(), retry], "a failure that is followed by another attempt wakes nobody");
}

/// observe-18: also when two attempts run at the same time, and are polled in turn.
#[tokio::test(start_paused = true)]
async fn spans_nest_under_the_right_attempt_beside_a_hedge() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().build();
    let runs = AtomicU32::new(0);
    let operation = || async {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        for step in 0..5 {
            async { tokio::time::sleep(ms(10)).await }.instrument(info_span!("step", run, step)).await;
        }
        Ok::<_, String>(())
    };
    let policy = Policy::new().hedge(HedgePolicy::after(ms(15)));
    let outside = info_span!("outside");
    executor.call(Key::from_static("k"), policy, operation).into_future().instrument(outside).await.unwrap();

    let steps = captured.spans("step");
    assert!(steps.len() >= 8 && runs.load(Ordering::Relaxed) == 3, "{steps:?}");
    for (step, parent) in steps {
        let parent = parent.expect("an attempt");
        assert_eq!(
            (parent.name, &step.fields["run"]),
            ("resilience.attempt", &parent.fields["resilience.attempt.index"])
        );
        assert_eq!(parent.fields["resilience.attempt.is_hedge"] == "true", step.fields["run"] != "0");
    }
    let (_, around) = &captured.spans("resilience.call")[0];
    assert_eq!(around.as_ref().unwrap().name, "outside");
    let outcomes: Vec<_> = captured
        .spans("resilience.attempt")
        .into_iter()
        .map(|(span, _)| span.fields["resilience.attempt.outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["success", "cancelled", "cancelled"]);
}

/// observe-19.
#[tokio::test(start_paused = true)]
async fn the_failure_of_a_call_is_a_warning_and_a_circuit_that_changes_information() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().build();
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).circuit(CircuitPolicy::failures(2));
    let fails = async || Err::<(), _>("down".to_owned());
    let call = || executor.call(Key::from_static("k"), policy, fails).describe(|error| Some(error.clone()));
    call().await.unwrap_err();
    call().await.unwrap_err();
    let told: Vec<_> = captured.told();
    let told: Vec<_> = told.iter().map(|(level, name)| (*level, &**name)).collect();
    let denied = (Level::DEBUG, "circuit_denied");
    let (retry, changed, failed) =
        ((Level::DEBUG, "retry"), (Level::INFO, "circuit_changed"), (Level::WARN, "call_failed"));
    assert_eq!(told, [retry, changed, failed, denied, failed]);
    let events = captured.events.lock().unwrap();
    let failure = &events.iter().find(|(level, _)| *level == Level::WARN).unwrap().1.fields;
    assert_eq!((&*failure["resilience.attempt.error"], &*failure["resilience.call.attempts"]), ("down", "2"));
    assert_eq!(captured.spans("resilience.call")[1].0.fields["resilience.call.rejection"], "circuit_open");
}

/// observe-20.
#[tokio::test(start_paused = true)]
async fn what_is_redacted_is_nowhere() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::builder().tracing().redact(|text| text.replace(CANARY, "***")).build();
    let fails = AtomicU32::new(0);
    let (_, timelines) = capture(order(&executor, 7, &fails)).await;
    let failing = async { Err::<(), _>(format!("denied: {CANARY}")) };
    let once = executor.guard(Key::from_static("once"), Policy::new().timeout(ms(50)), failing);
    once.describe(|error: &String| Some(error.clone())).await.unwrap_err();
    let all = format!("{captured:?} {timelines:?} {}", timelines[0]);
    assert!(all.contains("denied: ***") && !all.contains(CANARY), "{all}");
}

/// observe-21: the feature alone changes nothing; an executor that lives can be asked for spans.
#[tokio::test(start_paused = true)]
async fn there_is_no_span_until_the_executor_is_asked() {
    let (captured, _guard) = Captured::set_default();
    let executor = Executor::new();
    let fails = AtomicU32::new(0);
    order(&executor, 7, &fails).await.unwrap();
    assert_eq!((captured.spans("resilience.call").len(), captured.told().len()), (0, 0));
    executor.trace_calls();
    order(&executor, 7, &fails).await.unwrap();
    assert_eq!(captured.spans("resilience.call").len(), 1);
}
