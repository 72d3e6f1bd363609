//! Capturing the timelines of the calls inside a future.

use crate::observe::timeline::Timeline;
use crate::sync::{Arc, AtomicUsize, Mutex, Ordering, lock};
use pin_project_lite::pin_project;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Scopes that are open somewhere in the process. While it is zero, a call looks no further than here.
static OPEN: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The scope whose future this thread is polling.
    static CURRENT: RefCell<Option<Arc<Scope>>> = const { RefCell::new(None) };
}

/// Runs a future, and returns with its output what each guarded call inside it did, in the order the calls began.
///
/// Sees the calls that begin while the future is being polled, at any depth; calls of tasks it spawns run elsewhere, and are
/// not part of it (those of a `LocalSet` that runs inside it are). A capture inside a capture is seen by both. Nothing is captured, and nothing paid, outside of a capture.
///
/// # Cancel safety
///
/// Dropping it drops the future and what was captured.
///
/// ```
/// use recourse::{Executor, Key, Policy, Rejected, RetryPolicy, observe};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::new();
/// let fails = || async { Err::<(), String>("connection reset".into()) };
/// let policy = Policy::new().retry(RetryPolicy::attempts(2));
///
/// let (result, timelines) =
///     observe::capture(async { executor.call(Key::from_static("users.get"), policy, fails).await }).await;
///
/// assert_eq!(result, Err("connection reset".into()));
/// assert_eq!(timelines[0].attempts().len(), 2);
/// println!("{}", timelines[0]);
/// # }
/// ```
pub fn capture<F: Future>(future: F) -> Capture<F> {
    OPEN.fetch_add(1, Ordering::Relaxed);
    Capture { scope: Arc::new(Scope::default()), parent_known: false, open: Open, future }
}

pin_project! {
    /// The future of [`capture`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Capture<F> {
        scope: Arc<Scope>,
        parent_known: bool,
        open: Open,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Capture<F> {
    type Output = (F::Output, Vec<Timeline>);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if !*this.parent_known {
            *lock(&this.scope.parent) = current();
            *this.parent_known = true;
        }
        let _entered = Entered::new(this.scope.clone());
        this.future.poll(cx).map(|output| (output, this.scope.take()))
    }
}

impl<F> fmt::Debug for Capture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").finish_non_exhaustive()
    }
}

/// What a scope has captured so far: a place for each call that began, filled when the call ends.
#[derive(Debug, Default)]
pub(super) struct Scope {
    places: Mutex<Vec<Option<Timeline>>>,
    parent: Mutex<Option<Arc<Scope>>>,
}

/// A call's place in its scope, and in the scopes around that.
#[derive(Debug)]
pub(super) struct CaptureSlot {
    scope: Arc<Scope>,
    index: usize,
    outer: Option<Box<CaptureSlot>>,
}

impl Scope {
    fn reserve(self: Arc<Self>) -> CaptureSlot {
        let index = {
            let mut places = lock(&self.places);
            places.push(None);
            places.len() - 1
        };
        let parent = lock(&self.parent).clone();
        CaptureSlot { outer: parent.map(|parent| Box::new(parent.reserve())), scope: self, index }
    }

    fn take(&self) -> Vec<Timeline> {
        std::mem::take(&mut *lock(&self.places)).into_iter().flatten().collect()
    }
}

impl CaptureSlot {
    pub(super) fn fill(self, timeline: Timeline) {
        if let Some(outer) = self.outer {
            outer.fill(timeline.clone());
        }
        if let Some(place) = lock(&self.scope.places).get_mut(self.index) {
            *place = Some(timeline);
        }
    }
}

/// True while any scope is open in the process: one load.
#[inline]
pub(super) fn any_open() -> bool {
    OPEN.load(Ordering::Relaxed) != 0
}

/// A place for a call that begins now, where a scope is being polled by this thread.
pub(super) fn place() -> Option<CaptureSlot> {
    current().map(Scope::reserve)
}

fn current() -> Option<Arc<Scope>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Counts its scope as open until it is dropped.
#[derive(Debug)]
struct Open;

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Puts a scope in front for the length of one poll, also when that poll panics.
struct Entered(Option<Arc<Scope>>);

impl Entered {
    fn new(scope: Arc<Scope>) -> Self {
        Self(CURRENT.replace(Some(scope)))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}
