//! The server, in each of its forms: two threads do the work of its handler, and what they have not begun stands in line.

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::routing::get;
use recourse::algebra::Failure;
use recourse::layers::ResilientLayer;
use recourse::{ConcurrencyPolicy, Executor, Key, Policy, answers};
use std::convert::Infallible;
use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::{BoxError, ServiceBuilder};

/// Threads that work, and the mean time that a request takes one of them while it has a core for itself.
const WORKERS: usize = 2;
const WORK: Duration = Duration::from_millis(10);

/// The client's clock, which is sent back to it.
const SENT: HeaderName = HeaderName::from_static("x-sent");

/// What stands in front of the handler.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    None,
    /// tower's limit, as its documentation puts it into a stack.
    Tower(usize),
    Adaptive,
}

/// A server on a port of its own. Gone when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Server {
    /// Starts a server whose handler does `steps` steps of work in the mean.
    pub(crate) fn start(limit: Limit, steps: u64) -> std::io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(WORKERS).max_blocking_threads(WORKERS).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(async move { axum::serve(listener, router(limit, steps)).await });
        Ok(Self { address, _runtime: runtime })
    }
}

fn router(limit: Limit, steps: u64) -> Router {
    let router = Router::new().route("/", get(move |headers| handle(steps, headers)));
    match limit {
        Limit::None => router,
        Limit::Tower(most) => {
            // axum puts layers around a router once for each connection, so `ConcurrencyLimitLayer` would be a limit for each connection.
            let limit = GlobalConcurrencyLimitLayer::new(most);
            router.layer(ServiceBuilder::new().layer(HandleErrorLayer::new(overloaded)).load_shed().layer(limit))
        }
        Limit::Adaptive => {
            // Connections share the slots by the key.
            let policy = Policy::new().concurrency(ConcurrencyPolicy::adaptive());
            let limit = ResilientLayer::new(&Executor::new(), Key::from_static("work")).policy(policy).once();
            router.layer(ServiceBuilder::new().layer(HandleErrorLayer::new(rejected)).layer(limit))
        }
    }
}

/// Answers for tower's limit.
async fn overloaded(_: BoxError) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

/// Answers for ours. When there will be room nobody knows, so the program says what it asks of its callers.
async fn rejected(failure: Failure<Infallible>) -> (StatusCode, HeaderMap) {
    let (status, mut headers) = match &failure {
        Failure::Rejected(rejected) => answers::http(rejected),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new()),
    };
    headers.entry(RETRY_AFTER).or_insert(HeaderValue::from_static("1"));
    (status, headers)
}

/// Works on one of the threads for that. In the handler itself the work would hold up a thread of the runtime, and requests would stand in
/// line in front of every layer, in sockets, where no limit sees them.
async fn handle(steps: u64, headers: HeaderMap) -> Result<HeaderMap, StatusCode> {
    let worked = tokio::task::spawn_blocking(move || work(drawn(steps))).await;
    worked.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(headers.get(SENT).map(|sent| (SENT, sent.clone())).into_iter().collect())
}

/// Draws between a half of the mean and one and a half.
fn drawn(mean: u64) -> u64 {
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
    mean / 2 + mean * spread / 1_024
}

fn work(steps: u64) -> u64 {
    (0..steps).fold(1, |value, step| black_box(value ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Returns how many steps make up the mean work of a request on this machine.
pub(crate) fn measured_steps() -> u64 {
    let (mut steps, enough) = (1_000, WORK * 10);
    loop {
        let began = Instant::now();
        black_box(work(steps));
        let took = began.elapsed();
        if took >= enough {
            return u64::try_from(u128::from(steps) * WORK.as_nanos() / took.as_nanos()).unwrap_or(u64::MAX).max(1);
        }
        steps *= 2;
    }
}
