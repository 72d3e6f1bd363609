//! A guarded function whose attempts have spans of their own, also on other tasks; and the tree of spans that a collector gets.

mod receiver;

pub use receiver::{Received, Receiver};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use recourse::{Executor, resilient};
use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;
use tracing::{Instrument as _, Span, info_span, instrument};
use tracing_subscriber::layer::SubscriberExt as _;

/// What nobody may read in a trace.
pub const SECRET: &str = "4000 0000 0000 0002";

/// Charges a card. The first attempt is refused, the second is slow, and a hedge beside it succeeds.
#[resilient(
    executor = executor, key = "card.charge", retry = "2 attempts, no delay", hedge = "30ms, at most 1", idempotent, attempt = it
)]
async fn charge(executor: &Executor) -> Result<u32, String> {
    let number = it.number();
    // A task that is spawned has the span that it is given.
    let logged = async move { tokio::time::sleep(Duration::from_millis(1)).await };
    let logged = tokio::spawn(logged.instrument(info_span!(parent: Span::current(), "audit", attempt = number)));
    let _ = logged.await;
    bank(number).await
}

#[instrument]
async fn bank(attempt: u32) -> Result<u32, String> {
    match attempt {
        1 => Err(format!("refused: card {SECRET}")),
        2 => std::future::pending().await,
        _ => Ok(attempt),
    }
}

/// Makes the call, exports its spans, and returns what the receiver has got.
///
/// # Errors
///
/// Returns an error if the spans cannot be exported, or the call fails.
pub fn run() -> Result<Vec<Received>, Box<dyn Error>> {
    let (receiver, address) = Receiver::start()?;
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("http://{address}/v1/traces"))
        .build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("otel"));
    let subscriber = tracing_subscriber::registry().with(layer);

    let executor = Executor::builder().tracing().redact(|text| text.replace(SECRET, "****")).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(charge(&executor).instrument(info_span!("request")))
    })?;
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(receiver.spans())
}

/// Draws the tree of spans, one line each.
pub fn tree(spans: &[Received]) -> String {
    let mut text = String::new();
    draw(spans, &[], 0, &mut text);
    text
}

fn draw(spans: &[Received], parent: &[u8], depth: usize, text: &mut String) {
    const TOLD: [&str; 6] = [
        "resilience.attempt.index",
        "resilience.attempt.is_hedge",
        "resilience.attempt.outcome",
        "resilience.attempt.error",
        "resilience.call.reason",
        "attempt",
    ];
    for span in spans.iter().filter(|span| span.parent == parent) {
        let told = TOLD.iter().filter_map(|name| Some(format!("  {name}={}", span.fields.get(*name)?)));
        let _ = writeln!(text, "{}{}{}", "  ".repeat(depth), span.name, told.collect::<String>());
        draw(spans, &span.id, depth + 1, text);
    }
}

/// Returns the span around another one.
pub fn parent<'a>(spans: &'a [Received], span: &Received) -> Option<&'a Received> {
    spans.iter().find(|other| other.id == span.parent)
}
