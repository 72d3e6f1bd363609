//! A receiver of OTLP over HTTP, on loopback: what a collector would get.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message as _;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A span as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The name.
    pub name: String,
    /// When it started, in nanoseconds.
    pub started: u64,
    /// The attributes, and the texts of the events as `event.N`.
    pub fields: BTreeMap<String, String>,
    pub(crate) id: Vec<u8>,
    pub(crate) parent: Vec<u8>,
}

/// The spans that have arrived so far.
#[derive(Clone, Debug, Default)]
pub struct Receiver(Arc<Mutex<Vec<Received>>>);

impl Receiver {
    /// Starts a receiver on a thread of its own, which lives as long as the process. Returns it with its address.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no socket on loopback.
    pub fn start() -> std::io::Result<(Self, SocketAddr)> {
        let (receiver, listener) = (Self::default(), std::net::TcpListener::bind("127.0.0.1:0")?);
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let service = Router::new().route("/v1/traces", post(receive)).with_state(receiver.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::spawn(move || {
            runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, service).await })
        });
        Ok((receiver, address))
    }

    /// Returns what has arrived, by the time of its start.
    pub fn spans(&self) -> Vec<Received> {
        let mut spans = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        spans.sort_by_key(|span| span.started);
        spans
    }
}

async fn receive(State(Receiver(spans)): State<Receiver>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let request = ExportTraceServiceRequest::decode(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let of_scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    let received = of_scopes.flat_map(|scope| scope.spans).map(|span| {
        let attributes = span.attributes.into_iter();
        let mut fields: BTreeMap<String, String> =
            attributes.map(|field| (field.key, text(field.value.and_then(|value| value.value)))).collect();
        for (index, event) in span.events.into_iter().enumerate() {
            let told = event.attributes.into_iter();
            let told: Vec<_> = told
                .map(|field| format!("{}={}", field.key, text(field.value.and_then(|value| value.value))))
                .collect();
            fields.insert(format!("event.{index}"), format!("{} {}", event.name, told.join(" ")));
        }
        let (name, started) = (span.name, span.start_time_unix_nano);
        Received { name, started, fields, id: span.span_id, parent: span.parent_span_id }
    });
    spans.lock().unwrap_or_else(PoisonError::into_inner).extend(received);
    // An answer without fields is an empty text.
    Ok(Vec::new())
}

fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        other => format!("{other:?}"),
    }
}
