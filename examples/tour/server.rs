//! A real HTTP server on loopback that misbehaves on purpose, and counts what reaches it.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep};

/// What the server does with one request.
enum Deed {
    /// Answers 200, after a while.
    Answer { after: Duration },
    /// Answers 200, after a while, of which only four run at a time; the others stand in line.
    InTurn { after: Duration },
    /// Answers with an error status, and a Retry-After header if there is one.
    Fail { status: u16, retry_after: Option<&'static str> },
    /// Never answers.
    Hang,
    /// Resets the connection instead of answering.
    Reset,
    /// Starts a good answer, and resets the connection in the middle of it.
    ResetMidway,
}

/// Decides what to do with a request, by its path and query, and by the number of requests to that path, including this one.
fn deed(path: &str, query: Option<&str>, request: usize) -> Deed {
    let quick = Deed::Answer { after: Duration::from_millis(4) };
    match (path, request) {
        ("/flaky" | "/closure" | "/order", 1 | 2) => Deed::Fail { status: 500, retry_after: None },
        ("/resets", 1) => Deed::Reset,
        ("/resets", 2) => Deed::ResetMidway,
        ("/busy", 1) => Deed::Fail { status: 429, retry_after: Some("1") },
        ("/stuck_once", 1) | ("/stuck", _) => Deed::Hang,
        ("/slow_tail", request) if request % 10 == 0 => Deed::Answer { after: Duration::from_secs(2) },
        ("/unhedged_tail" | "/hedged_tail", request) if request % 10 == 0 => {
            Deed::Answer { after: Duration::from_millis(600) }
        }
        ("/bulkhead" | "/priority", _) => Deed::Answer { after: Duration::from_millis(60) },
        ("/adaptive", _) => Deed::InTurn { after: Duration::from_millis(10) },
        ("/brown_out", _) => Deed::Answer { after: Duration::from_millis(120) },
        ("/overloaded", _) => Deed::Fail { status: 503, retry_after: Some("5") },
        ("/shards", _) if query == Some("2") => Deed::Fail { status: 503, retry_after: None },
        ("/cached" | "/outage" | "/hurried", _) | ("/restart", 4..=9) => Deed::Fail { status: 503, retry_after: None },
        ("/missing", _) => Deed::Fail { status: 404, retry_after: None },
        _ => quick,
    }
}

/// The requests that reached one path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// All requests, however they were answered.
    pub(crate) requests: usize,
    /// Requests whose connection was reset instead of an answer.
    pub(crate) resets: usize,
    /// Orders that the server had not seen before.
    pub(crate) orders: usize,
}

/// The server: its address, and what it has counted. Runs as tasks of the runtime, until the runtime ends.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    counted: Arc<Mutex<HashMap<String, Counted>>>,
    connections: Arc<AtomicUsize>,
    orders: Arc<Mutex<HashSet<HeaderValue>>>,
    workers: Arc<Semaphore>,
}

impl Server {
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let server = Self {
            address: listener.local_addr()?,
            counted: Arc::default(),
            connections: Arc::default(),
            orders: Arc::default(),
            workers: Arc::new(Semaphore::new(4)),
        };
        tokio::spawn(server.clone().listen(listener));
        Ok(server)
    }

    pub(crate) fn counted(&self, path: &str) -> Counted {
        self.counts().get(path).copied().unwrap_or_default()
    }

    /// Returns the number of connections accepted so far, except the one that asks. Each attempt of the client opens one at its first
    /// poll, so hedges that are dropped before they send their request are counted too.
    ///
    /// Connections are accepted in the order in which they were opened: when the one that asks is answered, all earlier ones are counted.
    pub(crate) async fn connections(&self) -> io::Result<usize> {
        let asks = TcpStream::connect(self.address).await?;
        asks.writable().await?;
        asks.try_write(b"GET /connections HTTP/1.1\r\nhost: tour\r\n\r\n")?;
        asks.readable().await?;
        Ok(self.connections.fetch_sub(1, Ordering::Relaxed) - 1)
    }

    async fn listen(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            self.connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(self.clone().serve(stream));
        }
    }

    /// Serves one connection. If it fails, because of its [`Deed`] or because the client left, the kernel resets it.
    async fn serve(self, stream: TcpStream) {
        let service = service_fn(|request| Box::pin(self.respond(request)));
        let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let served = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
        let stream = connection.into_parts().io.into_inner();
        if served.is_err() {
            // Without lingering, dropping the socket sends a reset, and discards what was not delivered yet.
            let _ = stream.set_zero_linger();
        }
    }

    async fn respond(&self, request: Request<Incoming>) -> io::Result<Response<Script>> {
        let path = request.uri().path();
        if let Some(order) = request.headers().get("idempotency-key") {
            let is_new = self.orders.lock().unwrap_or_else(PoisonError::into_inner).insert(order.clone());
            self.count(path, |counted| counted.orders += usize::from(is_new));
        }
        match deed(path, request.uri().query(), self.count(path, |counted| counted.requests += 1).requests) {
            Deed::Answer { after } => {
                sleep(after).await;
                Ok(Response::new(Script::whole("Ada")))
            }
            Deed::InTurn { after } => {
                let _worker = self.workers.acquire().await.map_err(io::Error::other)?;
                sleep(after).await;
                Ok(Response::new(Script::whole("Ada")))
            }
            Deed::Fail { status, retry_after } => {
                let mut response = Response::builder().status(status);
                if let Some(retry_after) = retry_after {
                    response = response.header(header::RETRY_AFTER, retry_after);
                }
                response.body(Script::whole("")).map_err(io::Error::other)
            }
            Deed::Hang => std::future::pending().await,
            Deed::Reset => {
                self.count(path, |counted| counted.resets += 1);
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Deed::ResetMidway => {
                self.count(path, |counted| counted.resets += 1);
                Ok(Response::new(Script::broken_off("A", "Ada".len() as u64)))
            }
        }
    }

    fn count(&self, path: &str, what: impl FnOnce(&mut Counted)) -> Counted {
        let mut counts = self.counts();
        let counted = counts.entry(path.to_string()).or_default();
        what(counted);
        *counted
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, Counted>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of an answer: some text, which may break off.
struct Script {
    text: Option<Bytes>,
    promised: u64,
    breaks_off: Option<Pin<Box<Sleep>>>,
}

impl Script {
    fn whole(text: &'static str) -> Self {
        Self { text: Some(text.into()), promised: text.len() as u64, breaks_off: None }
    }

    /// Announces more than it sends. The pause lets the text leave before the connection is reset.
    fn broken_off(text: &'static str, promised: u64) -> Self {
        Self { text: Some(text.into()), promised, breaks_off: Some(Box::pin(sleep(Duration::from_millis(10)))) }
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(text) = self.text.take().filter(|text| !text.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(text))));
        }
        let Some(pause) = &mut self.breaks_off else { return Poll::Ready(None) };
        ready!(pause.as_mut().poll(cx));
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
