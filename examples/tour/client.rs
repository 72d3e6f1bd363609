//! The client: one guarded function per scene, and the classes of its errors.
//!
//! The tour prints these functions from this file, so it shows exactly what was compiled.

use recourse::classify::retry_after;
use recourse::context::Priority;
use recourse::{Class, Classify, Executor, Key, Policy, Rejected, RetryPolicy, resilient};
use reqwest::header::RETRY_AFTER;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// This file.
pub(crate) const SOURCE: &str = include_str!("client.rs");

pub(crate) type Answer = Result<String, ApiError>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("status {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("{}", innermost(.0))]
    Transport(#[from] reqwest::Error),
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl Classify for ApiError {
    fn classify(&self) -> Class {
        match self {
            Self::Status { status: 404, .. } => Class::Ignore,
            Self::Status { status: 429 | 500..=599, retry_after } => Class::Retryable { after: *retry_after },
            Self::Transport(_) => Class::RETRYABLE,
            Self::Status { .. } | Self::Rejected(_) => Class::NonRetryable,
        }
    }
}

/// The misbehaving server, as its callers see it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    http: reqwest::Client,
    address: SocketAddr,
}

impl Api {
    /// Makes a client whose requests the server can count: no proxy, no retries of its own, a new connection each time.
    pub(crate) fn new(address: SocketAddr) -> Result<Self, reqwest::Error> {
        let http =
            reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).pool_max_idle_per_host(0).build()?;
        Ok(Self { http, address })
    }

    async fn get(&self, path: &str) -> Result<String, ApiError> {
        self.get_with(path, &[]).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, String)]) -> Result<String, ApiError> {
        let request = self.http.get(format!("http://{}{path}", self.address));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.text().await?);
        }
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Err(ApiError::Status { status: status.as_u16(), retry_after: header.and_then(retry_after) })
    }

    #[resilient(key = "tour.plain", retry = "3 attempts", timeout = "2s")]
    pub(crate) async fn plain(&self) -> Result<String, ApiError> {
        self.get("/plain").await
    }

    #[resilient(key = "tour.flaky", retry = "3 attempts, exponential 20ms..250ms, equal jitter")]
    pub(crate) async fn flaky(&self) -> Result<String, ApiError> {
        self.get("/flaky").await
    }

    #[resilient(key = "tour.resets", retry = "3 attempts, fixed 15ms")]
    pub(crate) async fn resets(&self) -> Result<String, ApiError> {
        self.get("/resets").await
    }

    #[resilient(key = "tour.busy", retry = "3 attempts, exponential 10ms..250ms", timeout = "3s")]
    pub(crate) async fn busy(&self) -> Result<String, ApiError> {
        self.get("/busy").await
    }

    #[resilient(key = "tour.stuck_once", retry = "3 attempts, fixed 40ms", attempt_timeout = "400ms")]
    pub(crate) async fn stuck_once(&self) -> Result<String, ApiError> {
        self.get("/stuck_once").await
    }

    #[resilient(key = "tour.slow_tail", retry = "3 attempts, no delay", attempt_timeout = "250ms")]
    pub(crate) async fn slow_tail(&self) -> Result<String, ApiError> {
        self.get("/slow_tail").await
    }

    #[resilient(key = "tour.stuck", retry = "defaults", attempt_timeout = "500ms", timeout = "900ms")]
    pub(crate) async fn stuck(&self) -> Result<String, ApiError> {
        self.get("/stuck").await
    }

    #[resilient(key = "tour.overloaded", retry = "3 attempts", timeout = "2s")]
    pub(crate) async fn overloaded(&self) -> Result<String, ApiError> {
        self.get("/overloaded").await
    }

    #[resilient(key = "tour.outage", retry = "3 attempts, exponential 2ms..10ms", budget = "10% + 1/s")]
    pub(crate) async fn outage(&self) -> Result<String, ApiError> {
        self.get("/outage").await
    }

    #[resilient(key = "tour.restart", circuit = "5 failures in 10s, cooldown 300ms, 1 success")]
    pub(crate) async fn restart(&self) -> Result<String, ApiError> {
        self.get("/restart").await
    }

    #[resilient(key = "tour.unhedged_tail", retry = "3 attempts")]
    pub(crate) async fn unhedged_tail(&self) -> Result<String, ApiError> {
        self.get("/unhedged_tail").await
    }

    #[resilient(key = "tour.hedged_tail", retry = "3 attempts", hedge = "60ms, at most 1")]
    pub(crate) async fn hedged_tail(&self) -> Result<String, ApiError> {
        self.get("/hedged_tail").await
    }

    #[resilient(key = "tour.brown_out", hedge = "30ms, budget 5% + 1/s")]
    pub(crate) async fn brown_out(&self) -> Result<String, ApiError> {
        self.get("/brown_out").await
    }

    #[resilient(key = "tour.shards.{shard}", circuit = "3 failures in 10s")]
    pub(crate) async fn shards(&self, shard: u8) -> Result<String, ApiError> {
        self.get(&format!("/shards?{shard}")).await
    }

    #[resilient(key = "tour.cached", retry = "2 attempts, fixed 10ms", timeout = "2s", fallback = Self::stale)]
    pub(crate) async fn cached(&self, user: u32) -> Result<String, ApiError> {
        self.get(&format!("/cached?{user}")).await
    }

    #[expect(clippy::unused_async, reason = "a fallback may wait; this one has the answer at hand")]
    async fn stale(&self, user: u32, error: ApiError) -> Result<String, ApiError> {
        match error {
            ApiError::Status { status: 503, .. } => Ok(format!("Ada, user {user}, as of yesterday")),
            error => Err(error),
        }
    }

    #[resilient(key = "tour.expired", retry = "3 attempts")]
    pub(crate) async fn expired(&self) -> Result<String, ApiError> {
        self.get("/expired").await
    }

    #[resilient(key = "tour.hurried", retry = "3 attempts, fixed 800ms")]
    pub(crate) async fn hurried(&self) -> Result<String, ApiError> {
        self.get("/hurried").await
    }

    #[resilient(key = "tour.order", retry = "3 attempts, fixed 10ms", attempt = it)]
    pub(crate) async fn order(&self) -> Result<String, ApiError> {
        self.get_with("/order", &[("idempotency-key", it.call_id().to_string())]).await
    }

    #[resilient(key = "tour.bulkhead", concurrency = "2 at once, wait 500ms", timeout = "2s")]
    pub(crate) async fn bulkhead(&self) -> Result<String, ApiError> {
        self.get("/bulkhead").await
    }

    #[resilient(key = "tour.priority", concurrency = "4 at once", priority = priority)]
    pub(crate) async fn priority(&self, priority: Priority) -> Result<String, ApiError> {
        self.get("/priority").await
    }

    #[resilient(key = "tour.adaptive", concurrency = "adaptive")]
    pub(crate) async fn adaptive(&self) -> Result<String, ApiError> {
        self.get("/adaptive").await
    }

    #[resilient(key = "tour.quota", rate = "5/s, burst 2")]
    pub(crate) async fn quota(&self) -> Result<String, ApiError> {
        self.get("/quota").await
    }

    #[resilient(key = "tour.missing", retry = "3 attempts")]
    pub(crate) async fn missing(&self) -> Result<String, ApiError> {
        self.get("/missing").await
    }

    pub(crate) async fn closure(&self) -> Result<String, ApiError> {
        let policy = Policy::new().retry(RetryPolicy::attempts(3).fixed(Duration::from_millis(20)));
        Executor::global()
            .call(Key::from_static("tour.closure"), policy, || self.get("/closure"))
            .classify(ApiError::classify)
            .describe(|error: &ApiError| Some(error.to_string()))
            .await
    }
}

/// Returns the text of the innermost error, since "error sending request" says little.
fn innermost(error: &reqwest::Error) -> String {
    let mut error: &dyn Error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.downcast_ref::<io::Error>().map_or_else(|| error.to_string(), |error| error.kind().to_string())
}
