//! A service that plays a script, keeps tower's contract to the letter, and panics if its caller does not.

use recourse::algebra::PolicyLayer;
use recourse_tests::{Fail, Play, Script, ms};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep, sleep};
use tower::{Layer, Service};

/// How a service gets ready.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gate {
    Open,
    /// So many milliseconds after it was first asked.
    Opens(u64),
    /// The first copy that is asked gets ready, all others never.
    OpensOnce,
    /// The first copy that is asked gets ready, the second one fails, the others get ready.
    BreaksSecond,
}

/// Its clone is not ready, and it panics where it is called unready, or asked again after it failed.
#[derive(Debug)]
pub(crate) struct Played {
    script: Arc<Script>,
    gate: Gate,
    seen: Arc<Seen>,
    ready: bool,
    failed: bool,
    opens: Option<Pin<Box<Sleep>>>,
}

/// What all copies of a service have seen.
#[derive(Debug, Default)]
struct Seen {
    asked: AtomicUsize,
    copies: AtomicUsize,
    alive: AtomicUsize,
    calls: Mutex<Vec<Instant>>,
}

impl Played {
    pub(crate) fn new(plays: impl IntoIterator<Item = Play>) -> Self {
        let seen = Arc::new(Seen { alive: AtomicUsize::new(1), ..Seen::default() });
        let script = Arc::new(Script::new(plays));
        Self { script, gate: Gate::Open, seen, ready: false, failed: false, opens: None }
    }

    pub(crate) fn gate(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// Runs that were started.
    pub(crate) fn runs(&self) -> usize {
        self.script.runs()
    }

    /// Runs that are not over.
    pub(crate) fn live(&self) -> usize {
        self.script.live()
    }

    /// Copies that were made.
    pub(crate) fn copies(&self) -> usize {
        self.seen.copies.load(Ordering::Relaxed)
    }

    /// Copies that are still there, beside this one.
    pub(crate) fn alive(&self) -> usize {
        self.seen.alive.load(Ordering::Relaxed) - 1
    }

    /// When it was called, in milliseconds after `start`.
    pub(crate) fn called_at(&self, start: Instant) -> Vec<u128> {
        self.seen.calls.lock().unwrap().iter().map(|call| (*call - start).as_millis()).collect()
    }
}

impl Clone for Played {
    fn clone(&self) -> Self {
        self.seen.copies.fetch_add(1, Ordering::Relaxed);
        self.seen.alive.fetch_add(1, Ordering::Relaxed);
        let (script, seen) = (self.script.clone(), self.seen.clone());
        Self { script, gate: self.gate, seen, ready: false, failed: false, opens: None }
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.seen.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<R> Service<R> for Played {
    type Response = u32;
    type Error = Fail;
    type Future = Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fail>> {
        assert!(!self.failed, "it was asked again after its failure");
        let before = if self.ready { 0 } else { self.seen.asked.fetch_add(1, Ordering::Relaxed) };
        let polled = match (self.gate, before) {
            (Gate::Opens(after), _) => {
                let opens = self.opens.get_or_insert_with(|| Box::pin(sleep(ms(after))));
                opens.as_mut().poll(cx).map(Ok)
            }
            (Gate::OpensOnce, 1..) => Poll::Pending,
            (Gate::BreaksSecond, 1) => Poll::Ready(Err(Fail::Busy(None))),
            _ => Poll::Ready(Ok(())),
        };
        self.ready |= matches!(polled, Poll::Ready(Ok(())));
        self.failed = matches!(polled, Poll::Ready(Err(_)));
        polled
    }

    fn call(&mut self, _: R) -> Self::Future {
        assert!(self.ready, "it was called before it was ready");
        (self.ready, self.opens) = (false, None);
        self.seen.calls.lock().unwrap().push(Instant::now());
        let script = Arc::clone(&self.script);
        Box::pin(async move { script.play().await })
    }
}

/// A layer that puts a service of its own in the place of every other.
#[derive(Clone, Debug)]
pub(crate) struct Instead<S>(S);

impl<S: Clone, Any> Layer<Any> for Instead<S> {
    type Service = S;

    fn layer(&self, _: Any) -> S {
        self.0.clone()
    }
}

/// A side of a policy that is this service.
pub(crate) fn over(played: &Played) -> PolicyLayer<Instead<recourse::algebra::Leaf<Played>>> {
    PolicyLayer(Instead(recourse::algebra::Leaf::new(played.clone())))
}
