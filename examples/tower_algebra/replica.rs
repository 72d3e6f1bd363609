//! A small HTTP server on loopback whose health can be changed while it runs.

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// What a server does with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Health {
    /// Answers with its name, after this number of milliseconds.
    Answers(u64),
    /// Answers with 503, at once.
    Fails,
}

/// One server. Runs as tasks of the runtime until that ends.
#[derive(Clone)]
pub(super) struct Replica {
    pub(super) url: String,
    name: &'static str,
    health: Arc<Mutex<Health>>,
    requests: Arc<AtomicUsize>,
    left: Arc<AtomicU64>,
}

impl Replica {
    pub(super) async fn start(name: &'static str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let replica = Self {
            url: format!("http://{}", listener.local_addr()?),
            name,
            health: Arc::new(Mutex::new(Health::Answers(5))),
            requests: Arc::default(),
            left: Arc::default(),
        };
        let server = replica.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| server.respond(request));
                    // An error here is a client that left, which `Left` counts.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(replica)
    }

    pub(super) fn set(&self, health: Health) {
        *self.health.lock().expect("nobody panics") = health;
    }

    /// Returns the number of requests since the last call, and how many of their clients left before the answer.
    pub(super) fn counted(&self) -> (usize, u64) {
        (self.requests.swap(0, Ordering::Relaxed), self.left.swap(0, Ordering::Relaxed))
    }

    async fn respond(&self, request: Request<Incoming>) -> Result<Response<String>, Infallible> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let health = *self.health.lock().expect("nobody panics");
        let after = match health {
            Health::Answers(after) => after,
            Health::Fails => {
                let mut response = Response::new(String::new());
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                return Ok(response);
            }
        };
        let gone = Left(Some(&self.left));
        sleep(Duration::from_millis(after)).await;
        gone.answered();
        Ok(Response::new(format!("{} from {}", request.uri().path(), self.name)))
    }
}

/// Counts a client that leaves: hyper then drops the future of the answer, and this guard with it.
struct Left<'a>(Option<&'a AtomicU64>);

impl Left<'_> {
    fn answered(mut self) {
        self.0 = None;
    }
}

impl Drop for Left<'_> {
    fn drop(&mut self) {
        if let Some(left) = self.0 {
            left.fetch_add(1, Ordering::Relaxed);
        }
    }
}
