//! The servers A, B and C, and the clients between them.

use crate::hop_error::HopError;
use crate::queue::Queue;
use crate::row::{PATIENCE, Refuses, Row};
use crate::work::{User, Work};
use axum::Router;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use recourse::context::http::ContextLayer;
use recourse::context::{Context, FutureExt};
use recourse::{Executor, Key, Policy, resilient};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

/// Tells how long the user waits in all, for the record only: microseconds since the run began.
const GIVES_UP: &str = "x-user-gives-up";

type Client = BoxCloneSyncService<reqwest::Request, reqwest::Response, reqwest::Error>;

/// The client of a service, in the one before it.
#[derive(Clone)]
pub(crate) struct Hop {
    executor: Executor,
    client: Client,
    url: reqwest::Url,
    began: Instant,
}

impl Hop {
    fn new(row: &Row, policy: Policy, url: reqwest::Url, began: Instant) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let client = if row.known {
            let layer = ContextLayer::client().headers_of(reqwest::Request::headers_mut);
            BoxCloneSyncService::new(layer.layer(client))
        } else {
            BoxCloneSyncService::new(client)
        };
        let executor = Executor::builder().policy(Key::from_static("next"), policy).build();
        Ok(Self { executor, client, url, began })
    }

    pub(crate) async fn ask(&self, user: User) -> Result<(), HopError> {
        ask(self, user).await
    }
}

#[resilient(key = "next", executor = hop.executor)]
async fn ask(hop: &Hop, user: User) -> Result<(), HopError> {
    let mut request = reqwest::Request::new(reqwest::Method::GET, hop.url.clone());
    let gives_up = u64::try_from((user.gives_up - hop.began).as_micros()).unwrap_or(u64::MAX);
    request.headers_mut().insert(GIVES_UP, gives_up.into());
    let response = hop.client.clone().oneshot(request).await.map_err(|_| HopError::Refused)?;
    if response.status().is_success() { Ok(()) } else { Err(HopError::Refused) }
}

/// Reads who asks.
fn user(headers: &HeaderMap, began: Instant) -> User {
    let micros = headers.get(GIVES_UP).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
    User { gives_up: began + Duration::from_micros(micros) }
}

/// Serves in the background; returns the address.
async fn serve(row: &Row, router: Router) -> std::io::Result<reqwest::Url> {
    let router = if row.known { router.layer(ContextLayer::server()) } else { router };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url.parse().expect("an address is a URL"))
}

/// A service that asks the next one. The work is in a task, which goes on when the connection is gone, as work does in most servers.
async fn handle(State(hop): State<Hop>, headers: HeaderMap) -> StatusCode {
    let user = user(&headers, hop.began);
    let asked = tokio::spawn(async move { ask(&hop, user).await.is_ok() }.in_current_context());
    if asked.await.is_ok_and(|answered| answered) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// What the last service needs: its queue, and how it treats what is old.
#[derive(Clone)]
struct Last {
    queue: Arc<Queue>,
    old: bool,
    began: Instant,
}

async fn handle_last(State(last): State<Last>, context: Option<Extension<Context>>, headers: HeaderMap) -> StatusCode {
    let mut request = http::Request::new(user(&headers, last.began));
    let now = Instant::now();
    let own = || Context::new().with_arrival(now).with_deadline(now + PATIENCE);
    // The context goes along with the request through the queue.
    if let Some(context) = context.map(|Extension(context)| context).or_else(|| last.old.then(own)) {
        request.extensions_mut().insert(context);
    }
    let Ok(response) = last.queue.serve(request).await;
    response.status()
}

/// Starts the servers; returns the client of the first.
pub(crate) async fn chain(row: &Row, work: Work) -> Result<Hop, Box<dyn std::error::Error>> {
    let began = work.began;
    let work = service_fn(move |request| work.clone().serve(request));
    let queue = Queue::new(1, row.newest_first, BoxCloneSyncService::new(row.check().layer(work)));
    let last = Last { queue, old: row.refuses == Refuses::Old, began };
    let mut url = serve(row, Router::new().route("/", get(handle_last)).with_state(last)).await?;
    for _ in ["B", "A"] {
        let hop = Hop::new(row, row.hop(), url, began)?;
        url = serve(row, Router::new().route("/", get(handle)).with_state(hop)).await?;
    }
    Ok(Hop::new(row, row.user(), url, began)?)
}
