//! A service that keeps tower's contract to the letter, and panics if its caller does not.

use recourse::algebra::{Failure, PolicyLayer};
use recourse_tests::ms;
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
    Shut,
    /// So many milliseconds after it was first asked.
    Opens(u64),
    /// It fails instead.
    Broken,
    /// It fails, so many milliseconds after it was first asked.
    Breaks(u64),
    /// Ready as long as there are such moments, and broken after them.
    Dies(u64),
    /// The first one that is asked fails, the others never get ready.
    BreaksOnceForGood,
    /// The first one that is asked fails, the others get ready.
    BreaksOnce,
}

/// Its clone is not ready, it panics where it is called unready or asked again after it failed, and it counts.
#[derive(Debug)]
pub(crate) struct Mock {
    name: &'static str,
    gate: Gate,
    after: Option<u64>,
    fails: bool,
    seen: Arc<Seen>,
    ready: bool,
    failed: bool,
    opens: Option<Pin<Box<Sleep>>>,
}

/// What all copies of a mock have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    copies: AtomicUsize,
    alive: AtomicUsize,
    asked: AtomicUsize,
    running: AtomicUsize,
    calls: Mutex<Vec<Instant>>,
}

impl Mock {
    /// Answers with its name.
    pub(crate) fn new(name: &'static str) -> Self {
        let seen = Arc::<Seen>::default();
        seen.alive.fetch_add(1, Ordering::Relaxed);
        Self { name, gate: Gate::Open, after: Some(0), fails: false, seen, ready: false, failed: false, opens: None }
    }

    pub(crate) fn ok(name: &'static str, after: u64) -> Self {
        Self::new(name).answers(Some(after))
    }

    pub(crate) fn fails(name: &'static str, after: u64) -> Self {
        let mut mock = Self::ok(name, after);
        mock.fails = true;
        mock
    }

    pub(crate) fn hangs(name: &'static str) -> Self {
        Self::new(name).answers(None)
    }

    /// Pends in `poll_ready`.
    pub(crate) fn never(name: &'static str) -> Self {
        Self::new(name).gate(Gate::Shut)
    }

    fn answers(mut self, after: Option<u64>) -> Self {
        self.after = after;
        self
    }

    pub(crate) fn gate(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// Copies that were made. Putting a policy over a service makes one.
    pub(crate) fn copies(&self) -> usize {
        self.seen.copies.load(Ordering::Relaxed)
    }

    /// Copies that are still there, beside this one.
    pub(crate) fn alive(&self) -> usize {
        self.seen.alive.load(Ordering::Relaxed) - 1
    }

    /// How often a copy was asked whether it is ready.
    pub(crate) fn asked(&self) -> usize {
        self.seen.asked.load(Ordering::Relaxed)
    }

    /// Responses that are not over.
    pub(crate) fn running(&self) -> usize {
        self.seen.running.load(Ordering::Relaxed)
    }

    pub(crate) fn calls(&self) -> usize {
        self.seen.calls.lock().unwrap().len()
    }

    /// When it was called, in milliseconds after `start`.
    pub(crate) fn called_at(&self, start: Instant) -> Vec<u128> {
        self.seen.calls.lock().unwrap().iter().map(|call| (*call - start).as_millis()).collect()
    }
}

impl Clone for Mock {
    fn clone(&self) -> Self {
        let Self { name, gate, after, fails, ref seen, .. } = *self;
        seen.copies.fetch_add(1, Ordering::Relaxed);
        seen.alive.fetch_add(1, Ordering::Relaxed);
        Self { name, gate, after, fails, seen: Arc::clone(seen), ready: false, failed: false, opens: None }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.seen.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<R> Service<R> for Mock {
    type Response = &'static str;
    type Error = Failure<&'static str>;
    type Future = Response;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        assert!(!self.failed, "{} was asked again after its failure", self.name);
        let before = self.seen.asked.fetch_add(1, Ordering::Relaxed);
        let polled = match self.gate {
            Gate::Shut => Poll::Pending,
            Gate::Opens(after) => {
                let opens = self.opens.get_or_insert_with(|| Box::pin(sleep(ms(after))));
                opens.as_mut().poll(cx).map(Ok)
            }
            Gate::Breaks(after) => {
                let breaks = self.opens.get_or_insert_with(|| Box::pin(sleep(ms(after))));
                breaks.as_mut().poll(cx).map(|()| Err(Failure::Inner(self.name)))
            }
            Gate::Dies(after) => {
                let dies = self.opens.get_or_insert_with(|| Box::pin(sleep(ms(after))));
                if dies.as_mut().poll(cx).is_ready() {
                    Poll::Ready(Err(Failure::Inner("dead")))
                } else {
                    Poll::Ready(Ok(()))
                }
            }
            Gate::BreaksOnceForGood if before > 0 => Poll::Pending,
            Gate::Broken | Gate::BreaksOnceForGood => Poll::Ready(Err(Failure::Inner("broken"))),
            Gate::BreaksOnce if before == 0 => Poll::Ready(Err(Failure::Inner("broken once"))),
            Gate::Open | Gate::BreaksOnce => Poll::Ready(Ok(())),
        };
        self.ready |= matches!(polled, Poll::Ready(Ok(())));
        self.failed = matches!(polled, Poll::Ready(Err(_)));
        polled
    }

    fn call(&mut self, _: R) -> Response {
        assert!(self.ready, "{} was called before it was ready", self.name);
        self.ready = false;
        self.seen.calls.lock().unwrap().push(Instant::now());
        self.seen.running.fetch_add(1, Ordering::Relaxed);
        let end = match self.after {
            None => End::Never,
            Some(0) => End::Now,
            Some(after) => End::At(Box::pin(sleep(ms(after)))),
        };
        Response { end, answer: if self.fails { Err(self.name) } else { Ok(self.name) }, seen: Arc::clone(&self.seen) }
    }
}

#[derive(Debug)]
enum End {
    Never,
    Now,
    At(Pin<Box<Sleep>>),
}

/// Counts as running until it is dropped.
#[derive(Debug)]
pub(crate) struct Response {
    end: End,
    answer: Result<&'static str, &'static str>,
    seen: Arc<Seen>,
}

impl Future for Response {
    type Output = Result<&'static str, Failure<&'static str>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = self.answer.map_err(Failure::Inner);
        match &mut self.end {
            End::Never => Poll::Pending,
            End::Now => Poll::Ready(answer),
            End::At(sleep) => sleep.as_mut().poll(cx).map(|()| answer),
        }
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.seen.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A layer that puts a service of its own in the place of every other.
#[derive(Clone, Debug)]
pub(crate) struct Instead<S>(pub(crate) S);

impl<S: Clone, Any> Layer<Any> for Instead<S> {
    type Service = S;

    fn layer(&self, _: Any) -> S {
        self.0.clone()
    }
}

/// A side of a policy that is this mock.
pub(crate) fn over(mock: &Mock) -> PolicyLayer<Instead<Mock>> {
    PolicyLayer(Instead(mock.clone()))
}
